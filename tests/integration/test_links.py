"""HR's keys and the accounts that they belong to: matched once, then known for good."""

from collections.abc import Iterable

import pytest

from support.company import table
from support.guarded import ACCOUNTS, SOME, apply, codes, plan_of
from support.runs import chinese, code_of, data_of, english, page, rows_of_page, text_of
from support.stories import APPLIED, Step, lines, play, steps, stories
from support.world import World
from wecom_sync.domain.run import Run
from wecom_sync.domain.states import State
from wecom_sync.reporting.language import Language
from wecom_sync.reporting.link_texts import link_text
from wecom_sync.reporting.pages.headlines import headline_of

HEADER = "姓名,手机号,邮箱,所在部门"
ROWS = {
    "1": "张伟,13800000001,zw@x.cn,1",
    "2": "李娜,13800000002,ln@x.cn,1",
    "3": "王芳,13800000003,,1",
    "4": "陈静,13800000004,,1",
    "5": "赵敏,13800000005,,1",
}


def hr(*people: int | str) -> str:
    """Return HR's file: rows, or the keys of those above; a letter before a key is its new one."""
    rows = [
        person if "," in person else f"{person},{ROWS[person.lstrip('N0')]}"
        for person in map(str, people)
    ]
    return table(f"工号,{HEADER}", *rows)


def renamed(others: Iterable[int], first: int = 0) -> str:
    """Return HR's file of a larger company, with the names of other people."""
    return hr(*(f"{key},员{other},{CONTACTS[key]}" for key, other in enumerate(others, first)))


def stated(*statements: str) -> str:
    return table("key,account", *statements)


def linked(world: World, *pairs: str) -> None:
    """See that the first three keys have their accounts, but for others; blank: none."""
    links = {"1": "zhangwei", "2": "lina", "3": "wangfang"} | {
        key: account for key, _, account in (pair.partition("=") for pair in pairs)
    }
    people = world.archive.snapshot("acme").people.values()
    expected = {key: account for key, account in links.items() if account}
    assert {it.key: it.account for it in people if it.key} == expected


def gone_but(world: World, gone: str, *others: str | int) -> None:
    """See that the first three accounts and others are there and enabled, but for who is gone."""
    disabled = {it for it, is_enabled in world.wecom.switched.items() if not is_enabled}
    assert {*world.wecom.members} - disabled == {
        "zhangwei",
        "lina",
        "wangfang",
        *map(str, others),
    } - {gone}


def accounts_are(world: World, *accounts: str | int) -> None:
    """See that nobody was deleted or made."""
    assert {*world.wecom.members} == {*map(str, accounts)}


def holds_account(world: World, *pairs: str) -> None:
    """See whose account each key has."""
    people = world.archive.snapshot("acme").people.values()
    assert {f"{it.key}={it.account}" for it in people} >= {*pairs}


def rows(world: World, *people: str) -> None:
    """See of whom `results.csv` of the last run speaks: account, key, name."""
    header, *table = world.results_csv([*world.store.runs_by_id.values()][-1])
    assert header[:4] == ["line", "id", "key", "name"]
    assert {*people} <= {":".join(row[1:4]) for row in table}


def unremarked(world: World) -> None:
    """See that the keys are not called what nobody can check."""
    (hold, *_) = [*world.store.runs_by_id.values()][-1].proposal.holds
    assert not hold.says("remark_keys")


def shows_off(world: World, account: str, day: str) -> None:
    """See that the list of links says since when an account is disabled as a leaver's."""
    links = page(world, [*world.store.runs_by_id.values()][-1], "plan.json")["links"]
    (link,) = (it for it in links if it["candidates"])
    assert [(it["account"], it["off"]) for it in link["candidates"]] == [(account, day)]
    assert f"因离职禁用于 {day}" in link_text(link, Language.CHINESE)


def lose_an_answer(world: World) -> None:
    world.lose_answers(1)


def answered(world: World) -> list[str]:
    return world.reports.documents[ACCOUNTS].decode("utf-8-sig").splitlines()


