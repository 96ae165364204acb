"""What is played: each scenario once undisturbed, then with a death at every call."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from faults.aws import CORP
from faults.world import POLICY, Act, Deployment, Stage
from support.world import departments

BATCH = "/cgi-bin/batch"
HEADER = "姓名,帐号,手机号,邮箱,所在部门\n"


def _drop(name: str, content: str) -> Act:
    return lambda world: world.drops.put(name, content)


def _roll_back(name: str) -> Act:
    def act(world: Deployment) -> None:
        first = next(run for run in world.runs() if run.key == f"{CORP}/{name}")
        world.drops.roll_back(name, first.run_id)

    return act


def _decide(decision: str, name: str, plan: str | None = None) -> Act:
    return lambda world: world.decide(decision, name, plan)


def _faulty(kind: str, path: str | None = None, **options: Any) -> Act:
    return lambda world: world.fault(kind, path and f"{BATCH}/{path}", **options)


def _early(world: Deployment) -> None:
    """Let the event arrive, and be handled, before the submit is answered."""
    world.fault("early")
    world.early = True


def _forgetful(world: Deployment) -> None:
    """Let no message of submit arrive and no event of WeCom: the sweep finds every run."""
    world.fault("lost", times=None)
    world.ears.forgetful = frozenset({"submit"})


def _deaf(channel: str, times: int) -> Act:
    """Let the bus or the topic not take what it is told; SQS gives it up after five times."""
    return lambda world: world.ears.refusals.update({channel: times})


def _with(**settings: Any) -> Act:
    return lambda world: world.store.put_policy(CORP, replace(POLICY, **settings), 0)


def _after(hours: float) -> Act:
    return lambda world: world.sleep(hours)


def _staff(*numbers: int) -> str:
    """Return a full file; people from 7 on are new, the others as WeCom knows them."""
    rows = (f"员工{at},m{at},1380000{at:04d},,{2 if at < 7 else 3}\n" for at in numbers)
    return HEADER + "".join(rows)


STAFF = _staff(1, 5, 2, 7, 3, 8, 4)
FEWER = _staff(1, 2, 3, 4)
STARTERS = HEADER + "新人一,n1,13900000001,,2\n新人二,n2,13900000002,,3\n员工甲,m1,13800000001,,3\n"
PLACED = HEADER + "新人一,n1,13900000001,,部门4\n"
"""Somebody in a department that only `PARTIES` has."""
CLASHING = HEADER + "新人一,n1,13900000001,,2\n新人二,n2,13800000005,,3\n新人三,n3,13800000006,,3\n"
"""Two people with the mobile numbers of others: WeCom refuses these rows."""
BAD = HEADER + "新人一,n1,123,,2\n新人二,n2,13900000002,,3\n,n3,13900000003,,3\n"
PARTIES = departments(4)
CODED = (
    "部门编码,部门名称,上级部门编码\nC,总部,\nD1,部门2,C\nD2,新部门,D1\nD3,部门3,C\nD4,部门4,C\n"
)
"""Departments by code: those of `PARTIES` and a new one."""


def _company(*homes: tuple[int, int]) -> str:
    """Return HR's one file: the numbers of people and of their departments."""
    rows = (f"员工{at},m{at},1380000{at:04d},总部/部门{home}\n" for at, home in homes)
    return "姓名,帐号,手机号,所在部门\n" + "".join(rows)


COMPANY_FILE = _company((1, 2), (2, 3), (3, 5), (4, 4), (7, 2))
"""HR's one file: somebody came, two have left, two move, one of them to a new department."""
ALL = [(1, 3), *((at, 2) for at in range(2, 7))]
SETTINGS = '[limits]\nfirst_replace = "apply"\n[notify]\non = ["SUCCEEDED", "REJECTED"]\n'

SYNC = "syncuser/starters.csv"
FULL = "replaceuser/staff.csv"
TREE = "replaceparty/departments.csv"
COMPANY = "company/staff.csv"

HELD = _with(first_replace="hold", hold_hours=1)
"""People decide about every first full file, for an hour."""

