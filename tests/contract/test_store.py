"""What every store must do: the in-memory one and DynamoDB's, on the template's own table."""

import itertools
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import boto3
import pytest
from moto import mock_aws

from support.aws import answer
from support.dropped import altered, drop_at, move, run_at
from support.fakes import START, FakeClock, InMemoryDomainFiles, InMemoryStore
from support.template import create_on_moto
from wecom_sync.adapters.dynamodb_domain_files import DynamoDomainFiles
from wecom_sync.adapters.dynamodb_items import wire
from wecom_sync.adapters.dynamodb_publications import DynamoPublications, changed
from wecom_sync.adapters.dynamodb_store import DynamoStore
from wecom_sync.adapters.dynamodb_tokens import DynamoTokens
from wecom_sync.domain.directory import DriftFound
from wecom_sync.domain.drop import Again, Why
from wecom_sync.domain.errors import TransitionRefusedError
from wecom_sync.domain.habit import DAY_SECONDS as DAY
from wecom_sync.domain.lane import AppliedFile
from wecom_sync.domain.last_day import DueFile, LastDay
from wecom_sync.domain.outcome import Outcome
from wecom_sync.domain.policy import Policy, SettingsInForce
from wecom_sync.domain.run import Approval, Run
from wecom_sync.domain.states import Job, State
from wecom_sync.domain.timeline import Instruction, Reason, TimelineEntry
from wecom_sync.reporting.documents import reason_text
from wecom_sync.reporting.language import Language
from wecom_sync.use_cases.ports import DomainFile, DomainFiles, TokenStore, Walk
from wecom_sync.wecom.credentials import SharedToken, TokenRefusal

Store = InMemoryStore | DynamoStore
Marks = InMemoryStore | DynamoPublications


@contextmanager
def dynamo_store(
    clock: FakeClock | None = None, **options: Any
) -> Iterator[tuple[DynamoStore, Any, str]]:
    """Yield a store on moto, its client and the name of its table."""
    with mock_aws():
        table = create_on_moto()["RunTable"]
        client = boto3.client("dynamodb")
        yield DynamoStore(client, table, clock or FakeClock(), 400, **options), client, table


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture(params=["memory", "dynamodb"])
def store(request: pytest.FixtureRequest, clock: FakeClock) -> Iterator[Store]:
    if request.param == "memory":
        yield InMemoryStore(clock)
        return
    with dynamo_store(clock) as (store, _, _):
        yield store


@pytest.fixture
def tokens(store: Store, clock: FakeClock) -> TokenStore:
    if isinstance(store, InMemoryStore):
        return store
    (table,) = (name for name in store.client.list_tables()["TableNames"] if "TokenTable" in name)
    return DynamoTokens(store.client, table, clock)


@pytest.fixture
def publications(store: Store, clock: FakeClock) -> Marks:
    if isinstance(store, InMemoryStore):
        return store
    return DynamoPublications(store.client, store.table, clock)


@pytest.fixture
def domain_files(store: Store, clock: FakeClock) -> DomainFiles:
    if isinstance(store, InMemoryStore):
        return InMemoryDomainFiles()
    return DynamoDomainFiles(store.client, store.table, clock)


def key_of(name: str = "a", job: Job = Job.SYNC_USER) -> str:
    return f"acme/{job}/{name}.csv"


def made(
    store: Store, name: str = "a", second: int = 0, job: Job = Job.SYNC_USER, **more: Any
) -> Run:
    times = {"created": START, "updated": START, "due": START + 300}
    run = run_at(key_of(name, job), START + second, **times, **more)
    return store.create(run, drop_at(run.key, run.identity.dropped))


def moved(store: Store, run: Run, *states: State, **changes: Any) -> Run:
    """Move a run from state to state; what else changes does so with the last one."""
    for state in states[:-1]:
        run = store.move(run, state)
    return store.move(run, states[-1], **changes)


def submitted(store: Store, name: str = "a", *made_as: Any) -> Run:
    run = moved(store, made(store, name, *made_as), State.QUEUED, State.SUBMITTING)
    return move(store, run, State.SUBMITTED, job_id=f"job-{name}")


def line_of(store: Store) -> list[str]:
    """Return which runs wait for the lane."""
    return [each.run_id for each in store.lane("acme").waiting]


