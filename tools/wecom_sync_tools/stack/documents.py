"""What the report bucket says: of each run in its page, of each corp in its index."""

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from operator import itemgetter
from typing import TYPE_CHECKING, Any, NamedTuple, Self

from botocore.exceptions import ClientError

from wecom_sync.domain.drop import RUN_ID
from wecom_sync.domain.run import Run
from wecom_sync.reporting.corp_index import INDEX, NEWEST, CorpIndex, run_in
from wecom_sync.reporting.documents import run_document
from wecom_sync.reporting.language import Language
from wecom_sync.reporting.run_pages import RUN_PAGE, STORED, page_in, run_of_page
from wecom_sync_tools.console.errors import CommandError, UsageError

if TYPE_CHECKING:
    from types_boto3_s3 import S3Client

NAMED = 5
"""How many runs the error about an ambiguous id names."""
AT_ONCE = 8
"""ReportBucket that are read at the same time."""
_DATED = re.compile(r"\d{8}(T.*)?")
"""The beginning of a run's id, with the whole date."""
_NAME = re.compile(rf"{_DATED.pattern}|(.*-)?[0-9a-f]{{1,12}}")
"""The beginning of a run's id or of its short one, or the end of an id with the short one."""
_DAMAGED = (
    ValueError, TypeError, LookupError, AttributeError, OverflowError, RecursionError,
)  # fmt: skip
"""What a document raises that was cut off, say, when it is read or told."""


class ReadingRefusedError(CommandError):
    def __init__(self) -> None:
        super().__init__("reading_refused")


@contextmanager
def _in_form(key: str) -> Iterator[None]:
    """Raise `CommandError` for a document that is no JSON, or is not of the form that we read."""
    try:
        yield
    except _DAMAGED as error:
        raise CommandError("document_damaged", key=key) from error


class RunPage(NamedTuple):
    """A run as its `run.json` tells it."""

    run: Run
    document: Mapping[str, Any]

    @classmethod
    def read(cls, key: str, content: bytes) -> Self:
        with _in_form(key):
            document = json.loads(content)
            return cls(run_of_page(document), document)

    def in_language(self, language: Language) -> dict[str, Any]:
        with _in_form(f"{self.run.corp}/{self.run.run_id}/{RUN_PAGE}"):
            page = page_in(self.document, language)
        del page[STORED]
        return page


