"""An uploaded CSV as WeCom reads it: UTF-8, a header line, columns known by name."""

import csv
import io
from collections.abc import Iterable
from typing import Final, NamedTuple

from wecom_simulator.state.errors import JobError
from wecom_simulator.state.switches import Switches

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


def parse(data: bytes, switches: Switches) -> CsvTable:
    """Return the table in *data*.

    UTF-8 with or without BOM, lines end in LF or CRLF, empty lines are skipped. Raises JobError
    40092 for anything else, for an empty file, a header alone or a header used twice.
    """
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise JobError(INVALID_FILE, "not UTF-8") from error
    try:
        lines = list(_records(text, switches))
    except csv.Error as error:
        raise JobError(INVALID_FILE, "not CSV") from error
    if not lines:
        raise JobError(INVALID_FILE, "empty file")
    headers = tuple(_header(cell, switches) for cell in lines[0])
    named = [header for header in headers if header]
    if len(named) != len(set(named)):
        raise JobError(INVALID_FILE, "the same column twice")
    rows = [_row(headers, cells) for cells in lines[1:]]
    if not rows:
        raise JobError(INVALID_FILE, "no rows")
    return CsvTable(headers, rows)


def _records(text: str, switches: Switches) -> Iterable[list[str]]:
    if switches.csv_quoting == "rfc4180":
        records: Iterable[list[str]] = csv.reader(io.StringIO(text, newline=""))
    else:
        records = (line.removesuffix("\r").split(",") for line in text.split("\n"))
    for cells in records:
        if any(cells):
            yield [cell.strip() for cell in cells] if switches.trim_cells else cells


def _header(cell: str, switches: Switches) -> str:
    return "帐号" if cell == "账号" and switches.zhanghao_accepted else cell


def _row(headers: tuple[str, ...], cells: list[str]) -> dict[str, str]:
    row = dict.fromkeys(headers, "")
    row.update(zip(headers, cells, strict=False))
    return row