def succeed(store: Store, clock: FakeClock, name: str, state: State = State.SUCCEEDED) -> None:
    move(store, submitted(store, name), state, finished=clock.now)


def test_a_corp_is_silent_after_twice_its_longest_pause(store: Store, clock: FakeClock) -> None:
    for day, state in enumerate((State.SUCCEEDED, State.PARTIAL, State.SUCCEEDED, State.FAILED)):
        clock.now = START + 3 * day * DAY
        for again in range(2):
            succeed(store, clock, f"{day}-{again}", state)
    last = START + 6 * DAY

    assert store.silent(last + 6 * DAY - 1).items == []
    (habit,) = store.silent(last + 6 * DAY).items
    assert (habit.corp, habit.pause, habit.successes[-1]) == ("acme", 3 * DAY, last)
    assert store.silent(last + 7 * DAY + 1).items == []


def test_the_troubles_of_the_last_sweep_are_kept(store: Store) -> None:
    assert store.troubles() == []
    for troubles in (["CompaniesSilent beta", "CompaniesStuck acme"], []):
        store.keep_troubles(troubles)
        assert store.troubles() == troubles


def test_a_corp_whose_files_came_on_one_day_has_no_habit(store: Store, clock: FakeClock) -> None:
    for name in ("a", "b", "c"):
        clock.now += 3600
        succeed(store, clock, name)

    assert [day for day in range(30) if store.silent(clock.now + day * DAY).items] == []


def test_a_file_is_due_until_another_full_one_takes_its_place(
    store: Store, clock: FakeClock
) -> None:
    day, later = LastDay("2027-01-15", 2, START + DAY), LastDay("2027-01-20", 1, START + 6 * DAY)

    def applied(name: str, second: int, job: Job = Job.COMPANY, **more: Any) -> Run:
        run = submitted(store, name, second, job)
        return move(store, run, State.SUCCEEDED, finished=clock.now, **more)

    run = applied("a", 0, last_day=day)
    assert store.due_files(START + DAY - 1).items == []
    (file,) = store.due_files(START + DAY).items
    assert file == DueFile("acme", run.run_id, key_of("a", Job.COMPANY), *day[::2])
    store.follow_due(file, file, START + DAY + 3600)
    assert store.due_files(START + DAY).items == []

    applied("b", 1, last_day=later)
    store.follow_due(file, None)
    applied("departments", 2, Job.REPLACE_PARTY)
    (newer,) = store.due_files(START + 6 * DAY).items
    assert {it.key for it in store.runs_of_corp("acme", None)} >= {file.key, newer.key}
    assert newer.day == later.day
    assert (store.due_file("acme"), store.due_file("other")) == (newer, None)
    store.follow_due(newer, newer._replace(day="2027-02-01"))
    assert [it.day for it in store.due_files(START).items] == ["2027-02-01"]

    applied("c", 3)
    assert (store.due_files(START + 99 * DAY).items, store.due_file("acme")) == ([], None)


def test_leavers_are_due_a_day_before_beside_the_file(store: Store, clock: FakeClock) -> None:
    day, last = LastDay("2027-01-15", 2, START + 3 * DAY), LastDay("2027-01-20", 1, START + DAY)

    def ended(name: str, second: int, **more: Any) -> Run:
        run = submitted(store, name, second, Job.COMPANY)
        return move(store, run, State.SUCCEEDED, finished=clock.now, **more)

    ended("a", 0, last_day=last, leavers=day)
    leavers = DueFile.of_leavers("acme", day)
    assert leavers not in store.due_files(START + 2 * DAY - 1).items
    assert {it.run_id for it in store.due_files(START + 2 * DAY).items} > {"leavers"}
    assert store.due_file("acme", of_leavers=True) == leavers
    later = leavers.after(LastDay("2027-01-30", 1, START + 15 * DAY))
    store.follow_due(leavers, later, later.starts)
    assert store.due_file("acme", of_leavers=True) == later

    ended("b", 1, last_day=last)

    assert store.due_file("acme", of_leavers=True) is None
    assert store.due_file("acme") is not None


