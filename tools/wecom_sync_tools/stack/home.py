"""The directory of one local stack: its logs, its data, and the note how to reach it."""

import fcntl
import json
import os
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from wecom_sync_tools.console.errors import UsageError

ROOT = Path(__file__).resolve().parents[3]
"""The repository, when this package lies in one."""
DEFAULT_HOME = ROOT / ".build" / "local"
DEMO_HOME = ROOT / ".build" / "demo"


def has_repository() -> bool:
    """Whether this package lies in its repository; a wheel's does not."""
    return (ROOT / "template.yaml").exists()


@dataclass(frozen=True, slots=True, kw_only=True)
class StackNote:
    """How to reach a running local stack: what `local up --json` prints.

    Its buckets and its table have names as soon as it is deployed.
    """

    aws_endpoint: str
    region: str
    access_key: str
    secret_key: str
    drop_bucket: str = ""
    report_bucket: str = ""
    table: str = ""
    callback_base_url: str
    desk_base_url: str = ""
    wecom_url: str
    stack_name: str


class Home:
    """A directory that one running stack owns at a time."""

    def __init__(self, path: Path) -> None:
        self.path = path.absolute()
        self._data = self.path / "data"
        self._lock_file = self.path / "lock"
        self._note_file = self.path / "stack.json"

    @classmethod
    def chosen(cls, option: str | None, environ: Mapping[str, str]) -> "Home":
        """Return the home that `--home` or `WECOM_SYNC_HOME` names, else the default one."""
        named = option or environ.get("WECOM_SYNC_HOME")
        return cls(Path(named).expanduser() if named else DEFAULT_HOME)

    def log(self, name: str) -> Path:
        return self.path / f"{name}.log"

    def folder(self, name: str) -> Path:
        """Return a directory for data that lasts as long as the stack."""
        folder = self._data / name
        folder.mkdir(parents=True, exist_ok=True)
        return folder

    @contextmanager
    def owned(self) -> Iterator[None]:
        """Own the home during the block. Raises `UsageError` when another process owns it."""
        self.path.mkdir(parents=True, exist_ok=True)
        with self._lock_file.open("a+b") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise UsageError("home_in_use", home=self.path) from None
            lock.truncate(0)
            lock.write(str(os.getpid()).encode())
            lock.flush()
            # The lock ends with its process, so a note is left from a crash.
            self._clean()
            try:
                yield
            finally:
                self._clean()
                lock.truncate(0)

    def write(self, note: StackNote) -> None:
        text = json.dumps(asdict(note), indent=2)
        draft = self._note_file.with_suffix(".draft")
        draft.write_text(f"{text}\n", "utf-8")
        draft.replace(self._note_file)

    def note(self) -> StackNote | None:
        if self.owner() is None:
            return None
        try:
            fields: dict[str, Any] = json.loads(self._note_file.read_text("utf-8"))
        except FileNotFoundError:
            return None
        return StackNote(**fields)

    def owner(self) -> int | None:
        """Return the process that owns the home, None when none is noted."""
        try:
            lock = self._lock_file.open("rb")
        except FileNotFoundError:
            return None
        with lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
            except BlockingIOError:
                text = lock.read()
                return int(text) if text.isdigit() else None
        return None

    def _clean(self) -> None:
        """Remove what only a running stack needs; the logs stay."""
        self._note_file.unlink(missing_ok=True)
        if self._data.exists():
            self._data.rename(Path(tempfile.mkdtemp(prefix="gone-", dir=self.path)) / "data")
        # The emulator leaves tens of thousands of files. Nobody needs to wait until they are gone.
        if gone := [*self.path.glob("gone-*")]:
            os.posix_spawnp("rm", ["rm", "-rf", *map(str, gone)], os.environ, setsid=True)
