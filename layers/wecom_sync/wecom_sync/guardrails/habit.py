"""What a company's files have changed unasked so far, and what is far more than that. Pure."""

from bisect import bisect_left, bisect_right
from collections.abc import Collection, Iterator, Mapping, Sequence

from wecom_sync.domain.book import Night
from wecom_sync.domain.texts import TextCode
from wecom_sync.domain.values import dataclass
from wecom_sync.files.member_columns import (
    CONTACT_COLUMNS,
    DEPARTMENTS_COLUMN,
    GENDER_COLUMN,
    LEADERS_COLUMN,
    MEMBER_NAME_COLUMN,
)
from wecom_sync.files.privacy import shortened
from wecom_sync.guardrails.picks import HUNDRED, Case, Picked, contacts
from wecom_sync.planning.plan import ADDED, CONTACTS, GONE, PLACED, few_of

DAY = 86_400
WEEK_SECONDS = 7 * DAY
WEEK_FILES = 3
"""Changes of so long, or of so many files with this one, add up: whichever is longer."""
TREND_SECONDS = 14 * DAY
KNOWN_FILES = 6
KNOWN_SECONDS = 42 * DAY
"""So many files with changes, over so long, are a habit: a month's end is among them."""
FAR = 3
FAR_IN_WEEKS = 2
"""How many times the most of before is far more: in one file, and in two weeks."""
FEW_STEPS = 4
"""So many may change within days even in a company of a dozen."""
MANY = 10
"""Percent. So many may join or move at once before it is unusual: graduates and teams do."""

HABITUAL = frozenset(
    {GONE, CONTACTS, MEMBER_NAME_COLUMN, DEPARTMENTS_COLUMN, LEADERS_COLUMN, GENDER_COLUMN}
)
"""What is compared with the habit of the company. Titles, telephones and other columns change for
many at once, when offices move and people are promoted."""
WORDS: Mapping[str, tuple[TextCode, str]] = {
    GONE: ("word_gone", "removal_percent"),
    ADDED: ("word_added", "additions_percent"),
    CONTACTS: ("word_contacts", "contacts_percent"),
    MEMBER_NAME_COLUMN: ("word_renamed", "renames_percent"),
    DEPARTMENTS_COLUMN: ("word_moved", "moves_percent"),
    PLACED: ("word_placed", "moves_percent"),
}
"""What is measured in a word, and the limit of each share that adds up from file to file."""


def has_habit(case: Case) -> bool:
    """Whether there were enough files to compare with."""
    nights = case.book.nights
    return len(nights) >= KNOWN_FILES and case.dropped - nights[0].dropped >= KNOWN_SECONDS


