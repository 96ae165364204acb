"""Says whose account a key has, or may have: both sides, and what shows it."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from operator import attrgetter
from typing import Any

from wecom_sync.domain.book import Book, Person
from wecom_sync.domain.link import ACCOUNT_COLUMNS, LEFT_OUT, NOBODY, Link, LinkDetails, placed
from wecom_sync.domain.texts import TextCode
from wecom_sync.domain.timeline import day_of
from wecom_sync.files.department_cells import NAME_COLUMN
from wecom_sync.files.legibility import guarded
from wecom_sync.files.member_columns import (
    CONTACTS,
    DEPARTMENTS_COLUMN,
    MEMBER_NAME_COLUMN,
    USER_COLUMN,
    masked_contacts,
)
from wecom_sync.reporting.catalogue import say
from wecom_sync.reporting.language import Language, comma, escaped
from wecom_sync.reporting.row_files import droppable_csv

ACCOUNTS = "accounts.csv"
EVIDENCE: Mapping[str, TextCode] = {
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
LINK_STATES: Mapping[str, TextCode] = {
    "doubtful": "link_doubtful",
    "moved": "link_moved",
    "certain": "link_certain",
    "new": "link_new",
    "left_out": "link_left_out",
    "unmanaged": "link_unmanaged",
    "linked": "link_linked",
    "waits": "link_waits",
    "gone": "link_gone",
}
"""What each state is called, of the links of a plan and of those in force."""


def links_document(
    links: Sequence[Link], details: LinkDetails, places: Mapping[str, str]
) -> list[Any]:
    """Return links as `plan.json` has them, the weakest first. `places`: names of departments."""
    ordered = sorted(links, key=attrgetter("strength"))
    return [link_document(link, details, places) for link in ordered]


def link_document(link: Link, details: LinkDetails, places: Mapping[str, str]) -> dict[str, Any]:
    """Return a link as codes: in words it is `link_text`. What is blank is left out."""
    sides = [
        {
            "account": it.account,
            "name": it.name,
            "department": placed(it.place, places),
            "evidence": it.evidence if it.evidence != link.evidence else (),
            "differs": it.differs,
            **details.get(it.account.casefold(), {}),
        }
        for it in link.candidates
    ]
    own = details.get(link.line, {})
    return {
        **own,
        "key": link.key,
        "name": link.name,
        "department": placed(link.place, places) or own.get("department", ""),
        "account": link.account,
        "evidence": [*link.evidence],
        "state": link.state,
        **({"before": link.before} if link.before else {}),
        "candidates": [{name: value for name, value in it.items() if value} for it in sides],
    }


def link_text(link: Mapping[str, Any], language: Language) -> str:
    """Say in one line whose account it is or may be. `link`: as `plan.json` has it."""
    before = f" ({link['before']})" if link.get("before") else ""
    who = f"{link['key']}{before} {link['name']}".strip()
    sides = [_side(who, link)]
    if not link["candidates"]:
        sides.append(link["account"] or ("?" if link["state"] == "doubtful" else NOBODY))
    for it in link["candidates"]:
        evidence = it.get("evidence") or link["evidence"]
        columns = (CONTACTS[name] for name in it.get("differs", ()))
        differs = [say(language, "link_differs", column=name) for name in columns]
        if day := it.get("off"):
            differs.append(f"{say(language, 'link_off')} {day}")
        who = f"{it['account']} {it.get('name', '')}".strip()
        sides.append(_side(who, it, evidence_text(evidence, language), *differs))
    return " ↔ ".join(map(escaped, sides))


def _side(who: str, side: Mapping[str, Any], *remarks: str) -> str:
    about = (side.get(name) for name in ("department", "mobile", "mail"))
    return ", ".join(filter(None, (who, *about, *remarks)))


def evidence_text(evidence: Collection[str], language: Language) -> str:
    """Say what shows whose account it is, or what it was made from."""
    return comma((say(language, EVIDENCE[it]) for it in evidence), language)


def links_in_force(book: Book) -> Iterator[dict[str, Any]]:
    """Yield the links in force, and what people have stated, by key, as `link_document` does.

    `state`: linked, gone (the link waits for who comes back), waits (it is stated, and no file has
    come since), left_out. `since`: a day, blank where nobody knows.
    """
    places = {str(number): row.get(NAME_COLUMN, "") for number, row in book.department_rows.items()}
    stated = {account.casefold() for account in book.accounts.value.values()}
    people = {
        key: book.person(account)
        for key, account in book.people.by_key.items()
        if key in book.accounts.value or account not in stated
    }
    for key in sorted(people.keys() | book.accounts.value.keys()):
        person = people.get(key, Person(""))
        row = person.row or person.former
        spelt = row.get(USER_COLUMN) or person.account
        account = book.accounts.value.get(key, spelt)
        state = "linked" if person.row else "gone"
        if account == NOBODY:
            state = LEFT_OUT
        elif (account and account.casefold() != person.account) or not person.account:
            state = "waits"
        yield {
            **masked_contacts(row),
            "key": key,
            "name": row.get(MEMBER_NAME_COLUMN, ""),
            "department": placed(person.row.get(DEPARTMENTS_COLUMN, ""), places),
            "account": account or spelt,
            "evidence": [*person.evidence],
            "state": state,
            "since": day_of(person.linked) if person.linked else "",
        }


def accounts_csv(book: Book, links: Iterable[Mapping[str, Any]], language: Language) -> bytes:
    """Return the links in force, and what people have stated: it may be edited and dropped."""
    rows = []
    for link in links:
        account = book.accounts.value.get(link["key"], link["account"])
        account = account if account == NOBODY else guarded(account)
        evidence = evidence_text(link["evidence"], language)
        rows.append((guarded(link["key"]), account, guarded(link["name"]), evidence, link["since"]))
    return droppable_csv(ACCOUNT_COLUMNS, rows)
