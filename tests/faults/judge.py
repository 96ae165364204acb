"""What is there in the end, and how it differs from an undisturbed end."""

import csv
import io
import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import ClientError

from faults.aws import CORP
from faults.world import BUCKETS, Deployment
from support.books import noted, unsure
from support.endings import left_behind, out_of_date
from support.runs import data_of
from wecom_sync.adapters.s3_archive import S3Archive
from wecom_sync.domain.book import Book
from wecom_sync.domain.policy import Policy
from wecom_sync.domain.run import Run
from wecom_sync.domain.states import Job
from wecom_sync.files.member_columns import DEPARTMENTS_COLUMN
from wecom_sync.reporting.corp_index import CORP_PAGE, INDEX
from wecom_sync.reporting.documents import PLAN, report_name
from wecom_sync.reporting.run_pages import RUN_PAGE, run_of_page

DIED = "reading_died"
MOST_TOLD = 2
"""How often people and systems may hear of the same state of a run."""
BY_NAME = {"/cgi-bin/user/update": 2, "/cgi-bin/user/delete": 1, "/cgi-bin/user/batchdelete": 1}
"""Calls that name accounts, and how many times as often as undisturbed WeCom may take them."""
type Told = Mapping[tuple[str, str, str], int]


@dataclass(frozen=True, slots=True)
class Ending:
    """What became of one drop. `rows` leaves out how WeCom did it (add, update)."""

    state: str
    rows: tuple[tuple[object, ...], ...]
    failed_rows: tuple[tuple[object, ...], ...]
    reports: Mapping[str, str]
    page: Mapping[str, object]
    imports: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Scene:
    """Everything that people, systems and WeCom see in the end; an ending is None without a run."""

    endings: Mapping[str, Ending | None]
    notices: Told
    index: Mapping[str, object]
    snapshot: Mapping[str, object]
    uncertain: frozenset[str]
    directory: str
    policy: Policy
    left_over: tuple[str, ...]
    errors: tuple[str, ...]
    refused_busy: int
    named: Mapping[str, int]
    ways_home: tuple[float, ...]


def scene(world: Deployment) -> Scene:
    drops = enumerate(world.drops.dropped, 1)
    labels = {(key, version): f"{key} ({number})" for number, (key, version) in drops}
    names = {
        run.run_id: labels.get((run.key, run.identity.version), run.key) for run in world.runs()
    }
    kept = S3Archive(world.s3, BUCKETS["SnapshotBucket"]).snapshot(CORP)
    notices = Counter(
        (_named(notice.about, names), notice.where, notice.state) for notice in world.ears.notices
    )
    return Scene(
        endings={label: _ending(world, *drop) for drop, label in labels.items()},
        notices=notices,
        index=_index(world, names),
        snapshot={
            "members": kept.rows,
            "departments": kept.department_rows,
            "applied": {job for job in Job if kept.has_applied(job)},
            "left": sorted(noted(kept, "left")),
            "condemned": sorted(kept.condemned),
            "numbers": kept.numbers,
        },
        uncertain=frozenset(_unsure(kept)),
        directory=world.wecom.corp.directory.digest(),
        policy=world.store.policy(CORP),
        left_over=tuple(_left_over(world)),
        errors=tuple(dict.fromkeys(world.errors)),
        refused_busy=world.wecom.refused_busy(),
        named={path: world.wecom.taken(path) for path in BY_NAME},
        ways_home=tuple(world.ways_home),
    )


def _unsure(book: Book) -> set[str]:
    departments = {f"department {it.id}" for it in book.departments.values() if not it.sure}
    return unsure(book) | departments


def _named(text: str, names: Mapping[str, str]) -> str:
    """Return the name of the run that a text speaks of: the first it mentions."""
    places = {text.find(run_id): name for run_id, name in names.items() if run_id in text}
    return places[min(places)]


def _ending(world: Deployment, key: str, version: str) -> Ending | None:
    runs = [run for run in world.runs() if run.key == key and version in {"", run.identity.version}]
    if len(runs) != 1:
        return None
    (run,) = runs
    rows = (world.store.outcomes(run.run_id), world.store.failed_rows(run.run_id))
    outcomes, failed = (tuple((row.id, row.line, row.errcode) for row in each) for each in rows)
    return Ending(
        state=f"{run.state} {run.reason.code if run.reason else ''}".strip(),
        rows=outcomes,
        failed_rows=failed,
        reports=_reports(world, run.result.reports),
        page=_page(world, run),
        imports=world.wecom.contents(run.run_id),
    )


def _reports(world: Deployment, reports: Mapping[str, str]) -> dict[str, str]:
    """Return the reports as text.

    A plan is without names of departments: which they had by then is no part of it.
    """
    bucket = f"s3://{BUCKETS['ReportBucket']}/"
    texts = {
        name: _content(world, where.removeprefix(bucket)).decode("utf-8-sig")
        for name, where in reports.items()
    }
    if PLAN in texts:
        plan = json.loads(texts[PLAN])
        for change in plan["changes"]:
            change["departments"] = change["columns"][DEPARTMENTS_COLUMN] = []
        texts[PLAN] = json.dumps(plan | {"places": {}})
    return texts


def _content(world: Deployment, name: str) -> bytes:
    try:
        answer = world.s3.get_object(Bucket=BUCKETS["ReportBucket"], Key=name)
    except ClientError:
        return b"{}"
    content: bytes = answer["Body"].read()
    return content


def _document(world: Deployment, name: str) -> dict[str, Any]:
    document: dict[str, Any] = json.loads(_content(world, name))
    return document


