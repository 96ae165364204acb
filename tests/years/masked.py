"""Plants two mistakes into one file, and counts in how many holds no sentence names the second.

The first one is large; the second one is smaller and of another kind.
"""

import re
import sys
from collections.abc import Iterator, Mapping
from dataclasses import replace
from random import Random

from support.companies import COLUMNS, Export
from support.stress import tell
from support.world import silence
from wecom_sync.domain.outcome import Kind
from wecom_sync.planning.plan import Plan
from wecom_sync.reporting.documents import hold_document
from wecom_sync.reporting.language import Language
from wecom_sync_tools.replay.corp import Answer, PlayedCorp
from years.company import OPTIONAL, Company
from years.forms import sheet_of
from years.life import live
from years.mistakes import FULL, KINDS, TREE, Ground, Strike
from years.record import Record
from years.runner import Years, drop

DAYS = 60
"""After so many the mistakes strike."""
SIZE, COMPANIES = 80, 6
MOST = 0.05
"""So large a share may stand in no sentence."""
LARGE, SMALL = 0.3, (0.02, 0.12)
"""Shares of the people whom the first mistake and the second one concern."""
WORDS: Mapping[str, str] = {
    "姓名": "name",
    "手机号": "mobile|contacts",
    "邮箱": "mail|contacts",
    "所在部门": "department|path",
    "是否部门内领导": "leader",
    Kind.ADD: "newcomer|added|new people|come back|begin with",
    Kind.REMOVE: "remove|go|missing",
    Kind.DISABLE: "disable|go|missing",
    Kind.ENABLE: "enable|come back",
}
"""What a sentence calls a kind of change, where it does not quote the header of a column."""
_PARTS = (Kind.ADD, Kind.REMOVE, Kind.DISABLE, Kind.ENABLE)


def ground_of(company: Company, good: Export, dice: Random, share: float) -> Ground:
    return replace(Ground.under(company, good, dice), share=share, nights=1)


def export_in(strike: Strike) -> Export | None:
    """Return the table of a mistake of one night about all people, None of any other."""
    if len(strike) != 1 or strike[0].job is not FULL:
        return None
    sheet = sheet_of(strike[0].content)
    if not sheet:
        return None
    columns, *rows = sheet
    blank = dict.fromkeys(COLUMNS + OPTIONAL, "")
    whole = (
        blank | dict(zip(columns, row, strict=True)) for row in rows if len(row) == len(columns)
    )
    return Export(tuple(columns), tuple(whole))


def changed(plan: Plan) -> dict[str, set[str]]:
    """Return whom a plan changes, by kind and by column."""
    parts = {kind.value: {it.subject for it in plan.of(kind)} for kind in _PARTS}
    return parts | {name: {it.subject for it in plan.changing(name)} for name in plan.columns}


def second_of(both: Plan, first: Plan) -> tuple[str, int]:
    """Return what the second mistake changes most, and for how many."""
    alone = changed(first)
    added = {name: subjects - alone.get(name, set()) for name, subjects in changed(both).items()}
    measure = max(added, key=lambda name: len(added[name]))
    return measure, len(added[measure])


def is_named(answer: Answer, measure: str, count: int) -> bool:
    """Whether sentences name what changes, beside numbers that are together at least so many."""
    words = "|".join(filter(None, (re.escape(measure), WORDS.get(measure))))
    texts = (hold_document(hold, Language.ENGLISH)["text"] for hold in answer.holds)
    sentences = [it for text in texts for it in re.split(r"\n|(?<=[.:]) ", text)]
    near = (" ".join(sentences[max(0, at - 1) : at + 2]) for at in range(len(sentences)))
    numbers = [
        max(numbers_in(beside), default=0)
        for sentence, beside in zip(sentences, near, strict=True)
        if re.search(words, sentence, re.IGNORECASE)
    ]
    return sum(numbers) >= count


def numbers_in(words: str) -> list[int]:
    return [int(it.replace(",", "")) for it in re.findall(r"(?<![\w*.])[\d,]*\d(?![\w*])", words)]


def world(number: int) -> tuple[Company, PlayedCorp]:
    name = f"masked {SIZE} {number}"
    life = Years(Company.of(SIZE, Random(name)), Random(name), Record(SIZE), name, strikes=0)
    life.pass_days(DAYS)
    life.company.day = DAYS
    live(life.company)
    drop(life.product, TREE, life.company.departments().content(), DAYS, approve=True)
    return life.company, life.product


def pairs(number: int) -> Iterator[tuple[str, str, bool]]:
    """Yield the two mistakes of each held file of a company, and whether the second is named."""
    company, product = world(number)
    dice, good = Random(f"pairs {number}"), company.members()

    def held(export: Export | None) -> tuple[Answer, Plan] | None:
        if export is None:
            return None
        answer = drop(product.fork(), FULL, export.content(), DAYS, approve=False)
        return (answer, answer.prepared.plan) if answer.holds and answer.prepared else None

    for kind, strike in KINDS.items():
        large = export_in(strike(ground_of(company, good, dice, LARGE)))
        if large is None or not (alone := held(large)):
            continue
        largest = max(map(len, changed(alone[1]).values()))
        for other in dice.sample([it for it in KINDS if it != kind], len(KINDS) // 3):
            ground = ground_of(company, large, dice, dice.uniform(*SMALL))
            if both := held(export_in(KINDS[other](ground))):
                measure, count = second_of(both[1], alone[1])
                if 0 < count < largest:
                    named = is_named(both[0], measure, count)
                    yield kind, f"{other} ({measure} {count})", named


def main(companies: int = COMPANIES) -> int:
    """Print which mistakes stand in no sentence; return 1 if they are too many."""
    with silence():
        planted = [pair for number in range(companies) for pair in pairs(number)]
    masked = [f"{first} masks {second}" for first, second, named in planted if not named]
    tell(masked)
    tell([f"in no sentence: {len(masked)} of {len(planted)}"])
    return int(len(masked) > MOST * len(planted))


if __name__ == "__main__":
    sys.exit(main())
