"""`python -m soak` (in `tests/`): many companies on a stack of its own, in bad weather."""

import argparse
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from pathlib import Path
from statistics import median
from typing import Any

from soak.audit import audit, messages, simulator_of
from soak.company import Company, chatterbox, company, giant
from soak.load import Dropped, Load
from support.stress import report
from wecom_simulator import Simulator
from wecom_sync.domain.run import Job, State
from wecom_sync.reporting.language import Language
from wecom_sync_tools.console.terminal import Terminal
from wecom_sync_tools.local.corps import LocalCorp
from wecom_sync_tools.local.processes import interrupts_unwind
from wecom_sync_tools.local.stack import LocalStack, Options, local_stack
from wecom_sync_tools.stack.home import Home

CALLS: Sequence[tuple[float, Mapping[str, Any]]] = (
    (0.030, {"kind": "errcode", "errcode": -1}), (0.005, {"kind": "errcode", "errcode": 45009}),
    (0.010, {"kind": "errcode", "errcode": 45033}), (0.015, {"kind": "http_status", "status": 503}),
    (0.010, {"kind": "html"}), (0.010, {"kind": "cut"}), (0.010, {"kind": "cut_after"}),
    (0.005, {"kind": "slow", "seconds": 2.0}), (0.005, {"kind": "errcode_as_string"}),
)  # fmt: skip
"""What happens to which share of the calls: a tenth in all."""
BUSY = 0.02
"""The share of submits that WeCom refuses in addition, as if an import were under way."""
CALLBACKS: Sequence[tuple[float, Mapping[str, Any]]] = (
    (0.20, {"kind": "lost"}),
    (0.20, {"kind": "repeated", "copies": 2}),
)

SMALL_ROWS = 500
type Figures = Mapping[str, Any]
"""Everything that is worth a line; `ratio`: small files beside the big one against before.

`approved` counts runs that were held until somebody dropped a decision.
"""


def _of[T](default: T, what: str) -> T:
    value: T = field(default=default, metadata={"help": f"{what} ({default})"})
    return value


@dataclass(frozen=True, slots=True, kw_only=True)
class Size:
    """How much of everything, by default for hours."""

    corps: int = _of(200, "companies")
    drops: int = _of(5, "files of each")
    big: int = _of(100_000, "rows of the one big file; 0: none")
    many: int = _of(120, "files that one company drops at once; 0: none")
    at_once: int = _of(20, "companies at work at a time")
    minutes: float = _of(600.0, "no further company begins after them")
    seed: int = _of(1, "chooses files and faults")
    patience_seconds: float = _of(900.0, "how long nothing may move")


def soak(size: Size, home: Path) -> Figures:
    companies = [company(size.seed, number, size.drops) for number in range(1, size.corps + 1)]
    companies += [chatterbox(size.seed, size.many)] if size.many else []
    late = [giant(size.seed, size.big)] if size.big else []
    options = Options(home=Home(home), corps=[_local_corp(each) for each in (*companies, *late)])
    with local_stack(options, Terminal(Language.ENGLISH).step) as stack:
        return _in_the_rain(stack, companies, late, size)


def brew(wecom: Simulator, seed: int) -> None:
    """Let the simulator fail from now on; a seed chooses when."""
    for weather in (CALLS, CALLBACKS):
        left = 1.0
        for share, fault in weather:
            # A fault gets its turn only when none before it has struck.
            rate = share / left
            left -= share
            wecom.platform.add_fault({**fault, "rate": rate, "seed": seed, "times": None})
    for job in Job:
        busy = {"kind": "errcode", "errcode": 302008, "path": f"/cgi-bin/batch/{job}"}
        wecom.platform.add_fault({**busy, "rate": BUSY, "seed": seed, "times": None})


