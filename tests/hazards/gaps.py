"""Files that nothing stops today although a person would: reported, not hidden."""

from collections.abc import Iterator

from hazards.book import departments, joiners, members
from hazards.hazard import FULL, SOME, TREE, Hazard, held
from hazards.improbable import former, some
from hazards.scrambled import other_mobile


def gaps() -> Iterator[Hazard]:
    """Yield the files."""
    kind = "gap"
    staff = members()
    leaver = staff.only("u000021").rows[0]
    passed_on = staff.without("u000021").plus({**joiners(1)[0], "手机号": leaver["手机号"]})
    yield held(
        kind, "a leaver's mobile for a joiner", FULL, passed_on,
        "60104: one run too early; the plan warns of it",
    )  # fmt: skip
    following = departments().but("31", 部门名称="第36组").but("36", 部门名称="新组")
    yield held(kind, "a department's name for its neighbour", TREE, following,
               "60008: one run too early")  # fmt: skip
    yield held(kind, "100 mobiles of relatives", FULL, some(staff, 100, other_mobile),
               "5 % may change")  # fmt: skip
    yield held(kind, "250 people in their former departments", FULL, former(250),
               "15 % may move")  # fmt: skip
    strangers = staff.plus(*joiners(300))
    yield held(kind, "300 people of a sister company", FULL, strangers, "15 % may join")
    back = staff.only(*(row["帐号"] for row in staff.rows[-15:]))
    yield held(kind, "15 people who had left", SOME, back, "a few may come back",
               base="deleted-15")  # fmt: skip
