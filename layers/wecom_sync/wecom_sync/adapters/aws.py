"""AWS at the edge: S3, SQS, Secrets Manager; foreign errors become ours here."""

import gzip
import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, fields
from typing import TYPE_CHECKING, Any, TypedDict

from aws_lambda_powertools.utilities.parameters import SecretsProvider
from aws_lambda_powertools.utilities.parameters.exceptions import GetParameterError
from botocore.config import Config
from botocore.exceptions import ClientError

from wecom_sync.domain.directory import Snapshot
from wecom_sync.domain.errors import (
    ObjectGoneError,
    ObjectUnreadableError,
    SecretInvalidError,
    SecretUnreadableError,
    SnapshotMovedError,
    UnknownCorpError,
)
from wecom_sync.domain.run import Job, Reason, Run
from wecom_sync.files.roster import Roster, Row
from wecom_sync.use_cases.ports import (
    Clock,
    CorpSecret,
    JobResult,
    ObjectHead,
    ResultRow,
    Sent,
    Verdict,
)

if TYPE_CHECKING:
    from types_boto3_s3 import S3Client
    from types_boto3_sqs import SQSClient

CONFIG = Config(connect_timeout=3, read_timeout=20, retries={"mode": "standard", "max_attempts": 4})
"""One place for time-outs and retries of every AWS client."""

MAX_DELAY_SECONDS = 900
"""SQS delays a message by 15 minutes at the most."""
ROLLBACK_OF = "rollback-of"
"""The metadata of a drop that brings an earlier run's file back."""
_MOVED = frozenset({"PreconditionFailed", "ConditionalRequestConflict", "412", "409"})
_UNREADABLE = frozenset({"403", "AccessDenied", "InvalidObjectState", "KMS.DisabledException"})
_GONE = frozenset({"404", "NoSuchKey", "NoSuchVersion", "NoSuchBucket", "405", "MethodNotAllowed"})


class Wiring(TypedDict):
    """What every boto3 client is made with."""

    config: Config
    endpoint_url: str | None


def wiring(endpoint_url: str | None) -> Wiring:
    """Return a client's arguments; an emulator has no host name per bucket."""
    emulator = Config(s3={"addressing_style": "path"}) if endpoint_url else Config()
    return {"config": CONFIG.merge(emulator), "endpoint_url": endpoint_url}


class S3Drops:
    """Reads pinned object versions."""

    def __init__(self, client: "S3Client") -> None:
        self._client = client

    def head(self, bucket: str, key: str, version: str) -> ObjectHead:
        """Describe a version and what its metadata say.

        `force` makes it go out even if it changes nothing; `rollback-of` names a run.
        """
        try:
            head = self._client.head_object(Bucket=bucket, Key=key, **_version(version))
        except ClientError as error:
            _raise_ours(error)
            raise
        told = head.get("Metadata", {})
        forced = told.get("force", "").lower() == "true"
        earlier = told.get(ROLLBACK_OF, "")
        return ObjectHead(head["LastModified"], head["ContentLength"], forced, earlier)

    def content(self, bucket: str, key: str, version: str) -> bytes:
        """Return the version's bytes."""
        try:
            found = self._client.get_object(Bucket=bucket, Key=key, **_version(version))
        except ClientError as error:
            _raise_ours(error)
            raise
        return found["Body"].read()


def _version(version: str) -> dict[str, Any]:
    return {"VersionId": version} if version else {}


def _raise_ours(error: ClientError) -> None:
    code = error.response["Error"]["Code"]
    if code in _GONE:
        raise ObjectGoneError from error
    if code in _UNREADABLE:
        raise ObjectUnreadableError(details=code) from error


