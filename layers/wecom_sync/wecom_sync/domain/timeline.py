"""What happened to a run: reasons, words of people, tries, and the entries of its timeline."""

import re
from collections.abc import Callable, Mapping
from dataclasses import field, replace
from datetime import UTC, datetime
from typing import Self

from wecom_sync.domain.errors import WeComError, WecomSyncError
from wecom_sync.domain.states import State
from wecom_sync.domain.stored import Stored
from wecom_sync.domain.texts import Listing, Params, Sentence, TextCode, nameless
from wecom_sync.domain.values import dataclass

ERRMSG_CHARS = 200
UNTRUSTED_ADDRESS = 60020
_HINT = re.compile(r",? *(?:hint: \[|more info at )")
"""What WeCom appends for its own support. It differs each time and explains nothing."""
_ADDRESS = re.compile(r"from ip: *\[?([0-9A-Fa-f:.]*[0-9A-Fa-f])")


def day_of(moment: float) -> str:
    """Return the day of a moment (UTC epoch seconds), such as 2026-01-31."""
    return datetime.fromtimestamp(moment, UTC).date().isoformat()


@dataclass(frozen=True, slots=True)
class Reason(Stored):
    """Why a run is where it is: a sentence, and others that stand before and after it."""

    code: TextCode
    params: Params = field(default_factory=dict)
    family: str = ""
    """Of the guard rule that holds the run."""
    people: Listing | None = None
    """Whom or what it concerns; `total` in the text counts them."""
    also: Mapping[str, int] = field(default_factory=dict)
    """What else of its family is beyond a limit, in a word or by its header, and how many."""
    before: tuple[Sentence, ...] = ()
    after: tuple[Sentence, ...] = ()
    other_changes: tuple[tuple[Sentence, ...], ...] = ()
    """What else the file changes that no reason names, in paragraphs."""
    text: TextCode | None = None
    """What it says, where that is not the text of its code."""

    @property
    def sentence(self) -> Sentence:
        """What it says itself."""
        total = {"total": self.people.total} if self.people else {}
        return Sentence(self.text or self.code, {**total, **self.params})

    def named(self, name_of: Callable[[str], str]) -> Self:
        return replace(self, people=self.people and self.people.named(name_of))

    def unnamed(self) -> Self:
        """Return it for whom no name is meant."""
        return replace(
            self.named(lambda _: ""),
            params=nameless(self.params),
            before=tuple(it.unnamed() for it in self.before if not it.is_example),
            after=tuple(it.unnamed() for it in self.after if not it.is_example),
            other_changes=tuple(tuple(map(Sentence.unnamed, part)) for part in self.other_changes),
        )

    def followed_by(self, *sentences: Sentence) -> Self:
        return replace(self, after=(*self.after, *sentences))

    def says(self, *codes: TextCode) -> bool:
        return any(it.code in codes for it in (*self.before, self.sentence, *self.after))


def reason_of(error: WecomSyncError) -> Reason:
    """Return the reason. A call that WeCom refused is named, and until when its secret rests."""
    if not isinstance(error, WeComError):
        remark = (Sentence(error.remark),) if error.remark else ()
        return Reason(error.code, dict(error.params), people=error.people, after=remark)
    reason = wecom_refusal(error.errcode, error.errmsg)
    rests = {} if error.rests is None else {"rests": int(error.rests)}
    return Reason(reason.code, {**reason.params, "call": error.path, **rests})


def wecom_refusal(code: int, errmsg: str) -> Reason:
    """Return why WeCom refused something. Its words are cut, because they go into the table.

    The address that WeCom does not trust is only in those words.
    """
    words = _HINT.split(errmsg, maxsplit=1)[0][:ERRMSG_CHARS]
    match = _ADDRESS.search(errmsg) if code == UNTRUSTED_ADDRESS else None
    if match is None:
        return Reason("wecom_refused", {"errcode": code, "errmsg": words})
    return Reason("wecom_refused_address", {"errcode": code, "errmsg": words, "address": match[1]})


@dataclass(frozen=True, slots=True)
class Instruction:
    """Whose word moved a run: the principal that S3 names, and what the object itself says.

    `source`: the hash of a decision's object version, so that an event that comes again is one
    word. `asked`: what it asked for, blank when nobody can tell.
    """

    by: str
    note: str = ""
    source: str = ""
    asked: str = ""


@dataclass(frozen=True, slots=True)
class Wait:
    """Until when a call waits that is tried again (blank: not WeCom's), and how often it failed."""

    call: str
    next: float
    deadline: float
    count: int = 1
    by_people: bool = False
    """Whether only people can end what failed."""


@dataclass(frozen=True, slots=True)
class TimelineEntry(Stored):
    """A state that a run reached, or what happened to it there."""

    state: State
    at: float
    why: tuple[Reason, ...] = ()
    instruction: Instruction | None = None
    wait: Wait | None = None

    def unnamed(self) -> Self:
        return replace(self, why=tuple(map(Reason.unnamed, self.why)))

    def repeats(self, other: "TimelineEntry") -> bool:
        """Whether the same happened before, so that one entry is enough."""
        return bool(self.why) and self.subject == other.subject

    @property
    def subject(self) -> tuple[object, ...]:
        about = ("errcode", "how", "status")
        causes = [(why.code, *map(why.params.get, about)) for why in self.why]
        return causes, self.wait and self.wait.call, self.instruction and self.instruction.by

    @property
    def is_decision(self) -> bool:
        return self.instruction is not None and bool(self.instruction.source)

    @property
    def was_in_vain(self) -> bool:
        """Whether it is a decision that was not carried out."""
        return self.is_decision and any(why.code != "cancelled" for why in self.why)


MOST_ENTRIES = 100
"""Entries of a timeline that are kept. A run has a dozen; trouble of one kind is one entry."""
