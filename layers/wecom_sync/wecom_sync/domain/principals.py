"""Who somebody is: a principal of AWS or a user of WeCom, when two are the same, and who may what.

Pure.
"""

import re
from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import NamedTuple

from wecom_sync.domain.texts import Listing
from wecom_sync.domain.timeline import Reason

WECOM = "wecom:"
"""How a principal begins that is a user of WeCom: somebody who acted at the desk."""
PROGRAM = ""
"""Stands in `PrincipalOwners` for a principal that is no person."""
type PrincipalOwners = Mapping[str, str]
"""Whose the principals of AWS are: a user id of WeCom's, or `PROGRAM`."""
NOBODY: PrincipalOwners = MappingProxyType({})
_TRANSFER_SESSION = re.compile(r"\.[0-9a-f]+(?=@s-)")
"""What is new in the name of each session of an SFTP client of AWS Transfer Family."""


class Desk(NamedTuple):
    """Who may do what at the desk, by user ids of WeCom, and which principals of AWS are theirs."""

    approvers: tuple[str, ...]
    droppers: tuple[str, ...]
    readers: tuple[str, ...]
    people: PrincipalOwners

    @property
    def deciders(self) -> tuple[str, ...]:
        """Users of WeCom who may decide, or are people of AWS who may."""
        return tuple(dict.fromkeys((*self.approvers, *filter(None, self.people.values()))))

    @property
    def users(self) -> tuple[str, ...]:
        """Every user of WeCom whom it names."""
        return tuple(dict.fromkeys((*self.deciders, *self.droppers, *self.readers)))


class Rights(NamedTuple):
    see: bool
    drop: bool
    decide: bool


def rights(user_id: str, desk: Desk) -> Rights:
    """Return what a user of WeCom may do at the desk; letters in either case are one user's."""

    def is_among(user_ids: Iterable[str]) -> bool:
        return user_id.casefold() in map(str.casefold, user_ids)

    drop, decide = is_among(desk.droppers), is_among(desk.approvers)
    return Rights(drop or decide or is_among(desk.readers), drop, decide)


def person_of(principal: str) -> str:
    """Return what tells a principal from other people, blank if nothing does.

    Of a session (`AWS:AROA…:<name>`) it is the name alone: one person may take several roles.
    """
    return _TRANSFER_SESSION.sub("", principal.strip().split(":", 2)[-1].casefold())


def _owners(people: PrincipalOwners) -> dict[str, str]:
    return {person_of(principal): user_id.casefold() for principal, user_id in people.items()}


def _names(principal: str, people: PrincipalOwners) -> set[str]:
    """Return by what somebody is known: the principal's name, and the user whose it is."""
    return {person_of(principal), user_of(principal, people)} - {""}


def user_of(principal: str, people: PrincipalOwners = NOBODY) -> str:
    """Return the user of WeCom, in lower case, whose a principal is, its own name without one."""
    name = person_of(principal)
    return name if principal.startswith(WECOM) else _owners(people).get(name, name)


def unnamed(principals: Iterable[str], people: PrincipalOwners) -> list[str]:
    """Return which principals of AWS are nobody whom `people` names."""
    named, of_aws = _owners(people), (it for it in principals if not it.startswith(WECOM))
    return [it for it in of_aws if it and person_of(it) not in named]


def is_one_of(by: str, authors: Iterable[str], people: PrincipalOwners = NOBODY) -> bool:
    """Whether a principal is an author: by an equal name, or because `people` says so."""
    names = _names(by, people)
    return any(names & _names(author, people) for author in authors)


def refusal(by: str, authors: tuple[str, ...], people: PrincipalOwners = NOBODY) -> Reason | None:
    """Say why a principal may not approve what `authors` did; a blank one may be anybody.

    So may a principal of AWS that `people` does not name, where the other one is WeCom's.
    """
    if authors and not all(map(person_of, (by, *authors))):
        return Reason("second_person_unknown")
    if is_one_of(by, authors, people):
        return Reason("second_person_refused", {"by": by, "authors": Listing.of(authors)})
    others = [it for it in authors if it.startswith(WECOM) != by.startswith(WECOM)]
    if others and (strangers := unnamed((by, *others), people)):
        return Reason("second_person_unnamed", {"principals": Listing.of(strangers)})
    return None
