"""An uploaded CSV as WeCom reads it: UTF-8, a header line, columns known by name."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from wecom_simulator.state.errors import JobError

INVALID_FILE: Final = 40092


@dataclass(frozen=True, slots=True)
class Table:
    """The rows of a file by header; cells a short row lacks are blank, extra ones are dropped."""

    headers: tuple[str, ...]
    rows: list[dict[str, str]]

    def require(self, *alternatives: Iterable[str]) -> None:
        """Raise JobError 40092 unless each of *alternatives* has one of its columns here."""
        for names in alternatives:
            wanted = list(names)
            if not any(name in self.headers for name in wanted):
                raise JobError(INVALID_FILE, f"no column {'/'.join(wanted)}")


def parse(data: bytes) -> Table:
    """Return the table in *data*.

    UTF-8 with or without BOM, lines end in LF or CRLF, empty lines are skipped. Every comma
    separates; quotes are characters. Raises JobError
    40092 for anything else, for an empty file, a header alone or a header used twice.
    """
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise JobError(INVALID_FILE, "not UTF-8") from error
    records = (line.removesuffix("\r").split(",") for line in text.split("\n"))
    lines = [cells for cells in records if any(cells)]
    if not lines:
        raise JobError(INVALID_FILE, "empty file")
    headers = tuple(lines[0])
    named = [header for header in headers if header]
    if len(named) != len(set(named)):
        raise JobError(INVALID_FILE, "the same column twice")
    rows = [_row(headers, cells) for cells in lines[1:]]
    if not rows:
        raise JobError(INVALID_FILE, "no rows")
    return Table(headers, rows)


def _row(headers: tuple[str, ...], cells: list[str]) -> dict[str, str]:
    row = dict.fromkeys(headers, "")
    row.update(zip(headers, cells, strict=False))
    return row
