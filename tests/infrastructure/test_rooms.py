"""The contracts between rooms are kept, and an import against one is seen."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from support.template import ROOT

PACKAGES = (
    "layers/wecom_sync/wecom_sync",
    "tools/wecom_sync_tools",
    "tools/wecom_simulator/wecom_simulator",
)
MOST_ROOMS = 9
MOST_MODULES = 20


def lint(tree: Path) -> tuple[int, str]:
    places = [str((tree / package).parent) for package in PACKAGES]
    done = subprocess.run(
        [Path(sys.executable).with_name("lint-imports"), ROOT / "pyproject.toml", "--no-cache"],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(places)},
        cwd=tree,
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode, done.stdout + done.stderr


AGAINST = [
    ("wecom_sync/domain/run.py", "import wecom_sync.files.roster", "The layer's rooms"),
    ("wecom_sync/files/roster.py", "import requests", "Pure rooms"),
    ("wecom_sync/domain/errors.py", "import wecom_sync.domain.run_id", "No circle"),
    ("wecom_sync/planning/plan.py", "import wecom_sync.reporting.catalogue", "Plans and guard"),
    ("wecom_sync/adapters/s3.py", "import wecom_sync.use_cases.sweep", "Adapters know"),
    ("wecom_sync/domain/run.py", "import wecom_sync_tools.cli", "The layer needs no laptop"),
    ("wecom_sync_tools/console/prose.py", "import wecom_sync_tools.views.run", "The tools'"),
    ("wecom_sync_tools/cli.py", "import wecom_sync_tools.views.run", "The command line"),
    ("wecom_sync_tools/docs/tables.py", "import wecom_sync_tools.views.run", "Generated"),
    ("wecom_sync_tools/commands/drop.py", "import wecom_sync_tools.local.build", "A local"),
    ("wecom_sync_tools/commands/drop.py", "import wecom_simulator.state.clock", "The simulator s"),
    ("wecom_simulator/state/clock.py", "import wecom_sync.domain.run", "The simulator needs"),
    ("wecom_simulator/state/clock.py", "import wecom_simulator.web.robot", "The simulator's"),
]
"""Modules, what they may not import, and how the contract begins that says so."""


def test_an_import_against_a_contract_is_seen(tmp_path: Path) -> None:
    for package in PACKAGES:
        ignored = shutil.ignore_patterns("__pycache__")
        shutil.copytree(ROOT / package, tmp_path / package, ignore=ignored)
    domain = tmp_path / PACKAGES[0] / "domain"
    (domain / "run_id.py").write_text("from wecom_sync.domain import errors\n")
    for module, statement, _ in AGAINST:
        (changed,) = (path for path in tmp_path.glob(f"**/{module}") if path.is_file())
        changed.write_text(f"{changed.read_text()}\n{statement}\n")

    code, text = lint(tmp_path)

    broken = [line for line in text.splitlines() if "BROKEN" in line]
    assert code == 1
    for *_, contract in AGAINST:
        assert any(line.startswith(contract) for line in broken), text


@pytest.mark.parametrize("package", PACKAGES)
def test_a_room_has_a_charter_and_few_modules(package: str) -> None:
    rooms = [path for path in (ROOT / package).iterdir() if (path / "__init__.py").exists()]

    assert len(rooms) <= MOST_ROOMS
    for room in rooms:
        assert (room / "__init__.py").read_text().startswith('"""'), room
        assert len(list(room.glob("*.py"))) - 1 <= MOST_MODULES, room
