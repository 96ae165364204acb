"""The audit: what is wrong when all runs have ended and all queues are empty."""

import json
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

from soak.company import COLUMNS, Drop
from soak.load import Customer, Dropped
from support.companies import Person, Unit, department_file, member_file
from support.endings import differences, left_behind, out_of_date
from wecom_simulator import Simulator
from wecom_simulator.state.directory import AddressBook
from wecom_simulator.state.jobs import ImportJob
from wecom_sync.adapters.dynamodb_items import UNPUBLISHED, plain
from wecom_sync.domain.run import Job, Run, State
from wecom_sync_tools.local.stack import LocalStack
from wecom_sync_tools.stack.target import Target

DRAIN_SECONDS = 420
"""A check may lie in its queue for five minutes although its run has ended by then."""
TAKEN = frozenset({State.SUCCEEDED, State.PARTIAL})


@dataclass(slots=True)
class Book:
    """An address book as files say it should be."""

    people: dict[str, Person] = field(default_factory=dict)
    units: dict[int, Unit] = field(default_factory=dict)

    def apply(self, drop: Drop) -> None:
        if not drop.job.has_members:
            self.units = dict(drop.units)
            return
        rows = {person.id: person for person in drop.people if person.id not in drop.refused}
        self.people = rows if drop.job is Job.REPLACE_USER else {**self.people, **rows}

    def is_said_by(self, drop: Drop) -> bool:
        other = Book(self.people, self.units)
        other.apply(drop)
        return other == self


def audit(stack: LocalStack, customers: Sequence[Customer]) -> list[str]:
    problems = [*_waiting(stack.target), *_unpublished(stack.target)]
    dropped = [each for customer in customers for each in customer.dropped]
    settings = {f"{customer.company.alias}/settings.toml" for customer in customers}
    runs = stack.target.store.runs(1_000_000)
    problems += lost(dropped, runs, settings)
    answers = stack.target.store.answers
    answered_runs = [run.with_answers(answers(run.run_id)) for run in runs]
    problems += out_of_date(answered_runs, lambda name: _document(stack.target, name))
    for customer in customers:
        alias = customer.company.alias
        corp = simulator_of(stack).corp(alias)
        with corp.lock:
            jobs = corp.jobs.everything()
            problems += _differences(alias, customer.dropped, corp.directory)
        problems += wrong_states(customer.dropped)
        problems += overlapping_jobs(alias, jobs)
        problems += overlapping_runs(alias, customer.dropped)
    problems += left_behind(_items(stack.target))
    return problems


def lost(
    dropped: Iterable[Dropped], runs: Iterable[Run], others: AbstractSet[str]
) -> Iterator[str]:
    """Name drops that do not have exactly one run, and runs of neither a drop nor the `others`."""
    counts = Counter((run.key, run.version) for run in runs)
    expected = {(each.drop.key, each.version) for each in dropped}
    for key, version in sorted(expected):
        if counts[key, version] != 1:
            yield f"{key}: {counts[key, version]} runs"
    for key, version in sorted(counts.keys() - expected):
        if key not in others:
            yield f"{key}: a run that nobody asked for ({version})"


def wrong_states(dropped: Iterable[Dropped]) -> Iterator[str]:
    """Name runs that did not end as their files deserve, in the order in which they had effect."""
    files = list(dropped)
    book = Book()
    for each in sorted(files, key=_moment):
        run = each.run
        if run is None or not run.state.is_final:
            codes = () if run is None else (run.state, *(hold.code for hold in run.holds))
            why = " ".join(codes) or "never seen"
            yield f"{each.drop.key}: never ended ({why})"
            continue
        if wrong := _wrong(each, run, book, files):
            reason = run.reason.code if run.reason else "no reason"
            yield f"{each.drop.key}: {run.state} ({reason}), {wrong} [{run.run_id}]"
        if run.state in TAKEN:
            book.apply(each.drop)


def _moment(each: Dropped) -> float:
    run = each.run
    return (run.posted or run.finished or run.updated) if run else 0


