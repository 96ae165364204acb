"""What else a held file changes, beyond what its reasons say of it. Pure."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice, zip_longest
from typing import NamedTuple

from wecom_sync.domain.outcome import Kind
from wecom_sync.domain.texts import Listing, Param, Sentence, TextCode
from wecom_sync.files.privacy import shortened
from wecom_sync.guardrails.picks import FEW_EXAMPLES, OF_KEYS, Case, arrow, header_of
from wecom_sync.guardrails.rules import OF_FILES, Hold, named_by
from wecom_sync.planning.changes import Change

_FEW, _MANY = Sentence("rest_few"), Sentence("rest_many")
_IN_COLUMNS = frozenset({Kind.UPDATE, Kind.MOVE, Kind.UNCHANGED})
"""Kinds of which the columns say what changes."""
_LINKS: Mapping[str, TextCode] = {
    "certain": "word_links",
    **dict.fromkeys(OF_KEYS, "word_links_doubted"),
}


class Line(NamedTuple):
    """What changes, for how many, and the first of them. `few`: more are told by themselves."""

    code: TextCode
    blanks: Mapping[str, Param]
    arrows: Listing
    few: int

    def sentence(self, examples: int = FEW_EXAMPLES) -> Sentence:
        arrows = self.arrows.cut(examples)
        return Sentence(self.code, {**self.blanks, "total": arrows.total, "arrows": arrows})


def other_changes(case: Case, holds: Sequence[Hold]) -> tuple[Line, ...]:
    """Say of every kind of change, and of every column, whom no reason names, the most first."""
    lines = (*_kinds(case, holds), *_columns(case, holds), *_links(case, holds))
    return tuple(sorted(lines, key=lambda it: it.arrows.total, reverse=True))


def paragraphs(lines: Sequence[Line]) -> tuple[tuple[Sentence, ...], ...]:
    """Return a paragraph of what changes for more than a few each, and one of all others."""
    many = [(_MANY, it.sentence()) for it in lines if it.arrows.total > it.few]
    few = [it.sentence(1) for it in lines if it.arrows.total <= it.few]
    return (*many, (_FEW, *few)) if few else tuple(many)


def _kinds(case: Case, holds: Sequence[Hold]) -> Iterator[Line]:
    """Yield who comes and goes. Whom a reason names without a column, it names for that."""
    clear = [it for it in holds if it.code not in OF_FILES]
    named = named_by(clear)[""]
    changing = {it.word: case.plan.of(it) for it in Kind if it not in _IN_COLUMNS}
    if "hold_invited" not in {it.code for it in holds} and case.plan.invites:
        invited: Sequence[Change] = case.plan.of(Kind.ADD)
        yield from _line(case.plan.few, "rest_people", invited, {"change": "change_invited"})
    code: TextCode = "rest_people" if case.plan.job.has_members else "rest_departments"
    for word, changes in changing.items():
        yield from _line(
            case.plan.few, code, [it for it in changes if it.subject not in named], {"change": word}
        )


def _columns(case: Case, holds: Sequence[Hold]) -> Iterator[Line]:
    """Yield whose values change. Reasons about departments show what becomes of them (`before`)."""
    named, is_tree = named_by(holds), not case.plan.job.has_members
    for name in case.plan.columns:
        subjects = named[name] | (named[""] if is_tree else set())
        changes = [it for it in case.plan.changing(name) if it.subject not in subjects]
        arrows = [arrow(case, it, name) for it in islice(changes, FEW_EXAMPLES)]
        yield from _line(case.plan.few, "rest_column", changes, {"column": header_of(name)}, arrows)


def _links(case: Case, holds: Sequence[Hold]) -> Iterator[Line]:
    words = {hold.topic for hold in holds}
    sides = defaultdict[TextCode, list[str]](list)
    for link in case.plan.links:
        if (word := _LINKS.get(link.kind)) and word not in words:
            sides[word].append(link.sides)
    for word, listed in sides.items():
        yield Line("rest_links", {"what": word}, Listing.of(listed), case.plan.few)


def _line(
    few: int,
    code: TextCode,
    changes: Sequence[Change],
    blanks: Mapping[str, Param],
    becomes: Sequence[str] = (),
) -> Iterator[Line]:
    """Yield how many change, the first of them by name. `becomes`: from what to what they do."""
    first = changes[:FEW_EXAMPLES]
    pairs = zip_longest(first, becomes)
    ids = tuple(f"{it.subject} · {to}" if to else it.subject for it, to in pairs)
    names = tuple(shortened(it.name) for it in first)
    if changes:
        listing = Listing(ids, len(changes), names if any(names) else ())
        yield Line(code, blanks, listing, few)
