"""What went out for a run, and what WeCom applied last, in the snapshot bucket."""

import gzip
import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import fields
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from wecom_sync.adapters.s3 import MOVED
from wecom_sync.domain.errors import SnapshotMovedError
from wecom_sync.domain.outcome import JobResult, ReceivedResult, ResultRow
from wecom_sync.domain.run import Job, Reason, Run
from wecom_sync.domain.snapshot import Snapshot
from wecom_sync.files.roster import Roster, Row
from wecom_sync.planning.memory.sent import Sent

if TYPE_CHECKING:
    from _typeshed import DataclassInstance
    from types_boto3_s3 import S3Client

    from wecom_sync.planning.plan import Stakes


class S3Archive:
    """Compressed JSON in the snapshot bucket: `runs/<corp>/<run id>/...`, `snapshots/<corp>`."""

    def __init__(self, client: "S3Client", bucket: str) -> None:
        self._client = client
        self._bucket = bucket

    def sent(self, run: Run) -> Sent | None:
        """Return what went out for a run, None when nothing did or it is no longer kept."""
        found = self._get(_of_run(run, "sent"))
        if found is None:
            return None
        rows = tuple(Row(line, row_id, tuple(cells)) for line, row_id, cells in found["rows"])
        roster = Roster(
            Job(found["job"]),
            found["encoding"],
            tuple(found["columns"]),
            rows,
            # A version that did not keep this: then the rule on open ends has nothing to ask.
            open_ended=found.get("open_ended", True),
        )
        return Sent(**{**_values(Sent, found), "roster": roster})

    def put_sent(self, run: Run, sent: Sent) -> None:
        """Keep what goes out for a run."""
        document = {
            "job": sent.roster.job,
            "encoding": sent.roster.encoding,
            "columns": sent.roster.columns,
            "rows": [(row.line, row.id, row.cells) for row in sent.roster.rows],
            "open_ended": sent.roster.open_ended,
        }
        document |= {name: value for name, value in _document(sent).items() if name != "roster"}
        self._put(_of_run(run, "sent"), document)

    def stakes(self, run: Run, digest: str) -> "Stakes | None":
        """Return whom and what the plan of this hash puts at stake, None when it was not kept."""
        stakes: Stakes | None = self._get(_of_run(run, f"stakes-{digest[:16]}"))
        return stakes

    def put_stakes(self, run: Run, digest: str, stakes: "Stakes") -> None:
        """Keep whom and what a plan puts at stake."""
        self._put(_of_run(run, f"stakes-{digest[:16]}"), stakes)

    def result(self, run: Run) -> ReceivedResult | None:
        """Return WeCom's result as it was kept when it came."""
        found = self._get(_of_run(run, _result_name(run)))
        if found is None:
            return None
        rows = tuple(ResultRow(*row) for row in found["result"].pop("rows"))
        failure = Reason.from_document(found["failure"]) if found["failure"] else None
        return ReceivedResult(JobResult(rows=rows, **found["result"]), failure)

    def put_result(self, run: Run, received: ReceivedResult) -> ReceivedResult:
        """Keep WeCom's result; see `Archive`."""
        result = received.result
        document = {
            "result": {
                "finished": result.finished,
                "errcode": result.errcode,
                "errmsg": result.errmsg,
                "percentage": result.percentage,
                "rows": [(row.id, row.errcode, row.errmsg, row.action) for row in result.rows],
            },
            "failure": received.failure and received.failure.to_document(),
        }
        try:
            self._put(_of_run(run, _result_name(run)), document, IfNoneMatch="*")
        except ClientError as error:
            if error.response["Error"]["Code"] not in MOVED:
                raise
            if (kept := self.result(run)) is None:
                raise
            return kept
        return received

    def snapshot(self, corp: str) -> Snapshot:
        """Return what WeCom applied last, an empty snapshot for a new corp."""
        return _snapshot(self._tagged(_snapshot_key(corp))[0] or {})

    def change_snapshot(self, corp: str, change: Callable[[Snapshot], Snapshot]) -> None:
        """Write what `change` makes of the snapshot that is there; see `Archive`."""
        key = _snapshot_key(corp)
        found, tag = self._tagged(key)
        document = _document(change(_snapshot(found or {})))
        unmoved: Any = {"IfMatch": tag} if tag else {"IfNoneMatch": "*"}
        try:
            self._put(key, document, **unmoved)
        except ClientError as error:
            if error.response["Error"]["Code"] not in MOVED:
                raise
            # When an answer was lost, the client has sent the write again and meets its own.
            if self._get(key) != json.loads(json.dumps(document)):
                raise SnapshotMovedError from error

    def corps(self) -> Sequence[str]:
        """Return the corps that have a snapshot."""
        pages = self._client.get_paginator("list_objects_v2").paginate(
            Bucket=self._bucket, Prefix="snapshots/"
        )
        keys = [item["Key"] for page in pages for item in page.get("Contents", ())]
        return [key.removeprefix("snapshots/").removesuffix(".json.gz") for key in keys]

    def _get(self, key: str) -> Any:
        return self._tagged(key)[0]

    def _tagged(self, key: str) -> tuple[Any, str]:
        """Return a document and its tag, blank when there is none."""
        try:
            found = self._client.get_object(Bucket=self._bucket, Key=key)
        except self._client.exceptions.NoSuchKey:
            return None, ""
        return json.loads(gzip.decompress(found["Body"].read())), found["ETag"]

    def _put(self, key: str, document: Mapping[str, Any], **condition: Any) -> None:
        body = gzip.compress(json.dumps(document, ensure_ascii=False).encode(), 6, mtime=0)
        self._client.put_object(Bucket=self._bucket, Key=key, Body=body, **condition)


def _snapshot_key(corp: str) -> str:
    return f"snapshots/{corp}.json.gz"


def _snapshot(found: Mapping[str, Any]) -> Snapshot:
    values = _values(Snapshot, found)
    departments = values.get("departments", {})
    return Snapshot(
        **{**values, "departments": {int(id_): departments[id_] for id_ in departments}}
    )


def _document(value: "DataclassInstance") -> dict[str, Any]:
    """Return a value's fields for JSON. Sets are sorted, so that equal values are equal bytes."""
    found = {each.name: getattr(value, each.name) for each in fields(value)}
    return {name: sorted(it) if isinstance(it, AbstractSet) else it for name, it in found.items()}


def _values(kind: "type[DataclassInstance]", found: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a document says of a class's fields. Another version may have others."""
    known = [each for each in fields(kind) if each.name in found]
    return {
        each.name: frozenset(found[each.name]) if each.default == frozenset() else found[each.name]
        for each in known
    }


def _result_name(run: Run) -> str:
    """Return the name of a job's result. Another post of the same file has another job."""
    return f"result-{hashlib.sha256((run.job_id or '').encode()).hexdigest()[:16]}"


def _of_run(run: Run, name: str) -> str:
    return f"runs/{run.corp}/{run.run_id}/{name}.json.gz"