def test_a_run_comes_back_as_it_was_kept(store: Store) -> None:
    earlier = "20260101T000000Z-0123456789ab"
    run = made(
        store,
        again=Again(of={Why.ROLLBACK: earlier, Why.RETRY: earlier}, restores=START - 0.877),
    )
    why, reports = Reason("file_rejected", {"problems": 3}), {"results.csv": "s3://r/x"}
    more: Any = {"tries": {"batch 45009": 2}, "rows": 2, "finished": START + 1.25}
    moved = move(store, run, State.REJECTED, reason=why, reports=reports, **more)

    assert store.run(run.run_id) == moved
    assert moved.state is State.REJECTED
    assert moved.revision == 1


def test_a_note_that_a_file_is_read_is_gone_with_the_next_move(store: Store) -> None:
    reading = store.move(made(store), State.RECEIVED, read_since=START, deaths=1)
    assert store.run(reading.run_id) == reading
    assert (reading.next.read_since, reading.next.deaths) == (START, 1)

    queued = store.move(reading, State.QUEUED)

    assert (queued.next.read_since, queued.next.deaths) == (None, 1)


def test_a_reason_of_another_version_stops_nobody(store: Store) -> None:
    reason: Any = Reason("of_the_next_version", {"people": 3})  # type: ignore[arg-type]
    run = store.move(made(store, holds=(reason,)), State.RECEIVED, reason=reason)
    other = made(store, "b")

    runs = store.open_runs(State.RECEIVED)

    assert {each.run_id for each in runs.items} == {run.run_id, other.run_id}
    assert store.run(run.run_id) == run
    assert reason_text(run, Language.CHINESE) == "of_the_next_version"


def test_one_drop_is_one_run_even_when_its_id_would_differ(store: Store) -> None:
    run = made(store)
    other = altered(run, run_id="20990101T000000Z-000000000000")

    assert store.create(other, drop_at(run.key, START)).run_id == run.run_id
    assert store.run(other.run_id) is None
    assert store.run_of_drop(drop_at(run.key, START).digest) == run


def test_a_job_that_another_run_has_is_never_a_runs(store: Store) -> None:
    first = submitted(store, "a")
    ended = store.move(first, State.SUCCEEDED)
    other = moved(store, made(store, "b"), State.QUEUED, State.SUBMITTING)

    with pytest.raises(TransitionRefusedError):
        move(store, other, State.SUBMITTED, job_id=str(first.submission.job_id))

    assert store.run_of_job("acme", str(first.submission.job_id)) == ended
    assert store.run(other.run_id) == other
    again = move(
        store, move(store, other, State.SUBMITTED, job_id="j"), State.SUBMITTED, job_id="k"
    )
    assert move(store, again, State.SUBMITTED, job_id="j").submission.job_id == "j"


def test_departments_wait_before_members_and_the_older_before_the_newer(store: Store) -> None:
    late = made(store, "late", 20)
    early = made(store, "early", 10)
    departments = made(store, "departments", 30, Job.REPLACE_PARTY)

    waiting = store.lane("acme").waiting

    assert [each.run_id for each in waiting] == [departments.run_id, early.run_id, late.run_id]
    assert [each.job for each in waiting] == [Job.REPLACE_PARTY, Job.SYNC_USER, Job.SYNC_USER]


def test_the_lane_has_one_holder_until_it_ends(store: Store) -> None:
    one = store.move(made(store, "one"), State.QUEUED)
    two = store.move(made(store, "two"), State.QUEUED)
    one = store.move(one, State.SUBMITTING)

    with pytest.raises(TransitionRefusedError):
        store.move(two, State.SUBMITTING)
    assert store.lane("acme").holder == one.run_id
    assert line_of(store) == [two.run_id]

    store.move(one, State.FAILED)
    assert store.lane("acme").holder is None
    assert store.move(two, State.SUBMITTING).state is State.SUBMITTING


def test_a_collision_with_another_transaction_is_tried_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    slept: list[float] = []
    with dynamo_store(sleep=slept.append) as (store, client, _):
        collisions = iter([True, True])

        def collide(*_: object) -> None:
            if next(collisions, False):
                response = {
                    "Error": {"Code": "TransactionCanceledException", "Message": ""},
                    "CancellationReasons": [{"Code": "TransactionConflict"}, {"Code": "None"}],
                }
                raise client.exceptions.TransactionCanceledException(response, "TransactWriteItems")

        answer(monkeypatch, "TransactWriteItems", collide)
        run = made(store)

        assert store.run(run.run_id) == run
        assert len(slept) == 2


def ids(runs: Iterable[Run]) -> list[str]:
    return [run.run_id for run in runs]


