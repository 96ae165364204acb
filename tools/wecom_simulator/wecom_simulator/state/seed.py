"""Address books made up from a number, the same every time, or from lists in a request."""

from collections.abc import Iterable, Mapping
from dataclasses import fields
from typing import Any, Final

from wecom_simulator.state.directory import ROOT_ID, AddressBook, BookDepartment, Member
from wecom_simulator.state.errors import ControlError

SURNAMES: Final = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗"
GIVEN: Final = "伟芳娜敏静磊洋艳勇军杰娟涛明超霞平刚玲辉"
CHILDREN_PER_DEPARTMENT: Final = 10
MEMBERS_PER_DEPARTMENT: Final = 50
LARGEST_SEED: Final = 1_000_000

_MEMBER_FIELDS: Final = frozenset(item.name for item in fields(Member))
_DEPARTMENT_FIELDS: Final = frozenset(item.name for item in fields(BookDepartment))


def seeded_departments(count: int) -> Iterable[BookDepartment]:
    """Yield *count* departments with ids 2, 3, ..., each parent before its children."""
    for number in range(count):
        department_id = ROOT_ID + 1 + number
        parent_id = ROOT_ID + number // CHILDREN_PER_DEPARTMENT
        yield BookDepartment(department_id, f"部门{department_id:04d}", parent_id, number + 1)


def seeded_members(count: int, departments: int) -> Iterable[Member]:
    """Yield *count* members ``u000001``, ``u000002``, ... spread over the seeded departments."""
    for number in range(1, count + 1):
        userid = f"u{number:06d}"
        yield Member(
            userid=userid,
            name=SURNAMES[number % 20] + GIVEN[number // 20 % 20] + GIVEN[number // 400 % 20],
            mobile=f"138{number:08d}",
            email=f"{userid}@example.com",
            departments=(ROOT_ID + 1 + number % departments if departments else ROOT_ID,),
        )


def build_directory(
    *,
    members: int | Iterable[Mapping[str, Any] | Member],
    departments: int | Iterable[Mapping[str, Any] | BookDepartment] | None,
    creator: str | None,
    root_name: str,
) -> AddressBook:
    """Return an address book of that content.

    *members* is a number (seeded) or a list; *departments* likewise, None for one per 50 seeded
    members. The creator defaults to the first seeded member. Raises ControlError.
    """
    if isinstance(members, int) and not 0 <= members <= LARGEST_SEED:
        raise ControlError(f"members must be 0 to {LARGEST_SEED}")
    directory = AddressBook(root_name)
    count = 0
    if departments is None or isinstance(departments, int):
        wanted = -(-members // MEMBERS_PER_DEPARTMENT) if isinstance(members, int) else 0
        count = wanted if departments is None else departments
        listed: Iterable[BookDepartment] = seeded_departments(count)
    else:
        listed = [parsed_department(item) for item in departments]
    for department in listed:
        if department.id != ROOT_ID and department.parent_id not in directory.departments:
            raise ControlError(f"department {department.id} stands before its parent")
        directory.put_department(department)
    if isinstance(members, int):
        directory.extend(seeded_members(members, count))
    else:
        directory.extend(parsed_member(item) for item in members)
    named = {it for member in directory.members.values() for it in member.departments}
    if unknown := named - directory.departments.keys():
        raise ControlError(f"members are in unknown departments: {sorted(unknown)[:5]}")
    first = next(iter(directory.members.values()), None)
    default = first.userid if first and isinstance(members, int) else ""
    directory.creator = default if creator is None else creator
    return directory


def parsed_member(value: Mapping[str, Any] | Member) -> Member:
    """Return a member from its JSON form; raises ControlError for a field that does not exist."""
    if isinstance(value, Member):
        return value
    if not isinstance(value, Mapping) or not value.get("userid") or set(value) - _MEMBER_FIELDS:
        raise ControlError(f"a member needs userid and only {sorted(_MEMBER_FIELDS)}")
    values = {"name": value["userid"], **value}
    for name in {"departments", "leads"} & values.keys():
        values[name] = tuple(int(item) for item in values[name])
    for name in {"orders", "extattrs"} & values.keys():
        values[name] = tuple(tuple(pair) for pair in values[name])
    return Member(**values)


def parsed_department(value: Mapping[str, Any] | BookDepartment) -> BookDepartment:
    if isinstance(value, BookDepartment):
        return value
    if (
        not isinstance(value, Mapping)
        or not {"id", "name", "parent_id"} <= set(value) <= _DEPARTMENT_FIELDS
    ):
        raise ControlError("a department needs id, name, parent_id and may have order")
    return BookDepartment(**value)
