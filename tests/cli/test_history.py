"""What happened to a person: which runs tell of them, and what became of each change."""

import json
from typing import Any

import pytest

from support.console import Said
from support.scenes import MOVED, SENT, planned
from support.stack import Stack
from support.world import departments, members
from wecom_sync.domain.outcome import Outcome
from wecom_sync.domain.states import Job, State
from wecom_sync.domain.submission import REMOVE, Step
from wecom_sync.domain.timeline import Reason
from wecom_sync.reporting.language import Language
from wecom_sync.reporting.row_files import RESULTS, results_csv

HISTORY = ("history", "zhangsan", "--corp", "acme")


def outcomes(output: Said) -> list[tuple[str, Any]]:
    return [(entry["outcome"], entry["errcode"]) for entry in output.json(*HISTORY)["entries"]]


def test_every_change_of_a_person_is_told_the_newest_first(stack: Stack, output: Said) -> None:
    first = planned(stack, 1, *SENT, State.SUCCEEDED)
    other = {"job": "syncuser", "changes": [{**MOVED, "id": "zhangsan2"}]}
    planned(stack, 2, *SENT, State.SUCCEEDED, plan=other)
    last = planned(stack, 3, *SENT, State.SUCCEEDED, job=Job.REPLACE_USER)

    history = output.json(*HISTORY)

    assert history["userid"] == "zhangsan"
    assert [entry["run_id"] for entry in history["entries"]] == [last.run_id, first.run_id]
    became = {"change": "moved", "outcome": "applied", "errcode": None}
    at = {"run_id": first.run_id, "at": "2027-01-15T08:00:01.000+00:00"}
    assert history["entries"][1] == {**at, **became, "columns": MOVED["columns"]}


@pytest.mark.parametrize("language", Language)
def test_unreported_rows_are_in_results(stack: Stack, output: Said, language: Language) -> None:
    for number, errcode in ((1, 0), (2, None)):
        run = planned(stack, number, *SENT)
        rows = [Outcome("lisi", 2, None), Outcome("zhangsan", 3, errcode)]
        reports = stack.put_report(run, RESULTS, results_csv(rows, language))
        stack.move(
            run,
            State.PARTIAL,
            unreported=1,
            finished=run.identity.dropped,
            reports={**run.result.reports, **reports},
        )

    assert outcomes(output) == [("unreported", None), ("applied", None)]


def test_older_runs_are_looked_through_when_more_are_asked_for(stack: Stack, output: Said) -> None:
    old = planned(stack, 1, *SENT, State.SUCCEEDED)
    stack.run(2, State.REJECTED)
    index = json.loads(stack.s3.get_object(Bucket="reports", Key="acme/index.json")["Body"].read())
    index["runs"] = index["runs"][:1]
    stack.s3.put_object(Bucket="reports", Key="acme/index.json", Body=json.dumps(index))

    assert output.json(*HISTORY)["entries"] == []
    assert output.json(*HISTORY, "--limit", "1")["entries"] == []
    (entry,) = output.json(*HISTORY, "--limit", "101")["entries"]
    assert entry["run_id"] == old.run_id


def test_whoever_was_added_and_moved_has_both_in_the_history(stack: Stack, output: Said) -> None:
    for key, content in (
        ("acme/replaceparty/d.csv", departments()),
        ("acme/syncuser/a.csv", members("zhangsan")),
        ("acme/syncuser/b.csv", members("zhangsan").replace(",1\n", ",2\n")),
    ):
        stack.s3.put_object(Bucket="drops", Key=key, Body=content.encode())
        for _ in range(12):
            stack.work()

    entries = output.json(*HISTORY)["entries"]

    assert [(entry["change"], entry["outcome"]) for entry in entries] == [
        ("moved", "applied"),
        ("added", "applied"),
    ]


def test_a_person_is_found_by_the_exact_name(stack: Stack, output: Said) -> None:
    planned(stack, 1, *SENT, State.SUCCEEDED)

    by_name, by_id = (output.json("history", who, *HISTORY[2:]) for who in ("张三", "ZhangSan"))
    assert by_name == by_id
    assert len(by_name["entries"]) == 1


def test_a_person_is_found_by_hrs_key(stack: Stack, output: Said) -> None:
    keyed = {"job": "syncuser", "changes": [{**MOVED, "key": "00050"}]}
    planned(stack, 1, *SENT, State.SUCCEEDED, plan=keyed)
    by_account = output.json(*HISTORY)

    assert output.json("history", "00050", *HISTORY[2:])["entries"] == by_account["entries"]
    assert output.json("history", "50", *HISTORY[2:])["entries"] == []
    complaint = output.complaint("history", "00050", *HISTORY[2:], code=0)
    assert "HR's key 00050 has the account ZhangSan." in complaint

    other = {"job": "syncuser", "changes": [{**MOVED, "id": "00050", "key": "00051"}]}
    planned(stack, 2, *SENT, State.SUCCEEDED, plan=other)
    of_account = output.json("history", "00050", *HISTORY[2:])
    assert (of_account["userid"], len(of_account["entries"])) == ("00050", 1)
    complaint = output.complaint("history", "00050", *HISTORY[2:], code=0)
    assert "wecom-sync history ZhangSan --corp acme" in complaint


REMOVAL = Step(REMOVE, State.SUCCEEDED, rows=1, succeeded=1)
ONLY_REMOVED = {"posted": None, "steps": (REMOVAL,)}
REFUSED = Reason("wecom_refused", {"errcode": 45026, "errmsg": "guard"})
AS_A_WHOLE = {"reason": REFUSED, "posted": None}


BECAME: dict[str, tuple[list[State], Any, tuple[str, object]]] = {
    "superseded": ([*SENT[:2], State.SUPERSEDED], {}, ("not sent", None)),
    "failed before it was sent": ([*SENT[:2], State.FAILED], {}, ("not sent", None)),
    "held": ([*SENT[:2], State.HELD], {}, ("held", None)),
    "refused as a whole": ([*SENT, State.FAILED], AS_A_WHOLE, ("failed", 45026)),
    "no answer": ([*SENT, State.FAILED], {"unreported": 1}, ("unreported", None)),
    "only removed": ([*SENT, State.SUCCEEDED], ONLY_REMOVED, ("applied", None)),
}


@pytest.mark.parametrize(("states", "changes", "outcome"), BECAME.values(), ids=BECAME)
def test_what_became_of_a_change_is_told(
    stack: Stack, output: Said, states: list[State], changes: Any, outcome: tuple[str, object]
) -> None:
    run = planned(stack, 1, *states[:-1])
    stack.move(run, states[-1], finished=run.identity.dropped, **changes)

    assert outcomes(output) == [outcome]


@pytest.mark.parametrize(
    ("changes", "change"), [([MOVED], "moved"), ([], "unchanged")], ids=["moved", "unchanged"]
)
def test_a_refused_row(stack: Stack, output: Said, changes: list[object], change: str) -> None:
    run = planned(stack, 1, *SENT, plan={"job": "syncuser", "changes": changes})
    stack.store.put_outcomes(run, [Outcome("zhangsan", 2, 60103, "invalid mobile", name="张三")])
    stack.move(run, State.PARTIAL, failed=1, finished=run.identity.dropped)

    (entry,) = output.json(*HISTORY)["entries"]

    assert (entry["change"], entry["outcome"], entry["errcode"]) == (change, "failed", 60103)
    assert output.json("history", "张三", *HISTORY[2:])["userid"].casefold() == "zhangsan"
