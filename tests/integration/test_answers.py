"""An answer to a hold states whose accounts they are, and approves the plan changed for these."""

import json
from collections.abc import Mapping
from typing import Any

import pytest

from support.company import table
from support.guarded import ACCOUNTS, COMPANY, SETTINGS, apply
from support.runs import answers, page
from support.stories import Step, play, steps, stories
from support.world import BOSS, World
from wecom_sync.domain.policy import Policy
from wecom_sync.domain.run import Run
from wecom_sync.domain.states import State
from wecom_sync.domain.texts import TextCode
from wecom_sync.reporting.language import Language
from wecom_sync.reporting.letters import is_wanted, mail
from wecom_sync.use_cases.holds import MAX_ANSWER_BYTES

HEADER = "姓名,手机号,邮箱,所在部门"
ROWS = {
    "1": "张伟,13800000001,zw@x.cn,1",
    "2": "李娜,13800000002,ln@x.cn,1",
    "003": "王芳,13900000003,,1",
    "4": "陈静,13900000004,,1",
    "5": "赵敏,13800000005,,1",
    "6": "guest,13800000006,,1",
}
"""Of the two in the middle HR knows other mobiles than WeCom."""


def hr(*keys: str | int) -> str:
    return table(f"工号,{HEADER}", *(f"{key},{ROWS[str(key)]}" for key in keys))


def held(world: World) -> Run:
    return [run for run in world.store.runs_by_id.values() if run.state is State.HELD][-1]


def drop(world: World, accounts: Mapping[str, Any], **more: str) -> Run:
    """Drop an answer to the newest run that is held."""
    run = held(world)
    answer = {"plan": run.proposal.digest, "accounts": accounts, **more}
    world.drop(f"acme/answer/{run.run_id}.json", json.dumps(answer))
    world.pass_time(600)
    return world.current_run(run)


def protecting(world: World, accounts: str) -> Run:
    """Drop HR's file while these accounts are protected."""
    protected = tuple(accounts.split("/"))
    usual = {"key": "工号", "newcomers": "pinyin", "first_replace": "hold"}
    return play(world, OLD, {**usual, "protected": protected}, (COMPANY, hr(1, 2, "003", 4, 5)))


def answer(world: World, *pairs: str) -> Run:
    accounts = {key: account for key, _, account in (pair.partition("=") for pair in pairs)}
    without = accounts.pop("without", "")
    return drop(world, accounts, **({"without": without} if without else {}))


def linked(world: World, *pairs: str) -> None:
    """See whose account it is."""
    people = world.archive.snapshot("acme").people.values()
    assert {f"{it.key}={it.account}" for it in people if it.key} == {*pairs}


def lines(world: World, *pairs: str) -> None:
    """See what is stated, and that the answered file says the same."""
    stated = world.archive.snapshot("acme").stated
    assert {f"{key}={account}" for key, account in stated.items()} == {*pairs}
    text = world.reports.documents[ACCOUNTS].decode().replace('"=""003"""', "003")
    assert all(f"\n{pair.replace('=', ',')}," in text for pair in pairs)


STORIES = """
links and approval are one step: company
    | asks hold_links_first hold_links_doubtful of 003 ↔ wangfang, 4 ↔ chenjing
    | answer 003=wangfang 4=chenjing | applied
    | linked 1=zhangwei 2=lina 003=wangfang 4=chenjing 5=zhaomin | lines 003=wangfang 4=chenjing
who is not in the answer stays doubtful: company | answer 003=wangfang | applied
    | linked 1=zhangwei 2=lina 003=wangfang 5=zhaomin
    | there zhangwei lina wangfang chenjing zhaomin
an answer without accounts is an approval: company | answer | applied
    | linked 1=zhangwei 2=lina 5=zhaomin
an account that nobody has any more is asked about: company | answer 003= 4=chenjing
    | asks hold_worse hold_strangers hold_links_first | approve | applied
    | linked 1=zhangwei 2=lina 003=wangfang2 4=chenjing 5=zhaomin
    | there zhangwei lina wangfang2 chenjing zhaomin
and stays without removals: company | answer 003= 4=- without=removals | applied
    | linked 1=zhangwei 2=lina 003=wangfang2 5=zhaomin
    | there zhangwei lina wangfang chenjing wangfang2 zhaomin
also when it is held again: company | delete lina | answer 003= 4=chenjing without=removals
    | asks hold_worse hold_links_first | approve | applied
    | there zhangwei lina wangfang chenjing wangfang2 zhaomin
protected accounts are asked about in any case: protecting zhangwei/wangfang
    | answer 003=wangfang 4=chenjing
    | asks hold_new_reason hold_links_first hold_protected_contacts of wangfang
    | approve | applied
what the plan has shown may be stated: company | answer 1=zhangwei 003=wangfang 4=chenjing | applied
two people exchange accounts: company | answer 003=chenjing 4=wangfang | applied
    | linked 1=zhangwei 2=lina 003=chenjing 4=wangfang 5=zhaomin
links of before are corrected: known | hire guest | company hr 1 2 003 4 5 6
    | asks hold_links_doubtful of 6 ↔ guest
    | answer 1=lina 2=zhangwei 6=guest | applied
    | linked 1=lina 2=zhangwei 003=wangfang 4=chenjing 5=zhaomin 6=guest
a line that is taken out gives the word back, and the link stays: known
    | accounts stated 4,chenjing | lines 4=chenjing | 30 days | company hr 1 2 003 4 5 | unchanged
    | linked 1=zhangwei 2=lina 003=wangfang 4=chenjing 5=zhaomin
lines of before stay: company | accounts stated 4,- | answer 003=wangfang | applied
    | lines 003=wangfang 4=-
"""
OLD = table(
    f"帐号,{HEADER}",
    *(
        f"{account},{ROWS[key]}".replace("139", "137")
        for key, account in {
            "1": "zhangwei",
            "2": "lina",
            "003": "wangfang",
            "4": "chenjing",
        }.items()
    ),
)
TWO = """
[limits]
second_person = true
[accounts]
key = "工号"
newcomers = "pinyin"
"""
WORDS: dict[str, Any] = {
    "hr": hr,
    "answer": answer,
    "linked": linked,
    "lines": lines,
    "old": OLD,
    "stated": lambda *rows: table("key,account", *rows),
}
WORDS["company"] = steps(
    "old | set key=工号 newcomers=pinyin first_replace=hold | company hr 1 2 003 4 5", WORDS
)
WORDS["protecting"] = protecting
WORDS["known"] = steps("company | answer 003=wangfang 4=chenjing | applied | 30 days", WORDS)