def answer_again(world: World) -> None:
    """Drop the answered file as it is."""
    assert apply(world, ACCOUNTS, world.reports.documents[ACCOUNTS]).state is State.SUCCEEDED


STORIES = """
the first matching is decided once: company | hr 1 2 3 4
    | asks hold_links_first of 3 ↔ wangfang, 1 ↔ zhangwei, 2 ↔ lina | linked 1= 2= 3= | approve
    | applied | linked 4=chenjing | gone_but - chenjing
one newcomer is not the first matching: company | some hr 4 | hr 1 2 3 4 | asks hold_links_first
a later match by mail: known | some of_zhaomin | hr 1 2 3 5,赵敏,13800000077,zm@x.cn,1 | unchanged
a later match by another mail: known | some of_zhaomin
    | hr 1 2 3 5,赵敏,13800000077,other@x.cn,1 | asks hold_links_first
the next month is silent whatever changes: known
    | hr 1,张小伟,13900000001,,1 2,李娜,13900000002,neu@x.cn,1 3 5 | applied | linked 5=zhaomin
    | cell zhangwei 手机号 13900000001
who comes back under the key gets the account back: known | hr 1 2 | gone_but wangfang | 30 days
    | hr 3 2 1 5 | applied | gone_but - zhaomin
new keys for old people move their links: known | hr N1 N2 N3
    | asks hold_links_doubted of N3 (3) ↔ wangfang, N1 (1) ↔ zhangwei, N2 (2) ↔ lina
    | says Keys that would get an account which was another key's: 3. | approve
    | unchanged | linked 1= 2= 3= N1=zhangwei N2=lina N3=wangfang
an account that nothing is known of is not removed: company | hire 4 | hr 1 2 3 4
    | rejected | gone_but - 4
a list of some people follows the links: known | some hr 2,李娜,13900000002,ln@x.cn,1 | applied
    | cell lina 手机号 13900000002 | linked
a file with accounts works as before: known | old ~ replaced 13800000001 13900000001 | applied
    | linked
the answered file can be dropped as it is: known | answer_again | hr 1,张伟,13900000001,,1 2 3
    | applied | hr N1 N2 N3 | asks hold_links_doubted
a statement that the book contradicts: known | accounts stated 1,lina | company hr 1 2 3
    | asks hold_links_doubted of 2 ↔ lina, 1 (zhangwei) ↔ lina
    | says accounts.csv states another account than before, or none: 1. | approve | gone_but -
an account of one's own takes the link away once: known | accounts stated 3, | refuse wangfang2
    | company hr 1 2 3 | asks hold_links_doubted of 3 (wangfang) ↔ wangfang2 | approve | gone_but -
    | refuse | company hr 1 2 3 | approve | linked 3=wangfang2 | accounts stated 9,-
    | accounts stated 3, | 30 days | company hr 1 2 3 | applied | accounts stated 9,-
    | accounts stated 3, | 30 days | company hr 1 2 3 | unchanged | gone_but wangfang wangfang2
whose account it is, is asked once: known | other_wang | asks hold_links_doubted of 3 ↔ wangfang
    | accounts stated 3,wangfang | wait 1 | cell wangfang 手机号 15912345678
and not again with the next file: doubted | accounts stated 3,wangfang | other_wang | applied
unless a second person has to see it: doubted | set key=工号 newcomers=pinyin second_person=true
    | accounts stated 3,wangfang | other_wang | asks hold_other_person second_person_needed
but asked again about an account that nobody had named: doubted | accounts stated 3,lina
    | hr 1 3,汪梵,15912345678,,1 | asks hold_links_doubted
who is in doubt and gets another key: doubted | hr N1 N2 N3,汪梵,15912345678,,1
    | asks hold_links_doubted of N1 (1) ↔ zhangwei, N2 (2) ↔ lina, 3 ↔ wangfang
whose account is one of two keeps both: twins | hr 1 2 3,王芳,13800000099,,1 | approve
    | gone_but - wangfang2 | company hr 1 2 3,王芳,13800000099,,1 | gone_but - wangfang2 | 40 days
    | company hr 1 2,李小娜,13800000002,ln@x.cn,1 3,王芳,13800000099,,1 | gone_but - wangfang2
the same where leavers are removed: twins | set key=工号 newcomers=pinyin leavers=remove
    | company hr 1 2 3,王芳,13800000099,,1 | approve | gone_but - wangfang2 | 40 days
    | company hr 1 2,李小娜,13800000002,ln@x.cn,1 3,王芳,13800000099,,1 | gone_but - wangfang2
who is to have no account: known | accounts stated 3,- | company hr 1 2 3
    | asks hold_links_doubted of 3 (wangfang) ↔ - | approve | gone_but - | 30 days
    | company hr 1 2 3 | applied | gone_but wangfang | accounts stated 9,-
    | company hr 1 2 3 | gone_but -
two people exchange their accounts: known | accounts stated 1,lina 2,zhangwei | hr 1 2 3 | approve
    | linked 1=lina 2=zhangwei
a newcomer whose post was not answered keeps the account: known | lose_an_answer
    | company hr 1 2 3 5 | live 8 | applied | linked 5=zhaomin
a key that comes back for another person: known | hr 1 2 | 30 days | hr 1 2 3,陈静,13800000009,,1
    | asks hold_links_doubted of 3 ↔ wangfang | says 陈静 · 1 ↔ 王芳 (3
    | says Keys that now name another person: 1.
or for the account of a disabled leaver: known | company hr 1 2 | approve | applied | 1 day
    | company hr 1 2 3,陈静,13800000009,,1 | asks hold_links_doubted of 3 ↔ wangfang
    | says Disabled as leavers since 2027-02-14: 王芳 (wangfang). | shows_off wangfang 2027-02-14
who only shares the name of a disabled leaver is somebody new: known | company hr 1 2 | approve
    | applied | 1 day | company hr 1 2 5,王芳,13800000009,,1 | applied | linked 5=wangfang2
zeros that a spreadsheet has changed: known | hr 01 02 03 | asks hold_links_doubted
    | says Where keys differ only in leading zeros
the weakest are named, and three keys to verify: company | hr 1 2,李娜,13900000002,ln@x.cn,1 3
    | asks hold_links_first of 2 ↔ lina, 3 ↔ wangfang, 1 ↔ zhangwei
    | says Look up these people's keys in the HR system: 李娜 (2), 王芳 (3), 张伟 (1).
    | says 请在人事系统中核对这几人的编号：李娜（2）、王芳（3）、张伟（1）。
cells that slipped come before keys to verify: larger | company slipped
    | says Cells have probably slipped: on lines 3-41, 手机号, 邮箱 and the names are of different
    | says line 3 has what belongs to line 2. | unremarked
    | says 第 3-41 行的「手机号、邮箱」与姓名不是同一个人的（39 行），
a column that was sorted alone: larger | company backwards
    | says A column was probably sorted alone: in 40 of 40 rows, 手机号, 邮箱 and the names are of
    | says 可以比对的 40 行中，有 40 行的「手机号、邮箱」与姓名不是同一个人的， | unremarked
later ones are asked about as well: larger | some most | approve | some late
    | asks hold_links_first | says Cells have probably slipped
keys that are the accounts may be checked: company
    | hr zhangwei,张伟,13800000001,zw@x.cn,1 Lina,李娜,13800000002,ln@x.cn,1
    | asks hold_links_first | unremarked
another account where accounts are keys: keyed | accounts stated 1,newacc | company hr 1 2 3
    | asks hold_links_doubted of 1 (1) ↔ newacc
    | says accounts.csv states another account than before, or none: 1. | accounts_are 1 2 3
    | approve | accounts_are 1 2 3 newacc
two who exchange them there: keyed | accounts stated 1,2 2,1 | company hr 1 2 3
    | asks hold_links_doubted of 1 (1) ↔ 2, 2 (2) ↔ 1 | accounts_are 1 2 3 | approve
    | accounts_are 1 2 3 | holds_account 1=2 2=1
an account of one's own there: keyed | accounts stated 3, | company hr 1 2 3
    | asks hold_links_doubted | accounts_are 1 2 3
none there: keyed | accounts stated 3,- | company hr 1 2 3 | asks hold_links_doubted of 3 (3) ↔ -
    | accounts_are 1 2 3
another account in a row there: keyed | company named_otherwise | asks hold_links_doubted
    | accounts_are 1 2 3
whoever is left out has no account in the table: company | doubtful | approve
    | rows :3:王芳 chenjing:4:陈静
who goes has their key there: known | refuse left wangfang | hr 1 2
    | rows zhangwei:1:张伟 lina:2:李娜 wangfang:3:王芳
who was not sent: company | doubtful | cancel | rows :3:王芳 :4:陈静
who was rejected: known | hr 1 3,王芳,x,,1 | rows :1:张伟 :3:王芳
"""
OLD = table(f"帐号,{HEADER}", f"zhangwei,{ROWS['1']}", f"lina,{ROWS['2']}", f"wangfang,{ROWS['3']}")
TWINS_OLD = f"{OLD}wangfang2,王芳,13800000033,,1\n"
TWINS = steps("twins_old | set key=工号 newcomers=pinyin first_replace=hold", globals())
"""A company with two people of one name."""
COMPANY = steps("old | set key=工号 newcomers=pinyin first_replace=hold", globals())
"""A company that has accounts, and whose HR has keys."""
KNOWN = [*COMPANY, *steps("hr 1 2 3 | approve | 30 days", globals())]
"""The company a month after its first matching."""
KEYED_OLD = table(f"帐号,{HEADER}", *(f"{key},{ROWS[key]}" for key in "123"))
KEYED = steps(
    "keyed_old | set key=工号 first_replace=hold | hr 1 2 3 | approve | 30 days", globals()
)
"""A company whose accounts are its keys, as long as nobody says otherwise."""
NAMED_OTHERWISE = table(
    f"工号,帐号,{HEADER}", f"1,newacc,{ROWS['1']}", f"2,2,{ROWS['2']}", f"3,3,{ROWS['3']}"
)
DOUBTFUL, OTHER_DOUBTFUL = (hr(1, 2, f"3,{name},13800000009,,1", 4) for name in ("王芳", "王方"))
CONTACTS = [f"138{n:08},e{n}@x.cn,1" for n in range(40)]
LARGER_OLD = table(f"帐号,{HEADER}", *(f"u{n},员{n},{own}" for n, own in enumerate(CONTACTS)))
LARGER = steps("larger_old | set key=工号 newcomers=pinyin first_replace=hold", globals())
SLIPPED, BACKWARDS = renamed(range(1, 41)), renamed(range(39, -1, -1))
MOST, LATE = renamed(range(36)), renamed(range(37, 41), 36)
OTHER_WANG = hr(1, 2, "3,汪梵,15912345678,,1")
DOUBTED = [*KNOWN, *steps("other_wang | approve | unchanged", globals())]
OF_ZHAOMIN = table(f"帐号,{HEADER}", "zhaomin,赵敏,13800000077,zm@x.cn,1")