@dataclass(frozen=True, slots=True)
class Measured:
    """How much of one thing a plan changes, and what the files before have changed of it."""

    case: Case
    measure: str
    amount: int

    @property
    def few(self) -> int:
        """How many are ordinary in some days, whatever the habit is."""
        return max(FEW_STEPS, few_of(self.case.plan.people) + 1, self._many_of(ADDED))

    @property
    def many(self) -> int:
        """How many are ordinary in one file, whatever the habit is."""
        return max(2 * few_of(self.case.plan.people), self._many_of(DEPARTMENTS_COLUMN))

    def _many_of(self, measure: str) -> int:
        return self.case.plan.people * MANY // HUNDRED if self.measure == measure else 0

    def week(self) -> int:
        """Return how much changed unasked in the days, or files, just before this one."""
        first = [it.dropped for it in self._since_asked()[-(WEEK_FILES - 1) :][:1]]
        return self._since(min([self.case.dropped - WEEK_SECONDS, *first]))

    def largest_week(self, limit: int) -> int:
        """Return the most in such days or files, approved or not, of files within the limit."""
        nights = [it for it in self.case.book.nights if self._amount(it) <= limit]
        times = [it.dropped for it in nights]
        starts = [
            min(bisect_left(times, time - WEEK_SECONDS), max(0, at - WEEK_FILES + 1))
            for at, time in enumerate(times)
        ]
        return self._largest(nights, starts) if has_habit(self.case) else 0

    def trend(self) -> int:
        """Return how much changed unasked in the two weeks before."""
        return self._since(self.case.dropped - TREND_SECONDS)

    def largest(self) -> int:
        """Return the most that a file changed unasked."""
        nights = (it for it in self.case.book.nights if not it.approved)
        return max(map(self._amount, nights), default=0)

    def largest_trend(self) -> int:
        """Return the most that changed unasked in two weeks which were over before these two."""
        end = self.case.dropped - TREND_SECONDS
        nights = [it for it in self.case.book.nights if not it.approved and it.dropped <= end]
        times = [it.dropped for it in nights]
        return self._largest(nights, [bisect_right(times, time - TREND_SECONDS) for time in times])

    def _largest(self, nights: Sequence[Night], starts: Sequence[int]) -> int:
        """Return the largest sum of a night and those before it from its start on."""
        amounts = [*map(self._amount, nights)]
        return max((sum(amounts[start:end]) for end, start in enumerate(starts, 1)), default=0)

    def _since(self, start: float) -> int:
        return sum(self._amount(it) for it in self._since_asked() if it.dropped >= start)

    def _amount(self, night: Night) -> int:
        return night.amounts.get(self.measure, 0)

    def _since_asked(self) -> Sequence[Night]:
        """Return the nights after the last one that a person approved with such changes."""
        since: list[Night] = []
        for night in self.case.book.nights:
            if night.approved and self._amount(night):
                since = []
            elif night.dropped <= self.case.dropped and not night.approved:
                since.append(night)
        return since

    def beyond(self, earlier: int, most: int, **blanks: int) -> Picked:
        """Return who changes, with how many changed `earlier`, and the `most` that is ordinary."""
        subjects = self.case.plan.measured[self.measure]
        columns: Mapping[str, Collection[str]] = {
            "" if self.measure in {GONE, ADDED, PLACED} else self.measure: subjects
        }
        word, _ = WORDS.get(self.measure, (shortened(self.measure), ""))
        return Picked.of_columns(
            contacts(self.case.plan) if self.measure == CONTACTS else columns,
            beside=self.amount - len(subjects) + earlier - most,
            of=self.case.plan.people,
            blanks={"what": word, "sum": self.amount + earlier, **blanks},
        )


def _habits(case: Case) -> Iterator[Measured]:
    amounts = case.plan.amounts.items()
    return (Measured(case, name, amount) for name, amount in amounts if name not in CONTACT_COLUMNS)


def in_steps(case: Case) -> Iterator[Picked]:
    """Pick what is beyond a limit with the files just before, which nobody approved."""
    for it in _habits(case):
        _, percent = WORDS.get(it.measure, ("", ""))
        limit: int = getattr(case.policy, percent) if percent else HUNDRED
        if limit < HUNDRED and 2 * (week := it.week()) >= it.amount:
            share = case.plan.people * limit // HUNDRED
            yield it.beyond(week, max(it.few, share, it.largest_week(share)), limit=limit)


def unusual(case: Case) -> Iterator[Picked]:
    """Pick what no file of the company has ever changed so often unasked."""
    for it in _habits(case) if has_habit(case) else ():
        if it.measure in HABITUAL:
            largest = it.largest()
            yield it.beyond(0, max(it.many, FAR * largest), largest=largest)


def trends(case: Case) -> Iterator[Picked]:
    """Pick what no two weeks of the company have ever changed so often unasked."""
    for it in _habits(case) if has_habit(case) else ():
        if it.measure in {*HABITUAL, ADDED} and 2 * (trend := it.trend()) >= it.amount:
            largest = it.largest_trend()
            yield it.beyond(trend, max(it.few, FAR_IN_WEEKS * largest), largest=largest)
