"""What a hazard is, what its corp's settings are, and short ways to write one down."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final, Literal

from hazards.book import STAFF, members
from support.companies import Export
from wecom_sync.domain.run import Job

REFUSED: Final = "failed at WeCom"
Expect = Literal["apply", "hold", "reject", "unchanged", "failed at WeCom"]
Base = str
"""What is there before a file:

`corp`: 2,000 people in 40 departments; `members-<n>`: a small corp.
`grown`: 60 more; `hired`: a newer file of some has brought 15 more; `shrunk`: 30 went an hour ago.
`history`: two files came after the first one (see `two_nights`); `temp`: one with one newcomer.
`left-<m>-<n>`: n of m went long ago; `grace`: 3 are disabled, and their time is over.
`tug-<n>`: n were added by some, removed by a full file and added by some again; `once-<n>`: added.
`condemned`: departments 7 to 13 were left out of the last department file.
`late`: departments 41 to 48 were too, nobody is in them, and WeCom has not deleted them yet.
`pairs`: 700 people are in two departments; `private`: u000023 has an e-mail, u000024 an alias.
`graded`: titles are a ladder; `numbered`: mailboxes are made from the digits of ids.
`fresh`: nothing is remembered; `stranger`: somebody is there whom no file ever named.
`bare`: only the root and the creator are there; `makers-<n>`: n people, whom no file ever named.
`later`: a newer file has changed u000009; `disabled`: 200 people are; `anna`: so u000023 is called.
`creator`: WeCom has refused to remove u000001.
`emptied`: everybody was deleted by hand; `deleted-<n>`: some.
"""

FULL, SOME, TREE = Job.REPLACE_USER, Job.SYNC_USER, Job.REPLACE_PARTY
MAX_BYTES = 20 * 1024 * 1024
SAMPLE = 200
"""Rows of a short file: a longer one would be held for the number of people that it concerns."""
NO_LIMITS = {"removals": 10**6, "removal_percent": 100}
SETTINGS: Mapping[str, object] = {
    "first_replace": "apply", "removals": 50, "removal_percent": 10, "department_removals": 5,
    "protected": ["u000001", "svc-*"], "attributes": ["工龄", "备注"],
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Hazard:
    """One dropped file; its `kind` is set by the collection.

    `settings` are added to `SETTINGS`. `concerns` names the row or the function of the guard rules,
    or the column, that alone stops it. `wanted` is what the address book must hold once the file
    was applied. `comes_back`: the file is older than any news, and comes back by a rollback.
    """

    name: str
    job: Job
    content: bytes
    expect: Expect
    kind: str = ""
    base: Base = "corp"
    settings: Mapping[str, object] = field(default_factory=dict)
    concerns: str = ""
    wanted: Export | None = None
    comes_back: bool = False


def bad(
    name: str, job: Job, content: bytes | str | Export, concerns: str = "", **more: Any
) -> Hazard:
    """Return a file that must be rejected, or what `more` says."""
    if isinstance(content, Export):
        content = content.content()
    data = content.encode() if isinstance(content, str) else content
    values = {"expect": "reject", "concerns": concerns, **more}
    return Hazard(name=name, job=job, content=data, **values)


def good(name: str, job: Job, export: Export, **more: Any) -> Hazard:
    """Return a file that must be applied, and found in the address book afterwards."""
    content = more.pop("content", export)
    return bad(name, job, content, **{"expect": "apply", "wanted": export, **more})


def held(name: str, job: Job, export: Export, concerns: str = "", **more: Any) -> Hazard:
    return bad(name, job, export, concerns, expect="hold", **more)


def within(fits: bool, name: str, job: Job, export: Export, concerns: str, **more: Any) -> Hazard:
    """Return a file that fits a limit and must be applied, or one beyond it, which is held."""
    fitting = good(name, job, export, **more)
    return fitting if fits else replace(fitting, expect="hold", concerns=concerns, wanted=None)


def same(name: str, job: Job, content: bytes | str | Export, **more: Any) -> Hazard:
    return bad(name, job, content, expect="unchanged", **more)


def last(count: int) -> list[str]:
    return [row["帐号"] for row in members().rows[STAFF - count :]]
