"""What a hazard is, what its corp's settings are, and short ways to write one down."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal

from support.companies import Export
from wecom_sync.domain.states import Job

REFUSED: Final = "failed at WeCom"
Expect = Literal["apply", "hold", "reject", "unchanged", "failed at WeCom"]
FULL, SOME, TREE = Job.REPLACE_USER, Job.SYNC_USER, Job.REPLACE_PARTY
MAX_BYTES = 20 * 1024 * 1024
SAMPLE = 200
"""Rows of a short file: a longer one would be held for the number of people that it concerns."""
SETTINGS: Mapping[str, object] = {
    "first_replace": "apply",
    "removals": 50,
    "removal_percent": 10,
    "protected": ["u000001", "svc-*"],
    "attributes": ["工龄", "备注"],
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Hazard:
    """One dropped file; its `kind` is set by the collection.

    `concerns` names the column, or the check of files, that alone stops it. `wanted` is what the
    address book must hold once the file was applied.
    """

    name: str
    job: Job
    content: bytes
    expect: Expect
    kind: str = ""
    concerns: str = ""
    wanted: Export | None = None


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


def same(name: str, job: Job, content: bytes | str | Export, **more: Any) -> Hazard:
    return bad(name, job, content, expect="unchanged", **more)
