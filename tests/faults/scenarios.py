"""What is played: each scenario once undisturbed, then with a death at every call."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from faults.drops import CORP
from faults.world import POLICY, Stage, World
from support.world import departments

BATCH = "/cgi-bin/batch"
HEADER = "姓名,帐号,手机号,邮箱,所在部门\n"


@dataclass(frozen=True, slots=True)
class Scenario:
    """Its name and what happens, stage by stage."""

    name: str
    stages: tuple[Stage, ...]


def _drop(name: str, content: str) -> Stage:
    return Stage(lambda world: world.drops.put(name, content))


def _drops(*files: tuple[str, str]) -> Stage:
    """Drop several files at once."""

    def act(world: World) -> None:
        for name, content in files:
            world.drops.put(name, content)

    return Stage(act)


def _roll_back(name: str) -> Stage:
    """Bring the first run's file back."""

    def act(world: World) -> None:
        first = next(run for run in world.runs() if run.key == f"{CORP}/{name}")
        world.drops.roll_back(name, first.run_id)

    return Stage(act)


def _decide(decision: str, name: str, plan: str | None = None) -> Stage:
    return Stage(lambda world: world.decide(decision, name, plan))


def _first(prepare: Callable[[World], None], stage: Stage) -> Stage:
    """Prepare the world for a stage."""

    def act(world: World) -> None:
        prepare(world)
        stage.act(world)

    return Stage(act, stage.decides_itself)


def _faulty(kind: str, path: str | None = None, **options: Any) -> Callable[[World], None]:
    return lambda world: world.fault(kind, path, **options)


def _all(*prepares: Callable[[World], None]) -> Callable[[World], None]:
    def prepare(world: World) -> None:
        for each in prepares:
            each(world)

    return prepare


def _early(world: World) -> None:
    """Let the event arrive, and be handled, before the submit is answered."""
    world.fault("early")
    world.early = True


def _forgetful(world: World) -> None:
    """Let no message of submit arrive and no event of WeCom: the sweep finds every run."""
    world.fault("lost", times=None)
    world.ears.forgetful = frozenset({"submit"})


def _deaf(channel: str, times: int) -> Callable[[World], None]:
    """Let the bus or the topic not take what it is told."""
    return lambda world: world.ears.refusals.update({channel: times})


def _holding(world: World) -> None:
    """Let people decide about every first full file, for an hour."""
    world.store.put_policy(CORP, replace(POLICY, first_replace="hold", hold_hours=1), 0)


def _graceful(world: World) -> None:
    """Let leavers be disabled first."""
    world.store.put_policy(CORP, replace(POLICY, leavers="disable"), 0)


def _staff(*numbers: int) -> str:
    """Return a full file; people from 7 on are new, the others as WeCom knows them."""
    lines = [
        f"员工{number},m{number},1380000{number:04d},,{2 if number < 7 else 3}"
        for number in numbers
    ]
    return HEADER + "\n".join(lines) + "\n"


EVERYBODY = _staff(1, 2, 3, 4, 5, 6)
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
SETTINGS = '[limits]\nremovals = 7\n[notify]\non = ["SUCCEEDED", "REJECTED"]\n'

SYNC = "syncuser/starters.csv"
FULL = "replaceuser/staff.csv"
TREE = "replaceparty/departments.csv"

SCENARIOS = (
    Scenario("syncuser", (_drop(SYNC, STARTERS),)),
    Scenario("replaceuser", (_drop(FULL, STAFF),)),
    Scenario("replaceparty", (_drop(TREE, PARTIES),)),
    Scenario(
        "departments by code, held, approved",
        (_first(_holding, _drop(TREE, CODED)), _decide("approve", TREE)),
    ),
    Scenario(
        "departments by code, unknown outcome",
        (
            _drop(TREE, PARTIES),
            _first(_faulty("cut_after", f"{BATCH}/replaceparty"), _drop(TREE, CODED)),
        ),
    ),
    Scenario("held, approved", (_first(_holding, _drop(FULL, STAFF)), _decide("approve", FULL))),
    Scenario("held, cancelled", (_first(_holding, _drop(FULL, STAFF)), _decide("cancel", FULL))),
    Scenario(
        "held, expired",
        (_first(_holding, _drop(FULL, STAFF)), Stage(lambda _: None, decides_itself=True)),
    ),
    Scenario(
        "held, superseded",
        (_first(_holding, _drop(FULL, STAFF)), _drop(FULL, FEWER), _decide("approve", FULL)),
    ),
    Scenario(
        "decision refused",
        (
            _first(_holding, _drop(FULL, STAFF)),
            _decide("approve", FULL, "0" * 64),
            _decide("approve", FULL),
        ),
    ),
    Scenario("plan only", (_drop(f"plan/{FULL}", STAFF),)),
    Scenario("queued behind another", (_drops((TREE, PARTIES), (SYNC, STARTERS)),)),
    Scenario(
        "departments awaited",
        (_first(_holding, _drop(TREE, PARTIES)), _drop(SYNC, PLACED), _decide("approve", TREE)),
    ),
    Scenario("failed rows", (_drop(SYNC, CLASHING),)),
    Scenario("callback lost", (_first(_faulty("lost", times=None), _drop(SYNC, STARTERS)),)),
    Scenario("callback early", (_first(_early, _drop(SYNC, STARTERS)),)),
    Scenario(
        "WeCom busy",
        (_first(_faulty("errcode", f"{BATCH}/syncuser", errcode=302008), _drop(SYNC, STARTERS)),),
    ),
    Scenario(
        "unknown outcome",
        (_first(_faulty("cut_after", f"{BATCH}/replaceuser"), _drop(FULL, STAFF)),),
    ),
    Scenario(
        "unknown outcome, callback lost",
        (
            _first(
                _all(_faulty("cut_after", f"{BATCH}/replaceuser"), _faulty("lost")),
                _drop(FULL, STAFF),
            ),
        ),
    ),
    Scenario(
        "unknown outcome, nothing done",
        (_first(_faulty("cut", f"{BATCH}/replaceuser"), _drop(FULL, STAFF)),),
    ),
    Scenario(
        "import failed",
        (_first(_faulty("fail_job", f"{BATCH}/syncuser", errcode=302005), _drop(SYNC, STARTERS)),),
    ),
    Scenario(
        "result lost",
        (
            _first(
                _faulty("errcode", f"{BATCH}/getresult", errcode=40089, times=None),
                _drop(FULL, STAFF),
            ),
        ),
    ),
    Scenario("no message arrives", (_first(_forgetful, _drop(SYNC, STARTERS)),)),
    Scenario("event refused", (_first(_deaf("bus", 1), _drop(SYNC, STARTERS)),)),
    Scenario("topic down", (_first(_deaf("topic", 4), _drop(SYNC, STARTERS)),)),
    Scenario("file rejected", (_drop(SYNC, BAD),)),
    Scenario("wrong place", (_drop("somewhere/starters.csv", STARTERS),)),
    Scenario("unchanged", (_drop(FULL, STAFF), _drop(FULL, STAFF))),
    Scenario("settings", (_drop("settings.toml", SETTINGS),)),
    Scenario("leavers", (_first(_graceful, _drop(FULL, EVERYBODY)), _drop(FULL, FEWER))),
    Scenario("rolled back", (_drop(FULL, STAFF), _drop(FULL, FEWER), _roll_back(FULL))),
)