def test_open_runs_are_found_until_they_are_published(store: Store, publications: Marks) -> None:
    late, run = store.move(made(store, "late"), State.RECEIVED, due=START + 600), made(store)
    assert ids(store.open_runs(State.RECEIVED).items) == [run.run_id, late.run_id]
    assert {*ids(store.open_runs_of("acme", State.RECEIVED))} == {run.run_id, late.run_id}
    assert store.open_runs(State.QUEUED).items == []
    store.move(late, State.QUEUED)
    assert ids(store.open_runs_of("acme", State.RECEIVED, State.QUEUED)) == [
        run.run_id,
        late.run_id,
    ]
    assert store.open_runs_of("beta", State.RECEIVED, State.QUEUED) == []
    assert store.count_open("acme", State.RECEIVED, State.QUEUED) == 2
    assert store.count_open("beta", State.RECEIVED, State.QUEUED) == 0

    run = store.move(run, State.REJECTED)
    assert ids(store.open_runs(State.REJECTED).items) == [run.run_id]
    publications.published(run)
    assert store.open_runs(State.REJECTED).items == []


WALKS: dict[str, tuple[str, Callable[[DynamoStore], Walk[Any]]]] = {
    "RUN": ("identity", lambda store: store.open_runs(State.SUCCEEDED)),
    "DUE": ("due_file", lambda store: store.due_files(START + 9 * DAY)),
    "HABIT": ("successes", lambda store: store.silent(START + 5 * DAY)),
}
"""What walks over the items of all companies, and an attribute that it needs."""


@pytest.mark.parametrize("kind", WALKS)
def test_what_cannot_be_read_of_one_company_is_named_and_hides_no_other(kind: str) -> None:
    needed, walk = WALKS[kind]
    with dynamo_store() as (store, client, table):
        for corp, day in itertools.product(("acme", "beta"), (0, 1.5)):
            run = run_at(f"{corp}/company/{day}.csv", START + day * DAY)
            run = store.create(run, drop_at(run.key, run.identity.dropped))
            run = moved(store, run, State.QUEUED, State.SUBMITTING, State.SUBMITTED)
            leaver = LastDay("2027-01-31", 1, START + 9 * DAY)
            run = move(store, run, State.SUCCEEDED, finished=run.identity.dropped, last_day=leaver)
        whole = walk(store)
        items = client.scan(TableName=table)["Items"]
        spoilt = [it for it in items if it["sk"]["S"] == kind and it["corp"]["S"] == "acme"]

        for item in spoilt:
            client.put_item(TableName=table, Item={**item, needed: {"N": "1"}})

        assert {*walk(store).unreadable} == {item["pk"]["S"] for item in spoilt}
        assert {it.corp for it in whole.items} == {"acme", "beta"}
        assert walk(store).items == [it for it in whole.items if it.corp == "beta"]


def test_a_move_that_no_run_may_make_is_refused(store: Store) -> None:
    first = made(store)
    rejected = store.move(first, State.REJECTED)
    run = submitted(store, "b")
    move(store, run, State.SUBMITTED, checks=1)

    moves = [(first, State.QUEUED), (run, State.SUBMITTED)]
    for moved, state in [*moves, *((rejected, state) for state in State if state != "REJECTED")]:
        with pytest.raises(TransitionRefusedError):
            move(store, moved, state, checks=1)


def test_a_rejected_run_waits_no_more_and_leaves_the_holder_alone(store: Store) -> None:
    holder = submitted(store, "holder")

    store.move(made(store, "other"), State.REJECTED)

    assert store.lane("acme") == replace(store.lane("acme"), holder=holder.run_id, waiting=())
    run = store.run_of_job("acme", "job-holder")
    assert (run and run.run_id) == holder.run_id
    assert store.run_of_job("beta", "job-holder") is None


def test_runs_are_listed_newest_first_until_they_expire(store: Store, clock: FakeClock) -> None:
    runs = [made(store, str(second), second) for second in range(4)]
    expected = [run.run_id for run in reversed(runs)]

    assert [run.run_id for run in store.runs_of_corp("acme", 3)] == expected[:3]
    assert store.runs_of_corp("beta", 3) == []
    assert [run.run_id for run in store.runs_of_corp("acme", None)] == expected
    since = runs[2].identity.dropped
    assert [run.run_id for run in store.runs_of_corp("acme", None, since)] == expected[:2]
    clock.now += 401 * 86_400
    assert store.run(runs[0].run_id) is None
    assert store.runs_of_corp("acme", 10) == []


