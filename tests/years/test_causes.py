"""The first sentence of a hold names the cause that a person would name."""

import re
from collections.abc import Iterator, Mapping
from copy import deepcopy
from dataclasses import replace
from random import Random

import pytest

from support.world import silence
from wecom_sync.domain.timeline import Reason
from wecom_sync.reporting.documents import hold_document
from wecom_sync.reporting.language import Language
from wecom_sync_tools.replay.corp import PlayedCorp
from years import runner
from years.company import Company
from years.life import RARE, live, of_year
from years.mistakes import FULL, TREE, Ground, Night
from years.record import Record
from years.runner import EVERY, Years, drop

OCCASIONS = {
    occasion.name: occasion.happens
    for number in range(20)
    for occasion in reversed([*of_year(Company.of(80, Random(number)), 0)])
}

DAYS = 60
"""After so many a mistake strikes: 44 workdays."""
SHARE = 0.3
COMPANIES = {80: 3, 600: 1}
UNNAMED = frozenset({"two systems", "leading zeros lost"})
"""Kinds that the first sentence does not always name."""

ELSEWHERE = "(another|other|sister) (company|corp)|mail domain"
INCOMPLETE = "filter|incomplete|page|cut off|breaks off|in a row|side by side|next to each other"
NEWCOMERS = "newcomer|new people|new account|begin|join"
NUMBERS = "renumber|(new|another|other|different) (department )?(number|id)"
OLD = r"\bolder|\bold (export|file)|earlier (export|file)|newer ones came|yesterday|out of date"
SLIPPED = "sorted|slipped|row above|another row|other rows"

CAUSES: Mapping[str, str] = {
    "accounts given to strangers": "other people|another person|somebody else|given to|reused",
    "former staff back": "former|had left|left before|leavers|status|filter",
    "sister company appended": ELSEWHERE,
    "sister company by syncuser": ELSEWHERE,
    "same people under new ids": "(new|another|other|second) (id|account)|twice|same people",
    "home addresses filled": "地址",
    "identity numbers as alias": "别名",
    "private mobiles as telephone": "座机",
    "lookup error filled": "#N/A|lookup|地址|same value",
    "wrong mail domain": "domain",
    "emergency contacts": "手机号|mobile",
    "mobiles counted up": "filled down|fill|count|consecutive|series|one more",
    "mobiles blanked": "blank|empt",
    "first job record": "job record|former|back (in|to)|no pattern is seen|" + OLD,
    "default department": "(one|same|single|default) department|row above",
    "branch renumbered": NUMBERS,
    "block of departments sorted": SLIPPED,
    "departments in another order": r"\border",
    "page missing": INCOMPLETE,
    "department filtered": "whole department|permission|" + INCOMPLETE,
    "contract date passed, removed": "contract|date|" + INCOMPLETE,
    "contract date passed, disabled": "disable|禁用",
    "names masked": r"mask|hidden|\*",
    "names encoded": "encod|encrypt|unreadable|not names|hex",
    "divisions exchange names": "exchange|swap|each other|slipped|sorted",
    "division under a wrong parent": "parent|父部门|under another|below another",
    "departments renumbered": NUMBERS,
    "two systems": "(another|other|two|second) (system|source|file|job)|back and forth|again",
    "cut off": r"last rows|\bends?\b|" + INCOMPLETE,
    "last rows missing": r"last rows|\bends?\b|" + INCOMPLETE,
    "names sorted alone": SLIPPED,
    "mobiles sorted alone": SLIPPED,
    "leading zeros lost": "zero",
    "wrong encoding": "encod|unreadable|garbled|UTF-8|GBK",
    "yesterday's export": OLD,
    "old export": OLD,
    "another corp's file": ELSEWHERE,
    # Where only the last two are shifted, one of them is named.
    "columns shifted": "shift|slipped|another column|other column|wrong column|heading|部门内领导",
    "everybody to the root": "root|top|(one|same|single|default) department",
    "titles blank": "职位|title",
    "unknown departments as the root": "root|above",
    "departments rolled up": "above",
    "second posts lost": "second|further",
    "a project's department added": "second|further|(one|same) department",
    "departments exchanged": "exchange|one for one|" + SLIPPED,
    "titles of another codebook": "exchange|one for one|code|职位|title|" + SLIPPED,
    "further columns blanked": "blank|empt",
    "lines of a pivot table": "total|合计|小计|总计",
    "filter on status lost": f"former|had left|left before|leavers|status|filter|{NEWCOMERS}",
    "candidates without a contract": NEWCOMERS,
    "staff of contractors": NEWCOMERS,
    "teams exchanged": "exchange|swap|each other|name|slipped|sorted",
    "reorganisation": "move|department",
    "acquisition": f"{ELSEWHERE}|{NEWCOMERS}",
    "new domain": "domain",
    "new titles": "职位|title",
    "one title": "职位|title",
    "new numbers": "手机号|mobile",
    "campus": NEWCOMERS,
    "seasonal": NEWCOMERS,
    "beside": f"(another|other) system|{NEWCOMERS}",
}
"""The words of which a person would say one, for every kind of mistake and of rare days."""


def sentence(hold: Reason, language: Language) -> str:
    return re.split(r"(?<=[.!?]) |(?<=[。！？])", hold_document(hold, language)["text"])[0]


def first_hold(product: PlayedCorp, *nights: Night) -> Reason | None:
    product = product.fork()
    for night in nights:
        answer = drop(product, night.job, night.content, DAYS + night.days, approve=False)
        if answer.stopped:
            return next(iter(answer.holds), None)
    return None


def holds(size: int, number: int) -> Iterator[tuple[str, Reason]]:
    """Yield what is held of every kind that strikes a company, and of its rare days."""
    name = f"causes {size} {number}"
    life = Years(Company.of(size, Random(name)), Random(name), Record(size), name)
    life.pass_days(DAYS)
    company, product = life.company, life.product
    company.day = DAYS
    live(company)
    drop(product, TREE, company.departments().content(), DAYS, approve=True)
    dice = Random(f"{name} mistakes")
    for kind, strike in EVERY.items():
        ground = replace(Ground.under(company, company.members(), dice), share=SHARE, nights=1)
        if hold := first_hold(product, *strike(ground)):
            yield kind, hold
    for label, happens in OCCASIONS.items():
        changed = deepcopy(company)
        happens(changed)
        files = (
            Night(TREE, changed.departments().content()),
            Night(FULL, changed.members().content()),
        )
        if hold := first_hold(product, *files):
            yield label, hold


def test_the_first_sentence_names_the_cause_and_is_there_in_both_languages(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(runner, "STRIKES", 0)
    companies = ((size, number) for size, count in COMPANIES.items() for number in range(count))
    with silence():
        held = [hold for company in companies for hold in holds(*company)]
    sentences = [(kind, sentence(hold, Language.ENGLISH)) for kind, hold in held]

    for (_, english), (_, hold) in zip(sentences, held, strict=True):
        assert sentence(hold, Language.CHINESE) not in {"", english}
    others = [
        f"{kind}: {text}"
        for kind, text in sentences
        if kind not in UNNAMED and not re.search(CAUSES[kind], text, re.IGNORECASE)
    ]
    assert not others


def test_every_kind_of_mistake_and_of_life_has_a_cause() -> None:
    assert {*CAUSES} == {*EVERY, *OCCASIONS, *(name for name, *_ in RARE)}
