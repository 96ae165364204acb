"""An answer to a hold states whose accounts they are, and approves the plan changed for these."""

import json
from collections.abc import Mapping

import pytest

from support.company import table
from support.guarded import ACCOUNTS, COMPANY, SETTINGS, apply
from support.runs import answers, page
from support.stories import Step, held_run, play, steps, stories
from support.world import BOSS, World
from wecom_sync.domain.policy import Policy
from wecom_sync.domain.run import Run
from wecom_sync.domain.states import State
from wecom_sync.domain.texts import TextCode
from wecom_sync.reporting.documents import approval_text
from wecom_sync.reporting.language import Language
from wecom_sync.reporting.letters import is_wanted, mail
from wecom_sync.use_cases.drops.decisions import MAX_ANSWER_BYTES

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


def drop(world: World, run: Run, *pairs: str) -> dict[str, object]:
    """Drop an answer to a run: accounts by key, and `without=removals`; return its event."""
    accounts = dict(pair.split("=") for pair in pairs)
    without = {"without": accounts.pop("without")} if "without" in accounts else {}
    document = {"plan": run.proposal.digest, "accounts": accounts, **without}
    return world.drop(f"acme/answer/{run.run_id}.json", json.dumps(document))


def answer(world: World, *pairs: str) -> Run:
    drop(world, run := held_run(world), *pairs)
    world.pass_time(600)
    return world.current_run(run)


def stated(*rows: str) -> str:
    return table("key,account", *rows)


def linked(world: World, *pairs: str) -> None:
    """See whose account it is."""
    people = world.archive.snapshot("acme").people.values()
    assert {f"{it.key}={it.account}" for it in people if it.key} == {*pairs}


def lines(world: World, *pairs: str) -> None:
    """See what is stated, and that the answered file says the same."""
    stated = world.archive.snapshot("acme").accounts.value
    assert {f"{key}={account}" for key, account in stated.items()} == {*pairs}
    text = world.reports.documents[ACCOUNTS].decode().replace('"=""003"""', "003")
    assert all(f"\n{pair.replace('=', ',')}," in text for pair in pairs)


STORIES = """
links and approval are one step: first
    | asks hold_links_first hold_links_doubted of 003 ↔ wangfang, 4 ↔ chenjing
    | answer 003=wangfang 4=chenjing | applied
    | linked 1=zhangwei 2=lina 003=wangfang 4=chenjing 5=zhaomin | lines 003=wangfang 4=chenjing
who is not in the answer stays doubtful: first | answer 003=wangfang | applied
    | linked 1=zhangwei 2=lina 003=wangfang 5=zhaomin
    | there zhangwei lina wangfang chenjing zhaomin
an answer without accounts is an approval: first | answer | applied
    | linked 1=zhangwei 2=lina 5=zhaomin
an account that nobody has any more is asked about: first | answer 003= 4=chenjing
    | asks hold_worse hold_strangers hold_links_first | approve | applied
    | linked 1=zhangwei 2=lina 003=wangfang2 4=chenjing 5=zhaomin
    | there zhangwei lina wangfang wangfang2 chenjing zhaomin
and stays without removals: first | answer 003= 4=- without=removals | applied
    | linked 1=zhangwei 2=lina 003=wangfang2 5=zhaomin
    | there zhangwei lina wangfang chenjing wangfang2 zhaomin
also when it is held again: first | delete lina | answer 003= 4=chenjing without=removals
    | asks hold_worse hold_links_first | approve | applied
    | there zhangwei lina wangfang chenjing wangfang2 zhaomin
protected accounts are asked about in any case: protecting
    | answer 003=wangfang 4=chenjing
    | asks hold_new_reason hold_links_first hold_protected_contacts of wangfang
    | approve | applied
what the plan has shown may be stated: first | answer 1=zhangwei 003=wangfang 4=chenjing | applied
two people exchange accounts: first | answer 003=chenjing 4=wangfang | applied
    | linked 1=zhangwei 2=lina 003=chenjing 4=wangfang 5=zhaomin
links of before are corrected: known | hire guest | company hr 1 2 003 4 5 6
    | asks hold_links_doubted of 6 ↔ guest
    | answer 1=lina 2=zhangwei 6=guest | applied
    | linked 1=lina 2=zhangwei 003=wangfang 4=chenjing 5=zhaomin 6=guest
a line that is taken out gives the word back, and the link stays: known
    | accounts stated 4,chenjing | lines 4=chenjing | 30 days | company hr 1 2 003 4 5 | unchanged
    | linked 1=zhangwei 2=lina 003=wangfang 4=chenjing 5=zhaomin
lines of before stay: first | accounts stated 4,- | answer 003=wangfang | applied
    | lines 003=wangfang 4=-
"""
PAIRS = zip(("zhangwei", "lina", "wangfang", "chenjing"), ROWS.values(), strict=False)
OLD = table(f"帐号,{HEADER}", *(f"{name},{row}".replace("139", "137") for name, row in PAIRS))
TWO = """
[limits]
second_person = true
[accounts]
key = "工号"
newcomers = "pinyin"
"""
USUAL = "old | set key=工号 newcomers=pinyin first_replace=hold{} | company hr 1 2 003 4 5"
FIRST = steps(USUAL.format(""), globals())
PROTECTING = steps(USUAL.format(" protected=zhangwei,wangfang"), globals())
KNOWN = steps("first | answer 003=wangfang 4=chenjing | applied | 30 days", globals())


