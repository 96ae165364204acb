"""What must hold when nothing moves any more, whatever went wrong before."""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from support.companies import Export, Row
from wecom_simulator import AddressBook
from wecom_sync.adapters.dynamodb_items import HOLDER, WAITING
from wecom_sync.domain.run import Run
from wecom_sync.domain.states import State
from wecom_sync.reporting.corp_index import INDEX, NEWEST, SINCE, listed_run
from wecom_sync.reporting.documents import report_name
from wecom_sync.reporting.language import Language
from wecom_sync.reporting.run_pages import RUN_PAGE, run_of_page

type Document = Mapping[str, Any]
DONE = frozenset({State.SUCCEEDED, State.UNCHANGED})


def left_behind(items: Iterable[Document]) -> Iterator[str]:
    """Name what should be gone from the table: lanes that are held, who waits, what is open."""
    for item in items:
        is_taken = item["sk"].startswith((HOLDER, WAITING)) and "run_id" in item
        if item["pk"].startswith("LANE#") and is_taken:
            yield f"{item['pk']}: {item['sk']} is left behind"
        if "open_state" in item:
            yield f"{item['pk']}: a run is still open as {item['open_state']}"


def out_of_date(runs: Iterable[Run], document: Callable[[str], Document]) -> Iterator[str]:
    """Name documents that say something else than the table, whose runs have their answers."""
    of_corp: dict[str, list[Run]] = {}
    for run in sorted(runs, key=lambda run: run.run_id):
        of_corp.setdefault(run.corp, []).append(run)
        page = document(report_name(run, RUN_PAGE))
        if not page or run_of_page(page) != run:
            yield f"{run.run_id}: {RUN_PAGE} of a run that is {run.state} is out of date"
    for corp, own in of_corp.items():
        index = document(f"{corp}/{INDEX}")
        listed = {run["run_id"]: run for run in index.get("runs", ())}
        for run in (*(run for run in own[:-NEWEST] if not run.state.is_final), *own[-NEWEST:]):
            entry = json.loads(json.dumps(listed_run(run, Language.ENGLISH)))
            # An answer may be older than the move before it. The index knows moves alone.
            if {**listed.pop(run.run_id, {}), SINCE: ""} != {**entry, SINCE: ""}:
                yield f"{corp}: {INDEX} is out of date about a run that is {run.state}"
        yield from (f"{corp}: {INDEX} lists {run_id}, which is gone" for run_id in listed)
        done = [run for run in own if run.is_file and run.state in DONE]
        ends = {run.run_id: (str(run.job), run.result.finished or 0) for run in done}
        last = dict(sorted(ends.values(), key=lambda end: end[1]))
        noted = (ends.get(run["run_id"]) for run in index.get("last_success", {}).values())
        if {*noted} != {*last.items()}:
            yield f"{corp}: {INDEX} has other last successes"


def differences(wanted: Export, directory: AddressBook, *, whole: bool) -> Iterator[str]:
    """Name who or what is not as the row says; `whole`: and how many have no row."""
    rows = {row[wanted.key].casefold(): row for row in wanted.rows}
    there: dict[str, Row] = {
        str(it.id): {"部门名称": it.name, "父部门ID": str(it.parent_id)}
        for it in directory.departments.values()
    }
    if wanted.key == "帐号":
        there = {
            it.userid.casefold(): {
                "姓名": it.name,
                "手机号": it.mobile,
                "所在部门": ";".join(map(str, it.departments)),
            }
            for it in directory.members.values()
        }
    for key, row in rows.items():
        cells = there.get(key, {"": "nowhere"})
        if any(row.get(name) != cell for name, cell in cells.items()):
            yield f"{key} is {[*cells.values()]}"
    if whole and (more := there.keys() - rows.keys()):
        yield f"{len(more)} are there who are not in the file"
