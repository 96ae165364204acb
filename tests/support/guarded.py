"""What the tests of the guard rails have in common: a corp's files, and short ways to look."""

import json
from typing import Any

from support.world import TRUSTING, World, members
from wecom_sync.domain.policy import Policy
from wecom_sync.domain.run import Reason, Run
from wecom_sync.domain.texts import Listing

FULL = "acme/replaceuser/m.csv"
SOME = "acme/syncuser/s.csv"
DEPARTMENTS = "acme/replaceparty/d.csv"
DAY = 86_400
EVERYTHING_GOES = Policy.from_document(
    Policy.limits() | {"first_replace": "apply", "attributes": ["工龄", "备注"]}
)
"""What a corp needs whose files no rule with a setting may hold."""


def policy(world: World, **changes: object) -> None:
    values = TRUSTING.to_document() | changes
    world.store.put_policy("acme", Policy.from_document(values), world.clock.now)


def apply(world: World, key: str, content: bytes | str, **asks: str) -> Run:
    """Drop a file, and let ten minutes pass; `asks`: whose rollback or retry it is."""
    world.drop(key, content, **asks)
    world.pass_time(600)
    return world.run_of(key)


def people(count: int, prefix: str = "u") -> str:
    return members(*(f"{prefix}{number}" for number in range(count)))


def codes(run: Run) -> list[str]:
    return [hold.code for hold in run.holds]


def listing(reason: Reason) -> Listing:
    found = reason.params["named"]
    assert isinstance(found, Listing)
    return found


def named(reason: Reason) -> str:
    return ", ".join(listing(reason).first)


def plan_of(world: World, run: Run) -> dict[str, Any]:
    document = world.reports.documents[f"{run.corp}/{run.run_id}/plan.json"]
    plan: dict[str, Any] = json.loads(document)
    return plan


def thinned(content: str, gone: int) -> str:
    """Return a file without so many of its people: every second one, because nobody is cut off."""
    header, *rows = content.splitlines(keepends=True)
    kept = [row for at, row in enumerate(rows) if at % 2 == 0 or at >= 2 * gone]
    return "".join([header, *kept])


def changed(content: str, old: str, new: str, count: int) -> str:
    """Return a file in which so many rows are changed: every second one, from the top."""
    header, *rows = content.splitlines(keepends=True)
    for at in range(0, 2 * count, 2):
        rows[at] = rows[at].replace(old, new)
    return "".join([header, *rows])


def table(header: str, *rows: str) -> str:
    """Return a file."""
    return "\n".join([header, *rows]) + "\n"


def without(content: str, *users: str) -> str:
    """Return a file without the rows of some people."""
    rows = content.splitlines(keepends=True)
    return "".join(row for row in rows if not any(f",{user}," in row for user in users))


def cut(content: str, start: int, stop: int) -> str:
    """Return a file without the rows from one to another."""
    header, *rows = content.splitlines(keepends=True)
    return "".join([header, *rows[:start], *rows[stop:]])


def with_column(content: str, column: str, *cells: str) -> str:
    """Return a file with one more column: these cells, and the last one for all others."""
    header, *rows = content.splitlines()
    filled = [*cells, *cells[-1:] * (len(rows) - len(cells))]
    return table(
        f"{header},{column}",
        *(f"{row},{cell}" for row, cell in zip(rows, filled, strict=True)),
    )


def titled(count: int, *titles: str, column: str = "职位") -> str:
    """Return a file whose first people have these titles, the others the last one."""
    return with_column(people(count), column, *titles)


def hold_first(world: World, count: int = 6) -> None:
    """Let the first full file be asked about, in a corp that has so many people."""
    policy(world, first_replace="hold")
    world.wecom.hire(*(f"u{number}" for number in range(count)))


def apply_all(world: World, *files: str, key: str = FULL) -> Run:
    """Apply files, one after the other; return the run of the last one."""
    runs = [apply(world, key, file) for file in files]
    return runs[-1]
