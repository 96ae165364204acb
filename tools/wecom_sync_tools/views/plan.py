"""Prints a plan: how much it would change, for whom and where."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain
from typing import Any

from rich.text import Text as Styled

from wecom_sync.domain.link import ASKED
from wecom_sync.domain.outcome import Kind
from wecom_sync.domain.states import Job
from wecom_sync.files.department_cells import PARENT_COLUMN, ROOT_PARENT
from wecom_sync.files.member_columns import DEPARTMENTS_COLUMN
from wecom_sync.reporting.catalogue import say
from wecom_sync.reporting.documents import COUNTS, also_counted, person_in
from wecom_sync.reporting.language import escaped
from wecom_sync.reporting.link_texts import LINK_STATES, link_text
from wecom_sync_tools.console.codes import Code
from wecom_sync_tools.console.tables import TableCell, number, print_marked, table
from wecom_sync_tools.console.terminal import Prose, Terminal

NAMES = 10
ALL_LINES = 60
"""So many changes are all listed, each on a line of its own. Of more, each kind its first ones."""
FIRST_LINES = 12
DEPARTMENTS = 8
_PLACES: Mapping[str, Code] = {
    Kind.ADD.field: Kind.ADD.counted,
    "move_in": "label_move_in",
    "move_out": "label_move_out",
    **{kind.field: kind.counted for kind in (Kind.REMOVE, Kind.DISABLE, Kind.ENABLE)},
}
_SELDOM = frozenset({Kind.ENABLE.field})
"""Changes that have a column only if there are any."""
_GRAVE = frozenset({Kind.REMOVE, Kind.DISABLE, Kind.ENABLE, Kind.EMPTY})


def print_plan(
    plan: Mapping[str, Any], terminal: Terminal, title: Code = "plan_changes_title"
) -> None:
    """Print a plan as `plan.json` has it: every kind of change with its first names, then where."""
    terminal.line(terminal.text(title), "bold")
    rows = [*_counted(plan, terminal), *_left_out(plan, terminal)]
    terminal.out.print(table(rows, "", "right", "wide"))
    _print_links(plan.get("links", ()), terminal)
    _print_places(plan.get("by_department", {}), plan.get("places", {}), terminal)
    if any(plan.get("departments", {}).get("counts", {}).values()):
        terminal.out.print()
        print_plan(plan["departments"], terminal, "plan_departments_title")


def _counted(plan: Mapping[str, Any], terminal: Terminal) -> Iterator[Iterable[TableCell]]:
    """Yield a row for each kind of change that there is: how many, whom, and what of them."""
    also = also_counted(plan, terminal.language)
    kinds = {kind.field: kind for kind in Kind}
    for field, label in COUNTS.items():
        if not (count := plan["counts"].get(field)):
            continue
        kind = kinds.get(field)
        names = _named(plan, kind, terminal)
        if not names and (names := _ids(plan.get(field, ()), terminal)):
            of_departments = kind is Kind.EMPTY or plan.get("job") == Job.REPLACE_PARTY
            names = terminal.text("plan_ids", ids=names) if of_departments else names
        columns = ""
        if kind is Kind.UPDATE and count > 1:
            changed = Counter(chain.from_iterable(plan.get(field, {}).values()))
            columns = _totals(changed, terminal)
        lines = "\n".join(filter(None, (kind and also.get(kind), columns, names)))
        style = "bold yellow" if kind in _GRAVE else ""
        words = terminal.text(label), f"{count:,}"
        yield (*(Styled(word, style) for word in words), Prose(lines))


def _left_out(plan: Mapping[str, Any], terminal: Terminal) -> Iterator[Iterable[TableCell]]:
    for header, values in plan.get("left_out", {}).items():
        named = {value or terminal.text("value_blank"): count for value, count in values.items()}
        names = terminal.text("plan_columns", name=header, columns=_totals(named, terminal))
        yield terminal.text("word_left_out"), f"{sum(values.values()):,}", Prose(names)


def print_holds(holds: Iterable[str], terminal: Terminal) -> None:
    terminal.line(terminal.text("holds_title"), "bold")
    mark = Styled("!", "bold yellow")
    lines = ((at, line) for hold in holds for at, line in enumerate(hold.split("\n")))
    print_marked(((mark if at == 0 else "", line) for at, line in lines), terminal)


def _print_links(links: Sequence[Mapping[str, Any]], terminal: Terminal) -> None:
    """Print what is new about HR's keys: all that somebody has to decide, then the weakest."""
    if not links:
        return
    terminal.out.print()
    terminal.line(terminal.text("plan_links_title"), "bold")
    mark = Styled("?", "bold yellow")
    asked, others = asked_links(links), [it for it in links if it["state"] not in ASKED]
    lines = [(mark, link) for link in asked] + [("", link) for link in others[:FIRST_LINES]]
    texts = [(mark, link_text(link, terminal.language)) for mark, link in lines]
    print_marked(texts, terminal)
    if rest := Counter(str(link["state"]) for link in others[FIRST_LINES:]):
        words = (f"{say(terminal.language, LINK_STATES[it])} {rest[it]:,}" for it in rest)
        terminal.say("plan_links_more", counts=terminal.listed(words))


