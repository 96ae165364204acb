"""`docs/reliability.md`: what the crash tests, the soak and the fuzzers measured last."""

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from wecom_sync_tools.docs.tables import NOTE, table
from wecom_sync_tools.stack.home import ROOT

FIGURES = ROOT / "docs" / "figures"
"""Where `make faults`, `make soak` and `make fuzz` leave their numbers."""

_HEAD = """\
# Reliability

What is promised: whatever is killed, repeated, delayed, lost or refused, every drop has one run
and one outcome, every row of it is accounted for, and a company's imports never overlap. How it
works is in the [architecture](architecture.md), what happens for each of WeCom's errors in [error
handling](error-handling.md). Here is how it is put to the test, and what came out last. The
numbers are those of `make faults`, `make soak` and `make fuzz`, on a machine with two processors.
"""
_FAULTS = """\
## Every crash

`make faults` plays the ways that runs go, undisturbed, and lists every call to AWS and to WeCom
that a function makes. Then it plays each of them again for each call, and ends the function's
process just before the call, and again just after it took effect, so that no code of ours can
clean up. Once the queues redeliver their messages, and once every message is lost and only the
sweep is left; then two kinds of message are spared, which nothing else knows of: a drop that has
no run yet, and a decision. In the end everything must be as it was undisturbed: the run's state
and reason, every row's outcome, the reports, the snapshot, the address book, a free lane, an
empty index of open runs. One function dies at a time, once. People and systems hear of it at
least once and at most twice. A call that is added to the code adds its crash points by itself.

**Crash points {points:,}, failures {failures}**, in {replays:,} replays.
"""
_SOAK = """\
## A bad day

`make soak` runs {companies} companies on the deployed local stack, on a WeCom that fails
{failing:.0%} of the calls in one of many ways, loses callbacks and sends them twice; one company
has {big:,} people. Afterwards every run, every lane, every address book and every queue is
audited.
"""
_FUZZ = """\
## Damaged input

`make fuzz` damages callbacks, files and settings at random, from a seed. A callback is answered
with 200, 403 or 404, and only a genuine one reaches the queue; a file is rejected with problems
that a person can read, or every row satisfies WeCom's rules; settings are refused, or within
their bounds. Nothing raises anything else, and nothing personal reaches a log. A part of it runs
with `make test`, and every finding stays as a case.
"""


def reliability(figures: Path = FIGURES) -> str:
    """Return the page; a part that was not measured yet says so."""
    parts = [
        f"{NOTE}\n{_HEAD}",
        _part(figures / "faults.json", _faults, "make faults"),
        _part(figures / "soak.json", _soak, "make soak"),
        _part(figures / "fuzz.json", _fuzz, "make fuzz"),
    ]
    return "\n".join(parts)


def _part(path: Path, write: Any, command: str) -> str:
    if not path.exists():
        return f"Nothing measured yet: `{command}`.\n"
    text: str = write(json.loads(path.read_text("utf-8")))
    return text


def _faults(found: Mapping[str, Any]) -> str:
    head = _FAULTS.format(
        points=found["crash_points"], failures=found["failures"], replays=found["replays"]
    )
    rows = [
        (
            each["scenario"],
            *(f"{each['by_function'].get(name, 0)}" for name in FUNCTIONS),
            f"{each['failures']}",
            f"{each['later_seconds'] / 60:.0f} min",
        )
        for each in found["scenarios"]
    ]
    return f"{head}\n{table(('Way', *FUNCTIONS, 'failures', 'later by at most'), rows)}"


FUNCTIONS = ("submit", "callback", "persist", "sweep")


def _soak(found: Mapping[str, Any]) -> str:
    share = found["failed_calls"] / max(1, found["calls"])
    head = _SOAK.format(companies=found["companies"], failing=share, big=found["big_rows"])
    rows = [
        ("drops, rows", f"{found['drops']:,}, {found['rows']:,}"),
        ("drops a minute", f"{found['drops_per_minute']}"),
        ("runs", _counts(found["states"])),
        ("from drop to end: median, slowest", _seconds(found, "median", "slowest")),
        (f"the file of {found['big_rows']:,} rows", f"{found['big_seconds']} s"),
        ("small files beside it, against before", f"{found['ratio']} ×"),
        ("calls to WeCom, made to fail", f"{found['calls']:,}, {found['failed_calls']:,}"),
        ("faults", _counts(found["faults"])),
        ("callbacks lost, repeated", f"{found['callbacks_lost']}, {found['callbacks_repeated']}"),
        ("dead letters", f"{found['dead_letters']}"),
        ("found wrong by the audit", f"{len(found['problems'])}"),
    ]
    return f"{head}\n{table(('Figure', 'Value'), rows)}"


def _fuzz(found: Iterable[Mapping[str, Any]]) -> str:
    rows = [
        (
            each["target"],
            f"{each['attempts']:,}",
            f"{each['findings']}",
            _counts(each["outcomes"]),
            f"{each['seed']}",
        )
        for each in found
    ]
    return f"{_FUZZ}\n{table(('Target', 'attempts', 'findings', 'outcomes', 'seed'), rows)}"


def _seconds(found: Mapping[str, Any], *names: str) -> str:
    return ", ".join(f"{found[f'{name}_seconds']} s" for name in names)


def _counts(counted: Mapping[str, int]) -> str:
    return ", ".join(f"{number:,} {name}" for name, number in sorted(counted.items()))
