"""The table's stream in virtual time: what was changed is handed over, one batch at a time."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from support.template import resources
from wecom_sync.adapters.dynamodb_items import UNPUBLISHED

Key = tuple[str, str]


class Stream:
    """Records of items that are to be published; a batch that failed comes again, in order.

    `records` are the keys of what was changed and not yet handled, the oldest first.
    """

    def __init__(
        self, clock: Callable[[], float], items: Callable[[], Iterable[Mapping[str, Any]]]
    ) -> None:
        self._clock = clock
        self._items = items
        self._seen: dict[Key, tuple[object, ...]] = {}
        properties = resources("AWS::Lambda::Function")["PublishFunction"]["Properties"]
        self._timeout_seconds = properties["Timeout"]
        self.records: list[Key] = []
        self.visible_at = 0.0

    def look(self) -> None:
        """Note what was changed since the last look and is not published."""
        marks: dict[Key, tuple[object, ...]] = {
            (item["pk"], item["sk"]): (item[UNPUBLISHED], item.get("touched"), item.get("revision"))
            for item in self._items()
            if UNPUBLISHED in item
        }
        self.records += [key for key, mark in marks.items() if self._seen.get(key) != mark]
        self._seen = marks

    def lose(self) -> None:
        """Forget what was changed so far: no record of it arrives."""
        self.look()
        self.records.clear()

    def next_time(self) -> float | None:
        return self.visible_at if self.records else None

    def deliver(self, handle: Callable[[dict[str, Any]], bool]) -> None:
        """Hand a batch over. A function that dies keeps it until its time is out."""
        batch = len(self.records)
        found = [
            {"dynamodb": {"Keys": {"pk": {"S": pk}, "sk": {"S": sk}}}} for pk, sk in self.records
        ]
        if handle({"Records": found}):
            del self.records[:batch]
        else:
            self.visible_at = self._clock() + self._timeout_seconds
