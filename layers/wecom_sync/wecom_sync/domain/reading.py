"""How a corp's files are read."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Self


@dataclass(frozen=True, slots=True)
class Reading:
    """What a corp's settings say about its files.

    A run keeps it, so that a file that comes again is read as it was the first time.
    """

    columns: Mapping[str, str] = field(default_factory=dict)
    """HR header to WeCom's; blank for a column that is left out without a word."""
    attributes: tuple[str, ...] = ()
    """Custom attributes of WeCom's console that are sent."""
    rows: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Header of a member file to its values: only rows with one of these are taken."""

    def to_document(self) -> dict[str, Any]:
        """Return plain values, for the table."""
        rows = {header: list(values) for header, values in self.rows.items()}
        return {"columns": dict(self.columns), "attributes": list(self.attributes), "rows": rows}

    @classmethod
    def from_document(cls, document: Mapping[str, Any]) -> Self:
        """Return the reading of a `to_document`."""
        rows = {header: tuple(values) for header, values in document["rows"].items()}
        return cls(document["columns"], tuple(document["attributes"]), rows)
