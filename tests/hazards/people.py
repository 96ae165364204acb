"""Who is in a file: doubles, ids that are none, another corp, another kind of file."""

from collections.abc import Iterator

from hazards.book import (
    departments,
    member,
    members,
    other_mobile,
)
from hazards.hazard import FULL, SOME, TREE, Hazard, bad, good, same


def identity() -> Iterator[Hazard]:
    export = members()
    first, second = export.rows[12], export.rows[13]
    for job in (FULL, SOME):
        for name, row in (
            ("the same line twice", first),
            ("the same person with another mobile", {**first, "手机号": "13911110000", "邮箱": ""}),
            ("the same person in capitals", {**first, "帐号": first["帐号"].upper()}),
        ):
            rule = "unique 帐号" if row["手机号"] != first["手机号"] else ""
            yield bad(f"{job}: {name}", job, export.plus(row), rule)
    yield bad("everybody twice", FULL, export.plus(*export.rows))
    adjacent = export.of((*export.rows[:13], first, *export.rows[13:]))
    yield bad("two lines in a row", FULL, adjacent)
    for column in ("手机号", "邮箱"):
        copied = export.but(second["帐号"], **{column: first[column]})
        yield bad(f"one {column} for two people", FULL, copied, f"unique {column}")
    dragged = export.each(lambda row: {"手机号": "13800000007"})
    yield bad("one mobile dragged down over everybody", FULL, dragged)
    yield same("ids in capitals", FULL, export.each(lambda row: {"帐号": row["帐号"].upper()}))
    spaced = export.each(lambda row: {"帐号": f" {row['帐号']}\t"})
    yield same("ids with blanks around", FULL, spaced)
    for user_id in ("a" * 64, "7", "a.b@c-d_e", "A1"):
        row = {**member(1), "帐号": user_id, "手机号": "13922220000", "邮箱": "new@example.com"}
        yield good(f"id {user_id[:12]!r} ({len(user_id)})", SOME, export.of([row]))


def another_file() -> Iterator[Hazard]:
    tree, staff = departments(), members()
    for job in (FULL, SOME):
        yield bad(f"departments under {job}", job, tree)
    yield bad("members under replaceparty", TREE, staff)
    other = staff.each(lambda row: {"帐号": f"b-{row['帐号']}", **other_mobile(row)})
    unknown = other.each(lambda row: {"所在部门": "5001"})
    yield bad("another corp's people and departments", FULL, unknown)
    yield bad("another corp's changes", SOME, unknown)