SCENARIOS: Mapping[str, tuple[Stage, ...]] = {
    "syncuser": (Stage(_drop(SYNC, STARTERS)),),
    "replaceuser": (Stage(_drop(FULL, STAFF)),),
    "replaceparty": (Stage(_drop(TREE, PARTIES)),),
    "departments by code, held, approved": (
        Stage(HELD, _drop(TREE, CODED)),
        Stage(_decide("approve", TREE)),
    ),
    "departments by code, unknown outcome": (
        Stage(_drop(TREE, PARTIES)),
        Stage(_faulty("cut_after", "replaceparty"), _drop(TREE, CODED)),
    ),
    "held, approved": (Stage(HELD, _drop(FULL, STAFF)), Stage(_decide("approve", FULL))),
    "held, cancelled": (Stage(HELD, _drop(FULL, STAFF)), Stage(_decide("cancel", FULL))),
    "held, expired": (Stage(HELD, _drop(FULL, STAFF)), Stage(decides_itself=True)),
    "held, superseded": (
        Stage(HELD, _drop(FULL, STAFF)),
        Stage(_drop(FULL, FEWER)),
        Stage(_decide("approve", FULL)),
    ),
    "decision refused": (
        Stage(HELD, _drop(FULL, STAFF)),
        Stage(_decide("approve", FULL, "0" * 64)),
        Stage(_decide("approve", FULL)),
    ),
    "plan only": (Stage(_drop(f"plan/{FULL}", STAFF)),),
    "queued behind another": (Stage(_drop(TREE, PARTIES), _drop(SYNC, STARTERS)),),
    "departments awaited": (
        Stage(HELD, _drop(TREE, PARTIES)),
        Stage(_drop(SYNC, PLACED)),
        Stage(_decide("approve", TREE)),
    ),
    "failed rows": (Stage(_drop(SYNC, CLASHING)),),
    "callback lost": (Stage(_faulty("lost", times=None), _drop(SYNC, STARTERS)),),
    "callback early": (Stage(_early, _drop(SYNC, STARTERS)),),
    "WeCom busy": (Stage(_faulty("errcode", "syncuser", errcode=302008), _drop(SYNC, STARTERS)),),
    "unknown outcome": (Stage(_faulty("cut_after", "replaceuser"), _drop(FULL, STAFF)),),
    "unknown outcome, callback lost": (
        Stage(_faulty("cut_after", "replaceuser"), _faulty("lost"), _drop(FULL, STAFF)),
    ),
    "unknown outcome, nothing done": (Stage(_faulty("cut", "replaceuser"), _drop(FULL, STAFF)),),
    "import failed": (
        Stage(_faulty("fail_job", "syncuser", errcode=302005), _drop(SYNC, STARTERS)),
    ),
    "result lost": (
        Stage(_faulty("errcode", "getresult", errcode=40089, times=None), _drop(FULL, STAFF)),
    ),
    "no message arrives": (Stage(_forgetful, _drop(SYNC, STARTERS)),),
    "event refused": (Stage(_deaf("bus", 1), _drop(SYNC, STARTERS)),),
    "topic down": (Stage(_deaf("topic", 3), _drop(SYNC, STARTERS)),),
    "file rejected": (Stage(_drop(SYNC, BAD)),),
    "wrong place": (Stage(_drop("somewhere/starters.csv", STARTERS)),),
    "unchanged": (Stage(_drop(FULL, STAFF)), Stage(_drop(FULL, STAFF))),
    "settings": (Stage(HELD, _drop(FULL, STAFF)), Stage(_drop("settings.toml", SETTINGS))),
    "company file": (Stage(_drop(TREE, PARTIES)), Stage(_drop(COMPANY, COMPANY_FILE))),
    "leavers": (
        Stage(_with(leavers="remove"), _drop(TREE, PARTIES)),
        Stage(_drop(COMPANY, COMPANY_FILE)),
    ),
    "leavers after their days": (
        Stage(_with(leavers="disable 1"), _drop(TREE, departments(3))),
        Stage(_drop(COMPANY, _company(*ALL[:4]))),
        Stage(_after(10), _drop(COMPANY, _company(*ALL[:5]))),
        Stage(_after(25)),
    ),
    "rolled back": (Stage(_drop(FULL, STAFF)), Stage(_drop(FULL, FEWER)), Stage(_roll_back(FULL))),
}
"""What happens, stage by stage."""