@stories(STORIES, globals())
def test_a_key_keeps_its_account(world: World, story: list[Step]) -> None:
    play(world, *story)


def told(world: World, story: str) -> Run:
    return play(world, *steps(story, globals()))


def test_a_file_that_links_only_changes_nothing_and_says_so(world: World) -> None:
    assert told(world, "company | plan hr 1 2 3").proposal.verdict == "hold"

    run = told(world, "hr 1 2 3 | approve | unchanged | linked")

    assert code_of(run) == "unchanged_but_links"
    assert "which account belongs to which key (3)" in english(run)
    assert "对应关系已记住" in chinese(run)
    assert told(world, "30 days | plan hr 1 2 3").proposal.verdict == "unchanged"


def test_a_doubtful_person_is_left_out_and_told_again(world: World) -> None:
    run = told(world, "company | doubtful")

    assert set(codes(run)) == {"hold_links_doubted", "hold_links_first"}
    assert plan_of(world, run)["counts"]["links"]["certain"] == 2
    headline = headline_of(told(world, "approve | applied"))["en"]
    assert headline.startswith("WeCom applied every row that was sent. Left out, because")
    assert headline.endswith("in doubt or not in HR's care: 1.")
    once = "gone_but - chenjing | linked 3= 4=chenjing | 30 days"
    assert told(world, f"{once} | doubtful | unchanged").proposal.warnings == 1
    assert told(world, "other_doubtful | unchanged").proposal.warnings == 1


