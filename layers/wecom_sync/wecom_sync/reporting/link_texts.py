"""Says whose account a key has, or may have: both sides, and what shows it."""

from collections.abc import Collection, Mapping
from typing import Any

from wecom_sync.domain.link import Link
from wecom_sync.files.member_columns import MAIL_COLUMN, MOBILE_COLUMN
from wecom_sync.reporting.catalogue import say
from wecom_sync.reporting.catalogue_links import EVIDENCE
from wecom_sync.reporting.documents import comma
from wecom_sync.reporting.language import Language, escaped

_COLUMNS = {"mobile": MOBILE_COLUMN, "mail": MAIL_COLUMN}


def link_document(link: Link, places: Mapping[str, str], language: Language) -> dict[str, Any]:
    """Return a link as `plan.json` has it. `places`: names of departments by their ids."""
    return {**link.to_document(), "text": _text(link, places, language)}


def evidence_text(evidence: Collection[str], language: Language) -> str:
    """Say what shows whose account it is; the name of a rule stays as it is."""
    words = (say(language, EVIDENCE[it]) if it in EVIDENCE else it for it in evidence)
    return comma(words, language)


def _text(link: Link, places: Mapping[str, str], language: Language) -> str:
    before = f" ({link.before})" if link.before else ""
    sides = [_side(f"{link.key}{before}", link.name, link.place, places, ())]
    if not link.candidates:
        sides.append(link.account or "?")
    for it in link.candidates:
        differs = [say(language, "link_differs", column=_COLUMNS[name]) for name in it.differs]
        remarks = (evidence_text(it.evidence, language), *differs)
        sides.append(_side(it.account, it.name, it.place, places, remarks))
    return " ↔ ".join(map(escaped, sides))


def _side(
    row_id: str, name: str, place: str, places: Mapping[str, str], remarks: Collection[str]
) -> str:
    departments = (places.get(number) or number for number in place.split(";"))
    return ", ".join(filter(None, (f"{row_id} {name}".strip(), *departments, *remarks)))
