"""Who a principal of S3 is, and who may not approve what others brought about."""

import re
from collections.abc import Iterable

from wecom_sync.domain.texts import Listing
from wecom_sync.domain.timeline import Reason

_TRANSFER_SESSION = re.compile(r"\.[0-9a-f]+(?=@s-)")
"""What is new in the name of each session of an SFTP client of AWS Transfer Family."""


def person_of(principal: str) -> str:
    """Return what tells a person from others, blank if nothing does.

    Of a session (`AWS:AROA…:<session name>`) it is the name alone, in lower case: one person may
    take several roles. A user of IAM is `AWS:AIDA…`.
    """
    name = principal.strip().split(":", 2)[-1].casefold()
    return _TRANSFER_SESSION.sub("", name)


def is_one_of(by: str, authors: Iterable[str]) -> bool:
    """Whether a principal is the same person as one of the others."""
    person = person_of(by)
    return bool(person) and person in map(person_of, authors)


def refusal(by: str, authors: Iterable[str]) -> Reason | None:
    """Say why a principal may not approve what `authors` brought about, None if it may.

    Without authors everybody may. A blank principal may be anybody.
    """
    principals = tuple(authors)
    if principals and not all(map(person_of, (by, *principals))):
        return Reason("second_person_unknown")
    if is_one_of(by, principals):
        return Reason("second_person_refused", {"by": by, "authors": Listing.of(principals)})
    return None