def _in_the_rain(
    stack: LocalStack, companies: Sequence[Company], late: Sequence[Company], size: Size
) -> Figures:
    wecom = simulator_of(stack)
    brew(wecom, size.seed)
    load = Load(stack, size.at_once, size.minutes * 60, size.patience_seconds, _told)
    started = time.monotonic()
    moves = load.carry(companies, late)
    seconds = time.monotonic() - started
    _told("everything has ended; looking at what is left" if moves else "nothing moves any more")
    problems = [] if moves else [f"nothing moved for {size.patience_seconds} s"]
    problems += audit(stack, load.customers)
    waiting = messages(stack.target)
    return {
        "seed": size.seed,
        "companies": len(load.customers),
        **measure(load.dropped, seconds, wecom),
        "dead_letters": sum(count for name, count in waiting.items() if "DeadLetter" in name),
        "problems": problems,
    }


def _local_corp(each: Company) -> LocalCorp:
    secret = {"corp_id": f"ww{each.alias}", "contact_secret": f"secret-of-{each.alias}"}
    return LocalCorp(each.alias, secret, {"root_name": "总部"})


def beside_the_big_one(dropped: Sequence[Dropped]) -> tuple[list[float], list[float], Dropped]:
    """Return the seconds of small files that ended before the big one came, and beside it."""
    big = max(dropped, key=lambda file: file.drop.rows)
    before: list[float] = []
    beside: list[float] = []
    if big.run is None or big.run.finished is None:
        return before, beside, big
    for file in dropped:
        run, seconds = file.run, file.seconds
        if run is None or run.finished is None or seconds is None:
            continue
        if run.state is not State.SUCCEEDED or file.drop.rows > SMALL_ROWS:
            continue
        if run.finished < big.run.dropped:
            before.append(seconds)
        elif big.run.dropped <= run.dropped <= big.run.finished:
            beside.append(seconds)
    return before, beside, big


def measure(dropped: Sequence[Dropped], seconds: float, wecom: Simulator) -> Figures:
    took = [file.seconds for file in dropped if file.seconds is not None]
    before, beside, big = beside_the_big_one(dropped)
    faults, calls = struck(wecom), wecom.requests
    return {
        "drops": len(dropped),
        "rows": sum(file.drop.rows for file in dropped),
        "drops_per_minute": round(len(dropped) * 60 / seconds, 1),
        "states": dict(Counter(file.run.state if file.run else "none" for file in dropped)),
        "approved": sum(file.approved is not None for file in dropped),
        "median_seconds": round(median(took or [0]), 1),
        "slowest_seconds": round(max(took, default=0), 1),
        "ratio": round(median(beside) / median(before), 2) if before and beside else None,
        "big_rows": big.drop.rows,
        "big_seconds": big.seconds and round(big.seconds, 1),
        "calls": len(calls),
        "failed_calls": sum(call["fault"] is not None for call in calls),
        "jobs": sum(len(corp.jobs.everything()) for corp in wecom.platform.corps()),
        "faults": dict(faults),
        "callbacks_lost": faults["lost"],
        "callbacks_repeated": faults["repeated"],
    }


def struck(wecom: Simulator) -> Counter[str]:
    counts: Counter[str] = Counter()
    for fault in wecom.platform.faults.listed():
        code = f" {fault['errcode']}" if fault["kind"] == "errcode" else ""
        counts[f"{fault['kind']}{code}"] += fault["used"]
    return counts


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="soak", description=__doc__)
    for each in fields(Size):
        name, kind = f"--{each.name.replace('_', '-')}", type(each.default)
        parser.add_argument(name, type=kind, default=each.default, **each.metadata)
    parser.add_argument("--figures", type=Path, help="write the figures there as JSON")
    parser.add_argument("--home", type=Path, help="where the stack's logs go")
    args = vars(parser.parse_args(arguments))
    figures, home = args.pop("figures"), args.pop("home")
    with interrupts_unwind():
        results = soak(Size(**args), home or Path(tempfile.mkdtemp(prefix="soak-")))
    report(results, figures)
    return int(bool(results["problems"]))


def _told(text: str) -> None:
    sys.stderr.write(f"{time.strftime('%H:%M:%S')}  {text}\n")


if __name__ == "__main__":
    sys.exit(main())
