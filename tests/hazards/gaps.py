"""Files that nothing stops today although a person would: reported, not hidden."""

from collections.abc import Iterator

from hazards.book import departments, joiners, members, other_mobile
from hazards.hazard import FULL, SOME, TREE, Hazard, held
from hazards.improbable import former, some


def gaps() -> Iterator[Hazard]:
    staff = members()
    leaver = staff.only("u000021").rows[0]
    passed_on = staff.without("u000021").plus({**joiners(1)[0], "手机号": leaver["手机号"]})
    yield held("a leaver's mobile for a joiner", FULL, passed_on)
    following = departments().but("31", 部门名称="第36组").but("36", 部门名称="新组")
    yield held("a department's name for its neighbour", TREE, following)
    yield held("100 mobiles of relatives", FULL, some(staff, 100, other_mobile))
    yield held("250 people in their former departments", FULL, former(250))
    strangers = staff.plus(*joiners(300))
    yield held("300 people of a sister company", FULL, strangers)
    back = staff.only(*(row["帐号"] for row in staff.rows[-15:]))
    yield held("15 people who had left", SOME, back, base="deleted-15")
