"""What went out for a run, and what WeCom applied last, in the snapshot bucket."""

import gzip
import hashlib
import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import Any

from botocore.exceptions import ClientError

from wecom_sync.adapters.s3 import S3Bucket
from wecom_sync.domain.book import Book, Past, People
from wecom_sync.domain.errors import BookUnreadableError, SnapshotMovedError
from wecom_sync.domain.outcome import ReceivedResult
from wecom_sync.domain.run import Run
from wecom_sync.domain.stored import plain, stored
from wecom_sync.domain.values import dataclass
from wecom_sync.files.roster import Roster
from wecom_sync.planning.memory.sent import Sent
from wecom_sync.planning.stakes import Stake

VERSION = 6
"""Of the form in which a book is stored."""
LEVEL = 1
"""Of compression. Level 6 takes more than twice the time and saves a seventh of the bytes."""


@dataclass(frozen=True, slots=True)
class S3Archive(S3Bucket):
    """Compressed JSON in the snapshot bucket: `runs/<corp>/<run id>/...`, `snapshots/<corp>`."""

    def sent(self, run: Run) -> Sent | None:
        return self._stored(Sent, _of_run(run, _sent_name(run)))

    def put_sent(self, run: Run, sent: Sent) -> None:
        """Keep what goes out for a run: of its file the rows, and not what was told about them."""
        file = sent.roster
        bare = Roster(file.job, file.encoding, file.columns, file.rows, separator=file.separator)
        self._put(_of_run(run, _sent_name(run)), plain(replace(sent, roster=bare)))

    def stakes(self, run: Run, digest: str) -> frozenset[Stake] | None:
        return self._stored(frozenset[Stake], _of_run(run, f"stakes-{digest[:16]}"))

    def put_stakes(self, run: Run, digest: str, stakes: Sequence[Stake]) -> None:
        self._put(_of_run(run, f"stakes-{digest[:16]}"), stakes)

    def result(self, run: Run) -> ReceivedResult | None:
        return self._stored(ReceivedResult, _of_run(run, _result_name(run)))

    def put_result(self, run: Run, received: ReceivedResult) -> ReceivedResult:
        refusal = self._put(_of_run(run, _result_name(run)), plain(received), "")
        if refusal is None:
            return received
        if (kept := self.result(run)) is None:
            raise refusal
        return kept

    def snapshot(self, corp: str) -> Book:
        return _book(self._get(_snapshot_key(corp)))

    def change_snapshot(self, corp: str, change: Callable[[Book], Book]) -> None:
        key = _snapshot_key(corp)
        before, tag = self._tagged(key)
        after = change(_book(_unpacked(before)))
        document = plain(replace(after, people=People()))
        document |= {"version": VERSION, "people": plain(after.people.to_document())}
        # When an answer was lost, the client has sent the write again and meets its own.
        if (refusal := self._put(key, document, tag)) and self._get(key) != json.loads(
            json.dumps(document)
        ):
            raise SnapshotMovedError from refusal

    def corps(self) -> Sequence[str]:
        pages = self.client.get_paginator("list_objects_v2").paginate(
            Bucket=self.bucket, Prefix="snapshots/"
        )
        keys = [item["Key"] for page in pages for item in page.get("Contents", ())]
        return [key.removeprefix("snapshots/").removesuffix(".json.gz") for key in keys]

    def _get(self, key: str) -> Any:
        return _unpacked(self._tagged(key)[0])

    def _stored[Value](self, kind: type[Value], key: str) -> Value | None:
        document = self._get(key)
        return None if document is None else stored(kind, document)

    def _put(self, key: str, document: object, tag: str | None = None) -> ClientError | None:
        body = gzip.compress(json.dumps(document, ensure_ascii=False).encode(), LEVEL, mtime=0)
        return self._write(key, body, tag)


def _unpacked(content: bytes | None) -> Any:
    return None if content is None else json.loads(gzip.decompress(content))


def _snapshot_key(corp: str) -> str:
    return f"snapshots/{corp}.json.gz"


def _book(document: Any) -> Book:
    if document is None:
        return Book()
    if document.get("version") != VERSION:
        raise BookUnreadableError
    people = People.from_document(document.pop("people"))
    past = (*_past(document["history"].pop("past", None)),)
    book = stored(Book, document)
    return replace(book, people=people, history=replace(book.history, past=past))


def _past(document: Any) -> Iterator[Past]:
    """Yield what files have changed, as far as it is whole: nothing else rests on it."""
    for item in document if isinstance(document, list) else ():
        match item:
            case [int() | float() as dropped, bool() as of_members, bool() as is_part, {**rows}]:
                marks = {str(key): mark for key, mark in rows.items() if isinstance(mark, str)}
                if of_members or all(map(str.isdecimal, marks)):
                    yield Past(dropped, of_members, is_part, marks)


def _sent_name(run: Run) -> str:
    """Return the name of what goes out for a run. A company run has it for each of its parts."""
    return f"sent-{run.brings}" if run.in_steps else "sent"


def _result_name(run: Run) -> str:
    """Return the name of a job's result. Another post of the same file has another job."""
    return f"result-{hashlib.sha256(run.answer.encode()).hexdigest()[:16]}"


def _of_run(run: Run, name: str) -> str:
    return f"runs/{run.corp}/{run.run_id}/{name}.json.gz"
