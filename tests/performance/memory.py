"""How much memory and time each function takes, for files of several sizes."""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from performance.cloud import Used, cloud
from performance.files import HEADER, member_rows
from performance.table import Table
from support.events import SCHEDULED
from support.template import resources

SIZES = (100, 10_000, 100_000)
FUNCTIONS = ("submit", "callback", "persist", "publish", "sweep", "drift")
MB = 1 << 20
CORE_MB = 1769
"""The memory with which Lambda gives a function one processor; Python uses no more than one."""
CHOICES = (512, 768, 1024, 1536, 1769, 2048, 3008)


@dataclass(frozen=True)
class Nights:
    """What functions used for a company's files: `first` all are new.

    In the `second` every hundredth person has changed; `kept`: the bytes that it added to S3, and
    to the table. In the `third` all have, and it is held. `sweep` and `drift` are what a quiet
    stack does.
    """

    first: Used
    second: Used
    third: Used
    kept: tuple[int, int]
    sweep: Used
    drift: Used

    @property
    def all(self) -> tuple[Used, ...]:
        return self.first, self.second, self.third, self.sweep, self.drift

    def peak(self, function: str) -> int:
        """Return the most memory (bytes) that a function has had."""
        return max(night.peak.get(function, 0) for night in self.all)


def staff(rows: int, title: str = "工程师", share: int = 100) -> bytes:
    """Return a company file; one of so many has this title."""
    lines = [",".join(HEADER)]
    for n, row in enumerate(member_rows(rows)):
        cells = [*map(str, row)]
        cells[4:6] = f"示例公司/部门{row[4]}", title if n % share == 0 else cells[5]
        lines.append(",".join(cells))
    return "\n".join(lines).encode()


@cache
def nights(rows: int) -> Nights:
    with cloud() as stack:
        first = stack.sync("company/staff.csv", staff(rows))
        before = stack.kept_bytes()
        second = stack.sync("company/staff.csv", staff(rows, "经理"))
        objects, table = stack.kept_bytes()
        third = stack.sync("company/staff.csv", staff(rows, "总监", 1))
        stack.invoke("sweep", SCHEDULED)
        stack.used = Used()
        stack.invoke("sweep", SCHEDULED)
        sweep, stack.used = stack.used, Used()
        stack.invoke("drift", SCHEDULED)
        while stack.work(math.inf):
            pass
        kept = objects - before[0], table - before[1]
        return Nights(first, second, third, kept, sweep, stack.used)


def configured(function: str) -> tuple[int, int]:
    """Return the memory (MB) and the time-out (seconds) that the template gives a function."""
    properties = resources("AWS::Lambda::Function")[f"{function.capitalize()}Function"]
    return properties["Properties"]["MemorySize"], properties["Properties"]["Timeout"]


def billed_seconds(used: Used, function: str, memory: int, *, longest: bool = False) -> float:
    """Return how long all invocations take, or the longest, if it is the one that waits."""
    seconds = used.seconds.get(function, [0])
    return (max if longest else sum)(seconds) * max(1, CORE_MB / memory) + used.waited[function]


def tables() -> Iterator[Table]:
    """Yield what each function takes, and what another memory would change."""
    largest = nights(SIZES[-1])
    rows = []
    for function in FUNCTIONS:
        peaks = [nights(size).peak(function) for size in SIZES]
        memory, timeout = configured(function)
        longest = max(
            billed_seconds(night, function, memory, longest=True) for night in largest.all
        )
        cells = [f"{peak / MB:.0f}" for peak in peaks]
        cells += [f"{memory}", f"× {memory * MB / peaks[-1]:.1f}", f"{longest:.1f}", f"{timeout}"]
        rows.append(((function, function), cells))
    sizes = [(f"MB, {size:,} rows", f"MB，{size:,} 行") for size in SIZES]
    yield Table(
        "memory",
        (
            ("function", "函数"), *sizes, ("MemorySize", "MemorySize"), ("margin", "余量"),
            ("longest, seconds", "最长秒数"), ("Timeout", "Timeout"),
        ),
        rows,
    )  # fmt: skip
    names = ("submit", "persist", "publish")

    def choice(memory: int, function: str) -> str:
        if memory * MB < largest.peak(function):
            return "–"
        seconds = billed_seconds(largest.second, function, memory)
        return f"{seconds:.1f}, {seconds * memory / 1024:.1f}"

    yield Table(
        "memory_sizes",
        (("MB", "MB"), *((f"{it}: s, GB-s", f"{it}：秒，GB·秒") for it in names)),
        [
            ((f"{memory:,}", f"{memory:,}"), [choice(memory, it) for it in names])
            for memory in CHOICES
        ],
    )
