"""Good files to begin with: the published templates and the exports of a made-up company."""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import cast

from hazards import book
from hazards.goods import good_files, nothing_new
from hazards.organisation import branches, department_changes, reorganised
from hazards.people import identity
from wecom_sync.domain.run import Job

DATA = Path(__file__).parents[1] / "data"
TEMPLATES = {
    "batch_party_sample.csv": (Job.REPLACE_PARTY, "utf-8-sig"),
    "batch_user_cover_sample.csv": (Job.REPLACE_USER, "gbk"),
    "batch_user_update_sample.csv": (Job.SYNC_USER, "gbk"),
    "legacy_2016_batch_user_sample.csv": (Job.SYNC_USER, "utf-8-sig"),
}
ROWS = 12
"""Rows of a seed: enough for duplicates, and few, because thousands of files are made of it."""

type Table = list[list[str]]


@dataclass(frozen=True, slots=True)
class Seed:
    """A good file as a table, the job that it is for, and its corp's own headers."""

    job: Job
    table: tuple[tuple[str, ...], ...]
    columns: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class File:
    """A dropped file; `private` are cells that nobody may see whole."""

    job: Job
    content: bytes
    columns: Mapping[str, str]
    private: frozenset[str] = frozenset()


@cache
def seeds(*, members: bool) -> tuple[Seed, ...]:
    return tuple(seed for seed in _every_seed() if seed.job.has_members is members)


@cache
def _every_seed() -> tuple[Seed, ...]:
    table_seeds = [
        Seed(job, _table((DATA / name).read_bytes().decode(encoding)), {})
        for name, (job, encoding) in TEMPLATES.items()
    ]
    table_seeds.append(Seed(Job.REPLACE_PARTY, _table(book.departments().text()), {}))
    trees = (*department_changes(), *reorganised(), *branches())
    for hazard in (*good_files(), *nothing_new(), *identity(), *trees):
        columns = hazard.settings.get("columns", {})
        with suppress(UnicodeDecodeError):
            table = _table(hazard.content.decode("utf-8-sig"))
            table_seeds.append(Seed(hazard.job, table, cast("Mapping[str, str]", columns)))
    return tuple(table_seeds)


def _table(text: str) -> tuple[tuple[str, ...], ...]:
    lines = text.splitlines()
    kept = lines if len(lines) < 4 * ROWS else [*lines[: ROWS // 2], *lines[-ROWS // 2 :]]
    return tuple(tuple(line.split(",")) for line in kept)