class S3Reports:
    """Writes into the report bucket."""

    def __init__(self, client: "S3Client", bucket: str) -> None:
        self._client = client
        self._bucket = bucket

    def put(self, name: str, content: bytes, content_type: str) -> str:
        """Write a report; return its `s3://` address."""
        self._client.put_object(
            Bucket=self._bucket, Key=name, Body=content, ContentType=content_type
        )
        return f"s3://{self._bucket}/{name}"


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
            # Kept before it was noted: nobody knows, which asks nobody.
            open_ended=found.get("open_ended", True),
        )
        condemned = frozenset(found.get("condemned", ()))
        add = frozenset(found.get("add", ()))
        return Sent(
            roster,
            frozenset(found["disable"]),
            condemned,
            add,
            digest=found.get("digest", ""),
            gone=frozenset(found.get("gone", ())),
            spared=frozenset(found.get("spared", ())),
        )

    def put_sent(self, run: Run, sent: Sent) -> None:
        """Keep what goes out for a run."""
        document = {
            "job": sent.roster.job,
            "encoding": sent.roster.encoding,
            "columns": sent.roster.columns,
            "rows": [(row.line, row.id, row.cells) for row in sent.roster.rows],
            "open_ended": sent.roster.open_ended,
            "disable": sorted(sent.disable),
            "condemned": sorted(sent.condemned),
            "add": sorted(sent.add),
            "digest": sent.digest,
            "gone": sorted(sent.gone),
            "spared": sorted(sent.spared),
        }
        self._put(_of_run(run, "sent"), document)

    def stakes(self, run: Run, digest: str) -> Mapping[str, frozenset[str]] | None:
        """Return whom and what the plan of this hash puts at stake, None when it was not kept."""
        found = self._get(_of_run(run, f"stakes-{digest[:16]}"))
        return None if found is None else {kind: frozenset(ids) for kind, ids in found.items()}

    def put_stakes(self, run: Run, digest: str, stakes: Mapping[str, Sequence[str]]) -> None:
        """Keep whom and what a plan puts at stake."""
        self._put(_of_run(run, f"stakes-{digest[:16]}"), stakes)

    def verdict(self, run: Run) -> Verdict | None:
        """Return WeCom's result as it was kept when it came."""
        found = self._get(_of_run(run, _verdict_name(run)))
        if found is None:
            return None
        rows = tuple(ResultRow(*row) for row in found["result"].pop("rows"))
        failure = Reason(**found["failure"]) if found["failure"] else None
        return Verdict(JobResult(rows=rows, **found["result"]), failure)

    def put_verdict(self, run: Run, verdict: Verdict) -> Verdict:
        """Keep WeCom's result; see `Archive`."""
        result = verdict.result
        document = {
            "result": {
                "finished": result.finished,
                "errcode": result.errcode,
                "errmsg": result.errmsg,
                "percentage": result.percentage,
                "rows": [(row.id, row.errcode, row.errmsg, row.action) for row in result.rows],
            },
            "failure": verdict.failure and asdict(verdict.failure),
        }
        try:
            self._put(_of_run(run, _verdict_name(run)), document, IfNoneMatch="*")
        except ClientError as error:
            if error.response["Error"]["Code"] not in _MOVED:
                raise
            if (kept := self.verdict(run)) is None:
                raise
            return kept
        return verdict

    def snapshot(self, corp: str) -> Snapshot:
        """Return what WeCom applied last, an empty snapshot for a new corp."""
        return _snapshot(self._tagged(_snapshot_key(corp))[0] or {})

    def change_snapshot(self, corp: str, change: Callable[[Snapshot], Snapshot]) -> None:
        """Write what `change` makes of the snapshot that is there; see `Archive`."""
        key = _snapshot_key(corp)
        found, tag = self._tagged(key)
        document = _snapshot_document(change(_snapshot(found or {})))
        unmoved: Any = {"IfMatch": tag} if tag else {"IfNoneMatch": "*"}
        try:
            self._put(key, document, **unmoved)
        except ClientError as error:
            if error.response["Error"]["Code"] not in _MOVED:
                raise
            # The client repeats a request whose answer was lost, and finds its own document.
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


def _snapshot(found: dict[str, Any]) -> Snapshot:
    departments = {int(name): cells for name, cells in found.pop("departments", {}).items()}
    # A later version may have added what this one does not know.
    known = {each.name for each in fields(Snapshot)}
    kept = {name: value for name, value in found.items() if name in known}
    for name in ("condemned", "uncertain", "ended", "irremovable"):
        kept[name] = frozenset(kept.get(name, ()))
    return Snapshot(departments=departments, **kept)


def _snapshot_document(snapshot: Snapshot) -> dict[str, Any]:
    return {
        "members": snapshot.members,
        "departments": snapshot.departments,
        "rows": snapshot.rows,
        "left": snapshot.left,
        "since": snapshot.since,
        "changed": snapshot.changed,
        "condemned": sorted(snapshot.condemned),
        "uncertain": sorted(snapshot.uncertain),
        "possible": snapshot.possible,
        "ended": sorted(snapshot.ended),
        "contents": snapshot.contents,
        "tried": snapshot.tried,
        "gone": snapshot.gone,
        "irremovable": sorted(snapshot.irremovable),
        "asked": snapshot.asked,
    }


