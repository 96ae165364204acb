"""One corp's address book, and books made up from a number, the same every time, or from lists."""

import hashlib
from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import astuple, dataclass, fields
from typing import Any, Final

from wecom_simulator.state.errors import ControlError

ROOT_ID: Final = 1
HOLDER_NAME: Final = "其他(待设置部门)"
HOLDER_ID: Final = 2_147_480_000
SURNAMES: Final = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗"
GIVEN: Final = "伟芳娜敏静磊洋艳勇军杰娟涛明超霞平刚玲辉"
CHILDREN_PER_DEPARTMENT: Final = 10
MEMBERS_PER_DEPARTMENT: Final = 50
LARGEST_SEED: Final = 1_000_000


@dataclass(slots=True)
class Member:
    """A member; treat it as a value and hand changes to ``AddressBook.put``."""

    userid: str
    name: str = ""
    mobile: str = ""
    email: str = ""
    departments: tuple[int, ...] = (ROOT_ID,)
    leads: tuple[int, ...] = ()
    orders: tuple[tuple[int, int], ...] = ()
    position: str = ""
    gender: str = ""
    alias: str = ""
    address: str = ""
    telephone: str = ""
    enabled: bool = True
    activated: bool = False
    invited: bool = False

    @property
    def key(self) -> str:
        """The userid as WeCom compares it: without case."""
        return self.userid.lower()


@dataclass(slots=True)
class BookDepartment:
    """A department; ``order`` is 0 to 2**32 - 1 and larger comes first."""

    id: int
    name: str
    parent_id: int
    order: int = 0


class AddressBook:
    """An address book that starts with its root department and nobody in it."""

    def __init__(self, root_name: str = "演示企业", creator: str = "") -> None:
        """Create the root department (id 1, parent 0); *creator* is a userid."""
        self.creator = creator
        self.version = 0
        self.members: dict[str, Member] = {}
        self.departments: dict[int, BookDepartment] = {}
        self.condemned: set[int] = set()
        self._children: dict[int, set[int]] = {}
        self._population: dict[int, int] = {}
        self._mobiles: dict[str, str] = {}
        self._emails: dict[str, str] = {}
        self._pairs: tuple[int, list[tuple[str, int]]] = (-1, [])
        self.put_department(BookDepartment(ROOT_ID, root_name, 0))

    def find(self, userid: str) -> Member | None:
        return self.members.get(userid.lower())

    def put(self, member: Member) -> None:
        key = member.key
        old = self.members.get(key)
        if old:
            self._unindex(old)
        self.members[key] = member
        self._index(key, member)
        self.version += 1

    def discard(self, userid: str) -> None:
        member = self.members.pop(userid.lower(), None)
        if member:
            self._unindex(member)
            self.version += 1

    def owner_of_mobile(self, mobile: str) -> str | None:
        return self._mobiles.get(mobile)

    def owner_of_email(self, email: str) -> str | None:
        """Return the lower-case userid that has *email*, compared without case."""
        return self._emails.get(email.lower())

    def put_department(self, department: BookDepartment) -> None:
        """Add *department*, or replace the one with the same id."""
        old = self.departments.get(department.id)
        if old:
            self._children.get(old.parent_id, set()).discard(old.id)
        self.departments[department.id] = department
        self._children.setdefault(department.parent_id, set()).add(department.id)
        self.version += 1

    def discard_department(self, department_id: int) -> None:
        """Remove a department that is empty; the caller has checked that it is."""
        department = self.departments.pop(department_id)
        self._children[department.parent_id].discard(department_id)
        self.condemned.discard(department_id)
        self.version += 1

    def children(self, department_id: int) -> list[BookDepartment]:
        return [self.departments[child] for child in sorted(self._children.get(department_id, ()))]

    def population(self, department_id: int) -> int:
        return self._population.get(department_id, 0)

    def subtree(self, department_id: int) -> Iterator[BookDepartment]:
        """Yield the department and everything under it, parents first."""
        waiting = deque([department_id])
        while waiting:
            current = waiting.popleft()
            yield self.departments[current]
            waiting.extend(sorted(self._children.get(current, ())))

    def is_under(self, department_id: int, ancestor_id: int) -> bool:
        current = department_id
        while current in self.departments:
            if current == ancestor_id:
                return True
            current = self.departments[current].parent_id
        return False

    def adopt(self, department_id: int) -> None:
        """Create an unknown department under 其他(待设置部门) (doc/91130, doc/91131)."""
        holder = next((item for item in self.children(ROOT_ID) if item.name == HOLDER_NAME), None)
        if holder is None:
            free = HOLDER_ID
            while free in self.departments or free == department_id:
                free -= 1
            holder = BookDepartment(free, HOLDER_NAME, ROOT_ID)
            self.put_department(holder)
        if department_id not in self.departments:
            self.put_department(BookDepartment(department_id, str(department_id), holder.id))

    def drop_condemned(self) -> None:
        """Remove condemned departments that are empty, bottom-up (doc/91132)."""
        waiting = sorted(self.condemned)
        while waiting:
            current = waiting.pop()
            if current not in self.condemned or not self._is_empty(current):
                continue
            parent = self.departments[current].parent_id
            self.discard_department(current)
            waiting.append(parent)

    def pairs(self) -> list[tuple[str, int]]:
        """Return one (userid, department id) per membership, sorted; one list per version."""
        version, pairs = self._pairs
        if version != self.version:
            pairs = sorted(
                (member.userid, department)
                for member in self.members.values()
                for department in member.departments
            )
            self._pairs = (self.version, pairs)
        return pairs

    def invited(self) -> list[str]:
        return sorted(member.userid for member in self.members.values() if member.invited)

    def digest(self) -> str:
        """Return a SHA-256 over everything in the book, the same for equal books."""
        digest = hashlib.sha256(self.creator.encode())
        for department_id in sorted(self.departments):
            digest.update(repr(astuple(self.departments[department_id])).encode())
        for key in sorted(self.members):
            digest.update(repr(self.members[key]).encode())
        return digest.hexdigest()

    def extend(self, members: Iterable[Member]) -> None:
        for member in members:
            self.put(member)

    def _is_empty(self, department_id: int) -> bool:
        return not self._population.get(department_id) and not self._children.get(department_id)

    def _index(self, key: str, member: Member) -> None:
        if member.mobile:
            self._mobiles[member.mobile] = key
        if member.email:
            self._emails[member.email.lower()] = key
        for department in member.departments:
            self._population[department] = self._population.get(department, 0) + 1

    def _unindex(self, member: Member) -> None:
        self._mobiles.pop(member.mobile, None)
        self._emails.pop(member.email.lower(), None)
        for department in member.departments:
            self._population[department] -= 1


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


_MEMBER_FIELDS: Final = frozenset(item.name for item in fields(Member))
_DEPARTMENT_FIELDS: Final = frozenset(item.name for item in fields(BookDepartment))


def parsed_member(value: Mapping[str, Any] | Member) -> Member:
    """Return a member from its JSON form; raises ControlError for a field that does not exist."""
    if isinstance(value, Member):
        return value
    if not isinstance(value, Mapping) or not value.get("userid") or set(value) - _MEMBER_FIELDS:
        raise ControlError(f"a member needs userid and only {sorted(_MEMBER_FIELDS)}")
    values = {"name": value["userid"], **value}
    for name in {"departments", "leads"} & values.keys():
        values[name] = tuple(int(item) for item in values[name])
    if "orders" in values:
        values["orders"] = tuple(tuple(pair) for pair in values["orders"])
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
