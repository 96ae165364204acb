"""HR's keys and the accounts that they belong to: matched once, then known for good."""

import json

import pytest

from support.company import table
from support.guarded import DAY, FULL, SOME, apply, codes, listing, named, plan_of, policy
from support.runs import approved, chinese, english
from support.world import World
from wecom_sync.domain.run import Run, State

HEADER = "姓名,手机号,邮箱,所在部门"
ZHANG, LI, WANG = (
    "张伟,13800000001,zw@x.cn,1", "李娜,13800000002,ln@x.cn,1", "王芳,13800000003,,1",
)  # fmt: skip
ACCOUNTS = table(f"帐号,{HEADER}", f"zhangwei,{ZHANG}", f"lina,{LI}", f"wangfang,{WANG}")
MONTH = 30 * DAY


def hr(*rows: str) -> str:
    return table(f"工号,{HEADER}", *rows)


@pytest.fixture
def company(world: World) -> World:
    """Return a world whose company has accounts, and whose HR has keys."""
    apply(world, FULL, ACCOUNTS)
    policy(world, key="工号", newcomers="pinyin", first_replace="hold")
    return world


def accounts(world: World) -> dict[str, str]:
    return {it.key: it.account for it in world.archive.snapshot("acme").people.values() if it.key}


def next_month(world: World, content: bytes | str, key: str = FULL) -> Run:
    world.clock.now += MONTH
    return apply(world, key, content)


PEOPLE = (f"1,{ZHANG}", f"2,{LI}", f"3,{WANG}")


@pytest.fixture
def linked(company: World) -> World:
    """Return the company after its first matching."""
    approved(company, apply(company, FULL, hr(*PEOPLE)))
    return company


def test_the_first_matching_is_decided_once(company: World) -> None:
    run = apply(company, FULL, hr(*PEOPLE, "4,陈静,13800000004,,1"))

    assert codes(run) == ["hold_links_first"]
    assert named(run.holds[0]) == "1 ↔ zhangwei, 2 ↔ lina, 3 ↔ wangfang"
    assert plan_of(company, run)["counts"]["links"]["certain"] == 3
    assert not accounts(company)

    run = approved(company, run)

    assert run.state is State.SUCCEEDED
    assert accounts(company) == {"1": "zhangwei", "2": "lina", "3": "wangfang", "4": "chenjing"}
    assert sorted(company.wecom.members) == ["chenjing", "lina", "wangfang", "zhangwei"]


def test_one_newcomer_is_not_the_first_matching(company: World) -> None:
    apply(company, SOME, hr("9,陈静,13800000009,,1"))

    run = apply(company, FULL, hr(*PEOPLE, "9,陈静,13800000009,,1"))

    assert codes(run) == ["hold_links_first"]


@pytest.mark.parametrize(
    ("mail", "expected"), [("zm@x.cn", []), ("other@x.cn", ["hold_links_first"])]
)
def test_a_later_match_may_be_asked_about(linked: World, mail: str, expected: list[str]) -> None:
    apply(linked, SOME, table(f"帐号,{HEADER}", "zhaomin,赵敏,13800000077,zm@x.cn,1"))

    run = next_month(linked, hr(*PEOPLE, f"5,赵敏,13800000077,{mail},1"))

    assert codes(run) == expected


def test_a_file_that_links_only_changes_nothing_and_says_so(company: World) -> None:
    run = approved(company, apply(company, FULL, hr(*PEOPLE)))

    assert (run.state, run.reason and run.reason.code) == (State.UNCHANGED, "unchanged_but_links")
    assert "which account belongs to which key (3)" in english(run)
    assert "对应关系已记住" in chinese(run)
    assert accounts(company) == {"1": "zhangwei", "2": "lina", "3": "wangfang"}


def test_a_plan_of_links_only_says_that_they_are_asked_about(company: World) -> None:
    plan = FULL.replace("acme/", "acme/plan/")

    assert apply(company, plan, hr(*PEOPLE)).verdict == "hold"

    approved(company, apply(company, FULL, hr(*PEOPLE)))
    assert next_month(company, hr(*PEOPLE), plan).verdict == "unchanged"


