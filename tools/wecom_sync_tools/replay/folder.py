"""A folder of HR's files: in which order, when, and as which job each is played."""

import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple
from unicodedata import normalize

from wecom_sync.domain.drop import FILES, Word
from wecom_sync.domain.states import Job
from wecom_sync_tools.console.errors import UsageError
from wecom_sync_tools.replay.address_book import DAY_SECONDS

STEPS: Mapping[str, float] = {
    "day": DAY_SECONDS,
    "week": 7 * DAY_SECONDS,
    "month": 365 / 12 * DAY_SECONDS,
}
"""How long after the one before a file without a date is played."""
_BEGINNING = datetime(2026, 1, 1, tzinfo=UTC).timestamp()
"""When files are played of which none has a date."""
_MOMENT = re.compile(
    r"(?<!\d)(20\d\d)(?:[-_.年](0?[1-9]|1[0-2])|(0[1-9]|1[0-2]))"
    r"(?:[-_.月]?(0[1-9]|[12]\d|3[01]))?(?!\d)[月日]?(?:T(\d\d)(\d\d)(?!\d))?"
)
"""A month or a day, and a time: 2026-01, 2026年1月, 20260131T0930."""
_JOBS = {job.value: job for job in Job}


class Entry(NamedTuple):
    """A file of the folder. `name`: its path below the folder; `dropped`: UTC epoch seconds."""

    path: Path
    name: str
    job: Job
    dropped: float


def entries_of(folder: Path, default: Job | None, step: float) -> list[Entry]:
    """Return the files in the order in which they are played.

    `default`: the job of files that do not name one, company if nobody says. Raises `UsageError`
    for a folder without files, and for a name that calls for a job that there is not.
    """
    if not folder.is_dir():
        raise UsageError("replay_no_folder", folder=folder)
    paths = sorted(_files(folder), key=lambda path: _place(path.relative_to(folder)))
    if not paths:
        raise UsageError("replay_no_files", folder=folder)
    names = [path.relative_to(folder).as_posix() for path in paths]
    jobs = [_job(path, default) for path in paths]
    return [*map(Entry, paths, names, jobs, _times([_moment(path) for path in paths], step))]


def _files(folder: Path) -> Iterator[Path]:
    for path in folder.rglob("*"):
        is_hidden = any(part.startswith((".", "~$")) for part in path.relative_to(folder).parts)
        is_export = path.suffix.lower() in FILES and path.name != Word.ACCOUNTS
        if is_export and not is_hidden and path.is_file():
            yield path


def _place(path: Path) -> tuple[object, ...]:
    """Return a file's place in the natural order. The folders of jobs do not count in it."""
    parts = [part for part in path.parts[:-1] if part not in _JOBS]
    order = ["/".join([*parts, path.stem]), path.as_posix()]
    return tuple(
        [int(part) if part.isdecimal() else part for part in re.split(r"(\d+)", text)]
        for text in (normalize("NFKC", name).casefold() for name in order)
    )


def _job(path: Path, default: Job | None) -> Job:
    word = _MOMENT.sub("", path.stem, count=1).partition("-")[2]
    job = _JOBS.get(word) or _JOBS.get(path.resolve().parent.name) or default
    if job is None and word:
        raise UsageError("replay_job_unknown", file=path, word=word, jobs=", ".join(Job))
    return job or Job.COMPANY


def _moment(path: Path) -> float | None:
    """Return the time that a name tells, that of its month's first day if it tells no day."""
    match = _MOMENT.search(path.stem)
    if match is None:
        return None
    year, separate, joined, day, hour, minute = (int(text or 0) for text in match.groups())
    try:
        moment = datetime(year, separate or joined, day or 1, hour, minute, tzinfo=UTC)
    except ValueError:
        return None
    return moment.timestamp()


def _times(moments: list[float | None], step: float) -> Iterator[float]:
    """Yield when each file is played: no two at the same time."""
    dated = next((at for at, moment in enumerate(moments) if moment is not None), 0)
    last = (moments[dated] or _BEGINNING) - (dated + 1) * step
    for moment in moments:
        time = last + step if moment is None else moment
        last = time + 1 if time == last else time
        yield last
