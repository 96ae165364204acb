"""Wheels of this repository, installed into an environment that holds nothing else."""

import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from support.template import ROOT

UV = Path(sys.executable).with_name("uv")
LOCK = ROOT / "requirements/dev.txt"


def installed(place: str, folder: Path) -> Path:
    """Build the wheel of a project and install it into a new environment; return its `bin`.

    `place`: the project's folder below the repository. Dependencies come with the locked versions
    and hashes, so that the outcome is the same every day.
    """
    _uv("build", "--wheel", "--no-build-isolation", "--python", sys.executable,
        "--out-dir", str(folder), str(ROOT / place))  # fmt: skip
    (wheel,) = folder.glob("*.whl")
    home = folder / "environment"
    _uv("venv", "--python", sys.executable, str(home))
    _uv("pip", "install", "--python", str(home), "--constraint", str(LOCK), str(wheel))
    return home / "bin"


def _uv(*arguments: str) -> None:
    done = subprocess.run([UV, *arguments], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def run(
    command: Sequence[str | Path], folder: Path, **environment: str
) -> subprocess.CompletedProcess[str]:
    """Run a command in a folder with nothing of ours in its environment."""
    own = {"PATH": "/usr/bin:/bin", "LANG": "C.UTF-8", **environment}
    return subprocess.run(
        command, cwd=folder, env=own, capture_output=True, text=True, timeout=180, check=False
    )