def test_a_plan_shows_whose_account_everybody_has_the_weakest_first(world: World) -> None:
    run = told(world, "company | accounts stated 5,- 9,zhao | hr 1 2 3,王芳,13800000009,,1 4 5")

    plan = plan_of(world, run)

    doubtful, *_ = plan["links"]
    assert [(it["key"], it["state"], it["account"], it["evidence"]) for it in plan["links"]] == [
        ("3", "doubtful", "", []),
        ("1", "certain", "zhangwei", ["mobile", "mail", "name"]),
        ("2", "certain", "lina", ["mobile", "mail", "name"]),
        ("4", "new", "chenjing", ["pinyin"]),
        ("5", "left_out", "", ["stated"]),
    ]
    assert plan["stated"]["lines"] == {"5": "-", "9": "zhao"}
    texts = {it: link_text(doubtful, it) for it in Language}
    assert texts[Language.ENGLISH] == (
        "3 王芳, 1, 138****0009 ↔ wangfang 王芳, 1, 138****0003, same name, another 手机号"
    )
    assert texts[Language.CHINESE].endswith("138****0003, 姓名相同, 手机号 不同")


def test_a_refused_newcomer_has_no_account_yet(world: World) -> None:
    run = told(world, "known | refuse zhaomin | hr 1 2 3 5 | partial | linked")

    assert ["5", "zhaomin", "5", "赵敏"] in [row[:4] for row in world.results_csv(run)]
    assert "5 赵敏 (zhaomin)" in english(run)
    assert [(it["id"], it["key"]) for it in plan_of(world, run)["changes"]] == [("zhaomin", "5")]
    assert [(it.id, it.key) for it in world.store.failed_rows(run.run_id)] == [("zhaomin", "5")]
    fixed = world.reports.documents[f"acme/{run.run_id}/fix.csv"].decode("utf-8-sig")
    assert fixed.splitlines()[1].startswith("5,zhaomin,赵敏,")
    world.wecom.refused = {}
    play(world, (SOME, fixed), APPLIED, *steps("linked 5=zhaomin", globals()))