def test_the_next_month_is_silent_whatever_changes(linked: World) -> None:
    moved = (
        "1,张小伟,13900000001,,1",
        "2,李娜,13900000002,neu@x.cn,1",
        f"3,{WANG}",
        "5,赵敏,13800000005,,1",
    )

    run = next_month(linked, hr(*moved))

    assert (run.state, codes(run)) == (State.SUCCEEDED, [])
    assert accounts(linked)["5"] == "zhaomin"
    assert linked.archive.snapshot("acme").rows["zhangwei"]["手机号"] == "13900000001"


def test_who_comes_back_under_the_key_gets_the_account_back(linked: World) -> None:
    next_month(linked, hr(*PEOPLE[:2]))
    assert "wangfang" not in linked.wecom.members

    run = next_month(linked, hr(*PEOPLE[::-1], "6,吴刚,13800000006,,1"))

    assert run.state is State.SUCCEEDED
    assert "wangfang" in linked.wecom.members


def test_a_key_that_comes_back_for_another_person_is_asked_about(linked: World) -> None:
    next_month(linked, hr(*PEOPLE[:2]))

    run = next_month(linked, hr(*PEOPLE[:2], "3,陈静,13800000009,,1"))

    assert codes(run) == ["hold_links_changed"]
    assert named(run.holds[0]) == "3 ↔ wangfang"
    assert listing(run.holds[0]).names == ("陈静, 1 ↔ 王芳",)


def test_new_keys_for_old_people_move_their_links(linked: World) -> None:
    run = next_month(linked, hr(*(f"N{row}" for row in PEOPLE)))

    assert codes(run) == ["hold_links_changed"]
    assert named(run.holds[0]) == "N1 (1) ↔ zhangwei, N2 (2) ↔ lina, N3 (3) ↔ wangfang"

    run = approved(linked, run)

    assert run.state is State.UNCHANGED
    assert accounts(linked) == {"N1": "zhangwei", "N2": "lina", "N3": "wangfang"}


def test_a_doubtful_person_is_left_out_and_told_again(company: World) -> None:
    file = hr(*PEOPLE[:2], "3,王芳,13900000009,,1", "4,陈静,13800000004,,1")
    run = apply(company, FULL, file)

    assert codes(run) == ["hold_links_doubtful", "hold_links_first"] or codes(run) == [
        "hold_links_first", "hold_links_doubtful",
    ]  # fmt: skip
    links = {link["key"]: link["text"] for link in plan_of(company, run)["links"]}
    assert links["3"] == "3 王芳, 1 ↔ wangfang 王芳, 1, name, other 手机号"

    run = approved(company, run)

    assert run.state is State.SUCCEEDED
    assert "wangfang" in company.wecom.members
    assert accounts(company) == {"1": "zhangwei", "2": "lina", "4": "chenjing"}
    run = next_month(company, file)
    assert (run.state, run.warnings) == (State.UNCHANGED, 1)


def test_a_doubtful_person_stays_so_under_another_name(company: World) -> None:
    approved(company, apply(company, FULL, hr(*PEOPLE[:2], "3,王芳,13900000009,,1")))

    run = next_month(company, hr(*PEOPLE[:2], "3,王方,13900000009,,1"))

    assert (run.state, run.warnings) == (State.UNCHANGED, 1)
    assert sorted(company.wecom.members) == ["lina", "wangfang", "zhangwei"]


def test_an_account_that_nothing_is_known_of_is_not_removed(company: World) -> None:
    company.wecom.hire("4")

    run = apply(company, FULL, hr(*PEOPLE, "4,陈静,13800000004,,1"))

    assert run.state is State.REJECTED
    assert "4" in company.wecom.members


def test_a_refused_newcomer_has_no_account_yet(linked: World) -> None:
    linked.wecom.refused = {"zhaomin": 60104}

    run = next_month(linked, hr(*PEOPLE, "5,赵敏,13800000005,,1"))

    assert run.state is State.PARTIAL
    assert "5" not in accounts(linked)
    header, *rows = linked.results_csv(run)
    assert header[:4] == ["line", "id", "key", "name"]
    assert [row[:4] for row in rows if row[1] == "zhaomin"] == [["5", "zhaomin", "5", "赵敏"]]
    linked.wecom.refused = {}
    fixed = linked.reports.documents[f"acme/{run.run_id}/fix.csv"]
    assert fixed.decode("utf-8-sig").splitlines()[1].startswith("5,zhaomin,赵敏,")
    assert next_month(linked, fixed, SOME).state is State.SUCCEEDED
    assert accounts(linked)["5"] == "zhaomin"