def _verdict_name(run: Run) -> str:
    """Name a verdict by its job: a later post of the same file has another."""
    return f"verdict-{hashlib.sha256((run.job_id or '').encode()).hexdigest()[:16]}"


def _of_run(run: Run, name: str) -> str:
    return f"runs/{run.corp}/{run.run_id}/{name}.json.gz"


class SqsQueue:
    """One queue of JSON messages."""

    def __init__(self, client: "SQSClient", url: str) -> None:
        self._client = client
        self._url = url

    def send(self, message: Mapping[str, object], delay_seconds: float = 0) -> None:
        """Send a message; a delay is cut to SQS's 15 minutes."""
        delay = min(max(0, round(delay_seconds)), MAX_DELAY_SECONDS)
        self._client.send_message(
            QueueUrl=self._url,
            MessageBody=json.dumps(message),
            DelaySeconds=delay,
        )


class SecretsManagerCorps:
    """One secret per corp, cached.

    `is_public`: anybody may ask for any corp, so what is missing or unusable is remembered as
    well. Else a person may just have put it right, and it is read again.
    """

    CACHE_SECONDS = 300
    RENEW_SECONDS = 10
    """How soon what the cache holds of a corp may be renewed again."""
    MISS_SECONDS = 60
    MISSES = 1_000

    def __init__(
        self, provider: SecretsProvider, prefix: str, clock: Clock, *, is_public: bool = False
    ) -> None:
        self._provider = provider
        self._prefix = prefix
        self._clock = clock
        self._is_public = is_public
        self._missing: dict[str, float] = {}
        self._renewable: dict[str, float] = {}

    def of(self, corp: str) -> CorpSecret:
        """Return a corp's secret; see `CorpSecrets`."""
        try:
            return self._read(corp)
        except SecretInvalidError:
            if self._is_public:
                raise
        return self.renewed(corp)

    def renewed(self, corp: str) -> CorpSecret:
        """Return a corp's secret as it is now, or was some seconds ago."""
        now = self._clock()
        if now < self._renewable.get(corp, now):
            return self._read(corp)
        self._renewable[corp] = now + self.RENEW_SECONDS
        return self._read(corp, is_forced=True)

    def _read(self, corp: str, *, is_forced: bool = False) -> CorpSecret:
        name = f"{self._prefix}/{corp}"
        if self._missing.get(corp, 0) > self._clock():
            raise UnknownCorpError(corp=corp, secret=name)
        try:
            text = self._provider.get(name, max_age=self.CACHE_SECONDS, force_fetch=is_forced)
        except GetParameterError as error:
            if (code := _cause(error)) not in _NO_SECRET:
                raise SecretUnreadableError(secret=name, cause=code) from error
            self._note_missing(corp)
            raise UnknownCorpError(corp=corp, secret=name) from error
        return _corp_secret(str(text), name)

    def _note_missing(self, corp: str) -> None:
        if not self._is_public:
            return
        if len(self._missing) >= self.MISSES:
            self._missing.clear()
        self._missing[corp] = self._clock() + self.MISS_SECONDS


_NO_SECRET = frozenset({"ResourceNotFoundException", "InvalidRequestException"})
"""Never made, or marked for deletion."""


def _cause(error: GetParameterError) -> str:
    """Return AWS's code for what went wrong; without an answer, the name of the exception."""
    cause = error.__cause__ or error.__context__
    if isinstance(cause, ClientError):
        return cause.response["Error"]["Code"]
    return type(cause).__name__


def _corp_secret(text: str, name: str) -> CorpSecret:
    """Read the secret's JSON; what is wrong is said without showing any of it."""
    try:
        fields = json.loads(text)
    except ValueError:
        fields = None
    if not isinstance(fields, dict):
        raise SecretInvalidError(details=f"{name}: JSON object expected")
    known = ("corp_id", "contact_secret", "callback_token", "callback_aes_key")
    wrong = [
        field
        for field in known[:2]
        if not (isinstance(fields.get(field), str) and fields[field].strip())
    ]
    wrong += [field for field in known[2:] if not isinstance(fields.get(field), str | None)]
    if wrong:
        raise SecretInvalidError(details=f"{name}: {', '.join(wrong)}")
    return CorpSecret(**{field: (fields.get(field) or "").strip() for field in known})
