"""How soon documents tell of a move, and how long `wecom-sync plan` takes, on a local stack.

`python -m performance.documents` (in `tests/`) prints it. With `--before COMMIT` plans are compared
with that commit's own, on a stack of its own, in turns; the figures go to `docs/figures/`.
"""

import argparse
import io
import itertools
import json
import os
import statistics
import subprocess
import sys
import tarfile
import tempfile
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from wecom_sync.domain.drop import SETTINGS
from wecom_sync.domain.run import State
from wecom_sync.reporting.language import Language
from wecom_sync_tools.console.terminal import Terminal
from wecom_sync_tools.local.corps import LocalCorp
from wecom_sync_tools.local.known_corp import SECRET
from wecom_sync_tools.local.processes import interrupts_unwind
from wecom_sync_tools.local.stack import Options, local_stack
from wecom_sync_tools.stack.decisions import await_page
from wecom_sync_tools.stack.documents import RunPage
from wecom_sync_tools.stack.drops import upload
from wecom_sync_tools.stack.home import ROOT, Home
from wecom_sync_tools.stack.target import Target

CORPS = ("one", "two", "three", "four")
RUNS = 100
PLANS = 20
PEOPLE = 20
POLL_SECONDS = 0.02
JOB = "syncuser"
TRUSTING = b"[limits]\nadditions_percent = 100\n"
FIGURES = ROOT / "docs" / "figures" / "documents.json"


class Command:
    """The command line of a checkout, and the stack that was made of it."""

    def __init__(self, checkout: Path, home: Path) -> None:
        self._variables = {
            "PYTHONPATH": f"{checkout / 'tools'}:{checkout / 'layers/wecom_sync'}",
            "WECOM_SYNC_HOME": str(home),
        }

    def plan_seconds(self, file: Path) -> float:
        """Plan a file; return how long the command took."""
        command = (sys.executable, "-m", "wecom_sync_tools.cli", "plan", file, "--json")
        started = time.perf_counter()
        done = subprocess.run(
            [*command, "--corp", CORPS[0], "--job", JOB],
            env=os.environ | self._variables,
            capture_output=True,
            text=True,
            check=True,
        )
        taken = time.perf_counter() - started
        assert json.loads(done.stdout)["verdict"] == "apply"
        return taken


def people(corp: str, number: int) -> bytes:
    """Return a file of people who are all new; a corp's files are numbered."""
    lines = ["姓名,帐号,手机号,邮箱,所在部门"]
    new = range(number * PEOPLE, (number + 1) * PEOPLE)
    lines += [f"员工{n},{corp}{n},{13800000000 + n},,1" for n in new]
    return "\n".join(lines).encode()


def delays(target: Target, corp: str, runs: int) -> Iterator[float]:
    """Apply files one after the other; yield the seconds from each move to its document."""
    settings = upload(target, f"{corp}/{SETTINGS}", TRUSTING)
    await_page(target, corp, settings.run_id, lambda page: page.run.state is State.SUCCEEDED)
    for number in range(runs):
        dropped = upload(target, f"{corp}/{JOB}/{number}.csv", people(corp, number))
        seen: dict[float, float] = {}

        def has_ended(page: RunPage, seen: dict[float, float] = seen) -> bool:
            now = time.time()
            for step in page.run.timeline:
                seen.setdefault(step.at, now - step.at)
            return page.run.state.is_final or page.run.state is State.HELD

        page = await_page(
            target, corp, dropped.run_id, has_ended, sleep=lambda _: time.sleep(POLL_SECONDS)
        )
        assert page.run.state is State.SUCCEEDED, page.run
        yield from seen.values()


def documents(target: Target, runs: int) -> dict[str, Any]:
    """Measure documents, with a run of each corp under way."""
    with ThreadPoolExecutor(len(CORPS)) as corps:
        each = corps.map(lambda corp: list(delays(target, corp, runs // len(CORPS))), CORPS)
        found = sorted(itertools.chain.from_iterable(each))
    return {
        "runs": runs,
        "moves": len(found),
        "median_seconds": round(statistics.median(found), 3),
        "p95_seconds": round(statistics.quantiles(found, n=20)[-1], 3),
    }


def plans(commands: Sequence[Command], file: Path, count: int) -> list[float]:
    """Return the median time of a plan of each command line, in seconds; they take turns."""
    file.write_bytes(people("plan", 0))
    for command in commands:
        command.plan_seconds(file)
    rounds = [[command.plan_seconds(file) for command in commands] for _ in range(count)]
    return [round(statistics.median(each), 3) for each in zip(*rounds, strict=True)]


def checked_out(commit: str, folder: Path) -> Path:
    """Take a commit out of this clone's history."""
    taken = subprocess.run(
        ["git", "-C", ROOT, "archive", commit],
        capture_output=True,
        check=True,
    )
    with tarfile.open(fileobj=io.BytesIO(taken.stdout)) as archive:
        archive.extractall(folder, filter="data")
    return folder


def measured(folder: Path, before: str | None, runs: int, count: int) -> dict[str, Any]:
    """Start the stacks and measure."""
    checkouts = [ROOT, *([checked_out(before, folder / "before")] if before else [])]
    corps = [LocalCorp(corp, {**SECRET, "corp_id": f"ww-{corp}"}, {}) for corp in CORPS]
    with ExitStack() as stacks:
        targets, commands = [], []
        for number, checkout in enumerate(checkouts):
            home = Home(folder / f"stack{number}")
            options = Options(home=home, root=checkout, corps=corps)
            stack = stacks.enter_context(local_stack(options, Terminal(Language.ENGLISH).step))
            targets.append(stack.target)
            commands.append(Command(checkout, home.path))
        medians = plans(commands, folder / "plan.csv", count)
        told = documents(targets[0], runs)
    plan: dict[str, Any] = {"runs": count, "median_seconds": medians[0]}
    if before:
        plan |= {"before": before, "before_median_seconds": medians[1]}
        plan["ratio"] = round(medians[0] / medians[1], 2)
    return {"date": f"{datetime.now(UTC):%Y-%m-%d}", "documents": told, "plan": plan}


def main() -> None:
    """Print the figures; write them down when they compare."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--before", metavar="COMMIT")
    parser.add_argument("--runs", type=int, default=RUNS)
    parser.add_argument("--plans", type=int, default=PLANS)
    args = parser.parse_args()
    with interrupts_unwind(), tempfile.TemporaryDirectory() as folder:
        figures = measured(Path(folder), args.before, args.runs, args.plans)
    text = json.dumps(figures, indent=1)
    sys.stdout.write(f"{text}\n")
    if args.before:
        FIGURES.write_text(f"{text}\n", "utf-8")


if __name__ == "__main__":
    main()
