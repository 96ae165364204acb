"""HR's keys and the accounts that they belong to: matched once, then known for good."""

import pytest

from support.company import table
from support.guarded import (
    APPLIED,
    FULL,
    SOME,
    UNCHANGED,
    Ends,
    Step,
    apply,
    approve,
    asked,
    cell,
    codes,
    hired,
    listing,
    live,
    plan_of,
    play,
    refuse,
    see,
)
from support.runs import chinese, code_of, english, page
from support.world import World
from wecom_sync.domain.states import State

HEADER = "姓名,手机号,邮箱,所在部门"
ZHANG, LI, WANG = (
    "张伟,13800000001,zw@x.cn,1", "李娜,13800000002,ln@x.cn,1", "王芳,13800000003,,1",
)  # fmt: skip
ACCOUNTS = table(f"帐号,{HEADER}", f"zhangwei,{ZHANG}", f"lina,{LI}", f"wangfang,{WANG}")
MONTH = 30
STATED = "acme/accounts.csv"
STAFF = "acme/company/staff.csv"
FIRST, CHANGED = "hold_links_first", "hold_links_changed"


def hr(*rows: str) -> str:
    return table(f"工号,{HEADER}", *rows)


PEOPLE = (f"1,{ZHANG}", f"2,{LI}", f"3,{WANG}")
ZHAO, CHEN = "5,赵敏,13800000005,,1", "4,陈静,13800000004,,1"
KEYS = {"key": "工号", "newcomers": "pinyin", "first_replace": "hold"}
COMPANY: list[Step] = [ACCOUNTS, KEYS]
"""A company that has accounts, and whose HR has keys."""
LINKED: list[Step] = [*COMPANY, hr(*PEOPLE), approve, MONTH]
"""The company a month after its first matching."""
DOUBTFUL = hr(*PEOPLE[:2], "3,王芳,13900000009,,1", CHEN)
RENUMBERED = hr(*(f"N{row}" for row in PEOPLE))
MONTHLY: Step = (STAFF, hr(*PEOPLE))


def stated(*lines: str) -> Step:
    return STATED, table("key,account", *lines)


def accounts(world: World) -> dict[str, str]:
    return {it.key: it.account for it in world.archive.snapshot("acme").people.values() if it.key}


def linked(**others: str) -> Step:
    """Return that the first three keys have their accounts, but for others; blank: none."""
    expected = {"1": "zhangwei", "2": "lina", "3": "wangfang"}
    expected |= {key.removeprefix("k"): account for key, account in others.items()}

    return see(accounts, {key: account for key, account in expected.items() if account})


def there(*others: str, gone: str = "") -> Step:
    """Return that the first three accounts and others are in WeCom, but for who is gone."""
    return live(*{"zhangwei", "lina", "wangfang", *others} - {gone})


def answered(world: World) -> list[str]:
    return world.reports.documents[STATED].decode("utf-8-sig").splitlines()


def answer_again(world: World) -> None:
    """Drop the answered file as it is."""
    assert apply(world, STATED, world.reports.documents[STATED]).state is State.SUCCEEDED


