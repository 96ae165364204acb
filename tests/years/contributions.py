"""What each guard rule and each pass of evidence is worth: the same mistakes without it."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from unittest.mock import patch

from wecom_sync.guardrails import rules
from wecom_sync.planning.evidence import MEMBER_PASSES
from years.record import Cost, Group, Record, Struck


def parts() -> list[str]:
    """Return what can be left out: rules by their names, and passes of evidence."""
    return [
        *dict.fromkeys(f"rule {look.code}" for _, look in rules.looks()),
        *(f"evidence {it}" for it in MEMBER_PASSES),
    ]


@contextmanager
def left_out(group: Iterable[str]) -> Iterator[None]:
    gone = {*group}
    table = {
        family: tuple(look for look in those if f"rule {look.code}" not in gone)
        for family, those in rules.TABLE.items()
    }
    passes = {it: find for it, find in MEMBER_PASSES.items() if f"evidence {it}" not in gone}
    with patch.object(rules, "TABLE", table), patch.dict(MEMBER_PASSES, passes, clear=True):
        yield


def costs(
    groups: Sequence[Group], play: Callable[[], Struck], struck: Struck
) -> Iterator[tuple[Group, Cost]]:
    """Yield the groups without which a mistake harms more people, and what that costs.

    Where it harms no more without all of some groups, none of them alone is worth anything.
    """
    with left_out(part for group in groups for part in group):
        without = play()
    if without.harmed <= struck.harmed:
        return
    if len(groups) > 1:
        half = len(groups) // 2
        yield from costs(groups[:half], play, struck)
        yield from costs(groups[half:], play, struck)
        return
    passes = struck.counts and struck.stopped and not without.stopped
    yield groups[0], Counter(harmed=without.harmed - struck.harmed, passes=passes)


def lines(run: Callable[[Sequence[Group]], list[Record]]) -> Iterator[str]:
    """Yield what it costs to leave out each part alone, and together all that cost nothing."""
    alone = _total(run([(part,) for part in parts()]))
    yield f"{'left out':<32} {'large mistakes more':>20} {'harmed more':>12}"
    for (part,), cost in sorted(alone.items(), key=lambda it: -it[1]["harmed"]):
        yield _line(part, cost)
    free = tuple(part for part in parts() if (part,) not in alone)
    yield _line("all that cost nothing alone", _total(run([free])).get(free, Counter()))
    yield f"  these are: {', '.join(free)}"


def _total(records: Iterable[Record]) -> dict[Group, Cost]:
    total: dict[Group, Cost] = {}
    for record in records:
        for group, cost in record.costs:
            total[group] = total.get(group, Counter()) + cost
    return total


def _line(name: str, cost: Cost) -> str:
    return f"{name:<32} {cost['passes']:>20} {cost['harmed']:>12}"
