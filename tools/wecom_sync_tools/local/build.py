"""`sam build`, once per content: the result is shared by every local stack of the checkout."""

import fcntl
import hashlib
import platform
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from wecom_sync_tools.local.processes import run
from wecom_sync_tools.local.tooling import SAM, sam_environment

SOURCES = ("template.yaml", "functions", "layers")


def architecture() -> str:
    return "arm64" if platform.machine() in {"arm64", "aarch64"} else "x86_64"


def content_hash(root: Path, processor: str) -> str:
    digest = hashlib.sha256(processor.encode())
    for path in sorted(_sources(root)):
        name = path.relative_to(root).as_posix().encode()
        content = path.read_bytes()
        digest.update(b"%d %s %d " % (len(name), name, len(content)))
        digest.update(content)
    return digest.hexdigest()


def _sources(root: Path) -> Iterator[Path]:
    for source in SOURCES:
        top = root / source
        if top.is_file():
            yield top
            continue
        for folder, folders, files in top.walk():
            folders[:] = [name for name in folders if name != "__pycache__" and name[0] != "."]
            yield from (folder / name for name in files if not name.endswith(".pyc"))


class Build:
    """The build of a checkout, in `.build/aws-sam`."""

    def __init__(self, root: Path, log: Path, sam: Path = SAM) -> None:
        self._root = root
        self._log = log
        self._sam = sam
        self._folder = root / ".build" / "aws-sam"
        self._stamp = root / ".build" / "aws-sam.sha256"

    @contextmanager
    def current(self) -> Iterator[Path]:
        """Lend the directory of a current build. Raises `CommandError` when `sam build` fails."""
        self._folder.parent.mkdir(exist_ok=True)
        with self._stamp.with_suffix(".lock").open("a") as lock:
            while True:
                fcntl.flock(lock, fcntl.LOCK_SH)
                wanted = content_hash(self._root, architecture())
                if self._is_built(wanted):
                    break
                fcntl.flock(lock, fcntl.LOCK_EX)
                if not self._is_built(wanted):
                    self._build(wanted)
            yield self._folder

    def _is_built(self, wanted: str) -> bool:
        return self._stamp.exists() and self._stamp.read_text() == wanted

    def _build(self, wanted: str) -> None:
        self._stamp.unlink(missing_ok=True)
        run(
            [
                *(self._sam, "build", "--template", self._root / "template.yaml"),
                *("--build-dir", self._folder),
            ],
            log=self._log,
            env=sam_environment(WECOM_SYNC_ARCHITECTURE=architecture()),
            cwd=self._root,
        )
        self._stamp.write_text(wanted)
