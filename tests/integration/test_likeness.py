"""Files in which people have other ids, or the names and contacts of others."""

import pytest

from support.books import with_cells
from support.company import table
from support.guarded import FULL, SOME, Question, codes, hired, named, plan_of, play
from support.runs import approved
from support.world import World
from wecom_sync.domain.directory import Department
from wecom_sync.domain.states import State

HEADER = "姓名,帐号,手机号,邮箱,所在部门"
STAFF = tuple(f"员{n},{n:06d},138{n:08d},e{n}@x.cn,1" for n in range(1, 101))


def file(*rows: str) -> str:
    return table(HEADER, *rows)


def departments(world: World) -> None:
    world.wecom.departments[2] = Department(2, 1)


DISABLED = table(f"{HEADER},禁用", f"{STAFF[0]},1", "员1,n1,13900000001,,1,0")
NAMESAKES = file(*(f"员{n},zh{n},139{7 * n:08d},,1" for n in range(1, 6)))
NO_ZEROS = file(*(row.replace(f",{n:06d},", f",{n},") for n, row in enumerate(STAFF, 1)))


def test_an_approval_covers_only_the_pairs_that_were_shown(world: World) -> None:
    newcomers = ("员1,1,13900000001,,1", "新人,n2,13900000002,,1")
    held = play(world, file(*STAFF), file(*STAFF[2:], *newcomers))
    assert named(held.proposal.holds[0]) == "000001 → 1"
    assert plan_of(world, held)["rekeyed"] == {"000001": "1"}
    book = world.archive.snapshots["acme"]
    world.archive.snapshots["acme"] = with_cells(book, "000002", 姓名="新人")

    again = approved(world, held)

    assert codes(again) == ["hold_worse", "hold_second_account"]
    assert named(again.proposal.holds[0]) == "000002"
    assert approved(world, again).state is State.SUCCEEDED


GIVEN_UP = [
    ("员1,1,13800000001,e1@x.cn,1", True), ("员1,4-Mar,13800000001,,1", True),
    ("员1,x1,13900000001,e1@x.cn,2", True), ("员 1,x1,13900000001,new@x.cn,2;1", True),
    ("新人,0001,13900000001,,1", True), ("员1,x1,13900000001,new@x.cn,2", False),
    ("新人,x1,13800000001,,1", False), ("新人,10,13900000001,,1", False),
]  # fmt: skip
IN_TWO = [f"{row[:-1]}2" for row in STAFF]


def again(doubles: int, others: int) -> str:
    """Return a file in which people have a second account, among other newcomers."""
    twice = (f"员{n},zh{n},139{7 * n:08d},,2" for n in range(1, doubles + 1))
    return file(*IN_TWO, *twice, *(f"新{n},new{n},137{7 * n:08d},,2" for n in range(others)))


LINA = "李娜,lina,13800000001,lina@x.cn,1"
MOBILES = "姓名,帐号,手机号,所在部门"
MAILS = "姓名,帐号,邮箱,所在部门"
ANNA = "{},u7,anna.{}@x.cn,1"
NUMBERED = "姓名,帐号,手机号,所在部门,工号码"
KNOWN = "李娜,u1,13800000001,1,007\n王伟,u2,13800000002,1,{}"
PERSONS = [
    *(
        (HEADER, LINA, HEADER, row, held)
        for row, held in [
            ("李娜娜,lina,13800000001,lina2@x.cn,1", False),
            ("李娜娜,lina,13977770000,lina@x.cn,1", False),
            ("黎纳,lina,13977770000,lina@x.cn,1", True),
        ]
    ),
    # Only the contacts that the file names count.
    (HEADER, LINA, MOBILES, "黎纳,lina,13977770000,1", True),
    (HEADER, LINA, MOBILES, "黎纳,lina,13800000001,1", False),
    # Who marries in a company of e-mails.
    *(
        (MAILS, ANNA.format(before, "smith"), MAILS, ANNA.format(after, "jones"), held)
        for before, after, held in [
            ("Anna Smith", "ANNA  JONES", False), ("Anna Maria Smith", "Jones Anna", False),
            ("Anna", "Anna Jones", False), ("Anna Smith", "Anna", False), ("王娜", "王 娜", False),
            ("王小娜", "王小那", False), ("王娜", "王那", True), ("王小娜", "李小那", True),
        ]
    ),
    # A number of their own.
    (NUMBERED, KNOWN.format("008"), NUMBERED, "黎纳,u1,13977770000,1,007", False),
    (NUMBERED, KNOWN.format("008"), NUMBERED, "黎纳,u1,13977770000,1,009", True),
    (NUMBERED, KNOWN.format("007"), NUMBERED, "黎纳,u1,13977770000,1,007", True),
    # A mailbox that is made of the id.
    *(
        (HEADER, f"张伟,{user},13800000001,{mailbox}@x.cn,1",
         HEADER, f"李娜,{user},13977776666,{mailbox}@x.cn,1", held)
        for user, mailbox, held in [
            ("zhangwei", "zhang.wei", True), ("zhangwei", "wei.zhang", True),
            ("zhang.wei", "weizhang", True), ("Zhang_Wei", "zhangwei2", True),
            ("u1024", "staff01024", True), ("zhangwei", "zhang.li", False),
            ("zhangwei", "gnahziew", False), ("zhangwei", "w.zhang", False),
        ]
    ),
]  # fmt: skip


SECOND = ["hold_second_account"]
QUESTIONS = {
    **{
        f"{row}, {leavers}": Question(
            [{"leavers": leavers}, departments, file(f"{STAFF[0]};2", *STAFF[1:]),
             file(*STAFF[1:], row)],
            SECOND if held else [], who=f"000001 → {row.split(",")[1]}" if held else "",
        )
        for row, held in GIVEN_UP
        for leavers in ("remove", "disable")
    },
    "one row disables and one joins": Question([file(*STAFF), (SOME, DISABLED)], SECOND),
    "namesakes in the root": Question([file(*STAFF), (SOME, NAMESAKES)], []),
    "zeros that a spreadsheet took": Question(
        [file(*STAFF), NO_ZEROS], SECOND, ("only zeros at the start of the id are missing",)
    ),
    "zeros that a spreadsheet took from the first file": Question(
        [hired(*(row.split(",")[1] for row in STAFF)), {"first_replace": "hold"}, NO_ZEROS],
        ["hold_second_account", "hold_first"],
    ),
    **{
        f"{doubles} doubles and {others} others in {key}": Question(
            [departments, file(*IN_TWO), (key, again(doubles, others))], SECOND if held else []
        )
        for key in (FULL, SOME)
        for doubles, others, held in (
            (2, 0, False), (3, 0, True), (3, 11, True), (3, 12, False), (4, 15, True),
            (4, 16, False),
        )
    },
    **{
        f"{person} is {row}": Question(
            [{"attributes": ["工号码"]}, table(header, person), (SOME, table(other, row))],
            ["hold_other_person"] if held else [], who=row.split(",")[1] if held else "",
        )
        for header, person, other, row, held in PERSONS
    },
}  # fmt: skip


@pytest.mark.parametrize("question", QUESTIONS.values(), ids=QUESTIONS)
def test_other_accounts_and_other_people_are_asked_about(world: World, question: Question) -> None:
    question.ask(world)