@stories(STORIES, globals())
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
    play(world, *FIRST)
    run = held_run(world)

    content = f'{{"plan": "{run.proposal.digest}", "accounts": {accounts}}}'
    world.drop(f"acme/answer/{run.run_id}.json", content)
    world.pass_time(600)

    (why,) = world.current_run(run).timeline[-1].why
    assert why.says(code)
    assert page(world, run)["timeline"][-1]["carried_out"] is False
    assert held_run(world).run_id == run.run_id
    assert not world.archive.snapshot("acme").accounts.value


def test_nobody_states_accounts_and_approves_alone_where_two_have_to(world: World) -> None:
    world.by = "AWS:AIDAADMIN"
    play(world, OLD, (SETTINGS, TWO))
    world.by = "AWS:AROAHR:hr"
    play(world, (COMPANY, hr(1, 2, "003", 4, 5)))
    world.by = "AWS:AIDACHIEF"

    run = answer(world, "003=wangfang")
    assert (run.state, answers(world, run)) == (State.HELD, ["answer_by_two"])
    assert not world.archive.snapshot("acme").accounts.value

    apply(world, ACCOUNTS, "key,account\n003,wangfang\n")
    assert answers(world, answer(world, "003=wangfang"))[-1] == "second_person_refused"
    world.by = BOSS
    assert answer(world, "003=wangfang").state is State.SUCCEEDED


def test_an_answer_is_told_wherever_its_approval_is(world: World) -> None:
    play(world, *FIRST)
    world.by = BOSS

    run = answer(world, "003=wangfang", "4=-", "without=removals")

    document = page(world, run)
    (entry,) = [it for it in document["timeline"] if it.get("decision")]
    words = (
        "Stated with the approval: 003 ↔ wangfang, 4 ↔ -",
        "nobody is removed or disabled for now",
    )
    assert all(it in entry["why"] and it in mail(run, Language.ENGLISH)[1] for it in words)
    assert "批准时一并确定的帐号对应：003 ↔ wangfang、4 ↔ -。" in mail(run, Language.CHINESE)[1]
    assert document["approval"]["without"] == "removals"
    assert (document["failed"], document["state"]) == (0, "SUCCEEDED")
    assert is_wanted(run, Policy(notify_on=()))


def test_an_account_of_ones_own_is_called_so(world: World) -> None:
    play(world, *FIRST)

    run = answer(world, "003=wangfang", "4=")

    words = approval_text(run, Language.CHINESE)
    assert "批准时一并确定的帐号对应：003 ↔ wangfang、4 ↔ 新建本人的帐号。" in words


def test_an_answer_that_comes_twice_is_one_and_outlives_its_author_in_the_file(
    world: World,
) -> None:
    play(world, *FIRST)
    run = held_run(world)
    event = drop(world, run, "003=wangfang")
    world.drop_queue.send(event)
    world.pass_time(600)

    assert [it.instruction.by for it in world.current_run(run).timeline if it.instruction] == [
        BOSS,
        BOSS,
    ]
    book = world.archive.snapshot("acme")
    assert (book.accounts.value, book.accounts.by) == ({"003": "wangfang"}, BOSS)
    late = apply(world, ACCOUNTS, "key,account\n", base="v1")
    assert late.state is State.REJECTED