def test_outcomes_are_listed_and_failures_by_line(store: Store) -> None:
    run = submitted(store)
    rows = [Outcome(f"User{n}", n + 1, 0, "") for n in range(1, 50)]
    rows += [Outcome("zoe", 90, 60104, "mobile existed"), Outcome("boss", 0, 301005, "creator")]
    rows += [Outcome("adam", 60, None)]

    store.put_outcomes(run, rows)
    store.put_outcomes(run, rows)

    assert [row.id for row in store.failed_rows(run.run_id)] == ["boss", "zoe"]
    assert store.failed_rows("another run") == []
    assert len(list(store.outcomes(run.run_id))) == 52
    assert {row.id for row in store.outcomes(run.run_id) if row.errcode is None} == {"adam"}
    store.put_outcomes(run, [Outcome("a", 0, 301005), Outcome("boss", 2, 0), Outcome("zoe", 3, 0)])
    assert [row.errcode for row in store.outcomes(run.run_id)] == [301005, 0, 0]
    assert [row.id for row in store.failed_rows(run.run_id)] == ["a"]


def record(pk: str, sk: str) -> dict[str, object]:
    keys = {"pk": {"S": pk}, "sk": {"S": sk}}
    return {"dynamodb": {"Keys": keys, "SequenceNumber": "1"}}


def test_a_record_of_the_stream_names_what_it_is_about_once() -> None:
    keys = "RUN#r1 RUN,DRIFT#acme DRIFT,RUN#r1 RUN,RUN#r2 PAGE#1,RUN#r2 RUN,RUN#r3 ANSWER#a1"
    records = [record(*key.split()) for key in keys.split(",")]

    assert changed({"Records": records}) == (["r1", "r2", "r3"], ["acme"])


def test_a_token_is_shared_as_long_as_it_is_good(tokens: TokenStore, clock: FakeClock) -> None:
    tokens.put_token("acme", "t1", START + 7200, "one")

    token = tokens.token("acme")
    assert token == SharedToken("t1", "one")
    assert (token.is_of("one"), token.is_of("another")) == (True, False)
    assert tokens.token("beta") is None
    tokens.drop_token("acme", "t0")
    assert tokens.token("acme") == token
    clock.now = START + 7200 - 59
    assert tokens.token("acme") is None
    tokens.put_token("acme", "t2", START + 9000)
    tokens.drop_token("acme", "t2")
    tokens.drop_token("acme", "t2")
    assert tokens.token("acme") is None


def test_the_lane_remembers_the_last_file_and_what_changed_something(store: Store) -> None:
    first = made(store, "changing", 10, Job.REPLACE_USER)
    first = moved(store, first, State.QUEUED, State.SUBMITTING)
    moved(store, move(store, first, State.SUBMITTED, job_id="job"), State.SUCCEEDED)
    states = (State.QUEUED, State.SUBMITTING, State.UNCHANGED)
    last = moved(store, made(store, "same", 20, Job.REPLACE_USER), *states)

    lane = store.lane("acme")

    assert lane.holder is None
    file = AppliedFile(last.run_id, last.identity.dropped, first.identity.dropped)
    assert lane.applied == {Job.REPLACE_USER: file}
    for job in (Job.REPLACE_USER, Job.SYNC_USER):
        older = store.move(made(store, job.value, 5, job), State.QUEUED)
        with pytest.raises(TransitionRefusedError):
            store.move(older, State.SUBMITTING)
    later = moved(store, made(store, "later", 30), State.QUEUED, State.SUBMITTING)
    assert later.state is State.SUBMITTING


def test_an_approved_run_waits_again_in_its_old_place(store: Store) -> None:
    run = moved(store, made(store, "held", 10), State.QUEUED, State.SUBMITTING)
    later = made(store, "later", 20)
    holds = (Reason("hold_first", {"job": "syncuser"}), Reason("hold_protected_departments"))
    run = move(store, run, State.HELD, plan={"remove": 3}, plan_digest="d", holds=holds)
    assert store.lane("acme").holder is None
    assert store.run(run.run_id) == run
    assert ids(store.open_runs(State.HELD).items) == [run.run_id]

    run = move(store, run, State.QUEUED, approval=Approval("boss", START, "d"))

    assert line_of(store) == [run.run_id, later.run_id]
    assert store.run(run.run_id) == run
    store.move(run, State.CANCELLED)
    assert line_of(store) == [later.run_id]


