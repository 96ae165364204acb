"""The first look at a corp that is in WeCom already, and what the first file asks then."""

import pytest

from support.guarded import DAY, FULL, apply, codes, listing, plan_of
from support.runs import english, state_and_why, text_of
from support.stories import play, steps
from support.workbooks import workbook
from support.world import World
from wecom_sync.domain.directory import Department
from wecom_sync.domain.errors import WeComError
from wecom_sync.domain.policy import Policy
from wecom_sync.domain.run import Run
from wecom_sync.domain.states import State

COUNT = 40
PARTIES = "acme/replaceparty/d.csv"
HEADER = "姓名,帐号,手机号,所在部门\n"


@pytest.fixture
def company(world: World) -> World:
    """Return a world whose corp was filled by hand, with the settings of a new one."""
    world.store.put_policy("acme", Policy(), world.clock.now)
    world.wecom.departments |= {2: Department(2, 1), 3: Department(3, 1)}
    for number in range(COUNT):
        world.wecom.hire(f"u{number}", department=2 + number % 2)
    return world


def export(*, count: int = COUNT) -> str:
    rows = (f"员工{n},u{n},云帆/{'研销'[n % 2]}部,138{n:08d}\n" for n in range(count))
    return "姓名,帐号,部门,手机\n" + "".join(rows)


def hr(name: str = "员工") -> str:
    return HEADER + "".join(f"{name}{n},u{n},138{n:08d},{2 + n % 2}\n" for n in range(COUNT))


def begin(world: World, content: str = "") -> Run:
    return apply(world, "acme/init/export.csv", content)


def test_the_first_full_file_is_compared_with_what_the_console_shows(company: World) -> None:
    begin(company, export())
    held = apply(company, FULL, hr("别人"))
    assert held.state is State.HELD
    assert "hold_first" not in codes(held)
    changed = hr().replace("员工7,", "员工七,").replace("13800000009", "13900000009")

    run = apply(company, FULL, changed)

    assert (run.state, codes(run)) == (State.SUCCEEDED, [])
    assert plan_of(company, run)["update"] == {"u7": ["姓名"], "u9": ["手机号"]}


def test_a_rollback_undoes_a_return_by_the_file_that_it_undoes(company: World) -> None:
    begin(company, export())
    less = hr().replace(f"员工5,u5,138{5:08d},3\n", "")
    words = {"all": hr(), "less": less, "back": hr().replace("员工7,", "员工七,")}

    play(company, *steps("all | unchanged | less! | back! | again rollback 2 | applied", words))


def test_nothing_is_sent_and_the_run_says_what_is_known(company: World) -> None:
    masked = export(count=30).replace("13800000003", "138****0003")
    run = begin(company, masked + "路人,nobody,云帆/研部,13911112222\n")

    assert company.wecom.jobs == {}
    assert run.state is State.SUCCEEDED
    for words in ("30 of 40 members", "3 of 3 departments", "nobody"):
        assert words in english(run)
    assert set(run.result.reports) == {"departments.csv", "members.csv"}
    cells = company.archive.snapshot("acme").rows["u3"]
    assert cells == {"姓名": "员工3", "帐号": "u3", "所在部门": "3"}


def test_a_department_that_no_export_can_name_is_told_with_what_to_do(company: World) -> None:
    company.wecom.departments[9] = Department(id=9, parent=1, order=0)

    run = begin(company, export())

    assert "have no name yet: 9. An export leaves out departments without people" in english(run)
    assert "no name yet" not in english(begin(company, ""))


def test_the_starter_files_are_the_address_book_as_it_is(company: World) -> None:
    run = begin(company, export())
    company.clock.now += DAY

    for key, name in ((PARTIES, "departments.csv"), (FULL, "members.csv")):
        assert apply(company, key, text_of(company, run, name)).state is State.UNCHANGED


ROWS = [line.split(",") for line in export().splitlines()]


@pytest.mark.parametrize(
    ("key", "content", "columns"),
    [
        ("通讯录.xlsx", workbook(("填写须知：请勿修改表头",), *ROWS), {}),
        ("a.csv", export().replace("帐号", "工号"), {"工号": "帐号"}),
    ],
    ids=["a workbook with notes above the header", "headers that the settings name"],
)
def test_an_export_is_read_as_the_console_and_the_settings_write_it(
    company: World, key: str, content: bytes | str, columns: dict[str, str]
) -> None:
    company.store.put_policy("acme", Policy(columns=columns), company.clock.now)

    assert apply(company, f"acme/init/{key}", content).state is State.SUCCEEDED
    assert len(company.archive.snapshot("acme").rows) == COUNT


def test_when_wecom_does_not_show_its_ids_the_run_says_so(company: World) -> None:
    company.wecom.fail("directory", WeComError(60020, "not allow to access from your ip", "/cgi"))

    assert state_and_why(begin(company, export())) == (State.FAILED, 60020)


def test_the_first_file_that_sends_names_of_an_export_is_asked_about(company: World) -> None:
    starter = text_of(company, begin(company, export()), "departments.csv")
    unchanged = apply(company, PARTIES, starter)
    company.pass_time(DAY)

    first = apply(company, PARTIES, starter + "财务,4,1,\n")

    assert unchanged.state is State.UNCHANGED
    assert (first.state, codes(first)) == (State.HELD, ["hold_first"])
    names = listing(first.proposal.holds[0])
    assert (names.first, names.names) == (("1", "2", "3"), ("云帆", "研部", "销部"))
    company.approve_now(first)
    company.pass_time(DAY)
    assert apply(company, PARTIES, starter + "财务,4,1,\n法务,5,1,\n").state is State.SUCCEEDED


def test_an_export_is_no_newer_than_a_file_that_waits(company: World) -> None:
    held = apply(company, FULL, hr())
    begin(company, export())

    company.approve_now(held)
    company.pass_time(DAY)

    assert company.run_of(FULL).state in {State.SUCCEEDED, State.UNCHANGED}


def test_of_two_mails_the_work_mail_counts_and_the_other_where_it_is_blank(company: World) -> None:
    lines = export().splitlines()
    mails = ["工作邮箱,个人邮箱", "w0@x.cn,p0@x.cn", ",p1@x.cn", "broken,p2@x.cn", ","]
    lines = [f"{line},{mail}" for line, mail in zip(lines, mails, strict=False)]

    run = begin(company, "\n".join(lines))

    rows = text_of(company, run, "members.csv").splitlines()
    at = rows[0].split(",").index("邮箱")
    addresses = sorted(row.split(",")[at] for row in rows[1:] if "@" in row.split(",")[at])
    assert addresses == ["p1@x.cn", "p2@x.cn", "w0@x.cn"]


def test_of_two_exports_the_later_drop_counts_whichever_is_taken_first(company: World) -> None:
    company.drop("acme/init/old.csv", export(count=30))
    company.clock.now += 5
    company.drop("acme/init/new.csv", export(count=20).replace("员工", "新人"))

    company.receive_all()
    company.pass_time(60)

    assert company.archive.snapshot("acme").person("u7").row["姓名"] == "新人7"
    assert state_and_why(company.run_of("acme/init/new.csv")) == (State.SUCCEEDED, "begun")
    older = company.run_of("acme/init/old.csv")
    assert state_and_why(older) == (State.SUPERSEDED, "export_superseded")