STORIES: dict[str, list[Step]] = {
    "the first matching is decided once": [
        *COMPANY, hr(*PEOPLE, CHEN), asked(FIRST, who="1 ↔ zhangwei, 2 ↔ lina, 3 ↔ wangfang"),
        linked(k1="", k2="", k3=""), approve, APPLIED, linked(k4="chenjing"), there("chenjing"),
    ],
    "one newcomer is not the first matching": [
        *COMPANY, (SOME, hr(CHEN)), hr(*PEOPLE, CHEN), asked(FIRST)
    ],
    **{
        f"a later match by {mail}": [
            *LINKED, (SOME, table(f"帐号,{HEADER}", "zhaomin,赵敏,13800000077,zm@x.cn,1")),
            hr(*PEOPLE, f"5,赵敏,13800000077,{mail},1"), end,
        ]
        for mail, end in (("zm@x.cn", UNCHANGED), ("other@x.cn", asked(FIRST)))
    },
    "the next month is silent whatever changes": [
        *LINKED, hr("1,张小伟,13900000001,,1", "2,李娜,13900000002,neu@x.cn,1", PEOPLE[2], ZHAO),
        APPLIED, linked(k5="zhaomin"), cell("zhangwei", "手机号", "13900000001"),
    ],
    "who comes back under the key gets the account back": [
        *LINKED, hr(*PEOPLE[:2]), there(gone="wangfang"), MONTH, hr(*PEOPLE[::-1], ZHAO), APPLIED,
        there("zhaomin"),
    ],
    "new keys for old people move their links": [
        *LINKED, RENUMBERED,
        asked(CHANGED, who="N1 (1) ↔ zhangwei, N2 (2) ↔ lina, N3 (3) ↔ wangfang"), approve,
        UNCHANGED, linked(k1="", k2="", k3="", N1="zhangwei", N2="lina", N3="wangfang"),
    ],
    "an account that nothing is known of is not removed": [
        *COMPANY, hired("4"), hr(*PEOPLE, CHEN), Ends(State.REJECTED),
        there("4"),
    ],
    "a list of some people follows the links": [
        *LINKED, (SOME, hr("2,李娜,13900000002,ln@x.cn,1")), APPLIED,
        cell("lina", "手机号", "13900000002"), linked(),
    ],
    "a file with accounts works as before": [
        *LINKED, ACCOUNTS.replace("13800000001", "13900000001"), APPLIED, linked()
    ],
    "the answered file can be dropped as it is": [
        *LINKED, answer_again, hr("1,张伟,13900000001,,1", *PEOPLE[1:]), APPLIED, RENUMBERED,
        asked(CHANGED),
    ],
    "a statement that the book contradicts": [
        *LINKED, stated("1,lina"), MONTHLY, asked(CHANGED, who="1 (zhangwei) ↔ lina"), approve,
        there(),
    ],
    "an account of one's own takes the link away once": [
        *LINKED, stated("3,"), refuse("wangfang2"), MONTHLY,
        asked(CHANGED, who="3 (wangfang) ↔ wangfang2"), approve, there(), refuse(), MONTHLY,
        approve, linked(k3="wangfang2"),
        *(step for end in (APPLIED, UNCHANGED)
          for step in (stated("9,-"), stated("3,"), MONTH, MONTHLY, end)),
        there("wangfang2", gone="wangfang"),
    ],
    "who is to have no account": [
        *LINKED, stated("3,-"), MONTHLY, asked(CHANGED, who="3 (wangfang) ↔ -"), approve, there(),
        MONTH, MONTHLY, APPLIED, there(gone="wangfang"), stated("9,-"), hr(*PEOPLE), there(),
    ],
    "two people exchange their accounts": [
        *LINKED, stated("1,lina", "2,zhangwei"), hr(*PEOPLE), approve,
        linked(k1="lina", k2="zhangwei"),
    ],
    "a newcomer whose post was not answered keeps the account": [
        *LINKED, lambda world: [*world.lose_answers(1)], (STAFF, hr(*PEOPLE, ZHAO)),
        lambda world: world.live(8 * 3600), APPLIED, linked(k5="zhaomin"),
    ],
}  # fmt: skip


@pytest.mark.parametrize("steps", STORIES.values(), ids=STORIES)
def test_a_key_keeps_its_account(world: World, steps: list[Step]) -> None:
    play(world, *steps)


def test_a_file_that_links_only_changes_nothing_and_says_so(world: World) -> None:
    plan = f"acme/plan/{FULL.removeprefix('acme/')}"
    assert play(world, *COMPANY, (plan, hr(*PEOPLE))).proposal.verdict == "hold"

    run = play(world, hr(*PEOPLE), approve, UNCHANGED, linked())

    assert code_of(run) == "unchanged_but_links"
    assert "which account belongs to which key (3)" in english(run)
    assert "对应关系已记住" in chinese(run)
    assert play(world, MONTH, (plan, hr(*PEOPLE))).proposal.verdict == "unchanged"


def test_a_key_that_comes_back_for_another_person_is_asked_about(world: World) -> None:
    run = play(
        world, *LINKED, hr(*PEOPLE[:2]), MONTH, hr(*PEOPLE[:2], "3,陈静,13800000009,,1"),
        asked(CHANGED, who="3 ↔ wangfang"),
    )  # fmt: skip

    assert listing(run.proposal.holds[0]).names == ("陈静, 1 ↔ 王芳",)


def test_zeros_that_a_spreadsheet_has_changed_are_named(world: World) -> None:
    run = play(world, *LINKED, hr(*(f"0{row}" for row in PEOPLE)), asked(CHANGED))

    assert run.proposal.holds[0].params.get("remark") == "remark_respelt"


def test_a_doubtful_person_is_left_out_and_told_again(world: World) -> None:
    run = play(world, *COMPANY, DOUBTFUL)

    assert set(codes(run)) == {"hold_links_doubtful", FIRST}
    links = {link["key"]: link["text"] for link in plan_of(world, run)["links"]}
    assert links["3"] == "3 王芳, 1 ↔ wangfang 王芳, 1, name, other 手机号"
    assert plan_of(world, run)["counts"]["links"]["certain"] == 2
    run = play(world, approve, APPLIED, there("chenjing"), linked(k3="", k4="chenjing"), MONTH,
               DOUBTFUL, UNCHANGED)  # fmt: skip
    assert run.proposal.warnings == 1
    assert play(world, DOUBTFUL.replace("王芳", "王方"), UNCHANGED).proposal.warnings == 1


