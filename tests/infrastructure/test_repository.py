"""Promises of the repository itself."""

import ast
import importlib
import re
import sys
from collections import Counter
from pathlib import Path

import pytest

from support.template import ROOT
from wecom_sync.guardrails.rules import FAMILIES
from wecom_sync.reporting.catalogue import TEXTS

LAYER = ROOT / "layers/wecom_sync/wecom_sync"
TESTS = ROOT / "tests"
LOCKS = [
    *sorted((ROOT / "requirements").glob("*.txt")),
    ROOT / "layers/dependencies/requirements.txt",
]

AROUND = {"hold_expired", "hold_worse", "hold_new_reason"}
"""Texts about holds that no guard rule gives."""


def imported(path: Path) -> set[str]:
    modules: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            modules |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            modules |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
    return modules


def test_every_module_of_the_tests_imports_and_what_is_no_test_is_used() -> None:
    paths = [path for path in TESTS.rglob("*.py") if path.name != "conftest.py"]
    # The peers run in an environment of their own.
    paths = [path for path in paths if path.parent.name != "peers"]
    used = {name for path in TESTS.rglob("*.py") for name in imported(path)}
    for path in paths:
        name = ".".join(path.relative_to(TESTS).with_suffix("").parts).removesuffix(".__init__")
        importlib.import_module(name)
        is_run = path.name.startswith(("test_", "__")) or "__main__" in path.read_text()
        assert is_run or name in used, f"nobody uses {name}"
    assert len(paths) > 100


def test_no_name_is_that_of_two_classes() -> None:
    paths = (
        path for name in ("layers", "functions", "tools") for path in (ROOT / name).rglob("*.py")
    )
    nodes = [node for path in paths for node in ast.walk(ast.parse(path.read_text()))]
    names = Counter(node.name for node in nodes if isinstance(node, ast.ClassDef))
    assert [name for name, count in names.items() if count > 1] == []


def test_no_import_builds_a_client_or_reads_the_environment() -> None:
    paths = [*LAYER.rglob("*.py"), *(ROOT / "functions").glob("*/*.py")]
    assert len(paths) > 50
    for path in paths:
        tree = ast.parse(path.read_text())
        for node in tree.body:
            if isinstance(node, ast.FunctionDef | ast.ClassDef):
                continue
            text = ast.unparse(node)
            assert "os.environ" not in text, path
            assert ".client(" not in text, path


@pytest.mark.parametrize("lock", LOCKS, ids=lambda path: path.name)
def test_every_locked_package_is_pinned_by_hash(lock: Path) -> None:
    packages = re.split(r"^(?=\S+==)", lock.read_text(), flags=re.MULTILINE)[1:]

    assert packages
    assert all("--hash=sha256:" in package for package in packages)


def test_the_emulators_environment_masks_no_package_of_the_layer() -> None:
    names = {
        line.partition("==")[0]
        for line in (ROOT / "requirements/ministack.txt").read_text().splitlines()
    }

    assert "ministack" in names
    assert not names & {"requests", "pycryptodome", "aws-lambda-powertools"}


def test_the_cipher_is_never_ecb_and_digests_are_compared_in_constant_time() -> None:
    text = (LAYER / "wecom/callback_crypto.py").read_text()

    assert "MODE_ECB" not in text
    assert text.count("compare_digest") >= 3
    assert not re.search(r"signature\s*[!=]=|[!=]=\s*\w*signature", text)


def test_this_interpreter_is_the_functions_own() -> None:
    assert sys.version_info[:2] == (3, 13)


def test_every_hold_is_tested() -> None:
    files = (*ROOT.glob("tests/integration/*.py"), ROOT / "tests/unit/test_company_tree.py")
    words = {*re.findall(r"\w+", "".join(path.read_text() for path in files))}

    assert [hold for hold in FAMILIES if hold not in words] == []
    assert len(FAMILIES) == len({name for name in TEXTS if name.startswith("hold_")} - AROUND)
