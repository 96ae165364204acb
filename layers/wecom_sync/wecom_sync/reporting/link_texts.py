"""Says whose account a key has, or may have: both sides, and what shows it."""

from collections.abc import Collection, Mapping
from typing import Any

from wecom_sync.domain.book import Book, Person
from wecom_sync.domain.link import ACCOUNT_COLUMNS, NOBODY, Link, placed
from wecom_sync.domain.texts import TextCode
from wecom_sync.domain.timeline import day_of
from wecom_sync.files.legibility import guarded
from wecom_sync.files.member_columns import (
    MAIL_COLUMN,
    MEMBER_NAME_COLUMN,
    MOBILE_COLUMN,
    USER_COLUMN,
)
from wecom_sync.reporting.catalogue import say
from wecom_sync.reporting.documents import comma
from wecom_sync.reporting.language import Language, escaped
from wecom_sync.reporting.row_files import droppable_csv

ACCOUNTS = "accounts.csv"
_EVIDENCE: Mapping[str, TextCode] = {
    "account": "evidence_account",
    "mobile": "evidence_mobile",
    "mail": "evidence_mail",
    "name": "evidence_name",
    "department": "evidence_department",
    "stated": "evidence_stated",
    "file": "evidence_file",
    "key": "evidence_key",
    "similar": "evidence_similar",
    "email": "evidence_email",
    "pinyin": "evidence_pinyin",
    "ask": "evidence_ask",
}
"""What shows whose account it is, or what it was made from, in words."""
_COLUMNS = {"mobile": MOBILE_COLUMN, "mail": MAIL_COLUMN}


def link_document(link: Link, places: Mapping[str, str], language: Language) -> dict[str, Any]:
    """Return a link as `plan.json` has it. `places`: names of departments by their ids."""
    return {**link.to_document(), "text": _text(link, places, language)}


def accounts_csv(book: Book, language: Language) -> bytes:
    """Return the links in force, and what people have stated: it may be edited and dropped."""
    stated = {account.casefold() for account in book.stated.values()}
    people = {
        key: book.person(account)
        for key, account in book.people.by_key.items()
        if key in book.stated or account not in stated
    }
    rows = []
    for key in sorted(people.keys() | book.stated.keys()):
        person = people.get(key, Person(""))
        row = person.row or person.former
        since = day_of(person.linked) if person.linked else ""
        evidence = evidence_text(person.evidence, language)
        account = book.stated.get(key, row.get(USER_COLUMN) or person.account)
        account = account if account == NOBODY else guarded(account)
        name = guarded(row.get(MEMBER_NAME_COLUMN, ""))
        rows.append((guarded(key), account, name, evidence, since))
    return droppable_csv(ACCOUNT_COLUMNS, rows)


def evidence_text(evidence: Collection[str], language: Language) -> str:
    """Say what shows whose account it is, or what it was made from."""
    return comma((say(language, _EVIDENCE[it]) for it in evidence), language)


def _text(link: Link, places: Mapping[str, str], language: Language) -> str:
    before = f" ({link.before})" if link.before else ""
    sides = [placed(f"{link.key}{before} {link.name}".strip(), link.place, places)]
    if not link.candidates:
        sides.append(link.account or "?")
    for it in link.candidates:
        differs = [say(language, "link_differs", column=_COLUMNS[name]) for name in it.differs]
        remarks = (evidence_text(it.evidence, language), *differs)
        sides.append(placed(f"{it.account} {it.name}".strip(), it.place, places, *remarks))
    return " ↔ ".join(map(escaped, sides))