def test_stated_accounts_plan_a_held_run_anew(world: World) -> None:
    held = told(world, "company | doubtful")

    outcome = apply(world, ACCOUNTS, "key,account,name\n# our best guess\n3,wangfang,王芳\n4,-,\n")

    assert (outcome.state, code_of(outcome)) == (State.SUCCEEDED, "accounts_in_force")
    assert "Lines: 2; keys of which something else, or nothing" in english(outcome)
    assert "3 ↔ wangfang, 4 ↔ -" in english(outcome)
    anew = world.store.runs_by_id[held.run_id]
    assert codes(anew) == ["hold_links_first"]
    assert anew.proposal.digest != held.proposal.digest
    assert "replanned_accounts" in [why.code for step in anew.timeline for why in step.why]
    told(world, "approve | applied | linked")
    assert answered(world)[0] == "key,account,name,evidence,since"
    assert answered(world)[3].startswith("3,wangfang,王芳,accounts.csv,20")
    assert answered(world)[4] == "4,-,,,"


def test_a_statement_that_the_book_contradicts_comes_back_whole(world: World) -> None:
    play(world, *KNOWN, hr(1, 2, 3, f"#5,{ROWS['5']}"))
    apply(world, ACCOUNTS, "key,account\n# exchanged?\n1,lina\n")

    assert answered(world)[1].startswith("#5,zhaomin,赵敏,made from the name,20")
    answer_again(world)
    assert world.archive.snapshot("acme").accounts.value == {
        "#5": "zhaomin",
        "1": "lina",
        "3": "wangfang",
    }


