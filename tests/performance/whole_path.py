"""A first company file from its drop to its end, beside what an SDK's users write.

All call one simulated WeCom, which answers each call after `ANSWER_SECONDS`. Ours runs on the local
stack, with the waiting times of a deployment.
"""

import statistics
import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import nullcontext
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory

from performance.table import Table, Words
from support.template import source
from wecom_simulator import Simulator
from wecom_sync.domain.run import Run, State
from wecom_sync_tools.local.corps import LocalCorp
from wecom_sync_tools.local.deploy import QUICK
from wecom_sync_tools.local.stack import LocalStack, Options, local_stack
from wecom_sync_tools.stack.home import ROOT, Home

SIZES = (100, 1_000, 10_000, 100_000)
RUNS = 3
ANSWER_SECONDS = 0.1
IMPORT_SECONDS = 0.2
MOST_ONE_BY_ONE = 1_000
"""More would take hours: what they take is worked out from so many."""
DEPARTMENTS = 100
LOOK_SECONDS = 0.02
SETTINGS = """[limits]
first_replace = "apply"
additions_percent = 100
[accounts]
key = "工号"
newcomers = "key"
[departments]
company = "示例公司"
"""
PEER = Path(__file__).parent / "peers" / "sdk.py"
PHASES: tuple[Words, ...] = (
    ("read", "读取"),
    ("plan, send departments", "计划，发送部门"),
    ("import, callback", "导入，回调"),
    ("plan again, send people", "重新计划，发送人员"),
    ("import, callback, outcomes", "导入，回调，保存结果"),
)
COLUMNS: tuple[Words, ...] = (
    ("a first file of", "首个文件"),
    ("calls", "调用次数"),
    ("calls, SDK batch", "调用次数，SDK 批量"),
    ("calls, SDK one by one", "调用次数，SDK 逐个"),
    ("seconds", "秒"),
    ("seconds, SDK batch", "秒，SDK 批量"),
    ("seconds, SDK one by one", "秒，SDK 逐个"),
    ("ms a row", "毫秒/行"),
)


def rows(count: int, place: str) -> Iterator[str]:
    for n in range(count):
        where = place.format(n % DEPARTMENTS)
        yield f"员工{n},W{n:06d},{13800000000 + n},u{n}@x.example,{where},工程师"


def company_file(count: int) -> bytes:
    lines = ("姓名,工号,手机号,邮箱,部门,职位", *rows(count, "示例公司/部门{}"))
    return "\n".join(lines).encode()


def member_file(count: int) -> bytes:
    return "\n".join(("姓名,帐号,手机号,邮箱,所在部门,职位", *rows(count, "1"))).encode()


def dropped(stack: LocalStack, key: str, content: bytes) -> tuple[float, Run]:
    """Drop a file; return when, and its run when it has ended."""
    target, corp = stack.target, key.partition("/")[0]
    started = time.time()
    target.s3.put_object(Bucket=target.drop_bucket, Key=key, Body=content)
    while True:
        stack.check()
        time.sleep(LOOK_SECONDS)
        run = next((it for it in target.store.runs_of_corp(corp, 2) if it.key == key), None)
        if run and (run.state.is_final or run.state is State.HELD):
            assert run.state is State.SUCCEEDED, run
            return started, run


def phases(started: float, run: Run) -> list[float]:
    """Return how long each of `PHASES` took, in seconds."""
    moments = [started, *(step.at for step in run.timeline if step.state is not State.RECEIVED)]
    _, read, _, *sent = moments
    return [after - before for before, after in pairwise((started, read, *sent))]


def asked(wecom: Simulator, corp_id: str) -> int:
    return len(wecom.platform.requests.listed(corp_id))


def peer(wecom: Simulator, way: str, count: int, folder: Path) -> tuple[int, float]:
    """Let the SDK's user do it; return the calls and the seconds."""
    path, corp_id = folder / "members.csv", f"ww{way}{count}"
    path.write_bytes(member_file(count))
    wecom.add_corp(corp_id, "secret")
    python = ROOT / ".build" / "peers" / "bin" / "python"
    command = [f"{python}", f"{PEER}", wecom.url, corp_id, "secret", way, f"{path}"]
    seconds = float(subprocess.run(command, check=True, capture_output=True).stdout)
    return asked(wecom, corp_id), seconds


def corp(name: str) -> LocalCorp:
    return LocalCorp(name, {"corp_id": f"ww{name}", "contact_secret": f"secret-of-{name}"}, {})


def tables() -> Iterator[Table]:
    parameters = {name: str(source()["Parameters"][name]["Default"]) for name in QUICK}
    corps = {(size, n): corp(f"c{size}-{n}") for size in SIZES for n in range(RUNS)}
    first = corp("first")
    with TemporaryDirectory() as folder:
        options = Options(
            home=Home(Path(folder) / "stack"),
            corps=[first, *corps.values()],
            parameters=parameters,
            switches={"job_base_seconds": IMPORT_SECONDS, "job_seconds_per_1000_rows": 0},
        )
        with local_stack(options, lambda _: nullcontext()) as stack:
            yield from measured(stack, corps, first, Path(folder))


def measured(
    stack: LocalStack, corps: Mapping[tuple[int, int], LocalCorp], first: LocalCorp, folder: Path
) -> Iterator[Table]:
    wecom = stack.simulator
    assert wecom is not None
    wecom.fault("slow", seconds=ANSWER_SECONDS, times=None)
    for company in (first, *corps.values()):
        dropped(stack, f"{company.alias}/settings.toml", SETTINGS.encode())
    # The first file waits for the functions to start.
    dropped(stack, f"{first.alias}/company/all.csv", company_file(10))
    ways, shares = [], []
    most = peer(wecom, "one", MOST_ONE_BY_ONE, folder)
    for size in SIZES:
        own = [corps[size, n] for n in range(RUNS)]
        runs = [dropped(stack, f"{it.alias}/company/all.csv", company_file(size)) for it in own]
        parts = zip(*(phases(*ended) for ended in runs), strict=True)
        seconds = statistics.median((run.finished or 0) - started for started, run in runs)
        calls = asked(wecom, own[0].secret["corp_id"])
        batch_calls, batch_seconds = peer(wecom, "batch", size, folder)
        share, about = size / MOST_ONE_BY_ONE, "≈ " if size > MOST_ONE_BY_ONE else ""
        single_calls, single_seconds = most[0] * share, most[1] * share
        if size < MOST_ONE_BY_ONE:
            single_calls, single_seconds = peer(wecom, "one", size, folder)
        members = (f"{size:,} members", f"{size:,} 人")
        cells = (
            *(f"{calls}", f"{batch_calls}", f"{about}{single_calls:,.0f}"),
            *(f"{seconds:.1f}", f"{batch_seconds:.1f}", f"{about}{single_seconds:,.0f}"),
            f"{1000 * seconds / size:.2f}",
        )
        ways.append((members, cells))
        shares.append((members, [f"{statistics.median(part):.1f}" for part in parts]))
    yield Table("whole-path", COLUMNS, ways)
    yield Table("where-seconds-go", (("seconds", "秒"), *PHASES), shares)