def asked_links(links: Iterable[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """Return the links of `plan.json` about which somebody is asked by name."""
    return [link for link in links if link["state"] in ASKED]


def _named(plan: Mapping[str, Any], kind: Kind | None, terminal: Terminal) -> str:
    """Return a line for each change of a kind: who, and from what to what."""
    changes: Sequence[Mapping[str, Any]] = plan.get("changes", ())
    alike = [change for change in changes if change["change"] == kind]
    most = len(alike) if len(changes) <= ALL_LINES else FIRST_LINES
    is_department = plan.get("job") == Job.REPLACE_PARTY
    lines = [change_line(change, terminal, is_department=is_department) for change in alike[:most]]
    if len(alike) > most:
        lines.append(terminal.text("plan_and_more", count=len(alike) - most))
    return "\n".join(lines)


def change_line(
    change: Mapping[str, Any], terminal: Terminal, *, is_department: bool = False
) -> str:
    who = escaped(change["id"])
    if name := person_in(change):
        who = terminal.text("plan_columns", name=name, columns=change["id"])
    columns: Mapping[str, Sequence[str | None]] = change["columns"]
    parent = terminal.text("label_parent")
    parts = [
        terminal.text(
            "plan_from_to",
            column=parent if name == PARENT_COLUMN else name,
            before=_value(before, terminal, name),
            after=_value(after, terminal, name),
        )
        for name, (before, after) in columns.items()
    ]
    if change["departments"] and change["change"] not in {Kind.MOVE, Kind.UPDATE}:
        column = parent if is_department else DEPARTMENTS_COLUMN
        parts.insert(0, f"{column} {_where(change['departments'], terminal)}")
    return terminal.text("plan_line", who=who, changes=" · ".join(parts)) if parts else who


def _where(departments: Sequence[str], terminal: Terminal) -> str:
    if [*departments] == [ROOT_PARENT]:
        return terminal.text("value_none")
    return escaped("、".join(departments))


def _value(value: str | None, terminal: Terminal, column: str) -> str:
    if value is None:
        return terminal.text("value_unknown")
    if (column, value) == (PARENT_COLUMN, ROOT_PARENT):
        return terminal.text("value_none")
    return escaped(value) or terminal.text("value_blank")


def _ids(changed: Sequence[str] | Mapping[str, Sequence[str]], terminal: Terminal) -> str:
    comma, names = terminal.text("list_comma"), [*changed][:NAMES]
    if isinstance(changed, Mapping):
        columns = {name: comma.join(changed[name]) for name in names}
        names = [terminal.text("plan_columns", name=it, columns=columns[it]) for it in names]
    first = comma.join(map(escaped, names))
    more = len(changed) - len(names)
    return terminal.text("plan_people", names=first, count=more) if more else first


def _totals(columns: Mapping[str, int], terminal: Terminal) -> str:
    ordered = sorted(columns.items(), key=lambda item: -item[1])
    return terminal.listed(f"{escaped(name)} {count:,}" for name, count in ordered)


def _print_places(
    places: Mapping[str, Mapping[str, int]], names: Mapping[str, str], terminal: Terminal
) -> None:
    if len(places) < 2:  # noqa: PLR2004 - one place is where everything happens
        return
    terminal.out.print()
    terminal.line(terminal.text("plan_places_title"), "bold")
    occurring = {kind for counted in places.values() for kind, count in counted.items() if count}
    kinds = [kind for kind in _PLACES if kind not in _SELDOM or kind in occurring]
    busiest = sorted(places, key=lambda place: -sum(places[place].values()))
    rows: list[Sequence[TableCell]] = []
    for place in busiest[:DEPARTMENTS]:
        words = place
        if name := names.get(place):
            words = terminal.text("plan_columns", name=name, columns=place)
        counts = (number(places[place].get(kind) or None) for kind in kinds)
        rows.append((Styled(escaped(words)), *counts))
    labels: Sequence[Code] = ("label_department", *map(_PLACES.__getitem__, kinds))
    headings = [*map(terminal.text, labels)]
    terminal.out.print(table(rows, "place", *["right"] * len(kinds), headings=headings))
    if len(places) > DEPARTMENTS:
        terminal.say("plan_and_more", count=len(places) - DEPARTMENTS)
