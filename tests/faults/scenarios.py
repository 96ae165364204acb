"""What is played: each scenario once undisturbed, then with a death at every call."""

from collections.abc import Callable
from dataclasses import dataclass

from faults.world import Stage, World
from support.world import departments, members

SYNC_USER = "/cgi-bin/batch/syncuser"
HEADER = "姓名,帐号,手机号,邮箱,所在部门\n"


@dataclass(frozen=True, slots=True)
class Scenario:
    """Its name and what happens, stage by stage."""

    name: str
    stages: tuple[Stage, ...]


def _stage(act: Callable[[World], None]) -> tuple[Stage, ...]:
    return (Stage(act),)


def _drop(name: str, content: str) -> Stage:
    return Stage(lambda world: world.drop(name, content))


def _with(fault: Callable[[World], None], *stages: Stage) -> tuple[Stage, ...]:
    """Set a fault before the first stage."""
    first, *rest = stages

    def act(world: World) -> None:
        fault(world)
        first.act(world)

    return (Stage(act, first.decides_itself), *rest)


STAFF = members(*(f"m{number}" for number in range(1, 6)), "n1", "n2")
"""A full file: without m6, with two new people."""
STARTERS = HEADER + "新人一,n1,13900000001,,2\n新人二,n2,13900000002,,3\n员工甲,m1,13800000001,,3\n"

SCENARIOS = (
    Scenario("syncuser", (_drop("syncuser/starters.csv", STARTERS),)),
)
