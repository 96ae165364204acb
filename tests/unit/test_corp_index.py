"""A corp at a glance: what needs a person."""

import itertools
import json
from typing import Any

import pytest

from support.dropped import altered, run_at
from support.fakes import START
from support.runs import data_of
from wecom_sync.domain.directory import DriftFound
from wecom_sync.domain.policy import Policy
from wecom_sync.domain.run import Dismissal, Run
from wecom_sync.domain.states import Job, State
from wecom_sync.domain.timeline import Reason, TimelineEntry, wecom_refusal
from wecom_sync.reporting.corp_index import NEWEST, CorpIndex, run_in
from wecom_sync.reporting.language import Language
from wecom_sync.reporting.pages.corp_page import corp_page

DAY = 86_400
EMPTY = CorpIndex.read("acme", None)
ENDS = sorted(state for state in State if state.is_final and state is not State.PLANNED)
FIRST_FILE = Reason("hold_first", {"job": "replaceuser"}, "share")
numbers = itertools.count()


def a_run(state: State, at: float = START, **fields: Any) -> Run:
    """Return a run of a file that was dropped at a time."""
    made = {"version": f"v{next(numbers)}", "finished": at if state.is_final else None}
    return run_at("acme/replaceuser/staff.csv", at, state=state, **{**made, **fields})


def noted(*runs: Run, index: CorpIndex = EMPTY) -> CorpIndex:
    for run in runs:
        index = index.with_run(run, Language.ENGLISH)
    return index


def document(index: CorpIndex, now: float = START, retention_days: int = 400) -> dict[str, Any]:
    content: dict[str, Any] = json.loads(index.to_bytes(now, retention_days))
    return content


def test_what_is_to_be_decided_first_comes_first_and_says_enough_to_be_understood() -> None:
    steps = (TimelineEntry(State.SUBMITTING, START + 2), TimelineEntry(State.HELD, START + 3))
    about = {"plan": {"remove": 60}, "holds": (FIRST_FILE,), "timeline": steps}
    late = a_run(State.HELD, START + 1, deadline=START + 9 * DAY, **about)
    soon = a_run(State.HELD, START, deadline=START + 2 * DAY)
    failed = a_run(State.REJECTED, START + 5, job=Job.SYNC_USER)

    entries = document(noted(late, soon, failed))["attention"]

    assert [each["run_id"] for each in entries] == [soon.run_id, late.run_id, failed.run_id]
    named = {"run_id": late.run_id, "state": "HELD", "job": "replaceuser"}
    times = {"since": "2027-01-15T08:00:03.000+00:00", "expires": "2027-01-24T08:00:00.000+00:00"}
    counts = {"plan": {"remove": 60}, **dict.fromkeys(("rows", "succeeded", "failed"))}
    named |= {"key": late.key, "file": late.key, "text": entries[1]["text"]}
    assert entries[1] == {**named, **times, **counts}


def test_a_last_file_that_failed_needs_a_person_however_many_others_came_after_it() -> None:
    failed = a_run(State.FAILED)
    others = [
        a_run(State.SUCCEEDED, START + number, job=Job.SYNC_USER) for number in range(NEWEST + 5)
    ]

    index = document(noted(failed, *others))

    assert [each["run_id"] for each in index["attention"]] == [failed.run_id]
    assert len(index["runs"]) == NEWEST + 1
    assert document(noted(failed, *others), START + 3 * DAY, retention_days=2)["attention"] == []


REFUSED = {"reason": wecom_refusal(60020, "not allowed")}
ASKED = {"deadline": START + DAY, "plan": {"remove": 60}, "holds": (FIRST_FILE,)}
REASONS = {"REJECTED": {"reason": Reason("result_lost")}, "FAILED": REFUSED, "SUBMITTING": REFUSED}


@pytest.mark.parametrize(("state", "fields"), [*REASONS.items(), ("HELD", ASKED)])
def test_a_listed_run_is_told_in_the_language_of_whoever_reads_it(
    state: str, fields: dict[str, Any]
) -> None:
    run = altered(a_run(State.RECEIVED), state=State(state), **fields)
    (listed,) = document(noted(run))["runs"]
    (chinese,) = document(EMPTY.with_run(run, Language.CHINESE))["runs"]

    assert listed["reason"] != chinese["reason"]
    assert run_in(listed, Language.CHINESE) == run_in(chinese, Language.CHINESE)
    assert run_in(listed, Language.CHINESE)["reason"] == chinese["reason"]
    assert run_in(chinese, Language.ENGLISH)["reason"] == listed["reason"]


def attention(*runs: Run) -> list[str]:
    return [each["run_id"] for each in document(noted(*runs))["attention"]]


@pytest.mark.parametrize("given_up", [State.CANCELLED, State.SUPERSEDED])
def test_a_file_that_was_given_up_hides_no_earlier_one(given_up: State) -> None:
    rejected = a_run(State.REJECTED)

    assert attention(rejected, a_run(given_up, START + 1)) == [rejected.run_id]
    assert attention(rejected, a_run(State.SUCCEEDED, START + 1), a_run(given_up, START + 2)) == []


def test_a_bad_file_hides_no_earlier_one_that_was_applied_in_part() -> None:
    partial, older, newer = (
        a_run(State(state), START + number)
        for number, state in enumerate(("PARTIAL", "REJECTED", "REJECTED"))
    )

    assert {*attention(partial, older, newer)} == {partial.run_id, newer.run_id}
    assert attention(altered(partial, dismissed=Dismissal(START, "li")), newer) == [newer.run_id]
    assert attention(partial, newer, a_run(State.UNCHANGED, START + 3)) == []


ENDED = {
    "CANCELLED": True,
    "REJECTED": True,
    "FAILED": True,
    "SUCCEEDED": False,
    "UNCHANGED": False,
}


@pytest.mark.parametrize(("newer_ends", "needs"), ENDED.items())
def test_a_file_that_gave_way_in_vain_needs_a_person(newer_ends: str, *, needs: bool) -> None:
    newer = a_run(State(newer_ends), START + 1)
    older = a_run(State.SUPERSEDED, reason=Reason("superseded", {"run_id": newer.run_id}))

    assert (older.run_id in attention(older, newer)) is needs
    assert older.run_id not in attention(older, newer, a_run(State.SUCCEEDED, START + 2))


def test_whom_the_desk_names_without_an_account_is_on_the_page() -> None:
    found = DriftFound(corp="acme", at=START, absent=("Ghost", "taken-out"))
    index = EMPTY.with_drift(found).with_settings(Policy(desk_readers=("ghost",)), START)

    index = CorpIndex.read("acme", index.to_bytes(START, 400))

    notes = data_of(corp_page(index, START, Language.ENGLISH))["desk_notes"]
    assert [title["en"] for title, _ in notes] == [
        "Users of [desk] who have no account, or a disabled one: Ghost."
    ]
    # So no session of theirs from before lasts.
    assert index.departed == {"ghost": START}
