"""Files that nothing stops today although a person would: reported, not hidden."""

from collections.abc import Iterator

from hazards.book import department, departments, joiners, members
from hazards.hazard import FULL, TREE, Hazard, held


def gaps() -> Iterator[Hazard]:
    """Yield the files."""
    kind = "gap"
    staff, whole = members(), departments()
    passed_on = staff.without("u000021").plus({**joiners(1)[0], "手机号": "13800000021"})
    yield held(
        kind, "a leaver's mobile for a joiner", FULL, passed_on,
        "60104: one run too early; the plan warns of it",
    )  # fmt: skip
    again = whole.without("31").plus(department(41, "第31组", 6))
    yield held(
        kind, "a department again under a new id", TREE, again, "60008: the old one is there"
    )
    exchanged = whole.but("31", 部门名称="第36组").but("36", 部门名称="第31组")
    yield held(kind, "two siblings exchange their names", TREE, exchanged, "60008")
