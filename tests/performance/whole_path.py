"""A first company file from its drop to its end, beside what an SDK's users write.

All call one simulated WeCom, which answers each call after `ANSWER_SECONDS`. Ours runs on the local
stack, with the waiting times of a deployment.
"""

import subprocess
import time
from collections.abc import Iterator
from contextlib import nullcontext
from functools import cache
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from performance.files import company_csv, member_csv
from performance.timing import Rows
from support.template import environment
from wecom_simulator import Simulator
from wecom_sync.adapters.dynamodb_store import DynamoStore
from wecom_sync.domain.states import State
from wecom_sync_tools.local.corps import LocalCorp
from wecom_sync_tools.local.deploy import QUICK
from wecom_sync_tools.local.stack import LocalStack, Options, local_stack
from wecom_sync_tools.stack.home import ROOT, Home

SIZES = (100, 1_000, 10_000, 100_000)
RUNS = 3
ANSWER_SECONDS = 0.1
SWITCHES = {"job_base_seconds": 0.2, "job_seconds_per_1000_rows": 0}
MOST_ONE_BY_ONE = 1_000
"""More would take hours: what they take is worked out from so many."""
LOOK_SECONDS = 0.02
SETTINGS = """[limits]
first_replace = "apply"
additions_percent = 100
[accounts]
key = "工号"
newcomers = "key"
[departments]
company = "总部"
"""
PYTHON = ROOT / ".build" / "peers" / "bin" / "python"
PEER = Path(__file__).parent / "peers" / "sdk.py"


def dropped(stack: LocalStack, key: str, content: bytes) -> float:
    """Drop a file; return how many seconds its run took to its end."""
    target, corp = stack.target, key.partition("/")[0]
    store = DynamoStore(target.client("dynamodb"), stack.note.table, time.time, 1)
    started = time.time()
    target.s3.put_object(Bucket=target.drop_bucket, Key=key, Body=content)
    while True:
        stack.check()
        time.sleep(LOOK_SECONDS)
        run = next((it for it in store.runs_of_corp(corp, 2) if it.key == key), None)
        if run and (run.state.is_final or run.state is State.HELD):
            assert run.state is State.SUCCEEDED, run
            return (run.result.finished or 0) - started


def asked(wecom: Simulator, corp_id: str) -> int:
    return len(wecom.platform.requests.listed(corp_id))


@cache
def peer(wecom: Simulator, way: str, count: int) -> tuple[int, float]:
    """Let the SDK's user do it; return the calls and the seconds."""
    corp_id = f"ww{way}{count}"
    wecom.add_corp(corp_id, "secret")
    with TemporaryDirectory() as folder:
        path = Path(folder, "members.csv")
        path.write_bytes(member_csv(count, departments=1))
        command = [f"{PYTHON}", f"{PEER}", wecom.url, corp_id, "secret", way, f"{path}"]
        seconds = float(subprocess.check_output(command))
    return asked(wecom, corp_id), seconds


def corp(name: str) -> LocalCorp:
    return LocalCorp(name, {"corp_id": f"ww{name}", "contact_secret": f"secret-of-{name}"}, {})


def row(stack: LocalStack, wecom: Simulator, size: int) -> tuple[str, ...]:
    names = [f"c{size}-{n}" for n in range(RUNS)]
    seconds = median(dropped(stack, f"{it}/company/all.csv", company_csv(size)) for it in names)
    few = min(size, MOST_ONE_BY_ONE)
    batch, single = peer(wecom, "batch", size), peer(wecom, "one", few)
    calls, single_seconds = (it * size / few for it in single)
    about = "≈ " if size > few else ""
    return (
        *(f"{asked(wecom, f'ww{names[0]}')}", f"{batch[0]}", f"{about}{calls:,.0f}"),
        *(f"{seconds:.1f}", f"{batch[1]:.1f}", f"{about}{single_seconds:,.0f}"),
    )


def tables() -> Iterator[tuple[str, Rows]]:
    parameters = {name: environment("submit", {})[name] for name in QUICK}
    corps = [corp("first"), *(corp(f"c{size}-{n}") for size in SIZES for n in range(RUNS))]
    with TemporaryDirectory() as folder:
        home = Home(Path(folder) / "stack")
        options = Options(home=home, corps=corps, parameters=parameters, switches=SWITCHES)
        with local_stack(options, lambda _: nullcontext()) as stack:
            wecom = stack.simulator
            assert wecom is not None
            wecom.fault("slow", seconds=ANSWER_SECONDS, times=None)
            for company in corps:
                dropped(stack, f"{company.alias}/settings.toml", SETTINGS.encode())
            # The first file waits for the functions to start.
            dropped(stack, "first/company/all.csv", company_csv(10))
            yield "whole_path", {f"{size:,}": row(stack, wecom, size) for size in SIZES}
