"""What the tests of the guard rails have in common: a corp's files, and short ways to look."""

import json
from typing import Any, cast

from support.world import TRUSTING, World
from wecom_sync.domain.policy import Policy
from wecom_sync.domain.run import Run
from wecom_sync.domain.texts import Listing
from wecom_sync.domain.timeline import Reason
from wecom_sync.files.member_columns import DEPARTMENTS_COLUMN, MEMBER_NAME_COLUMN
from wecom_sync.guardrails import amounts
from wecom_sync.guardrails.amounts import OTHERS, Measure, measure_of
from wecom_sync.planning.plan import CONTACTS, PLACED

FULL = "acme/replaceuser/m.csv"
SOME = "acme/syncuser/s.csv"
DEPARTMENTS = "acme/replaceparty/d.csv"
COMPANY = "acme/company/staff.csv"
PLAN = "acme/plan/replaceuser/m.csv"
SETTINGS, ACCOUNTS = "acme/settings.toml", "acme/accounts.csv"
DAY = 86_400


EVERYTHING_GOES = Policy.from_document(
    Policy.limits() | {"first_replace": "apply", "attributes": ["工龄", "备注"]}
)
"""What a corp needs whose files no rule with a setting may hold."""


SHARES = {
    "moves_percent": (DEPARTMENTS_COLUMN, PLACED),
    "renames_percent": (MEMBER_NAME_COLUMN,),
    "contacts_percent": (CONTACTS,),
    "updates_percent": (OTHERS,),
}
"""What a test may say like a setting, though it is none: shares, and what each is of."""


def policy(world: World, **changes: object) -> None:
    for name in SHARES.keys() & changes.keys():
        percent: Any = changes.pop(name)
        for of in SHARES[name]:
            cast("dict[str, Measure]", amounts.MEASURES)[of] = measure_of(of)._replace(
                percent=percent
            )
    values = TRUSTING.to_document() | changes
    world.store.put_policy("acme", Policy.from_document(values), world.clock.now)


def dropped(world: World, key: str, content: bytes | str, seconds: float, **asks: str) -> Run:
    world.drop(key, content, **asks)
    world.pass_time(seconds)
    return world.run_of(key)


def apply(world: World, key: str, content: bytes | str, **asks: str) -> Run:
    """Drop a file, and let ten minutes pass; `asks`: whose rollback or retry it is."""
    return dropped(world, key, content, 600, **asks)


def codes(run: Run) -> list[str]:
    return [hold.code for hold in run.proposal.holds]


def listing(reason: Reason) -> Listing:
    assert reason.people is not None
    return reason.people


def named(reason: Reason) -> str:
    return ", ".join(listing(reason).first)


def plan_of(world: World, run: Run) -> dict[str, Any]:
    document = world.reports.documents[f"{run.corp}/{run.run_id}/plan.json"]
    plan: dict[str, Any] = json.loads(document)
    return plan


def hold_first(world: World, count: int = 6) -> None:
    policy(world, first_replace="hold")
    world.wecom.hire(*(f"u{number}" for number in range(count)))