def _page(world: Deployment, run: Run) -> dict[str, object]:
    """Return what `run.json` tells, without what differs from world to world: ids and times.

    A call that was tried again is not in the timeline when who heard of its failure died of it.
    A death while the file was read is: whose, is what worlds differ in.
    """
    page = _document(world, report_name(run, RUN_PAGE))
    if not page:
        return {}
    keys = ("state", "rows", "succeeded", "failed", "unreported", "plan", "rows_failed", "problems")
    steps = [
        (
            step.state,
            [why.code for why in step.why],
            step.instruction and (step.instruction.by, step.instruction.note),
        )
        for step in run_of_page(page).timeline
        if not step.wait and DIED not in [why.code for why in step.why]
    ]
    return {name: page[name] for name in keys} | {"timeline": steps}


def _index(world: Deployment, names: Mapping[str, str]) -> dict[str, object]:
    index = _document(world, f"{CORP}/{INDEX}")
    if not index:
        return {}

    def listed(runs: Iterable[Mapping[str, Any]]) -> list[tuple[str, str]]:
        return sorted((names[run["run_id"]], run["state"]) for run in runs)

    return {
        "runs": listed(index["runs"]),
        "open": index["runs_open"],
        "attention": listed(index["attention"]),
        "last_success": {job: names[at["run_id"]] for job, at in index["last_success"].items()},
        "applied": {job: listed(runs) for job, runs in index["applied"].items()},
        "settings": index["settings"] | {"since": None},
    }


def _left_over(world: Deployment) -> Iterator[str]:
    """Name what should not be there any more, or says something else than the table."""
    yield from left_behind(world.items())
    for name, queue in world.queues.items():
        for messages, what in ((queue.dead, "dead letters"), (queue.messages, "messages")):
            if messages:
                yield f"{len(messages)} {what} of {name}"
    yield from out_of_date(world.told_runs(), lambda name: _document(world, name))
    if index := _document(world, f"{CORP}/{INDEX}"):
        page = _content(world, f"{CORP}/{CORP_PAGE}")
        runs = data_of(page)["runs"] if page != b"{}" else ()
        if _states(index["runs"]) != _states(runs):
            yield f"{CORP_PAGE} shows something else than {INDEX}"


def _states(runs: Sequence[Mapping[str, Any]]) -> Mapping[str, str]:
    return {run["run_id"]: run["state"] for run in runs}


def differences(expected: Scene, got: Scene, *, twice: bool) -> list[str]:
    """Say in what way a disturbed world differs from an undisturbed one in the end.

    `twice`: whether WeCom took a post of which nobody heard, so that the file may go out again.
    """
    wrong = [error for error in got.errors if error not in expected.errors]
    wrong += got.left_over
    if got.endings.keys() != expected.endings.keys():
        wrong.append("not every drop is there")
    for label, ending in got.endings.items():
        wanted = expected.endings[label]
        if ending is None or wanted is None:
            wrong.append(f"{label}: not one run")
        else:
            wrong += (f"{label}: {each}" for each in _ending_differs(wanted, ending, twice=twice))
    for name in ("snapshot", "directory", "policy", "index"):
        if getattr(got, name) != getattr(expected, name):
            wrong.append(f"another {name}")
    if got.uncertain - expected.uncertain and not twice:
        wrong.append("rows are uncertain although every answer was heard")
    wrong += _told_differs(expected.notices, got.notices)
    if got.refused_busy > expected.refused_busy and not twice:
        wrong.append("two imports at once were tried")
    for path, usual in expected.named.items():
        # Whoever dies of an answer asks once more, unless the account is gone.
        if not usual <= got.named[path] <= usual * BY_NAME[path]:
            wrong.append(f"{path} taken {got.named[path]} times instead of {usual}")
    return wrong


def _ending_differs(expected: Ending, got: Ending, *, twice: bool) -> Iterator[str]:
    for name, wanted in expected.page.items():
        if (value := got.page.get(name)) != wanted:
            yield f"{RUN_PAGE} has {name} {value} instead of {wanted}"
    if got.state != expected.state:
        yield f"{got.state} instead of {expected.state}"
        return
    count, usual = len(got.imports), len(expected.imports)
    if not usual <= count <= usual + (twice and usual > 0):
        yield f"{count} imports instead of {usual}"
    if set(got.imports) != set(expected.imports):
        yield "another file was imported"
    again = count > usual
    for name in ("rows", "failed_rows"):
        if _own(getattr(got, name), again) != _own(getattr(expected, name), again):
            yield f"other {name}"
    for name in got.reports.keys() | expected.reports.keys():
        texts = (_lines(ending.reports.get(name, ""), again) for ending in (got, expected))
        if next(texts) != next(texts):
            yield f"another {name}"


def _own(rows: tuple[Any, ...], again: bool) -> tuple[Any, ...]:
    """Leave out who is not in a file that went out twice: they were gone the second time."""
    return tuple(row for row in rows if not again or row[1] != 0)


def _lines(text: str, again: bool) -> list[list[str]]:
    lines = list(csv.reader(io.StringIO(text)))
    return [line for line in lines if not again or (line and line[0])]


def _told_differs(expected: Told, got: Told) -> Iterator[str]:
    for (label, where, state), times in expected.items():
        heard = got.get((label, where, state), 0)
        if not times <= heard <= max(times, MOST_TOLD):
            yield f"{label}: {where} {state} told {heard} times instead of {times}"
    for label, where, state in got.keys() - expected.keys():
        yield f"{label}: {where} {state} told, which did not happen undisturbed"
