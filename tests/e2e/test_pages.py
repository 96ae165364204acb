"""The README and the tutorials, typed word for word on a local stack of their own."""

import os
import re
import signal
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from e2e.conftest import HANG_SECONDS, WECOM_SYNC
from support.pages import PageStep, steps
from support.template import ROOT

RUN = re.compile(r"\d{8}T\d{6}Z-[0-9a-f]{12}")
HASH = re.compile(r"(?<=--plan )[0-9a-f]{12}")
LOCAL_UP = "wecom-sync local up "
ELSEWHERE = ("make ", ".build/sam/bin/sam build", ".build/sam/bin/sam deploy")
"""What other tests and `.ci/run` do, or what needs an account."""
HELD = 1


class Terminal:
    """Types a page's commands into one shell's environment, and looks at what they print."""

    def __init__(self, folder: Path, language: str) -> None:
        self._folder = folder
        for name in ("examples", "events", ".venv"):
            (folder / name).symlink_to(ROOT / name)
        (folder / ".build").mkdir()
        self._environment = os.environ | {
            "PATH": f"{Path(WECOM_SYNC).parent}:{os.environ['PATH']}",
            "WECOM_SYNC_HOME": str(folder / "stack"),
            "WECOM_SYNC_LANG": language,
        }
        self._run = self._hash = ""

    @contextmanager
    def stack(self, step: PageStep) -> Iterator[None]:
        """Start the stack with the page's own command; stop it afterwards."""
        process = subprocess.Popen(
            ["bash", "-c", f"exec {step.command}"],
            cwd=self._folder,
            env=self._environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        assert process.stdout is not None
        hangs = threading.Timer(HANG_SECONDS, process.kill)
        hangs.start()
        printed = ""
        try:
            for line in process.stdout:
                printed += line
                if "Ctrl-C" in line:
                    break
            hangs.cancel()
            assert_shown(step, printed)
            yield
        finally:
            hangs.cancel()
            process.send_signal(signal.SIGINT)
            process.communicate(timeout=HANG_SECONDS)

    def type(self, step: PageStep) -> None:
        """Run a command. `RUN` and `HASH` are the last ones that were printed."""
        command = step.command.replace("RUN", self._run).replace("HASH", self._hash)
        done = subprocess.run(
            ["bash", "-c", command],
            cwd=self._folder,
            env=self._environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=HANG_SECONDS,
            check=False,
        )
        assert done.returncode in expected(step), f"{step.command}\n{done.stdout}"
        assert_shown(step, done.stdout)
        self._run = (RUN.findall(done.stdout) or [self._run])[-1]
        self._hash = (HASH.findall(done.stdout) or [self._hash])[-1]


def expected(step: PageStep) -> set[int]:
    """Return the exit codes that a command may have: that of a plan tells its verdict."""
    plans = step.command.startswith("wecom-sync plan")
    may_hold = step.command.startswith(("wecom-sync drop", "wecom-sync rollback"))
    return {0, 3, 4} if plans else {0, HELD} if may_hold else {0}


def assert_shown(step: PageStep, printed: str) -> None:
    """See that what the page shows was printed, in that order."""
    text = HASH.sub("HASH", RUN.sub("RUN", printed))
    position = 0
    for line in step.lines:
        start = text.find(line, position)
        assert start >= 0, f"{step.command}: the page shows {line!r}\n{text}"
        position = start + len(line)


TUTORIALS = [
    f"docs/{language}/tutorial/{name}.md"
    for language in ("en", "zh")
    for name in ("first-company", "administrators-guide")
]


@pytest.mark.parametrize("page", ["README.md", *TUTORIALS])
def test_what_a_page_says_is_what_happens(tmp_path: Path, page: str) -> None:
    language = "zh" if page.startswith("docs/zh") else "en"
    typed = [step for step in steps(ROOT / page) if not step.command.startswith(ELSEWHERE)]
    starts = [n for n, step in enumerate(typed) if step.command.startswith(LOCAL_UP)]
    end = starts[1] if len(starts) > 1 else len(typed)
    terminal = Terminal(tmp_path, language)

    with terminal.stack(typed[starts[0]]):
        for step in typed[starts[0] + 1 : end]:
            terminal.type(step)