def test_a_refused_newcomer_has_no_account_yet(world: World) -> None:
    run = play(world, *LINKED, refuse("zhaomin"), hr(*PEOPLE, ZHAO), Ends(State.PARTIAL), linked())

    header, *rows = world.results_csv(run)
    assert header[:4] == ["line", "id", "key", "name"]
    assert [row[:4] for row in rows if row[1] == "zhaomin"] == [["5", "zhaomin", "5", "赵敏"]]
    fixed = world.reports.documents[f"acme/{run.run_id}/fix.csv"].decode("utf-8-sig")
    assert fixed.splitlines()[1].startswith("5,zhaomin,赵敏,")
    play(world, refuse(), (SOME, fixed), APPLIED, linked(k5="zhaomin"))


def test_stated_accounts_plan_a_held_run_anew(world: World) -> None:
    held = play(world, *COMPANY, DOUBTFUL)

    outcome = apply(world, STATED, "key,account,name\n# our best guess\n3,wangfang,王芳\n4,-,\n")

    assert (outcome.state, code_of(outcome)) == (State.SUCCEEDED, "accounts_in_force")
    assert "lines: 2, changed: 2" in english(outcome)
    assert "3 ↔ wangfang, 4 ↔ -" in english(outcome)
    anew = world.store.runs_by_id[held.run_id]
    assert codes(anew) == [FIRST]
    assert anew.proposal.digest != held.proposal.digest
    assert "replanned_accounts" in [why.code for step in anew.timeline for why in step.why]
    play(world, approve, APPLIED, linked())
    assert answered(world)[0] == "key,account,name,evidence,since"
    assert answered(world)[3].startswith("3,wangfang,王芳,accounts.csv,20")
    assert answered(world)[4] == "4,-,,,"


def test_a_statement_that_the_book_contradicts_comes_back_whole(world: World) -> None:
    play(world, *LINKED, hr(*PEOPLE, f"#{ZHAO}"), (STATED, "key,account\n# exchanged?\n1,lina\n"))

    assert answered(world)[1].startswith("#5,zhaomin,赵敏,made from the name,20")
    answer_again(world)
    assert world.archive.snapshot("acme").stated == {"#5": "zhaomin", "1": "lina", "3": "wangfang"}


@pytest.mark.parametrize(
    ("content", "problems"),
    [
        ("key,account,note\n1,,\n2,-,x\n3,,\n4,-,\n", []),
        ("account,key\na,1\nb,1\n", [(3, "accounts_twice")]),
        ("key,account\n1,a\n2,A\n", [(3, "accounts_twice")]),
        ("key,account\n1,a\n2,?\n", [(3, "accounts_undecided")]),
        ("key,account\n,a\n1E5,b\n2,张三\n3,1.0\n", [
            (2, "cell_missing"), (3, "key_damaged"), (4, "user_id_invalid"), (5, "user_id_damaged"),
        ]),
        ("", None), ("a,b\n1,2\n", None), ("key\n1\n", None), ("key,key,account\n1,1,a\n", None),
    ],
)  # fmt: skip
def test_every_problem_of_stated_accounts_is_told(
    world: World, content: str, problems: list[tuple[int, str]] | None
) -> None:
    run = play(world, *LINKED, (STATED, content))

    assert run.state is (State.SUCCEEDED if problems == [] else State.REJECTED)
    assert bool(world.archive.snapshot("acme").stated) is (problems == [])
    if problems:
        document = page(world, run, "problems.json")["problems"]
        assert [(it["line"], it["code"]) for it in document] == problems


def test_the_newest_statement_is_the_whole_one(world: World) -> None:
    play(world, *LINKED, stated("1,zhangwei", "2,lina"))
    apply(world, STATED, "key,account,name\n2,lina,龘靐\n".encode("gbk"))
    assert world.archive.snapshot("acme").stated == {"2": "lina"}

    world.clock.now -= 3_000
    world.drop(STATED, "key,account\n3,-\n")
    world.pass_time(600)

    run = [*world.store.runs_by_id.values()][-1]
    assert (run.state, code_of(run)) == (State.SUPERSEDED, "accounts_superseded")
    assert world.archive.snapshot("acme").stated == {"2": "lina"}