@stories(STORIES, WORDS)
def test_an_answer_states_links_and_approves(world: World, story: list[Step]) -> None:
    play(world, *story)


REFUSED: Mapping[str, tuple[str, TextCode]] = {
    "a key that no file has": ('{"7": "wangfang"}', "answer_key"),
    "a key but for its zeros": ('{"3": "wangfang"}', "answer_key_alike"),
    "an account that nobody has": ('{"003": "nobody"}', "answer_account"),
    "another one's account": ('{"003": "LINA"}', "answer_account_taken"),
    "an account twice": ('{"003": "wangfang", "4": "wangfang"}', "answer_account_taken"),
    "a newcomer's account": ('{"003": "zhaomin"}', "answer_account_taken"),
    "no account": ('{"003": null}', "answer_invalid"),
    "a key twice": ('{"003": "wangfang", "003": "-"}', "answer_invalid"),
    "no object": ('["003"]', "answer_invalid"),
    "other removals": ('{}, "without": "moves"', "answer_invalid"),
    "a decision": ('{}, "decision": "cancel"', "answer_invalid"),
    "too large": ('{"003": "%s"}' % ("x" * MAX_ANSWER_BYTES), "answer_invalid"),
    "no JSON": ("{", "answer_invalid"),
}


@pytest.mark.parametrize(("accounts", "code"), REFUSED.values(), ids=REFUSED)
def test_an_answer_that_cannot_be_carried_out_does_nothing_and_says_why(
    world: World, accounts: str, code: TextCode
) -> None:
    play(world, *WORDS["company"])
    run = held(world)

    content = f'{{"plan": "{run.proposal.digest}", "accounts": {accounts}}}'
    world.drop(f"acme/answer/{run.run_id}.json", content)
    world.pass_time(600)

    (why,) = world.current_run(run).timeline[-1].why
    assert why.says(code)
    assert page(world, run)["timeline"][-1]["carried_out"] is False
    assert held(world).run_id == run.run_id
    assert not world.archive.snapshot("acme").stated


def test_nobody_states_accounts_and_approves_alone_where_two_have_to(world: World) -> None:
    world.by = "AWS:AIDAADMIN"
    play(world, OLD, (SETTINGS, TWO))
    world.by = "AWS:AROAHR:hr"
    play(world, (COMPANY, hr(1, 2, "003", 4, 5)))
    world.by = "AWS:AIDACHIEF"

    run = answer(world, "003=wangfang")
    assert (run.state, answers(world, run)) == (State.HELD, ["answer_by_two"])
    assert not world.archive.snapshot("acme").stated

    apply(world, ACCOUNTS, "key,account\n003,wangfang\n")
    assert answers(world, answer(world, "003=wangfang"))[-1] == "second_person_refused"
    world.by = BOSS
    assert answer(world, "003=wangfang").state is State.SUCCEEDED


def test_an_answer_is_told_wherever_its_approval_is(world: World) -> None:
    play(world, *WORDS["company"])
    world.by = BOSS

    run = drop(world, {"003": "wangfang", "4": "-"}, without="removals")

    document = page(world, run)
    (entry,) = [it for it in document["timeline"] if it.get("decision")]
    words = ("Stated with the approval: 003 ↔ wangfang, 4 ↔ -", "the warnings name who stays")
    assert all(it in entry["why"] and it in mail(run, Language.ENGLISH)[1] for it in words)
    assert "批准时一并确定的帐号对应：003 ↔ wangfang、4 ↔ -。" in mail(run, Language.CHINESE)[1]
    assert document["approval"]["without"] == "removals"
    assert (document["failed"], document["state"]) == (0, "SUCCEEDED")
    assert is_wanted(run, Policy(notify_on=()))


def test_an_answer_that_comes_twice_is_one_and_outlives_its_author_in_the_file(
    world: World,
) -> None:
    play(world, *WORDS["company"])
    run = held(world)
    event = world.drop(
        f"acme/answer/{run.run_id}.json",
        json.dumps({"plan": run.proposal.digest, "accounts": {"003": "wangfang"}}),
    )
    world.drop_queue.send(event)
    world.pass_time(600)

    assert [it.said.by for it in world.current_run(run).timeline if it.said] == [BOSS, BOSS]
    book = world.archive.snapshot("acme")
    assert (book.stated, book.stated_by) == ({"003": "wangfang"}, BOSS)
    late = apply(world, ACCOUNTS, "key,account\n", base="v1")
    assert late.state is State.REJECTED