def test_a_run_that_awaits_departments_gives_the_lane_back_and_has_no_place(store: Store) -> None:
    run = moved(store, made(store, "waits", 10), State.QUEUED, State.SUBMITTING)
    later = made(store, "later", 20)
    reason = Reason("awaits_departments", {"run_id": "x"})

    run = move(store, run, State.QUEUED, awaits="x", reason=reason, deadline=None)

    assert store.lane("acme").holder is None
    assert line_of(store) == [later.run_id]
    assert store.run(run.run_id) == run
    assert ids(store.open_runs(State.QUEUED).items) == [run.run_id]
    run = store.move(run, State.QUEUED, due=START + 600)
    assert line_of(store) == [later.run_id]
    run = move(store, run, State.QUEUED, awaits=None, reason=None)
    assert line_of(store) == [run.run_id, later.run_id]
    assert store.run(run.run_id) == run
    assert store.move(run, State.SUBMITTING).state is State.SUBMITTING
    assert line_of(store) == [later.run_id]


def test_refused_drops_are_counted_for_the_run_that_tells_of_them(store: Store) -> None:
    run, other = made(store), made(store, "b")

    assert [store.count_refused(run, more) for more in (3, 4)] == [3, 7]
    assert store.count_refused(run, 0) == 7
    assert store.count_refused(other, 0) == 0
    assert store.run(run.run_id) == run


def test_a_policy_is_kept_unless_a_newer_one_is_there(store: Store) -> None:
    assert store.policy("acme") == Policy()
    mine = Policy(removals=3, protected=("boss", "svc-*"), columns={"工号": "帐号"}, invite=True)
    assert store.put_policy("acme", mine, START, "r1", "mine", by="somebody") == Policy()
    assert store.put_policy("acme", Policy(), START - 1, "r0", "nobody's") is None
    assert store.put_policy("acme", mine, START, "r1") == Policy()

    assert store.policy("acme") == mine
    assert store.policy("beta") == Policy()
    assert store.settings("acme") == SettingsInForce(
        mine, START, "somebody", {"mine": START}, weakened={"somebody": START}
    )
    assert store.settings("acme").overlaid("mine") is None
    assert store.put_policy("acme", Policy(), START + 1, "r2", "other") == mine
    assert store.settings("acme").overlaid("mine") == START
    assert store.settings("acme").authors == {"somebody": START, "": START + 1}


def test_what_was_moved_waits_to_be_published_as_it_is(store: Store, publications: Marks) -> None:
    run = made(store)
    later = move(store, run, State.REJECTED, due=START, finished=START)
    publications.published(run)
    ((pk, sk, since),) = publications.overdue(START + 1)
    assert (pk, sk, since) == (f"RUN#{run.run_id}", "RUN", later.updated)
    assert [*publications.overdue(since)] == []

    publications.published(later)

    assert [*publications.overdue(START + 1)] == []
    assert store.run(run.run_id) == later
    decided = store.move(
        later, State.REJECTED, instruction=Instruction("boss"), answer=Reason("unchanged")
    )
    assert [each.pk for each in publications.overdue(START + 1)] == [pk]
    assert store.run(run.run_id) == decided


def test_an_answer_is_kept_once_and_moves_nothing(store: Store, publications: Marks) -> None:
    run = move(store, made(store), State.REJECTED, due=START, finished=START)
    publications.published(run)
    words = (
        Instruction("ann", "now", "a1"),
        Instruction("bob", "", "b2"),
        Instruction("ann", "again", "a1"),
    )

    for number, each in enumerate(words):
        reason = Reason("decision_too_late", {"state": "REJECTED"})
        store.answer(run, TimelineEntry(State.REJECTED, START + 9 - number, (reason,), each))

    answers = store.answers(run.run_id)
    kept = [(START + 8, words[1]), (START + 9, words[0])]
    assert [(step.at, step.instruction) for step in answers] == kept
    assert store.run(run.run_id) == run
    assert {each.sk for each in publications.overdue(START + 10)} == {"ANSWER#a1", "ANSWER#b2"}
    publications.published(run.with_answers(answers))
    assert [*publications.overdue(START + 10)] == []


