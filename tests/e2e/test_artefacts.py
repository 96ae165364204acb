"""What `sam build` makes: complete, precompiled, and nothing that does not belong there."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from e2e.conftest import LocalStack
from support.composition import FUNCTIONS
from support.template import ROOT

BUILD = ROOT / ".build/aws-sam"
DEPENDENCIES_BYTES = 5_000_000
"""Zipped."""


@pytest.fixture
def build(stack: LocalStack) -> Path:
    assert stack.info["stack_name"]
    return BUILD


def test_both_layers_ship_bytecode_for_every_module(build: Path) -> None:
    for layer in ("DependenciesLayer", "WecomSyncLayer"):
        sources = [path for path in (build / layer).rglob("*.py") if path.stat().st_size]
        assert sources
        for path in sources:
            assert (path.parent / "__pycache__" / f"{path.stem}.cpython-313.pyc").exists(), path


def test_no_layer_holds_the_path_that_it_was_built_in(build: Path) -> None:
    compiled = [*build.glob("*Layer/**/*.pyc")]

    assert compiled
    assert not [path for path in compiled if str(ROOT).encode() in path.read_bytes()]


@pytest.mark.parametrize("machine", ["aarch64", "x86_64"])
def test_what_is_compiled_fits_both_processors(build: Path, machine: str) -> None:
    names = {path.name for path in (build / "DependenciesLayer").rglob("*.so")}

    assert all(name.endswith("-linux-gnu.so") for name in names)
    needed = ("_raw_aes", "_raw_cbc", "_strxor", "_cpuid_c")
    assert names >= {f"{module}.cpython-313-{machine}-linux-gnu.so" for module in needed}


def test_no_layer_ships_tests_tools_or_what_the_runtime_has(build: Path) -> None:
    names = {path.name for path in build.rglob("*") if path.is_dir()}
    packages = {path.name for path in (build / "DependenciesLayer/python").iterdir()}

    assert not names & {"tests", "SelfTest", "bin", "moto", "wecom_sync_tools"}
    assert {"requests", "Crypto", "aws_lambda_powertools"} <= packages
    assert not packages & {"boto3", "botocore", "pytest"}
    assert (build / "WecomSyncLayer/python/wecom_sync/py.typed").exists()


def test_the_dependencies_are_small(build: Path, tmp_path: Path) -> None:
    archive = shutil.make_archive(f"{tmp_path}/layer", "zip", build / "DependenciesLayer")

    assert Path(archive).stat().st_size <= DEPENDENCIES_BYTES


@pytest.mark.parametrize("name", sorted(FUNCTIONS))
def test_each_function_imports_with_nothing_but_the_layers_and_boto3(
    build: Path, name: str
) -> None:
    layers = [str(build / layer / "python") for layer in ("DependenciesLayer", "WecomSyncLayer")]
    emulator = ROOT / ".build/ministack/lib/python3.13/site-packages"
    function = build / f"{name.capitalize()}Function"
    places = [*layers, str(function), str(emulator)]
    code = f"import sys; sys.path += {places}; import {name}"

    done = subprocess.run(
        [sys.executable, "-I", "-S", "-c", code],
        env={"POWERTOOLS_SERVICE_NAME": name, "POWERTOOLS_METRICS_NAMESPACE": "n"},
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stderr