PROBLEMS = """
key,account,note|1,,|2,-,x|3,,|4,-,: none
序号,工号,姓名,账号|1,1,张伟,|2,2,李娜,-: none
人员编号,帐号|1,a|9,: none
account,key|a,1|b,1: 3 accounts_twice
key,account|1,a|2,A: 3 accounts_twice
key,account|1,a|2,?: 3 accounts_undecided
key,account|,a|1E+05,b|2,张三|3,1.0: 2 cell_missing 3 key_damaged 4 user_id_invalid
    5 user_id_damaged
key,account|01,a|02,b|0009,c: 2 accounts_respelt 3 accounts_respelt
工号,工号,帐号|1,1,a: whole
: whole
a,b|1,2: whole
key|1: whole
key,key,account|1,1,a: whole
"""


@pytest.mark.parametrize(("content", "problems"), [*lines(PROBLEMS)])
def test_every_problem_of_stated_accounts_is_told(
    world: World, content: str, problems: str
) -> None:
    run = play(world, *KNOWN, (ACCOUNTS, content.replace("|", "\n")))

    assert run.state is (State.SUCCEEDED if problems == "none" else State.REJECTED)
    assert bool(world.archive.snapshot("acme").accounts.value) is (problems == "none")
    if problems not in {"none", "whole"}:
        document = page(world, run, "problems.json")["problems"]
        assert " ".join(f"{it['line']} {it['code']}" for it in document) == problems


def test_a_key_that_only_a_held_file_has_is_known(world: World) -> None:
    told(world, "company | hr 1 2 0003,王芳,13800000003,,1 | accounts stated 3,wangfang | rejected")

    run = world.run_of(ACCOUNTS)
    assert "No file has the key 3, but one has 0003." in text_of(world, run, "results.csv")
    assert told(world, "accounts stated 0003,wangfang").state is State.SUCCEEDED


def test_the_page_of_all_links_is_written_when_they_change(world: World) -> None:
    play(world, *KNOWN)
    rows = rows_of_page(world.reports.documents.pop("acme/accounts.html"), "links")

    told(world, "hr 1 2 3")
    assert "acme/accounts.html" not in world.reports.documents
    told(world, "accounts stated 2,- 3, 9,new")

    (first, *_), kept = rows, world.reports.documents["acme/accounts.html"]
    assert first == {
        "key": "1", "name": "张伟", "department": "1", "mobile": "138****0001",
        "mail": "z***@x.cn", "account": "zhangwei", "evidence": ["mobile", "mail", "name"],
        "state": "linked", "since": "2027-01-15",
    }  # fmt: skip
    states = {(it["key"], it["state"], it["account"]) for it in rows_of_page(kept, "links")}
    assert states == {
        ("1", "linked", "zhangwei"), ("2", "left_out", "-"),
        ("3", "linked", "wangfang"), ("9", "waits", "new"),
    }  # fmt: skip
    assert data_of(world.reports.documents["acme/index.html"])["accounts"] == "accounts.html"


def test_the_newest_statement_is_the_whole_one(world: World) -> None:
    told(world, "known | accounts stated 1,zhangwei 2,lina")
    apply(world, ACCOUNTS, "key,account,name\n2,lina,龘靐\n".encode("gbk"))
    assert world.archive.snapshot("acme").accounts.value == {"2": "lina"}

    world.clock.now -= 3_000
    world.drop(ACCOUNTS, "key,account\n3,-\n")
    world.pass_time(600)

    run = [*world.store.runs_by_id.values()][-1]
    assert (run.state, code_of(run)) == (State.SUPERSEDED, "accounts_superseded")
    assert world.archive.snapshot("acme").accounts.value == {"2": "lina"}
