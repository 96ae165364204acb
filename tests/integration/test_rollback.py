"""A rollback brings an old file back: what it may undo unasked, and how its headers are read."""

from support.company import people, table
from support.guarded import FULL, SOME, apply, codes, listing, policy
from support.runs import approved
from support.stories import APPLIED, Step, play, steps, stories
from support.world import World
from wecom_sync.domain.outcome import ResultRow
from wecom_sync.domain.states import State

HEADER = "姓名,帐号,手机号,邮箱,所在部门"


def hired(number: int) -> str:
    return table(HEADER, "新人,new,13911110000,,1", f"新人二,new2,1391111000{number},,1")


def removed(world: World, *accounts: str) -> None:
    """Let results of imports say that these accounts were removed."""
    world.wecom.extra = [ResultRow(account, 0, "ok") for account in accounts]


def test_who_was_hired_or_changed_since_is_named_before_a_rollback_undoes_it(world: World) -> None:
    hires = table(HEADER, *(f"新人{n},new{n},1391111{n:04d},,1" for n in range(40)))
    nights = steps("people 400! | people 400 ~ calls 7 职工7! | some hires!", {"hires": hires})
    changed = SOME, table(HEADER, "员工6,u5,13922220000,,1")

    run = play(world, *nights, changed, 1, *steps("again rollback 0"))

    assert codes(run) == ["hold_older"]
    assert listing(run.proposal.holds[0]).total == 41
    assert len(world.wecom.members) == 440
    assert world.archive.snapshot("acme").rows["u5"]["手机号"] == "13922220000"
    assert approved(world, run).state is State.SUCCEEDED
    assert len(world.wecom.members) == 400


STORIES = """
people came and changed: people 100! | came! | again rollback 0 | applied | there u0..99
people came and changed, and their file came again: people 100! | came! | came | unchanged
    | 1 day | again rollback 0 | applied | there u0..99
somebody was removed: people 100! | removed u99 | people 99! | removed
    | again rollback 0 | applied | there u0..99
people left at once: set removal_percent=100 | people 100! | people 100 ~ thinned 15!
    | again rollback 0 | applied
people left long ago: set removal_percent=100 | people 100! | people 100 ~ thinned 15!
    | people 100 ~ calls 1 职工1 ~ thinned 15! | 2 days | again rollback 0
    | asks hold_came_back
a hire whom the last file names as well: people 100! | some hired 2!
    | people 100 ~ calls 7 职工7 ~ plus 新人,new,13911110000,,1 新人二,new2,13911110003,,1!
    | again rollback 0 | asks hold_older of new, new2 | approve | applied
several files ago: people 100! | people 100 ~ calls 7 职工7!
    | people 100 ~ calls 7 职工7 ~ calls 8 职工8! | again rollback 0 | asks hold_older of u6
    | approve | applied
a file of some: people 40! | some two! | some two ~ cut 1 2 ~ replaced 员工6 员工陆!
    | some two ~ replaced 员工6 员工陆 ~ replaced 2220000 2229999! | again rollback 1
    | asks hold_older of u5 | approve | applied
a leaver whom others hired: people 100! | some hired 2 ~ cut 1 2!
    | again rollback 0 | asks hold_older of new | approve | applied
"""


CAME = people(105).replace("员工7,", "职工7,").replace("员工9,u8", "员九,u108")
TWO = table(HEADER, "员工6,u5,13922220000,u5@x.cn,1", "员工7,u6,13922220001,,1")


@stories(STORIES, globals())
def test_what_a_rollback_may_undo(world: World, story: list[Step]) -> None:
    play(world, *story)


def test_a_rollback_is_read_with_the_headers_of_its_time(world: World) -> None:
    policy(world, columns={"电话": "手机号"})
    rows = [f"员{n},u{n},138{7 * n:08d},1" for n in range(30)]
    first = play(world, table("姓名,帐号,电话,所在部门", *rows), APPLIED, 1)
    columns = {"电话": "座机", "移动电话": "手机号"}
    policy(world, columns=columns, contacts_percent=100, updates_percent=100)
    rows = [f"员{n},u{n},1397777{7 * n:04d},020-{7 * n},1" for n in range(30)]
    play(world, table("姓名,帐号,移动电话,电话,所在部门", *rows), APPLIED, 1)

    run = apply(world, FULL, "", again=f"rollback {first.run_id}")

    assert run.state is State.SUCCEEDED
    assert run.source.reading == first.source.reading
    assert world.archive.snapshot("acme").rows["u3"]["手机号"] == "13800000021"