class ReportBucket:
    """Reads the report bucket; every method may raise `ReadingRefusedError`, a `CommandError`."""

    def __init__(self, client: "S3Client", bucket: str) -> None:
        self._client = client
        self._bucket = bucket

    def get(self, key: str) -> bytes | None:
        """Return a document, None when there is none."""
        try:
            return self._client.get_object(Bucket=self._bucket, Key=key)["Body"].read()
        except ClientError as error:
            code = error.response["Error"]["Code"]
            if code == "NoSuchKey":
                return None
            if code != "AccessDenied":
                raise
            # To whoever may list one corp only, S3 also says so of what is not there.
            if self._listed(key, most=1):
                raise ReadingRefusedError from error
            return None

    def page(self, corp: str, name: str) -> RunPage | None:
        """Return the page of the run with this id or short id, None when there is none yet."""
        run_ids = [name] if RUN_ID.fullmatch(name) else self.run_ids(corp, name)
        key = f"{corp}/{run_ids[0]}/{RUN_PAGE}" if run_ids else ""
        content = self.get(key) if key else None
        return None if content is None else RunPage.read(key, content)

    def report(self, run: Run, name: str) -> bytes:
        """Return a report of a run; empty when it has none, or it has expired."""
        return (
            self.get(f"{run.corp}/{run.run_id}/{name}") or b""
            if name in run.result.reports
            else b""
        )

    def index(self, corp: str) -> CorpIndex:
        content = self.get(key := f"{corp}/{INDEX}")
        with _in_form(key):
            index = CorpIndex.read(corp, content)
            index.to_bytes(index.habit.silent_from or 0, 1)
            return index

    def corps(self) -> Sequence[str]:
        """Return the corps of which anything is known. Raises `UsageError` if that is refused."""
        try:
            return self._listed("")
        except ReadingRefusedError as error:
            raise UsageError("corp_needed") from error

    def run_ids(self, corp: str, name: str) -> Sequence[str]:
        """Return the runs of a corp that a name fits; see `_NAME`."""
        if not _NAME.fullmatch(name):
            return []
        beginning, most = (name, NAMED + 1) if _DATED.fullmatch(name) else ("", None)
        ids = filter(RUN_ID.fullmatch, self._listed(f"{corp}/", beginning, most))
        if "-" in name:
            return [run_id for run_id in ids if name in run_id]
        return [it for it in ids if it.startswith(name) or it.rpartition("-")[2].startswith(name)]

    def all_run_ids(self, corp: str) -> Iterator[str]:
        return filter(RUN_ID.fullmatch, self._listed(f"{corp}/"))

    def newest(self, corps: Sequence[str], count: int) -> Sequence[RunPage]:
        """Return the pages of the newest runs, the newest first."""
        ids = ((run_id, corp) for corp in corps for run_id in self.all_run_ids(corp))
        newest = sorted(ids, reverse=True)[:count]
        return [page for page in at_once(lambda it: self.page(it[1], it[0]), newest) if page]

    def newest_runs(
        self, corps: Sequence[str], count: int, language: Language
    ) -> Sequence[Mapping[str, Any]]:
        """Return the newest runs as JSON: from the corps' indexes, and more of them from pages."""
        by_id = {
            run_id: run_in(run, language)
            for corp in corps
            for run_id, run in self.index(corp).runs.items()
        }
        if count > NEWEST:
            pages = self.newest(corps, count)
            by_id |= {page.run.run_id: run_document(page.run, language) for page in pages}
        # Ids tell when a file was dropped to the second only.
        return sorted(by_id.values(), key=itemgetter("created", "run_id"), reverse=True)

    def _listed(self, folder: str, beginning: str = "", most: int | None = None) -> Sequence[str]:
        """Return the names of what lies in a folder; `most`: how many suffice."""
        pages = self._client.get_paginator("list_objects_v2").paginate(
            Bucket=self._bucket,
            Prefix=f"{folder}{beginning}",
            Delimiter="/",
            PaginationConfig={"MaxItems": most, "PageSize": most} if most else {},
        )
        try:
            names = [
                entry.get("Prefix") or entry["Key"]
                for page in pages
                for entry in (*page.get("CommonPrefixes", ()), *page.get("Contents", ()))
            ]
        except ClientError as error:
            if error.response["Error"]["Code"] != "AccessDenied":
                raise
            raise ReadingRefusedError from error
        return [name.removeprefix(folder).removesuffix("/") for name in names]


def at_once[Name, Content](
    read: Callable[[Name], Content], names: Iterable[Name]
) -> Sequence[Content]:
    """Read several documents at the same time; return them in their order."""
    with ThreadPoolExecutor(AT_ONCE) as readers:
        return list(readers.map(read, names))


def find_run(documents: ReportBucket, name: str, corp: str | None) -> RunPage:
    """Return the run that a name fits, of a corp or of any. Raises `UsageError`."""
    corps = [corp] if corp else documents.corps()
    matches = [(run_id, alias) for alias in corps for run_id in documents.run_ids(alias, name)]
    if len(matches) > 1:
        names = ", ".join(run_id for run_id, _ in matches[:NAMED])
        raise UsageError("run_ambiguous", run=name, runs=names)
    page = documents.page(matches[0][1], matches[0][0]) if matches else None
    if page is None:
        raise UsageError("run_unknown", run=name, options=f" --corp {corp}" if corp else "")
    return page