def test_a_list_of_some_people_follows_the_links(linked: World) -> None:
    run = next_month(linked, hr("2,李娜,13900000002,ln@x.cn,1"), SOME)

    assert run.state is State.SUCCEEDED
    assert linked.archive.snapshot("acme").rows["lina"]["手机号"] == "13900000002"
    assert len(accounts(linked)) == 3


def test_a_file_with_accounts_works_as_before(linked: World) -> None:
    run = next_month(linked, ACCOUNTS.replace("13800000001", "13900000001"))

    assert run.state is State.SUCCEEDED
    assert len(accounts(linked)) == 3


STATED = "acme/accounts.csv"
COMPANY = "acme/company/staff.csv"


def answered(world: World) -> list[str]:
    return world.reports.documents[STATED].decode("utf-8-sig").splitlines()


def test_stated_accounts_plan_a_held_run_anew(company: World) -> None:
    file = hr(*PEOPLE[:2], "3,王芳,13900000009,,1", "4,陈静,13800000004,,1")
    held = apply(company, FULL, file)

    outcome = apply(company, STATED, "key,account,name\n# our best guess\n3,wangfang,王芳\n4,-,\n")

    assert (outcome.state, outcome.reason and outcome.reason.code) == (
        State.SUCCEEDED,
        "accounts_in_force",
    )
    assert "lines: 2, changed: 2" in english(outcome)
    assert "3 ↔ wangfang, 4 ↔ -" in english(outcome)
    run = company.store.runs_by_id[held.run_id]
    assert codes(run) == ["hold_links_first"]
    assert run.plan_digest != held.plan_digest

    run = approved(company, run)

    assert run.state is State.SUCCEEDED
    assert accounts(company) == {"1": "zhangwei", "2": "lina", "3": "wangfang"}
    assert answered(company)[0] == "key,account,name,evidence,since"
    assert answered(company)[3].startswith("3,wangfang,王芳,accounts.csv,20")
    assert answered(company)[4] == "4,-,,,"


def test_the_answered_file_can_be_dropped_as_it_is(linked: World) -> None:
    content = linked.reports.documents[STATED]

    assert apply(linked, STATED, content).state is State.SUCCEEDED
    run = next_month(linked, hr("1,张伟,13900000001,,1", *PEOPLE[1:]))
    assert (run.state, codes(run)) == (State.SUCCEEDED, [])
    run = next_month(linked, hr(*(f"N{row}" for row in PEOPLE)))
    assert codes(run) == ["hold_links_changed"]


def test_a_statement_that_the_book_contradicts_comes_back_whole(linked: World) -> None:
    next_month(linked, hr(*PEOPLE, "#5,赵敏,13800000005,,1"))
    apply(linked, STATED, "key,account\n# exchanged?\n1,lina\n")

    assert answered(linked)[1].startswith("#5,zhaomin,赵敏,made from the name,20")
    assert apply(linked, STATED, linked.reports.documents[STATED]).state is State.SUCCEEDED
    stated = linked.archive.snapshot("acme").stated
    assert stated == {"#5": "zhaomin", "1": "lina", "3": "wangfang"}


@pytest.mark.parametrize(
    ("rows", "problems"),
    [
        (["1,a", "1,b"], [(3, "accounts_twice")]),
        (["1,a", "2,A"], [(3, "accounts_twice")]),
        (["1,", "2,-", "3,", "4,-"], []),
        (["1,a", "2,?"], [(3, "accounts_undecided")]),
        ([",a", "1E5,b", "2,张三", "3,1.0"], [
            (2, "cell_missing"), (3, "key_damaged"), (4, "user_id_invalid"), (5, "user_id_damaged"),
        ]),
    ],
)  # fmt: skip
def test_every_problem_of_stated_accounts_is_told(
    linked: World, rows: list[str], problems: list[tuple[int, str]]
) -> None:
    run = apply(linked, STATED, table("account,key,note", *(turned(row) for row in rows)))

    assert run.state is (State.REJECTED if problems else State.SUCCEEDED)
    assert [(it["line"], it["code"]) for it in problems_of(linked, run)] == problems
    assert bool(linked.archive.snapshot("acme").stated) is not bool(problems)


