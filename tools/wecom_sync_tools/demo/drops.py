"""The demonstration's company of made-up people, the files it drops, what must become of each."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

from wecom_sync.domain.states import Job, State
from wecom_sync_tools.console.codes import Code

SETTINGS = (
    '[limits]\nfirst_replace = "apply"\nadditions_percent = 100\n'
    '[desk]\napprovers = ["wufan"]\ndroppers = ["luojie"]\n'
)
"""Settings with which the first full files, and many new people, need no approval."""
MOBILE_TAKEN = "60104"
EMAIL_TAKEN = "60106"
MEMBERS_AFTERWARDS = 1_025
"""30 who are in WeCom before, and 1,000 newcomers but for five."""
_FILES = Path(__file__).with_name("demo_files")
"""What is dropped, and the company as the simulator has it before. Nobody of it exists."""


class DemoDrop(NamedTuple):
    """A file of the demonstration, and what must become of it.

    `about`: the text that introduces it; `troubles`: bad lines with the errcode of each, if any.
    """

    name: str
    job: Job
    about: Code
    state: State
    rows: int
    troubles: Mapping[int, str] = {}
    plan: Mapping[str, int] = {}

    @property
    def content(self) -> bytes:
        return (_FILES / self.name).read_bytes()


_TAKEN = dict.fromkeys((120, 514, 735), MOBILE_TAKEN) | dict.fromkeys((309, 960), EMAIL_TAKEN)
_BROKEN = dict.fromkeys(range(3, 9), "")
DROPS = (
    DemoDrop("members.csv", Job.SYNC_USER, "demo_about_members", State.PARTIAL, 1_000, _TAKEN),
    DemoDrop("departments.csv", Job.REPLACE_PARTY, "demo_about_departments", State.SUCCEEDED, 7),
    DemoDrop("broken.csv", Job.REPLACE_USER, "demo_about_broken", State.REJECTED, 8, _BROKEN),
)
"""The three files in the order in which they are dropped; the departments are WeCom's template."""
TRUNCATED = DemoDrop(
    "truncated.csv",
    Job.REPLACE_USER,
    "demo_about_truncated",
    State.HELD,
    rows=200,
    plan={"add": 0, "update": 30, "move": 0, "remove": 825, "unchanged": 170},
)
"""The beginning of a full file. No file has named the earlier members before."""


def company() -> dict[str, Any]:
    document: dict[str, Any] = json.loads((_FILES / "company.json").read_text("utf-8"))
    return document
