"""Files and decisions put into a stack's drop bucket, and the pages that answer them."""

import json
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple

from botocore.exceptions import ClientError

from wecom_sync.domain.drop import ASKED, FILES, WITHOUT_REMOVALS, Drop, Word
from wecom_sync.domain.run import Run
from wecom_sync.domain.states import State
from wecom_sync.domain.timeline import TimelineEntry
from wecom_sync.planning.decisions import MAX_NOTE_CHARS
from wecom_sync.reporting.documents import failure_text
from wecom_sync_tools.console.codes import Code
from wecom_sync_tools.console.errors import CommandError, UsageError
from wecom_sync_tools.console.terminal import Terminal
from wecom_sync_tools.stack.documents import ReadingRefusedError, RunPage
from wecom_sync_tools.stack.target import Target, pause_seconds

TYPES: Mapping[str, str] = {
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ".json": "application/json",
    ".toml": "application/toml",
}
"""Content types by suffix; others are CSV."""
SHORT = 12
"""Characters of a run's short id: the beginning of its drop's hash."""
PATIENCE_SECONDS = 120
"""How long a decision may take: the submit function may be busy with another file."""


def read_drop(path: Path) -> bytes:
    """Return the content of a file that a drop's name may have. Raises `UsageError`."""
    content = read_file(path)
    if path.suffix.lower() not in FILES:
        raise UsageError("file_not_csv", file=path)
    return content


def read_file(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except IsADirectoryError as error:
        raise UsageError("file_not_regular", file=path) from error
    except OSError as error:
        raise UsageError("file_unreadable", file=path, problem=error) from error


class Dropped(NamedTuple):
    """An object version in the drop bucket; `run_id`: of its run, or its short id."""

    bucket: str
    key: str
    version: str
    run_id: str

    def document(self, corp: str, job: str) -> dict[str, str]:
        place = {"bucket": self.bucket, "key": self.key, "version": self.version}
        return {"run_id": self.run_id, "corp": corp, "job": job, **place}


def put(target: Target, key: str, content: bytes, **metadata: str) -> Drop:
    """Put an object into the drop bucket; this needs no other right.

    Its metadata say when it was put, so that a restored copy asks for nothing once more. The times
    of the answer are this machine's, so they make no run id.
    """
    asked_at = datetime.now(UTC).isoformat(timespec="seconds")
    answer = target.s3.put_object(
        Bucket=target.drop_bucket,
        Key=key,
        Body=content,
        ContentType=TYPES.get(Path(key).suffix.lower(), "text/csv"),
        Metadata={**metadata, ASKED: asked_at},
    )
    now = datetime.now(UTC)
    return Drop(target.drop_bucket, key, answer.get("VersionId", ""), now, now)


def upload(target: Target, key: str, content: bytes, **metadata: str) -> Dropped:
    """Put an object into the drop bucket; return it with what is known of its run's id.

    The whole id needs S3's time of the object. Whoever may not ask for it, or finds that somebody
    else's object is there by now, gets the short id.
    """
    drop = put(target, key, content, **metadata)
    run_id = drop.digest[:SHORT]
    try:
        head = target.s3.head_object(Bucket=drop.bucket, Key=key)
    except ClientError as error:
        if error.response["Error"]["Code"] not in {"403", "404"}:
            raise
    else:
        if head.get("VersionId", "") == drop.version:
            run_id = replace(drop, last_modified=head["LastModified"]).run_id
    return Dropped(drop.bucket, key, drop.version, run_id)


@contextmanager
def refused_when_unread(code: Code, run: str) -> Iterator[None]:
    """Raise `CommandError` (`code`) when what becomes of a drop may not be read: it was dropped."""
    try:
        yield
    except ReadingRefusedError as error:
        raise CommandError(code, run=run) from error


class DroppedDecision(NamedTuple):
    """What somebody decides. `plan`: the digest of the plan that is approved, else blank.

    `without`: who stays, or `removals`; `accounts`: what an answer states, None if it is none;
    `removes`: leavers who go at once.
    """

    note: str
    plan: str = ""
    word: str = "cancel"
    without: Sequence[str] = ()
    accounts: Mapping[str, str] | None = None
    removes: Sequence[str] = ()

    @property
    def folder(self) -> Word:
        if self.word == Word.SEND:
            return Word.SEND
        return Word.DECISION if self.accounts is None else Word.ANSWER

    def document(self) -> dict[str, Any]:
        own: dict[str, Any] = {"decision": "approve" if self.plan else self.word}
        if self.accounts is not None:
            own = {"accounts": dict(self.accounts)}
        if self.folder is Word.SEND:
            own = {}
        is_whole = WITHOUT_REMOVALS in self.without
        without = WITHOUT_REMOVALS if is_whole else [*self.without]
        more = {"plan": self.plan, "without": without, "remove": [*self.removes]}
        own |= {name: value for name, value in more.items() if value}
        return own | {"note": self.note[:MAX_NOTE_CHARS]}

    def content(self) -> bytes:
        return json.dumps(self.document(), ensure_ascii=False).encode()


def await_page(
    target: Target,
    corp: str,
    name: str,
    is_reached: Callable[[RunPage], bool] = lambda page: page.run.state.is_final,
    *,
    late: Code = "decision_pending",
    seconds: float = PATIENCE_SECONDS,
    sleep: Callable[[float], None] = time.sleep,
    clock: Callable[[], float] = time.monotonic,
) -> RunPage:
    """Return the page of a run once it is as expected. Raises `CommandError` (`late`)."""
    deadline = clock() + seconds
    while True:
        page = target.documents.page(corp, name)
        if page is not None:
            if is_reached(page):
                return page
            name = page.run.run_id
        if clock() >= deadline:
            raise CommandError(late, run=target.named(name, corp), seconds=seconds)
        sleep(pause_seconds(target))


def is_cancellable(run: Run) -> bool:
    """Whether nothing of a run was posted to WeCom yet."""
    waits = run.state in {State.SHOWN, State.HELD, State.QUEUED}
    return waits or (run.state is State.SUBMITTING and run.submission.posted is None)


def drop_decision(target: Target, corp: str, run_id: str, decision: DroppedDecision) -> str:
    return put(target, f"{corp}/{decision.folder}/{run_id}.json", decision.content()).digest


def decide(
    target: Target, run: Run, decision: DroppedDecision, terminal: Terminal
) -> tuple[RunPage, TimelineEntry]:
    """Drop a decision; return the page and what it did. Raises `CommandError` if refused."""
    source = drop_decision(target, run.corp, run.run_id, decision)

    def steps(run: Run) -> list[TimelineEntry]:
        """Return what the decision did, nothing when it was not taken yet."""
        return [
            step for step in run.timeline if step.instruction and step.instruction.source == source
        ]

    page = await_page(
        target,
        run.corp,
        run.run_id,
        lambda page: page.run.ends_as is None and bool(steps(page.run)),
    )
    step = steps(page.run)[0]
    for why in step.why:
        if why.code != "cancelled":
            answer = failure_text(why, terminal.language)
            named = target.named(run.run_id, run.corp)
            raise CommandError("decision_refused", answer=answer, run=named)
    return page, step
