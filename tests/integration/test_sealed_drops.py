"""What the desk drops is its user's, as long as the seal is right; nobody else can say so."""

import json
from dataclasses import replace
from datetime import timedelta
from typing import Any
from urllib.parse import quote

import pytest

from support.company import people
from support.desk import DESK, held_run
from support.fakes import moment
from support.guarded import policy
from support.runs import answers
from support.world import BUCKET, World
from wecom_sync.domain.drop import FRESH_SEAL, MAX_SEALED_BYTES, seal_of
from wecom_sync.domain.states import State
from wecom_sync.use_cases.drops.entrance import Seals

FILE, CONTENT = "acme/company/desk.csv", people(2)
DECIDE = "acme/decide/20260101T000000Z-0123456789ab.json"
SECRET = b"master"


@pytest.fixture(autouse=True)
def _settings(world: World) -> None:
    policy(world, desk_approvers=["ZhangSan"], desk_droppers=["ZhangSan"])


def put(world: World, key: str = FILE, content: str = CONTENT, **altered: Any) -> Any:
    """Put an object as the desk does; return its run, if it makes one.

    `altered`: what is not as it was sealed.
    """
    asked = moment(world.clock.now) + altered.pop("late", timedelta())
    metadata = {"by": "zhangsan", "asked": asked.isoformat(), **altered.pop("about", {})}
    named = {"bucket": BUCKET, "key": key, "content": content, **altered.pop("sealed_as", {})}
    seal = seal_of(SECRET, named["bucket"], named["key"], metadata, named["content"].encode())
    metadata = {**metadata, "seal": seal, **altered.pop("metadata", {})}
    by = altered.pop("principal", DESK)
    assert not altered
    world.drop(key, content, by=by, sealed=metadata)
    world.drops.asked[key, f"v{world._versions}"] = asked
    world.pass_time(1)
    runs = [run for run in world.store.runs_by_id.values() if run.key == key]
    return runs[-1] if runs else None


@pytest.mark.parametrize("late", [timedelta(), -FRESH_SEAL, FRESH_SEAL])
def test_what_the_desk_drops_is_the_word_of_its_user(world: World, late: timedelta) -> None:
    run = put(world, content="姓名\n", about={"name": quote("名册.csv")}, late=late)
    world.drop(FILE, "", again=f"retry {run.run_id}")
    world.pass_time(1)

    runs = [*world.store.runs_by_id.values()]
    assert [it.file for it in runs] == ["acme/company/名册.csv"] * 2
    assert [it.identity.principal for it in runs] == ["wecom:zhangsan", world.by]
    assert [it.reason and it.reason.code for it in runs] == ["file_rejected"] * 2


FORGED: dict[str, dict[str, Any]] = {
    "another content": {"sealed_as": {"content": people(1)}},
    "another key": {"sealed_as": {"key": "acme/company/other.csv"}},
    "another bucket": {"sealed_as": {"bucket": "others"}},
    "another user": {"metadata": {"by": "lisi"}},
    "no user": {"about": {"by": ""}},
    "another name": {"metadata": {"name": "other.csv"}},
    "another request": {"metadata": {"again": "retry"}},
    "no seal in it": {"metadata": {"seal": ""}},
    "letters of any kind": {"metadata": {"seal": "é"}},
    "an old one": {"late": -FRESH_SEAL - timedelta(seconds=1)},
    "an old decision": {"key": DECIDE, "late": -timedelta(hours=2)},
    "one of the future": {"late": FRESH_SEAL + timedelta(seconds=1)},
    "more than the desk writes": {"content": "x" * (MAX_SEALED_BYTES + 1)},
    "put by somebody with rights in S3": {"principal": "AWS:AROADROPPER:lisi"},
    "put by who is called like the role": {"principal": "AWS:DeskFunctionRoleX:desk"},
}


@pytest.mark.parametrize("forged", FORGED)
def test_a_wrong_seal_is_rejected_and_names_whom_s3_names(world: World, forged: str) -> None:
    run = put(world, **FORGED[forged])

    assert (run.state, run.reason and run.reason.code) == (State.REJECTED, "seal_wrong")
    assert (run.identity.principal, run.file) == (FORGED[forged].get("principal", DESK), run.key)


def test_whom_an_object_names_without_a_seal_counts_for_nothing(world: World) -> None:
    world.drop(FILE, CONTENT, by="AWS:AROADROPPER:lisi", sealed={"by": "zhangsan"})
    world.pass_time(1)

    assert world.run_of(FILE).identity.principal == "AWS:AROADROPPER:lisi"


def test_a_stack_without_a_desk_knows_no_seal(world: World) -> None:
    world.intake = replace(world.intake, seals=Seals(world.drops))
    world._submits = world._submits._replace(intake=world.intake)

    run = put(world)

    assert (run.state, run.reason and run.reason.code) == (State.REJECTED, "seal_wrong")


RIGHTS: dict[str, dict[str, list[str]]] = {
    "a reader": {"desk_readers": ["zhangsan"]},
    "nobody": {"desk_approvers": ["lisi"], "desk_droppers": ["lisi"]},
    "a dropper": {"desk_droppers": ["zhangsan"]},
    "an approver": {"desk_approvers": ["zhangsan"]},
}


@pytest.mark.parametrize("who", RIGHTS)
def test_submit_asks_for_the_right_when_it_acts(world: World, who: str) -> None:
    run = held_run(world)
    policy(world, **RIGHTS[who])
    approval = json.dumps({"decision": "approve", "plan": run.proposal.digest})

    put(world, f"acme/decide/{run.run_id}.json", approval)
    drops = put(world), put(world, "acme/accounts.csv", "key,account\n1,u1\n")

    may_drop, may_decide = who == "a dropper", who == "an approver"
    refused = [it.reason and it.reason.code == "desk_no_right" for it in drops]
    assert [not it for it in refused] == [may_drop, may_decide]
    assert (world.current_run(run).proposal.approval is not None) is may_decide


@pytest.mark.parametrize("key", ["acme/replaceuser/a.csv", "acme/settings.toml", "acme/init/a.csv"])
def test_the_desk_brings_company_files_alone(world: World, key: str) -> None:
    run = put(world, key)

    assert (run.state, run.reason and run.reason.code) == (State.REJECTED, "desk_no_right")


@pytest.mark.parametrize("key", [FILE, "acme/accounts.csv", "acme/decide/{run}.json"])
def test_a_copy_of_what_the_desk_dropped_says_nothing(world: World, key: str) -> None:
    run = held_run(world)
    key = key.format(run=run.run_id)
    put(world, key, '{"decision": "dismiss"}' if "decide" in key else CONTENT)
    before = answers(world, run), len(world.store.runs_by_id)

    head, content = world.drops.objects[key, f"v{world._versions}"]
    world.drop(key, content, by=DESK, sealed=dict(head.sealed))
    world.pass_time(1)

    assert (answers(world, run), len(world.store.runs_by_id)) == before