def _wrong(each: Dropped, run: Run, book: Book, dropped: Iterable[Dropped]) -> str:
    """Say why a run should not have ended as it did."""
    drop = each.drop
    if drop.broken:
        return "" if run.state is State.REJECTED else "a broken file"
    match run.state:
        case State.SUCCEEDED:
            right = not drop.refused and run.succeeded == drop.rows and not run.failed
            right = right and not book.is_said_by(drop)
        case State.PARTIAL:
            right = bool(drop.refused) and run.failed == len(drop.refused) and not run.unreported
        case State.UNCHANGED:
            right = book.is_said_by(drop)
        case State.SUPERSEDED:
            right = any(_supersedes(other, run, drop) for other in dropped)
        case _:
            right = False
    return "" if right else f"{run.succeeded} succeeded, {run.failed} failed of {drop.rows}"


def _supersedes(other: Dropped, run: Run, drop: Drop) -> bool:
    """Whether a full file of the same rows, dropped later, made a run pointless."""
    rows = drop.job if drop.job.is_full else Job.REPLACE_USER
    is_newer = other.run is not None and other.run.dropped > run.dropped
    return is_newer and not other.drop.broken and other.drop.job is rows


def overlapping_jobs(alias: str, jobs: Iterable[ImportJob]) -> Iterator[str]:
    """Name imports that ran beside each other by WeCom's own list."""
    for one, other in pairwise(sorted(jobs, key=lambda job: job.created_at)):
        if one.finished_at is None or one.finished_at > other.created_at:
            yield f"{alias}: WeCom's jobs {one.job_id} and {other.job_id} overlap"


def overlapping_runs(alias: str, dropped: Iterable[Dropped]) -> Iterator[str]:
    """Name imports that ran beside each other by the table."""
    runs = [each.run for each in dropped if each.run and each.run.job_id]
    spans = sorted((run.posted or 0.0, run.finished or 0.0, run.run_id) for run in runs)
    for (_, end, run_id), (begin, _, next_id) in pairwise(spans):
        if not end or end > begin:
            yield f"{alias}: runs {run_id} and {next_id} overlap"


def _differences(alias: str, dropped: Iterable[Dropped], directory: AddressBook) -> Iterator[str]:
    """Say how an address book differs from what the files, in their order, make of it."""
    book = Book()
    for each in dropped:
        if not each.drop.broken:
            book.apply(each.drop)
    titles = {it.userid: it.position for it in directory.members.values()}
    if titles != {it.id: it.title for it in book.people.values()}:
        yield f"{alias}: other titles"
    for file in (member_file(book.people.values(), COLUMNS), department_file(book.units)):
        wrong = differences(file, directory, whole=True)
        yield from (f"{alias}: {each}" for each in wrong)
    if invited := len(directory.invited()):
        yield f"{alias}: {invited} people were invited"


def _document(target: Target, name: str) -> Mapping[str, Any]:
    try:
        response = target.s3.get_object(Bucket=target.report_bucket, Key=name)
    except target.s3.exceptions.NoSuchKey:
        return {}
    document: Mapping[str, Any] = json.loads(response["Body"].read())
    return document


def _drained[T](look: Callable[[], T]) -> T:
    deadline = time.monotonic() + DRAIN_SECONDS
    while (left := look()) and time.monotonic() < deadline:
        time.sleep(1)
    return left


def _unpublished(target: Target) -> Iterator[str]:
    """Name what is not published although time was given."""
    late = _drained(
        lambda: [item["pk"] for item in _items(target, "by_open_state") if UNPUBLISHED in item]
    )
    yield from (f"{name}: not published" for name in late)


def _items(target: Target, index: str = "") -> Iterator[dict[str, Any]]:
    client = target.client("dynamodb")
    named = {"IndexName": index} if index else {}
    for page in client.get_paginator("scan").paginate(TableName=target.table, **named):
        yield from map(plain, page["Items"])


def _waiting(target: Target) -> Iterator[str]:
    """Name queues that do not become empty, dead-letter queues included."""
    _drained(lambda: [n for name, n in messages(target).items() if n and "DeadLetter" not in name])
    yield from (f"{name}: {count} messages" for name, count in messages(target).items() if count)


def messages(target: Target) -> dict[str, int]:
    counted = {}
    for name, url in target.resources("AWS::SQS::Queue").items():
        answer = target.sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])
        numbers = answer["Attributes"].items()
        kind = "ApproximateNumberOfMessages"
        counted[name] = sum(int(value) for key, value in numbers if key.startswith(kind))
    return counted


def simulator_of(stack: LocalStack) -> Simulator:
    if stack.simulator is None:
        raise TypeError("a soak has a simulator of its own")
    return stack.simulator