def turned(row: str) -> str:
    key, account = row.split(",")
    return f"{account},{key},x"


def problems_of(world: World, run: Run) -> list[dict[str, object]]:
    if run.state is not State.REJECTED:
        return []
    document = world.reports.documents[f"acme/{run.run_id}/problems.json"]
    problems: list[dict[str, object]] = json.loads(document)["problems"]
    return problems


@pytest.mark.parametrize("content", ["", "a,b\n1,2\n", "key\n1\n", "key,key,account\n1,1,a\n"])
def test_a_file_without_its_columns_is_refused(linked: World, content: str) -> None:
    assert apply(linked, STATED, content).state is State.REJECTED


def test_the_newest_statement_is_the_whole_one(linked: World) -> None:
    apply(linked, STATED, "key,account\n1,zhangwei\n2,lina\n")
    apply(linked, STATED, "key,account,name\n2,lina,龘靐\n".encode("gbk"))
    assert linked.archive.snapshot("acme").stated == {"2": "lina"}

    linked.clock.now -= 3_000
    apply(linked, STATED, "key,account\n3,-\n")

    run = [*linked.store.runs_by_id.values()][-1]
    assert (run.state, run.reason and run.reason.code) == (
        State.SUPERSEDED, "accounts_superseded",
    )  # fmt: skip
    assert linked.archive.snapshot("acme").stated == {"2": "lina"}


def test_a_statement_that_contradicts_the_book_is_asked_about(linked: World) -> None:
    apply(linked, STATED, "key,account\n1,lina\n")

    run = next_month(linked, hr(*PEOPLE), COMPANY)

    assert codes(run)[0] == "hold_links_changed"
    assert named(run.holds[0]) == "1 (zhangwei) ↔ lina"
    approved(linked, run)
    assert "zhangwei" in linked.wecom.members


def test_an_account_of_ones_own_takes_the_link_away_once(linked: World) -> None:
    apply(linked, STATED, "key,account\n3,\n")
    linked.wecom.refused = {"wangfang2": 60104}
    run = next_month(linked, hr(*PEOPLE), COMPANY)
    assert (codes(run)[0], named(run.holds[0])) == (
        "hold_links_changed", "3 (wangfang) ↔ wangfang2",
    )  # fmt: skip
    approved(linked, run)
    assert "wangfang" in linked.wecom.members

    linked.wecom.refused = {}
    approved(linked, next_month(linked, hr(*PEOPLE), COMPANY))
    assert accounts(linked)["3"] == "wangfang2"

    for _ in range(2):
        apply(linked, STATED, "key,account\n9,-\n")
        apply(linked, STATED, "key,account\n3,\n")
        run = next_month(linked, hr(*PEOPLE), COMPANY)
        assert codes(run) == []
    assert sorted(linked.wecom.members) == ["lina", "wangfang2", "zhangwei"]


def test_who_is_to_have_no_account_is_asked_about(linked: World) -> None:
    apply(linked, STATED, "key,account\n3,-\n")

    run = next_month(linked, hr(*PEOPLE), COMPANY)

    assert (codes(run)[0], named(run.holds[0])) == ("hold_links_changed", "3 (wangfang) ↔ -")
    approved(linked, run)
    assert "wangfang" in linked.wecom.members
    assert next_month(linked, hr(*PEOPLE), COMPANY).state is State.SUCCEEDED
    assert "wangfang" not in linked.wecom.members

    apply(linked, STATED, "key,account\n9,-\n")
    next_month(linked, hr(*PEOPLE))
    assert "wangfang" in linked.wecom.members


def test_two_people_exchange_their_accounts(linked: World) -> None:
    apply(linked, STATED, "key,account\n1,lina\n2,zhangwei\n")

    approved(linked, next_month(linked, hr(*PEOPLE)))

    assert accounts(linked) == {"1": "lina", "2": "zhangwei", "3": "wangfang"}


def test_a_newcomer_whose_post_was_not_answered_keeps_the_account(linked: World) -> None:
    linked.clock.now += MONTH
    linked.lose_answers(1)
    apply(linked, COMPANY, hr(*PEOPLE, "5,赵敏,13800000005,,1"))

    linked.live(8 * 3600)

    assert linked.run_of(COMPANY).state is State.SUCCEEDED
    assert accounts(linked)["5"] == "zhaomin"
