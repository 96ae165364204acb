"""What a company's files have changed unasked so far, and what is far more than that. Pure."""

from collections.abc import Iterator, Sequence

from wecom_sync.domain.book import Night
from wecom_sync.domain.values import dataclass

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


@dataclass(frozen=True, slots=True)
class Habit:
    """How much of one thing the earlier files changed. `now`: when this file was dropped."""

    measure: str
    nights: Sequence[Night]
    now: float

    @property
    def is_known(self) -> bool:
        """Whether there were enough files to compare with."""
        return (
            len(self.nights) >= KNOWN_FILES and self.now - self.nights[0].dropped >= KNOWN_SECONDS
        )

    def week(self) -> int:
        """Return how much changed unasked in the days, or files, just before this one."""
        since = self._since_asked()
        first = since[-(WEEK_FILES - 1) :][:1]
        start = min([self.now - WEEK_SECONDS, *(it.dropped for it in first)])
        return self._sum(start, self.now)

    def largest_week(self, limit: int) -> int:
        """Return the most in such days or files so far, without what was beyond the limit alone.

        What a person has approved is a habit too.
        """
        nights = [it for it in self.nights if it.dropped <= self.now and self._amount(it) <= limit]
        sums = [0]
        for at, last in enumerate(nights):
            start = max(0, at - WEEK_FILES + 1)
            while start and nights[start - 1].dropped >= last.dropped - WEEK_SECONDS:
                start -= 1
            sums.append(sum(map(self._amount, nights[start : at + 1])))
        return max(sums) if self.is_known else 0

    def trend(self) -> int:
        """Return how much changed unasked in the two weeks before."""
        return self._sum(self.now - TREND_SECONDS, self.now)

    def largest(self) -> int:
        """Return the most that a file changed unasked."""
        return max((self._amount(it) for it in self._unasked()), default=0)

    def largest_trend(self) -> int:
        """Return the most that changed unasked in two weeks which were over before these two."""
        nights = [it for it in self._unasked() if it.dropped <= self.now - TREND_SECONDS]
        largest = total = start = 0
        for night in nights:
            total += self._amount(night)
            while nights[start].dropped <= night.dropped - TREND_SECONDS:
                total -= self._amount(nights[start])
                start += 1
            largest = max(largest, total)
        return largest

    def _sum(self, start: float, end: float) -> int:
        return sum(self._amount(it) for it in self._since_asked() if start <= it.dropped <= end)

    def _amount(self, night: Night) -> int:
        return night.amounts.get(self.measure, 0)

    def _unasked(self) -> Iterator[Night]:
        return (it for it in self.nights if not it.approved and it.dropped <= self.now)

    def _since_asked(self) -> Sequence[Night]:
        """Return the nights after the last one that a person approved with such changes."""
        since: list[Night] = []
        for night in self.nights:
            if night.approved and self._amount(night):
                since = []
            elif night.dropped <= self.now and not night.approved:
                since.append(night)
        return since
