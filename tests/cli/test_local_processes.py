"""Builds and children: the same content is built once, and nothing outlives its starter."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from wecom_sync_tools.console.errors import CommandError
from wecom_sync_tools.local.deploy import Build, content_hash
from wecom_sync_tools.local.processes import interrupts_unwind, run, running, tail

SAM = """#!/bin/sh
echo built >> "$(dirname "$0")/builds"
mkdir -p .build/aws-sam
cat template.yaml > .build/aws-sam/template.yaml
echo "the compiler says no"
exit $(cat "$(dirname "$0")/exit" 2>/dev/null || echo 0)
"""


@pytest.fixture
def root(tmp_path: Path) -> Path:
    root = tmp_path / "checkout"
    (root / "functions/submit").mkdir(parents=True)
    (root / "layers/wecom_sync").mkdir(parents=True)
    (root / "template.yaml").write_text("one")
    (root / "functions/submit/submit.py").write_text("pass")
    return root


@pytest.fixture
def sam(tmp_path: Path) -> Path:
    sam = tmp_path / "sam"
    sam.write_text(SAM)
    sam.chmod(0o755)
    return sam


def build(root: Path, sam: Path) -> str:
    with Build(root, root.with_name("build.log"), sam).current() as folder:
        return (folder / "template.yaml").read_text()


def builds(sam: Path) -> int:
    return len(sam.with_name("builds").read_text().splitlines())


def test_the_same_content_is_built_once_and_a_failed_build_is_none(root: Path, sam: Path) -> None:
    assert [build(root, sam), build(root, sam)] == ["one", "one"]
    assert builds(sam) == 1

    (root / "template.yaml").write_text("two")
    sam.with_name("exit").write_text("1")
    for _ in range(2):
        with pytest.raises(CommandError) as failed:
            build(root, sam)
        assert failed.value.code == "step_failed"
        assert "the compiler says no" in failed.value.details
        assert failed.value.params["log"] == root.with_name("build.log")
    (root / "template.yaml").write_text("one")
    sam.with_name("exit").unlink()
    assert [build(root, sam), build(root, sam)] == ["one", "one"]
    assert builds(sam) == 4


COUNTS = (
    "template.yaml functions/submit/submit.py functions/submit/new.py layers/wecom_sync/Makefile"
)
NOTHING = "README.md functions/submit/__pycache__/submit.cpython-313.pyc layers/.cache/x"


@pytest.mark.parametrize("path", f"{COUNTS} {NOTHING}".split())
def test_every_source_counts_and_nothing_else(root: Path, path: str) -> None:
    before = content_hash(root, "arm64")
    (root / path).parent.mkdir(parents=True, exist_ok=True)
    (root / path).write_text("other")

    assert (content_hash(root, "arm64") != before) is (path in COUNTS)
    assert content_hash(root, "x86_64") != before


def test_names_count_too(root: Path) -> None:
    before = content_hash(root, "arm64")
    source = root / "functions/submit/submit.py"

    source.rename(source.with_name("other.py"))

    assert content_hash(root, "arm64") != before


FAMILY = """
import os, subprocess, sys, time
child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
print(os.getpid(), child.pid, flush=True)
time.sleep(600)
"""
STUBBORN = """
import os, signal, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
print(os.getpid(), flush=True)
time.sleep(600)
"""
POLITE = """
import os, signal, sys, time
def tidy(*_):
    print("tidied", flush=True)
    sys.exit(0)
signal.signal(signal.SIGTERM, tidy)
print(os.getpid(), flush=True)
time.sleep(600)
"""
STARTER = """
import sys, time
from pathlib import Path
from typing import Any
from wecom_sync_tools.local.processes import Child
Child([sys.executable, "-c", sys.argv[1]], log=Path(sys.argv[2]), env={}, cwd=Path("/"))
time.sleep(600)
"""


def wait_for(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 120
    while not condition():
        assert time.monotonic() < deadline, "it does not happen"
        time.sleep(0.02)


def pids(log: Path) -> list[int]:
    wait_for(lambda: log.exists() and log.read_text().endswith("\n"))
    return [int(word) for word in log.read_text().split()]


def alive(pid: int) -> bool:
    state = subprocess.run(
        ["ps", "-o", "stat=", "-p", str(pid)], capture_output=True, text=True, check=False
    ).stdout
    return bool(state) and not state.startswith("Z")


@pytest.mark.parametrize("command", [FAMILY, STUBBORN], ids=["family", "stubborn"])
def test_a_killed_starter_leaves_nothing_behind(tmp_path: Path, command: str) -> None:
    log = tmp_path / "log"
    starter = subprocess.Popen([sys.executable, "-c", STARTER, command, str(log)])
    family = pids(log)

    starter.send_signal(signal.SIGKILL)
    starter.wait()

    wait_for(lambda: not any(alive(pid) for pid in family))


@pytest.mark.parametrize(("command", "processes"), [(FAMILY, 2), (STUBBORN, 1), (POLITE, 1)])
def test_a_block_ends_its_whole_family(tmp_path: Path, command: str, processes: int) -> None:
    log = tmp_path / "log"

    with running([sys.executable, "-c", command], log=log, env={}, cwd=tmp_path) as child:
        family = pids(log)
        assert all(alive(pid) for pid in family)
        assert not child.ended

    assert len(family) == processes
    wait_for(lambda: not any(alive(pid) for pid in family))
    assert log.read_text().endswith("tidied\n") is (command == POLITE)


def test_a_failure_comes_with_the_end_of_its_log(tmp_path: Path) -> None:
    options: Any = {"log": tmp_path / "log", "env": {}, "cwd": tmp_path}
    run([sys.executable, "-c", "print('fine')"], **options)
    assert tail(tmp_path / "log") == "fine"

    noise = "for n in range(99): print('line', n)\nraise SystemExit(3)"
    with pytest.raises(CommandError) as failed:
        run([sys.executable, "-c", noise], **options)

    assert failed.value.exit_code == 1
    assert failed.value.details.splitlines()[0] == "line 84"
    assert failed.value.details.endswith("line 98")


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_the_first_signal_unwinds_and_the_next_do_not_disturb(number: signal.Signals) -> None:
    before = signal.getsignal(number)
    tidied = False

    with pytest.raises(KeyboardInterrupt), interrupts_unwind():  # noqa: PT012 - both are the test
        try:
            os.kill(os.getpid(), number)
        finally:
            os.kill(os.getpid(), number)
            tidied = True

    assert tidied
    assert signal.getsignal(number) is before
