"""The last days of people: when one is over, and which file has to be planned anew then."""

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta, tzinfo
from typing import NamedTuple, Self

from wecom_sync.domain.drop import LEAVERS, Drop, Why, Wish
from wecom_sync.domain.values import dataclass


class LastDay(NamedTuple):
    """The next last day in a file, such as 2026-11-30, and how many people have it.

    `over`: when it is over (UTC epoch seconds).
    """

    day: str
    people: int
    over: float


@dataclass(frozen=True, slots=True)
class Calendar:
    """Days, as people of a time zone count them."""

    zone: tzinfo

    def day(self, moment: float, days: int = 0) -> str:
        """Return the day of a moment, or the one so many days later."""
        date_then = datetime.fromtimestamp(moment, self.zone).date()
        return (date_then + timedelta(days=days)).isoformat()

    def over(self, day: str) -> float:
        """Return when a day is over."""
        next_day = date.fromisoformat(day) + timedelta(days=1)
        return datetime.combine(next_day, time(), self.zone).timestamp()

    def first_of(self, days: Mapping[str, int]) -> LastDay | None:
        """Return the first of the days, None if there is none."""
        if not days:
            return None
        day = min(days)
        return LastDay(day, days[day], self.over(day))


NOTICE_SECONDS = 86_400
"""How long before they are removed people are told."""


class DueFile(NamedTuple):
    """A corp's company file that was applied last, and the next last day in it: see `LastDay`.

    `run_id`: whose object names it, or `LEAVERS`; `key`: of the file.
    """

    corp: str
    run_id: str
    key: str
    day: str
    over: float

    @classmethod
    def of_leavers(cls, corp: str, last: LastDay) -> Self:
        return cls(corp, LEAVERS, f"{corp}/company/{LEAVERS}.csv", last.day, last.over)

    @property
    def is_of_leavers(self) -> bool:
        return self.run_id == LEAVERS

    @property
    def starts(self) -> float:
        """When its object is put."""
        return self.over - (NOTICE_SECONDS if self.is_of_leavers else 0)

    @property
    def wish(self) -> Wish:
        """What its object asks for."""
        return Wish(Why.DUE, self.run_id, self.day)

    def after(self, last: LastDay) -> Self:
        """Return the same with its next day."""
        return self._replace(day=last.day, over=last.over)

    def drop_digest(self, bucket: str) -> str:
        """Return the digest of every drop that has it planned anew: they are one."""
        return Drop.digest_of(bucket, self.key, " ".join(self.wish))
