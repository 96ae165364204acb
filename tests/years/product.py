"""The product in memory, night by night."""

from dataclasses import dataclass, field, replace

from support.fakes import START
from wecom_sync.domain.policy import Policy
from wecom_sync.domain.run import Job
from wecom_sync_tools.replay.address_book import DAY_SECONDS, AddressBook
from wecom_sync_tools.replay.corp import Answer, Corp

__all__ = ["Answer", "Product"]

MORNING = 8 * 3600
"""When a person decides about last night's holds."""


@dataclass
class Product:
    """One corp. WeCom deletes departments `tidies` days after they are empty."""

    policy: Policy
    tidies: int = 0
    corp: Corp = field(init=False)

    def __post_init__(self) -> None:
        self.corp = Corp(self.policy, AddressBook(days_condemned=self.tidies))

    def fork(self) -> "Product":
        """Return a product to which something may happen that never happened here."""
        other = replace(self)
        other.corp = self.corp.fork()
        return other

    def drop(self, job: Job, content: bytes, day: int, hour: float, *, approve: bool) -> Answer:
        """Drop a file at a time; if it is held, it is approved or cancelled in the morning."""
        dropped = START + day * DAY_SECONDS + hour * 3600
        morning = START + (day + 1) * DAY_SECONDS + MORNING
        return self.corp.play(job, content, dropped, approved=morning if approve else None)
