"""Files that are read, or refused with problems that can be told in both languages."""

from typing import Any

from wecom_sync.domain.policy import Reading
from wecom_sync.domain.states import Job
from wecom_sync.files.problems import FileRejectedError, Problem
from wecom_sync.files.roster import Roster, read_roster
from wecom_sync.reporting.documents import problem_text
from wecom_sync.reporting.language import Language


def read(content: bytes | str, job: Job = Job.SYNC_USER, **settings: Any) -> Roster:
    """Read a file by a corp's settings, which are the fields of `Reading`."""
    data = content.encode() if isinstance(content, str) else content
    try:
        return read_roster(job, data, Reading(**settings))
    except FileRejectedError as error:
        _tell(error)
        raise


def _tell(error: FileRejectedError) -> None:
    for language in Language:
        assert all(problem_text(each, language) for each in error.problems)


def refusal(content: bytes | str, job: Job = Job.SYNC_USER, **settings: Any) -> FileRejectedError:
    try:
        roster = read(content, job, **settings)
    except FileRejectedError as error:
        return error
    raise AssertionError(roster.rows)


def problems(content: bytes | str, job: Job = Job.SYNC_USER, **settings: Any) -> list[Problem]:
    try:
        read(content, job, **settings)
    except FileRejectedError as error:
        return [*error.problems]
    return []


def codes(content: bytes | str, job: Job = Job.SYNC_USER, **settings: Any) -> list[tuple[int, str]]:
    return [(each.line, each.code) for each in problems(content, job, **settings)]
