"""A company that drops very much at once holds up no other."""

import sys
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime

import pytest

from e2e.conftest import LocalStack, eventually, people
from support.workbooks import workbook
from wecom_sync.adapters.dynamodb_store import DynamoStore
from wecom_sync.domain.run import Run
from wecom_sync.domain.states import State

FILES, BEFORE = 100, 50
"""Of the company that drops much; and how many of them come before the other company's."""


def test_while_a_company_drops_many_files_another_sees_its_own_before_those_are_read(
    stack: LocalStack, capsys: pytest.CaptureFixture[str]
) -> None:
    store = DynamoStore(stack.client("dynamodb"), stack.info["table"], time.time, 1)

    def files(corp: str) -> list[Run]:
        return [run for run in store.runs_of_corp(corp, None) if run.job]

    with ThreadPoolExecutor(4) as pool:
        content = people("x", 200).replace("帐号", "?")
        keys = [f"noisy/syncuser/{number}.csv" for number in range(FILES)]
        puts = [pool.submit(stack.put, key, content) for key in keys]
        puts[BEFORE].result()
        calm = stack.put("calm/syncuser/team.csv", people("calm", 3))
        dropped = time.monotonic()
        eventually(lambda: bool(files("calm")), lambda: "no state")
        seconds = time.monotonic() - dropped
        waiting = FILES - sum(run.state.is_final for run in files("noisy"))

    with capsys.disabled():
        sys.stdout.write(f"\nfirst state after {seconds:.1f} s; {waiting} others wait to be read\n")
    assert waiting > FILES - BEFORE
    stack.wait(calm, "SUCCEEDED")
    eventually(
        lambda: [run.state for run in files("noisy")] == [State.REJECTED] * FILES,
        lambda: len(files("noisy")),
    )


def test_a_costly_workbook_is_refused_within_a_minute_and_holds_up_no_other(
    stack: LocalStack,
) -> None:
    header = ["姓名", "帐号", "手机号", "所在部门", *(f"{'张' * 19_990}{at}" for at in range(190))]
    costly = stack.put("noisy/company/costly.xlsx", workbook(header, ["李"] * 200))
    calm = stack.put("quiet/syncuser/after.csv", people("after", 3))

    runs = stack.wait(calm, "SUCCEEDED"), stack.wait(costly, "REJECTED")

    for run in runs:
        created, finished = (datetime.fromisoformat(run[at]) for at in ("created", "finished"))
        assert (finished - created).total_seconds() < 60