def test_drift_is_kept_and_unpublished_until_it_is_published(publications: Marks) -> None:
    assert publications.drift("acme") is None
    drift = DriftFound(corp="acme", at=START, removed=2, report="s3://r/drift.csv")

    publications.put_drift(drift)

    assert publications.drift("acme") == drift
    assert [each.pk for each in publications.overdue(START + 1)] == ["DRIFT#acme"]
    publications.drift_published(drift)
    assert [*publications.overdue(START + 1)] == []


def test_a_refused_secret_is_kept_beside_a_token(tokens: TokenStore, clock: FakeClock) -> None:
    refusal = TokenRefusal(40001, "no", START + 900, 1)
    tokens.put_refusal("acme", "digest", refusal)
    tokens.put_refusal("acme", "another digest", TokenRefusal(40013, "no", START + 900, 1))

    tokens.put_token("acme", "t1", START + 7200, "good")

    assert tokens.token("acme") == SharedToken("t1", "good")
    assert tokens.refusal("acme", "digest") == refusal
    assert tokens.refusal("acme", "of another secret") is None
    assert tokens.refusal("beta", "digest") is None
    for _ in range(2):
        tokens.drop_refusal("acme", "another digest")
    assert tokens.refusal("acme", "another digest") is None
    clock.now = START + 900 + 86_000
    assert tokens.refusal("acme", "digest") == refusal
    clock.now = START + 900 + 86_500
    assert tokens.refusal("acme", "digest") is None


def test_a_run_with_a_deadline_is_not_forgotten(store: Store, clock: FakeClock) -> None:
    run = made(store)
    deadline = START + 399 * 86_400
    store.move(run, State.QUEUED, due=deadline, deadline=deadline)

    clock.now = START + 420 * 86_400
    entry = store.run(run.run_id)
    assert entry is not None
    assert ids(store.open_runs(State.QUEUED).items) == [run.run_id]
    clock.now = START + 430 * 86_400
    assert store.run(run.run_id) is None


@pytest.mark.parametrize("errcode", [0, 60104])
def test_a_hundred_thousand_outcomes_cost_a_hundredth_of_an_item_each(errcode: int) -> None:
    """DynamoDB charges a write unit for each kilobyte of an item, and for an item at least one."""
    end = errcode, "mobile existed", 0
    rows = [Outcome(f"U{n:06d}", n + 2, *end, f"员工{n}", "added") for n in range(100_000)]
    with dynamo_store() as (store, client, table):
        run = submitted(store)

        store.put_outcomes(run, rows)

        asked = {"KeyConditionExpression": "pk = :pk AND begins_with(sk, :page)"}
        values = wire({":pk": f"RUN#{run.run_id}", ":page": "PAGE#"})
        answered = client.query(TableName=table, ExpressionAttributeValues=values, **asked)
        pages = answered["Items"]
        assert sum(-(-len(page["columns"]["B"]) // 1000) for page in pages) <= len(rows) / 100
        assert [*store.outcomes(run.run_id)] == rows
        assert [*store.failed_rows(run.run_id)] == (rows if errcode else [])


def test_rows_without_an_id_fill_several_pages(store: Store) -> None:
    run = submitted(store)
    rows = [Outcome("", line, 60103, "invalid") for line in range(2, 12_002)]

    for _ in range(2):
        store.put_outcomes(run, rows)

        assert [*store.failed_rows(run.run_id)] == rows
        assert len([*store.outcomes(run.run_id)]) == len(rows)


def test_what_was_announced_last_is_kept(publications: Marks) -> None:
    assert publications.announced("r1") == ""

    publications.note_announced("r1", "HELD 1", START + 9)
    publications.note_announced("r1", "FAILED 2", START + 9)

    assert publications.announced("r1") == "FAILED 2"


def test_no_corp_changes_the_domain_file_of_another(domain_files: DomainFiles) -> None:
    domain_files.put("acme", "WW_verify_1.txt", "old")
    domain_files.put("acme", "WW_verify_1.txt", "text")

    domain_files.put("beta", "WW_verify_1.txt", "betas")
    domain_files.drop("beta", "WW_verify_1.txt")

    assert domain_files.file("WW_verify_1.txt") == DomainFile("acme", "text")
    domain_files.drop("acme", "WW_verify_1.txt")
    assert domain_files.file("WW_verify_1.txt") is None
