"""Child processes with a log, the programs of `make setup`, and the signals that end us."""

import contextlib
import os
import signal
import subprocess
import sys
import types
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from wecom_sync_tools.console.errors import CommandError, UsageError
from wecom_sync_tools.stack.home import ROOT

GUARD = Path(__file__).with_name("guard.py")
STOP_SECONDS = 10
TAIL_LINES = 15
SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
SAM = ROOT / ".build" / "sam" / "bin" / "sam"
MINISTACK = ROOT / ".build" / "ministack" / "bin" / "ministack"

REGION = "us-east-1"
ACCESS_KEY = "test"
SECRET_KEY = "test"  # noqa: S105 - the emulator's own
"""MiniStack's root user."""

_KEPT = ("HOME", "LANG", "LC_ALL", "TERM", "TMPDIR", "SSL_CERT_FILE", "REQUESTS_CA_BUNDLE")
_KEPT_PREFIXES = ("PIP_", "XDG_", "http", "https", "no_proxy", "HTTP", "NO_PROXY")


class Child:
    def __init__(
        self, command: Sequence[str | Path], *, log: Path, env: Mapping[str, str], cwd: Path
    ) -> None:
        self.log = log
        with log.open("wb") as output:
            self._guard = subprocess.Popen(
                [sys.executable, "-I", GUARD, *command],
                stdin=subprocess.PIPE,
                stdout=output,
                stderr=subprocess.STDOUT,
                env=dict(env),
                cwd=cwd,
                start_new_session=True,
            )

    @property
    def ended(self) -> bool:
        return self._guard.poll() is not None

    def wait(self) -> int:
        return self._guard.wait()

    def stop(self) -> None:
        """End the command and everything it started."""
        if self._guard.stdin is not None:
            self._guard.stdin.close()
        try:
            self._guard.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self._guard.pid, signal.SIGKILL)
            self._guard.wait()


@contextmanager
def running(
    command: Sequence[str | Path], *, log: Path, env: Mapping[str, str], cwd: Path
) -> Iterator[Child]:
    child = Child(command, log=log, env=env, cwd=cwd)
    try:
        yield child
    finally:
        child.stop()


def run(command: Sequence[str | Path], *, log: Path, env: Mapping[str, str], cwd: Path) -> None:
    """Run a command to its end. Raises `CommandError` with the end of its log."""
    with running(command, log=log, env=env, cwd=cwd) as child:
        if child.wait():
            raise failed(log)


def failed(log: Path) -> CommandError:
    """Return what to raise when a step failed: the end of its log and where the whole log is."""
    return CommandError("step_failed", tail(log), log=log)


def tail(log: Path, lines: int = TAIL_LINES) -> str:
    """Return the last lines of a log that say something."""
    text = log.read_text("utf-8", "replace")
    return "\n".join([line for line in text.splitlines() if line.strip()][-lines:])


@contextmanager
def interrupts_unwind() -> Iterator[None]:
    """Raise KeyboardInterrupt at the first signal in the main thread; ignore those that follow."""
    previous = {number: signal.signal(number, _interrupt) for number in SIGNALS}
    try:
        yield
    finally:
        for number, handler in previous.items():
            signal.signal(number, handler)


def _interrupt(_number: int, _frame: types.FrameType | None) -> None:
    for number in SIGNALS:
        signal.signal(number, signal.SIG_IGN)
    raise KeyboardInterrupt


def require_tools() -> None:
    """Raise `UsageError` unless `make setup` was run in this checkout."""
    if not (SAM.exists() and MINISTACK.exists()):
        raise UsageError("setup_missing", root=ROOT)


def plain_environment(**variables: str | Path) -> dict[str, str]:
    """Return an environment without the caller's AWS settings, in which this python is found."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if name in _KEPT or name.startswith(_KEPT_PREFIXES)
    }
    path = os.pathsep.join((str(Path(sys.executable).parent), os.environ.get("PATH", os.defpath)))
    return kept | {"PATH": path} | {name: str(value) for name, value in variables.items()}


def sam_environment(**variables: str | Path) -> dict[str, str]:
    """Return the environment of `sam`: no telemetry, no shared AWS configuration."""
    return plain_environment(
        SAM_CLI_TELEMETRY="0",
        AWS_CONFIG_FILE=os.devnull,
        AWS_SHARED_CREDENTIALS_FILE=os.devnull,
        AWS_REGION=REGION,
        AWS_DEFAULT_REGION=REGION,
        AWS_ACCESS_KEY_ID=ACCESS_KEY,
        AWS_SECRET_ACCESS_KEY=SECRET_KEY,
        **variables,
    )
