"""An uploaded CSV as WeCom reads it: UTF-8, a header line, columns known by name, no quotes."""

from collections.abc import Iterable
from typing import Final, NamedTuple

from wecom_simulator.state.errors import JobError

INVALID_FILE: Final = 40092


class CsvTable(NamedTuple):
    """The rows of a file by header; cells a short row lacks are blank, extra ones are dropped."""

    headers: tuple[str, ...]
    rows: list[dict[str, str]]

    def require(self, *alternatives: Iterable[str]) -> None:
        """Raise JobError 40092 unless each of *alternatives* has one of its columns here."""
        for names in alternatives:
            wanted = list(names)
            if not any(name in self.headers for name in wanted):
                raise JobError(INVALID_FILE, f"no column {'/'.join(wanted)}")


def parse(data: bytes) -> CsvTable:
    """Return the table in *data*.

    UTF-8 with or without BOM, lines end in LF or CRLF, empty lines are skipped, every comma
    separates. Raises JobError 40092 for anything else, for an empty file, a header alone or a
    header used twice.
    """
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise JobError(INVALID_FILE, "not UTF-8") from error
    lines = [line.removesuffix("\r").split(",") for line in text.split("\n")]
    headers, *rows = [cells for cells in lines if any(cells)] or [[""]]
    named = [header for header in headers if header]
    if len(named) != len(set(named)):
        raise JobError(INVALID_FILE, "the same column twice")
    if not rows:
        raise JobError(INVALID_FILE, "no rows")
    blank = dict.fromkeys(headers, "")
    return CsvTable(tuple(headers), [blank | dict(zip(headers, row, strict=False)) for row in rows])
