"""Who somebody is: a principal of AWS or a user of WeCom, when two are the same, and who may what.

Pure.
"""

import re
from collections.abc import Iterable

from wecom_sync.domain.texts import Listing
from wecom_sync.domain.timeline import Reason

_TRANSFER_SESSION = re.compile(r"\.[0-9a-f]+(?=@s-)")
"""What is new in the name of each session of an SFTP client of AWS Transfer Family."""


def person_of(principal: str) -> str:
    """Return what tells a principal of S3 from other people, blank if nothing does.

    Of a session (`AWS:AROA…:<name>`) it is the name alone: one person may take several roles.
    """
    name = principal.strip().split(":", 2)[-1].casefold()
    return _TRANSFER_SESSION.sub("", name)


def is_one_of(by: str, authors: Iterable[str]) -> bool:
    person = person_of(by)
    return bool(person) and person in map(person_of, authors)


def refusal(by: str, authors: tuple[str, ...]) -> Reason | None:
    """Say why a principal may not approve what `authors` did; a blank one may be anybody."""
    if authors and not all(map(person_of, (by, *authors))):
        return Reason("second_person_unknown")
    if is_one_of(by, authors):
        return Reason("second_person_refused", {"by": by, "authors": Listing.of(authors)})
    return None
