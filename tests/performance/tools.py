"""What people wait for on a laptop: the demo, the command line, the pages of a large run."""

import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from performance.table import Table, Words
from performance.timing import RUNS, Timing
from support.chromium import PACKAGES, Visits, chromium
from support.showcase import many
from support.template import ROOT

if TYPE_CHECKING:
    from playwright.sync_api import Browser

WECOM_SYNC = ROOT / ".venv/bin/wecom-sync"
DEMOS = 3
ROWS = 100_000
COMMANDS: Sequence[tuple[Words, Sequence[str | Path]]] = (
    (("python, without a program", "python，不含任何程序"), (sys.executable, "-c", "")),
    (("import boto3", "import boto3"), (sys.executable, "-c", "import boto3")),
    (("wecom-sync --help", "wecom-sync --help"), (WECOM_SYNC, "--help")),
    (("wecom-sync status --help", "wecom-sync status --help"), (WECOM_SYNC, "status", "--help")),
    (("wecom-sync status", "wecom-sync status"), (WECOM_SYNC, "status")),
    (("wecom-sync runs", "wecom-sync runs"), (WECOM_SYNC, "runs")),
)
PAGES: Sequence[tuple[Words, int]] = (
    (("held, nothing sent", "等待确认，尚未发送"), 0),
    (("a tenth refused", "十分之一被拒绝"), 10),
    (("all refused", "全部被拒绝"), 1),
)
"""Pages by what became of their rows, and each how many-th was refused."""
TITLES: Sequence[Words] = (
    (f"a run of {ROWS:,} rows", f"{ROWS:,} 行的运行"),
    ("KB", "KB"),
    ("elements", "元素"),
    ("open", "打开"),
    ("all can be searched", "可搜索全部行"),
    ("a search", "搜索一次"),
    ("a sort", "排序一次"),
)


def spent(command: Sequence[str | Path], home: Path) -> float:
    """Run a command; return the processor time that it took, in seconds. Raises `SystemExit`."""
    environ = os.environ | {"WECOM_SYNC_HOME": str(home)}
    child = subprocess.Popen(command, stdout=subprocess.DEVNULL, env=environ)
    _, status, usage = os.wait4(child.pid, 0)
    if status:
        raise SystemExit(f"{command} failed")
    return usage.ru_utime + usage.ru_stime


def commands(folder: Path) -> Table:
    """Ask a local stack with one run, everything in turns."""
    home, file = folder / "home", folder / "members.csv"
    file.write_text("姓名,帐号,手机号,邮箱,所在部门\n甲,jia,13900000001,jia@x.example,1\n", "utf-8")
    up: list[str | Path] = [WECOM_SYNC, "local", "up", "--json", "--home", home]
    with subprocess.Popen(up, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as stack:
        json.loads(stack.stdout.readline() if stack.stdout else "")
        dropped = (WECOM_SYNC, "drop", file, "--corp", "acme", "--job", "syncuser", "--watch")
        spent(dropped, home)
        seconds: list[list[float]] = [[] for _ in COMMANDS]
        for _ in range(RUNS):
            for taken, (_, command) in zip(seconds, COMMANDS, strict=True):
                taken.append(spent(command, home))
        stack.terminate()
    rows = [(words, (str(Timing.of(s)),)) for (words, _), s in zip(COMMANDS, seconds, strict=True)]
    return Table("commands", (("command", "命令"), ("processor time", "处理器时间")), rows)


def demo() -> Table:
    """Play the demo as `make demo` does when everything is set up and built."""

    def played() -> float:
        started = time.perf_counter()
        subprocess.run(["make", "demo"], cwd=ROOT, stdout=subprocess.DEVNULL, check=True)
        return time.perf_counter() - started

    played()
    timing = Timing.of([played() for _ in range(DEMOS)])
    return Table(
        "demo",
        (("command", "命令"), ("seconds", "秒")),
        [(("make demo", "make demo"), (str(timing),))],
    )


def visited(browser: "Browser", folder: Path, content: bytes) -> Sequence[str]:
    """Open a page, and use it; return a cell for each of `TITLES`."""
    visits = Visits(browser, folder)
    started = time.perf_counter()
    page = visits.open(content)
    opened = time.perf_counter() - started
    page.get_by_text(f"{ROWS:,} of {ROWS:,} shown").wait_for(state="attached")
    unpacked = time.perf_counter() - started
    elements = page.locator("*").count()
    search = page.get_by_role("searchbox")
    searched = timed(lambda: (search.fill("nobody"), page.get_by_text("Nothing fits.").wait_for()))
    search.fill("")
    ordered = timed(page.get_by_role("button", name="Person").click)
    visits.close()
    waits = (opened, unpacked, searched, ordered)
    return (f"{len(content) // 1024:,}", f"{elements:,}", *(f"{wait:.2f} s" for wait in waits))


def timed(act: Callable[[], object]) -> float:
    started = time.perf_counter()
    act()
    return time.perf_counter() - started


def pages(folder: Path) -> Table:
    with chromium() as browser:
        rows = [
            (words, visited(browser, folder, many(ROWS, refused_each)))
            for words, refused_each in PAGES
        ]
    return Table("pages", TITLES, rows)


def tables() -> Iterator[Table]:
    with TemporaryDirectory() as name:
        yield commands(Path(name))
        if shutil.which("chromium") and PACKAGES.exists():
            yield pages(Path(name))
        else:
            sys.stderr.write("no pages: Chromium or .build/browser is missing (make browser)\n")
    yield demo()
