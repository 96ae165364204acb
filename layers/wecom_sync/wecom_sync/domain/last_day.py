"""The last days of people: when one is over, and which file has to be planned anew then."""

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta, tzinfo
from typing import NamedTuple

from wecom_sync.domain.drop import Drop
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

    def day(self, moment: float) -> str:
        return datetime.fromtimestamp(moment, self.zone).date().isoformat()

    def first_of(self, days: Mapping[str, int]) -> LastDay | None:
        """Return the first of the days, None if there is none."""
        if not days:
            return None
        day = min(days)
        next_day = date.fromisoformat(day) + timedelta(days=1)
        over = datetime.combine(next_day, time(), self.zone).timestamp()
        return LastDay(day, days[day], over)


class DueFile(NamedTuple):
    """A corp's company file that was applied last, and the next last day in it: see `LastDay`.

    `run_id`: whose object names it; `key`: of the file.
    """

    corp: str
    run_id: str
    key: str
    day: str
    over: float

    def drop_digest(self, bucket: str) -> str:
        """Return the digest of every drop that has it planned anew: they are one."""
        return Drop.digest_of(bucket, self.key, once(self.run_id, self.day))


def once(due_of: str, due_day: str) -> str:
    """Return what stands for the version of such a drop."""
    return f"due {due_of} {due_day}"
