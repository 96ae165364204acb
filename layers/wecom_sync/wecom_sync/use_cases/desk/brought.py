"""A file that somebody brings to the desk: what of it goes on. Loaded once one comes."""

import base64
import binascii
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from wecom_sync.domain.drop import FILES, MAX_BROUGHT_BYTES
from wecom_sync.domain.policy import Reading
from wecom_sync.domain.states import Job
from wecom_sync.domain.texts import Listing, Params, TextCode
from wecom_sync.files.cutting.cut import UNSEEN, UncuttableError, cut
from wecom_sync.files.decoding import Stopwatch
from wecom_sync.files.privacy import shortened
from wecom_sync.files.problems import FileRejectedError, Problem
from wecom_sync.files.roster import read_roster
from wecom_sync.reporting.catalogue import say
from wecom_sync.reporting.documents import joined, problem_text
from wecom_sync.reporting.language import Language

MOST_PROBLEMS = 20
"""How many problems are told."""
MOST_ROWS = 50_000
"""Each is read three times here, while somebody waits."""


class Brought(NamedTuple):
    """A CSV without what nobody takes, its rows, and the headers of both.

    `left`: why further rows are left out, or what may be wrong with those that a workbook has.
    """

    content: bytes
    rows: int
    sent: list[str]
    stays: list[str]
    left: list[Problem]


def brought(name: str, packed: str, reading: Reading, watch: Stopwatch) -> Brought:
    """Return what goes on of a company's file; `packed`: its content as base64.

    `watch`: how long that may take. Raises `FileRejectedError` with what is wrong with it.
    """
    if not name.lower().endswith(FILES):
        raise _refused("desk_file_kind")
    if len(packed) > (MAX_BROUGHT_BYTES + 2) // 3 * 4:
        raise _refused("desk_file_too_large")
    try:
        content = base64.b64decode(packed, validate=True)
    except (binascii.Error, ValueError):
        content = b""
    try:
        part = cut(Job.COMPANY, content, reading, watch, MOST_ROWS)
    except UncuttableError:
        # What is wrong with the file itself says more.
        read_roster(Job.COMPANY, content, reading, watch)
        raise _refused("desk_file_unlike") from None
    if isinstance(part.read, FileRejectedError):
        raise part.read
    if any(it.code == "warning_fix_file" for it in part.read.warnings):
        raise _refused("desk_fix_file")
    left = [_left(header, counts) for header, counts in part.read.left_out.rows.items()]
    left += [it for it in part.read.warnings if it.code in UNSEEN]
    sent, stays = ([*map(shortened, headers)] for headers in (part.sent, part.others))
    return Brought(part.content, len(part.read.rows), sent, stays, left)


def _left(header: str, counts: Mapping[str, int]) -> Problem:
    values, count = Listing.of(counts), sum(counts.values())
    params: Params = {"column": shortened(header), "found": values, "count": count}
    return Problem(0, "", "desk_rows_left", params)


def problem_texts(problems: Iterable[Problem]) -> list[dict[Language, str]]:
    """Return the first problems, in each language, each with its place; and how many others."""
    listed = [*problems]
    first, rest = listed[:MOST_PROBLEMS], len(listed) - MOST_PROBLEMS
    texts = [{language: _placed(it, language) for language in Language} for it in first]
    more = {language: say(language, "desk_more", count=rest) for language in Language}
    return [*texts, more] if rest > 0 else texts


def _placed(problem: Problem, language: Language) -> str:
    words = problem_text(problem, language)
    if not problem.line:
        return words
    if problem.cell:
        return joined((say(language, "cell_prefix", cell=problem.cell), words), language)
    return joined((say(language, "line_prefix", line=problem.line), words), language)


def _refused(code: TextCode) -> FileRejectedError:
    return FileRejectedError([Problem(0, "", code)])
