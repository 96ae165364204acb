"""The index of an invented company: a year of nights, and what happens today."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from random import Random
from typing import Any

from support.dropped import run_at
from support.fakes import START
from wecom_sync.domain.directory import DriftFound
from wecom_sync.domain.policy import Policy
from wecom_sync.domain.run import Run
from wecom_sync.domain.states import Job, State
from wecom_sync.domain.texts import Listing
from wecom_sync.domain.timeline import Reason, TimelineEntry
from wecom_sync.reporting.corp_index import CorpIndex
from wecom_sync.reporting.language import Language

NOW = START + 8 * 3_600
"""In the afternoon of 15 January 2027 (UTC); the clock of `chromium` says so too."""
HOUR, DAY = 3_600, 86_400
CHINA = timezone(timedelta(hours=8))
HOSTILE = (
    "<script>alert(1)</script>.csv",
    "</script><b>x.csv",
    "\u202eevil.csv",
    "=HYPERLINK(1).csv",
    "<img src=x onerror=alert(1)>.csv",
    "javascript:alert(1)",
)
ENDS = (
    [State.SUCCEEDED] * 40
    + [State.UNCHANGED] * 9
    + [State.PARTIAL] * 2
    + [State.REJECTED, State.CANCELLED, State.SUPERSEDED]
)


class Company:
    """Notes runs, each with an id of its own."""

    def __init__(self) -> None:
        self.index = CorpIndex.read("acme", None)
        self._number = 0

    def run(self, state: State, at: float, key: str = "", **fields: Any) -> Run:
        """Note a run of a file that was dropped at a time; return it."""
        self._number += 1
        moment = datetime.fromtimestamp(at, UTC)
        job = fields.pop("job", Job.REPLACE_USER)
        made = {
            "run_id": f"{moment:%Y%m%dT%H%M%SZ}-{self._number:012x}",
            "state": state,
            "finished": at + 74 if state.is_final else None,
        }
        run = run_at(f"acme/{job}/{key or f'hr-{moment:%Y%m%d}.csv'}", at, **made, **fields)
        self.index = self.index.with_run(run, Language.ENGLISH)
        return run

    def night(self, state: State, at: float, rows: int) -> None:
        fields: dict[str, Any] = {"rows": rows}
        match state:
            case State.SUCCEEDED:
                fields |= {"succeeded": rows, "plan": {"add": 3, "update": 12, "move": 2}}
            case State.PARTIAL:
                reason = Reason("rows_failed", {"failed": 4, "rows": rows})
                fields |= {"succeeded": rows - 4, "failed": 4, "reason": reason}
            case State.UNCHANGED:
                fields |= {"plan": {"unchanged": rows}, "reason": Reason("unchanged")}
            case State.FAILED | State.REJECTED:
                fields |= {"reason": Reason("object_gone"), "rows": None}
        self.run(state, at, **fields)

    def document(self) -> CorpIndex:
        return CorpIndex.read("acme", self.index.to_bytes(NOW, 400))


def a_year(company: Company) -> None:
    """Note a file for nearly each night of a year."""
    chance = Random(7)
    today = NOW - NOW % DAY
    for days in range(370, 0, -1):
        if chance.random() < 0.95:
            end = State.FAILED if days in {41, 42} else chance.choice(ENDS)
            company.night(end, today - days * DAY + 2 * HOUR, 1_290 - days // 9)
    departments = {"job": Job.REPLACE_PARTY, "rows": 86, "succeeded": 86, "plan": {"add": 1}}
    company.run(State.SUCCEEDED, NOW - 7 * HOUR, "部门.csv", **departments)


def quiet() -> CorpIndex:
    company = Company()
    a_year(company)
    company.night(State.SUCCEEDED, NOW - 6 * HOUR, 1_290)
    company.index = company.index.with_settings(Policy(), None)
    company.index = company.index.with_drift(DriftFound(corp="acme", at=NOW - 11 * HOUR))
    return company.document()


def busy() -> CorpIndex:
    """Return a company with a hold, a file that was not wholly applied, and one on its way."""
    company = Company()
    a_year(company)
    refused = Reason("rows_failed", {"failed": 2, "rows": 14})
    company.run(
        State.PARTIAL, NOW - 30 * HOUR, "新员工.csv", job=Job.SYNC_USER, rows=14, succeeded=12,
        failed=2, plan={"add": 14}, reason=refused,
    )  # fmt: skip
    people = Listing(("zhangsan", "lisi", "wangwu"), 60)
    gone = {"existing": 1_260, "recent": 0, "number": 50, "limit": 10}
    company.run(
        State.HELD,
        NOW - 3 * HOUR,
        deadline=NOW + 69 * HOUR,
        rows=1_230,
        plan_digest="d" * 64,
        plan={"add": 4, "update": 9, "move": 21, "remove": 60},
        holds=(Reason("hold_gone", gone, "leavers", people),),
        timeline=(TimelineEntry(State.HELD, NOW - 3 * HOUR + 40),),
    )
    company.run(State.SUBMITTED, NOW - 120, "调岗.csv", job=Job.SYNC_USER, rows=9, plan={"move": 9})
    policy = Policy(
        removals=80, hold_hours=48, protected=("boss", "svc-*"), columns={"工号": "帐号"}
    )
    company.index = company.index.with_settings(policy, NOW - 40 * DAY)
    report = "s3://reports/acme/drift/2027-01-15.csv"
    drift = DriftFound(corp="acme", at=NOW - 11 * HOUR, added=2, removed=1, report=report)
    company.index = company.index.with_drift(drift)
    left = [("张离", "zhangli", 3, 2), ("李走", "lizou", 40, 0), ("老板", "boss", 9, 8)]
    first = [
        {
            "name": name,
            "account": it,
            "since": NOW - days * DAY,
            "day": f"{datetime.fromtimestamp(NOW - days * DAY, CHINA):%Y-%m-%d}",
            "awaits_file": not last,
        }
        for name, it, days, last in left
    ]
    company.index = replace(company.index, leavers={"total": 1_203, "first": first})
    return company.document()


def new() -> CorpIndex:
    """Return a company with a desk where nobody decides, and whose files nobody hears of."""
    company = Company()
    about: dict[str, Any] = {"heard": False, "alarms_heard": False, "desk": "https://desk.example"}
    company.index = replace(company.index.with_settings(Policy(), None), **about)
    return company.document()


def hostile() -> CorpIndex:
    """Return a company whose files are named by somebody who means harm."""
    company = Company()
    for number, name in enumerate(HOSTILE):
        company.run(State.FAILED, NOW - number * HOUR, name, reason=Reason("object_gone"))
        company.run(State.HELD, NOW - number * HOUR, name, deadline=NOW)
    columns = {"</script><script>alert(2)</script>": "帐号"}
    company.index = company.index.with_settings(Policy(columns=columns), NOW)
    return company.document()


GLANCES = {"quiet": quiet, "busy": busy, "new": new, "hostile": hostile}
