"""Nothing that was started outlives whoever started it."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from wecom_sync_tools.console.errors import CommandError
from wecom_sync_tools.local.processes import interrupts_unwind, run, running, tail

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


def test_a_block_that_ends_ends_its_command_and_that_ones_children(tmp_path: Path) -> None:
    log = tmp_path / "log"

    with running([sys.executable, "-c", FAMILY], log=log, env={}, cwd=tmp_path) as child:
        found = pids(log)
        assert all(alive(pid) for pid in found)
        assert not child.ended

    assert len(found) == 2
    wait_for(lambda: not any(alive(pid) for pid in found))


@pytest.mark.parametrize("command", [FAMILY, STUBBORN], ids=["family", "stubborn"])
def test_a_killed_starter_leaves_nothing_behind(tmp_path: Path, command: str) -> None:
    log = tmp_path / "log"
    starter = subprocess.Popen([sys.executable, "-c", STARTER, command, str(log)])
    found = pids(log)

    starter.send_signal(signal.SIGKILL)
    starter.wait()

    wait_for(lambda: not any(alive(pid) for pid in found))


def test_a_command_that_ignores_the_request_is_killed(tmp_path: Path) -> None:
    log = tmp_path / "log"

    with running([sys.executable, "-c", STUBBORN], log=log, env={}, cwd=tmp_path):
        found = pids(log)

    assert not any(alive(pid) for pid in found)


def test_a_command_may_tidy_up_before_it_ends(tmp_path: Path) -> None:
    log = tmp_path / "log"

    with running([sys.executable, "-c", POLITE], log=log, env={}, cwd=tmp_path):
        pids(log)

    assert log.read_text().endswith("tidied\n")


def test_a_failure_comes_with_the_end_of_its_log(tmp_path: Path) -> None:
    noise = "for n in range(99): print('line', n)\nraise SystemExit(3)"

    with pytest.raises(CommandError) as failed:
        run([sys.executable, "-c", noise], log=tmp_path / "log", env={}, cwd=tmp_path)

    assert failed.value.exit_code == 1
    assert failed.value.details.splitlines()[0] == "line 84"
    assert failed.value.details.endswith("line 98")


def test_a_good_end_is_no_failure(tmp_path: Path) -> None:
    run([sys.executable, "-c", "print('fine')"], log=tmp_path / "log", env={}, cwd=tmp_path)

    assert tail(tmp_path / "log") == "fine"


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_the_first_signal_unwinds_and_the_next_do_not_disturb(number: signal.Signals) -> None:
    before = signal.getsignal(number)
    tidied: list[bool] = []

    with pytest.raises(KeyboardInterrupt):
        _interrupted(number, tidied)

    assert tidied == [True]
    assert signal.getsignal(number) is before


def _interrupted(number: signal.Signals, tidied: list[bool]) -> None:
    with interrupts_unwind():
        try:
            os.kill(os.getpid(), number)
        finally:
            os.kill(os.getpid(), number)
            tidied.append(True)
