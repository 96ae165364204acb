"""What happened to a run: reasons, words of people, tries, and the entries of its timeline."""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, fields, is_dataclass, replace
from datetime import UTC, datetime
from typing import Any, Self

from wecom_sync.domain.states import State
from wecom_sync.domain.texts import Listing, Params, TextCode, params_of, stored_params, with_names


def day_of(moment: float) -> str:
    """Return the day of a moment (UTC epoch seconds), such as 2026-01-31."""
    return datetime.fromtimestamp(moment, UTC).date().isoformat()


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a run is where it is: a code of the catalogue and what fills its blanks.

    `named` among them is who or what the reason concerns; the blank `total` counts them.
    """

    code: TextCode
    params: Params = field(default_factory=dict)
    family: str = ""
    """Of the guard rule that holds the run."""

    @classmethod
    def from_document(cls, document: Mapping[str, Any]) -> Self:
        """Return a reason that was stored. The code of another version may have no text here."""
        return cls(document["code"], params_of(document["params"]), document.get("family", ""))

    def named(self, name_of: Callable[[str], str]) -> Self:
        """Return the reason with the names of whom or what it concerns."""
        return replace(self, params=with_names(self.params, name_of))

    def to_document(self) -> dict[str, Any]:
        """Return the reason as JSON and the table keep it."""
        found = {"code": self.code, "params": stored_params(self.params)}
        return {**found, "family": self.family} if self.family else found


@dataclass(frozen=True, slots=True)
class Said:
    """Whose word moved a run.

    `by`: the principal that S3 names. `note`: what the object itself says. `source`: the hash of
    the object version of a decision, so that an event that comes again is one word. `asked`: what
    the decision asked for, `approve` or `cancel`, blank when nobody can tell.
    """

    by: str
    note: str = ""
    source: str = ""
    asked: str = ""

    @classmethod
    def from_document(cls, document: Mapping[str, Any]) -> Self:
        """Return a word that was stored; what another version added is left out."""
        known = {each.name for each in fields(cls)}
        return cls(**{name: value for name, value in document.items() if name in known})


_TRANSFER_SESSION = re.compile(r"\.[0-9a-f]+(?=@s-)")
"""What is new in the name of each session of an SFTP client of AWS Transfer Family."""


def person_of(principal: str) -> str:
    """Return what tells a principal of S3 from other people, blank if nothing does.

    Of a session (`AWS:AROA…:<session name>`) it is the name alone, in lower case: one person may
    take several roles. A user of IAM is `AWS:AIDA…`.
    """
    name = principal.strip().split(":", 2)[-1].casefold()
    return _TRANSFER_SESSION.sub("", name)


def is_one_of(by: str, authors: Iterable[str]) -> bool:
    """Whether a principal is the same person as one of the others."""
    person = person_of(by)
    return bool(person) and person in map(person_of, authors)


def refusal(by: str, authors: tuple[str, ...]) -> Reason | None:
    """Say why a principal may not approve what `authors` brought about, None if it may.

    Without authors everybody may. A blank principal may be anybody.
    """
    if authors and not all(map(person_of, (by, *authors))):
        return Reason("second_person_unknown")
    if is_one_of(by, authors):
        return Reason("second_person_refused", {"by": by, "authors": Listing.of(authors)})
    return None


@dataclass(frozen=True, slots=True)
class Again:
    """A call that is tried again: its path, blank if it is not WeCom's.

    `count`: how often it failed like this while the run was in this state, as the timeline counts.
    `next` and `deadline` (when the run is given up) are UTC epoch seconds.
    """

    call: str
    next: float
    deadline: float
    count: int = 1


@dataclass(frozen=True, slots=True)
class Step:
    """One entry of a run's timeline: a state it reached, or what happened to it there."""

    state: State
    at: float
    why: tuple[Reason, ...] = ()
    said: Said | None = None
    again: Again | None = None

    def to_document(self) -> dict[str, Any]:
        """Return the step as JSON and the table keep it, without what is None."""
        document: dict[str, Any] = plain(self)
        return document

    @classmethod
    def from_document(cls, document: Mapping[str, Any]) -> Self:
        """Return a step that was stored."""
        said, again = document.get("said"), document.get("again")
        return cls(
            State(document["state"]),
            document["at"],
            tuple(Reason.from_document(each) for each in document.get("why", ())),
            Said.from_document(said) if said else None,
            Again(**again) if again else None,
        )

    def repeats(self, other: "Step") -> bool:
        """Whether the same happened before, so that one entry is enough."""
        return bool(self.why) and self.subject == other.subject

    @property
    def subject(self) -> tuple[object, ...]:
        """What it is about: the causes, the call, and who said so."""
        about = ("errcode", "how", "status")
        causes = [(why.code, *map(why.params.get, about)) for why in self.why]
        return causes, self.again and self.again.call, self.said and self.said.by

    @property
    def is_decision(self) -> bool:
        """Whether somebody decided about the run, in vain or not."""
        return self.said is not None and bool(self.said.source)

    @property
    def was_in_vain(self) -> bool:
        """Whether it is a decision that was not carried out."""
        return self.is_decision and any(why.code != "cancelled" for why in self.why)


MOST_STEPS = 100
"""Entries of a timeline that are kept. A run has a dozen; trouble of one kind is one entry."""


def plain(value: Any) -> Any:
    """Return a value of a run as plain data."""
    if isinstance(value, Reason):
        return value.to_document()
    if is_dataclass(value):
        found = {each.name: getattr(value, each.name) for each in fields(value)}
        return {name: plain(inner) for name, inner in found.items() if inner is not None}
    if isinstance(value, tuple):
        return [plain(each) for each in value]
    if isinstance(value, Mapping):
        return {name: plain(each) for name, each in value.items()}
    return value
