"""Files in which people have other ids, or the names and contacts of others."""

from support.books import with_cells
from support.company import table
from support.guarded import codes, named, plan_of
from support.runs import approved
from support.stories import Step, limits, play, stories
from support.world import World
from wecom_sync.domain.directory import Department
from wecom_sync.domain.states import State

HEADER = "姓名,帐号,手机号,邮箱,所在部门"
STAFF = tuple(f"员{n},{n:06d},138{n:08d},e{n}@x.cn,1" for n in range(1, 101))
MOVED = [f"{row[:-1]}2" for row in STAFF]
HEADERS = {
    "all": HEADER,
    "mobiles": "姓名,帐号,手机号,所在部门",
    "mails": "姓名,帐号,邮箱,所在部门",
}


def file(*rows: str) -> str:
    return table(HEADER, *rows)


def made(world: World, number: int) -> None:
    world.wecom.departments[number] = Department(number, 1)


def doubled(doubles: int, others: int) -> str:
    """Return a file in which people have a second account, among other newcomers."""
    twice = (f"员{n},{n + 700:06d},139{7 * n:08d},f{n}@x.cn,2" for n in range(1, doubles + 1))
    rest = (f"新{n},{n + 800:06d},137{7 * n:08d},g{n}@x.cn,2" for n in range(others))
    return file(*MOVED, *twice, *rest)


def sheet(columns: str, rows: str) -> str:
    """Return a file of these columns; a plus in a row is a blank."""
    return table(HEADERS[columns], rows.replace("+", " "))


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


LIMITS = """
hold_second_account: made 2 | first_in_two | rest ~ plus {0}
    within 员1,x1,13900000001,new@x.cn,2, 新人,x1,13800000001,,1, 新人,10,13900000001,,1
    beyond 员1,1,13800000001,e1@x.cn,1, 员1,4-Mar,13800000001,,1,
    员1,x1,13900000001,e1@x.cn,2, 新人,0001,13900000001,,1
hold_second_account: made 2 | first_in_two | rest ~ {0} beyond spaced
hold_second_account: everybody | some {0} within namesakes beyond disabled
hold_second_account: made 2 | in_two | {0} doubled {1} {2}
    within full 2 0, full 3 12, full 4 16, some 2 0, some 3 12, some 4 16
    beyond full 3 0, full 3 11, full 4 15, some 3 0, some 3 11, some 4 15
hold_other_person: sheet all 李娜,lina,13800000001,lina@x.cn,1 | some sheet {0} {1}
    within all 李娜娜,lina,13800000001,lina2@x.cn,1, all 李娜娜,lina,13977770000,lina@x.cn,1,
    mobiles 黎纳,lina,13800000001,1
    beyond all 黎纳,lina,13977770000,lina@x.cn,1, mobiles 黎纳,lina,13977770000,1
hold_other_person: sheet mails {0},u7,anna.smith@x.cn,1 | some sheet mails {1},u7,anna.jones@x.cn,1
    within Anna+Smith ANNA++JONES, Anna+Maria+Smith Jones+Anna, Anna Anna+Jones, Anna+Smith Anna,
    王娜 王+娜, 王小娜 王小那 beyond 王娜 王那, 王小娜 李小那
hold_other_person: sheet all 张伟,{0},13800000001,{1}@x.cn,1
    | some sheet all 李娜,{0},13977776666,{1}@x.cn,1
    within zhangwei zhang.li, zhangwei gnahziew, zhangwei w.zhang
    beyond zhangwei zhang.wei, zhangwei wei.zhang, zhang.wei weizhang, Zhang_Wei zhangwei2,
    u1024 staff01024
"""


EVERYBODY = file(*STAFF)
IN_TWO = file(*MOVED)
FIRST_IN_TWO = file(f"{STAFF[0]};2", *STAFF[1:])
REST = file(*STAFF[1:])
NAMESAKES = file(*(f"员{n},zh{n},139{7 * n:08d},,1" for n in range(1, 6)))
DISABLED = table(f"{HEADER},禁用", f"{STAFF[0]},1", "员1,n1,13900000001,,1,0")


def spaced(content: str) -> str:
    return f"{content}员 1,x1,13900000001,new@x.cn,2;1\n"


@limits(LIMITS, globals())
def test_other_accounts_and_other_people_are_asked_about(
    world: World, story: list[Step], holds: list[str]
) -> None:
    assert codes(play(world, *story)) == holds


NAMED = """
an account that goes with its newcomer: made 2 | first_in_two | rest
    ~ plus 员1,x1,13900000001,e1@x.cn,2
    | asks hold_second_account of 000001 → x1
    | says If you approve, their old accounts are removed or disabled: 1.
    | says because the old one has the same mobile or e-mail: 1.
    | says 他们原有的帐号会被删除或禁用：1 个。 | says 企业微信不会为其新建帐号。
an account that gets another person: sheet all 李娜,lina,13800000001,lina@x.cn,1
    | some sheet all 黎纳,lina,13977770000,,1 | asks hold_other_person of lina
zeros that a spreadsheet took: everybody | no_zeros | asks hold_second_account
    | says only zeros at the start of the id are missing
zeros that a spreadsheet took from the first file: hire_all | set first_replace=hold | no_zeros
    | asks hold_first hold_second_account
"""


NO_ZEROS = file(*(row.replace(f",{n:06d},", f",{n},") for n, row in enumerate(STAFF, 1)))


def hire_all(world: World) -> None:
    world.wecom.hire(*(row.split(",")[1] for row in STAFF))


@stories(NAMED, globals())
def test_who_is_asked_about_is_named(world: World, story: list[Step]) -> None:
    play(world, *story)
