"""The drop: one object version in the drop bucket, and what its key says."""

import hashlib
import hmac
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import field
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any, NamedTuple, Self
from urllib.parse import unquote_plus

from wecom_sync.domain.states import CORP, Job
from wecom_sync.domain.timeline import Reason
from wecom_sync.domain.values import dataclass


class Why(StrEnum):
    """Why a file comes again: it is brought back, tried once more, or somebody's day is over."""

    ROLLBACK = "rollback"
    RETRY = "retry"
    DUE = "due"


LEAVERS = "leavers"
"""Stands for a run where no file is planned anew: leavers go whose days are over."""


class Wish(NamedTuple):
    """What an object asks for: the file of which run, and of what is due which day is over."""

    why: str
    run_id: str
    day: str = ""


NO_WISH = Wish("", "")


@dataclass(frozen=True, slots=True, kw_only=True)
class Again:
    """What a run is whose file was there before; blank for any other one."""

    of: Mapping[str, str] = field(default_factory=dict)
    """The earlier run by `Why`, `LEAVERS` for none. A retry has also those of what it tries."""
    version: str = ""
    """The version of the key that holds the file: the run's own one is empty."""
    restores: float | None = None
    """When the file was dropped that a rollback brings back."""
    authors: tuple[str, ...] = ()
    """Who brought about the earlier run."""
    day: str = ""
    """Of what is due: the day that is over."""
    forced: bool = False
    """Whether the file goes out even if it changes nothing, since it has changed nothing before."""

    @property
    def is_due(self) -> bool:
        """Whether nobody brought it but the sweep."""
        return Why.DUE in self.of and Why.RETRY not in self.of


@dataclass(frozen=True, slots=True)
class Drop:
    """One object version in the drop bucket; its key is decoded, times are in UTC.

    `last_modified`: the object's own time (whole seconds), the event's when that is not known.
    `dropped`: the event's (milliseconds): it tells which of two drops came first. `principal`: who
    put it there, as S3 says. `once`: what stands for the version where several objects ask for one
    and the same run, else blank. `name`: the file's own name where the desk gave it another.
    """

    bucket: str
    key: str
    version: str
    last_modified: datetime
    dropped: datetime
    principal: str = ""
    dedup_key: str = ""
    name: str = ""

    @property
    def digest(self) -> str:
        """A hash that is the same however often the event of this drop arrives."""
        return self.digest_of(self.bucket, self.key, self.dedup_key or self.version)

    @staticmethod
    def digest_of(bucket: str, key: str, version: str) -> str:
        return hashlib.sha256(f"{bucket}\n{key}\n{version}".encode()).hexdigest()

    @property
    def run_id(self) -> str:
        """`<UTC second>-<hash>`: ids sort by time, and each names one object version."""
        return f"{id_moment(self.last_modified.timestamp())}-{self.digest[:12]}"


def id_moment(seconds: float) -> str:
    """Return how the ids of runs begin that were dropped then."""
    return f"{datetime.fromtimestamp(max(0, seconds), UTC):%Y%m%dT%H%M%SZ}"


RUN_ID = re.compile(r"\d{8}T\d{6}Z-[0-9a-f]{12}")
"""What `Drop.run_id` looks like."""
_WISH = re.compile(
    rf"(rollback|retry) {RUN_ID.pattern}|due ({RUN_ID.pattern}|{LEAVERS}) \d{{4}}-\d\d-\d\d"
)
NO_CORP = "-"
"""Stands for the corp when a key names none. It cannot be an alias."""
FILES = (".csv", ".xlsx", ".xls")
"""How the names of files end that are read. What they are their first bytes say."""
AGAIN = "again"
"""The metadata of a drop that asks for an earlier run's file, as `_WISH` has it."""
ASK = "ask"
"""The metadata of a company file that is shown to who brings it before it goes on."""
ASKED = "asked"
"""The metadata that say when the others were written (ISO 8601; UTC if it does not say)."""
BY, SEAL, NAME = "by", "seal", "name"
"""The metadata that say which WeCom user asked for a drop and what their file was called
(percent-encoded), and prove it."""
FRESH_SEAL = timedelta(minutes=5)
MAX_BROUGHT_BYTES = 4_500_000
"""The largest file that the desk takes: Lambda takes no larger request."""
MAX_SEALED_BYTES = 20 * 1024 * 1024
"""The largest that it writes: a workbook is larger as a CSV."""
HASH_CHARS = 12
"""So much of a plan's hash names the plan."""
WITHOUT_REMOVALS = "removals"
EVERYBODY = ("*",)
"""Whom an approval without removals spares, where it names nobody."""
"""What an approval may leave out."""
FRESH = timedelta(hours=1)
"""How long metadata count after they were written: clocks differ, and people type slowly."""


@dataclass(frozen=True, slots=True)
class ObjectHead:
    """An object version: its time (UTC), its size in bytes, its id, and what its metadata ask for.

    `again`: which earlier run's file, and why. `asked`: when the metadata were written. `base`: of
    an accounts.csv, the version that was edited. `asks`: whether to show the file first. `sealed`:
    all metadata, if a seal is among them.
    """

    last_modified: datetime
    size: int
    again: str = ""
    version: str = ""
    asked: datetime | None = None
    base: str = ""
    asks: bool = False
    sealed: Mapping[str, str] = field(default_factory=dict)

    @property
    def is_fresh(self) -> bool:
        """Whether it was put when its metadata were written. A copy keeps the metadata."""
        return self.asked is not None and abs(self.last_modified - self.asked) <= FRESH

    @property
    def wish(self) -> Wish | None:
        """What it asks for. One with a content is another file, and a copy asks for nothing."""
        may_ask = self.is_fresh and not self.size and _WISH.fullmatch(self.again)
        return Wish(*self.again.split()) if may_ask else None

    def has_due(self, today: str) -> bool:
        """Whether it has a file planned anew, as of a day: the one that it names is over then.

        Leavers are told of on their last day.
        """
        why, run_id, day = self.wish or NO_WISH
        return why == Why.DUE and (day < today or (run_id == LEAVERS and day == today))


def s3_objects(event: Mapping[str, Any]) -> Iterator[Drop]:
    """Yield the objects of an S3 event; `s3:TestEvent` has none. Keys arrive URL-encoded."""
    for record in event.get("Records", ()):
        if record.get("eventName", "").startswith("ObjectCreated:"):
            source = record["s3"]
            time = datetime.fromisoformat(record["eventTime"])
            yield Drop(
                bucket=source["bucket"]["name"],
                key=unquote_plus(source["object"]["key"]),
                version=source["object"].get("versionId", ""),
                last_modified=time,
                dropped=time,
                principal=record.get("userIdentity", {}).get("principalId", ""),
            )


class Word(StrEnum):
    """What a key says that its object is, as it stands behind the corp; nothing for a file."""

    FILE = ""
    PLAN = "plan"
    """The folder of files that are only to be planned."""
    DECISION = "decide"
    """The folder of decisions about runs."""
    SEND = "send"
    """The folder of words that a file goes as it was shown."""
    ANSWER = "answer"
    """The folder of approvals that state accounts."""
    EXPORT = "init"
    """The folder of exports from WeCom's console."""
    SETTINGS = "settings.toml"
    ACCOUNTS = "accounts.csv"
    """Which account a key of HR's has."""

    @classmethod
    def of(cls, key: str) -> Self:
        second = "".join(key.split("/")[1:2])
        return cls(second if second in cls else "")


DECIDING = frozenset({Word.DECISION, Word.SEND, Word.ANSWER})
_STATEMENTS = frozenset({Word.SETTINGS, Word.ACCOUNTS})
_PARTS = 3
"""Those of most keys: `<corp>/<what it is>/<name>`."""


class Place(NamedTuple):
    """What a key says. `reason` is why it cannot be used, None if it can."""

    corp: str
    job: Job | None
    reason: Reason | None
    word: Word = Word.FILE
    decides: str = ""
    """The run that a decision or an answer names."""


def place_of(key: str) -> Place:
    """Read `<corp>/[plan/]<job type>/<any name>.csv` or `.xlsx`, and what else a key may say."""
    parts = key.split("/")
    corp, word = parts[0] if CORP.fullmatch(parts[0]) else NO_CORP, Word.of(key)
    if word in DECIDING:
        return _decision(corp, word, parts)
    if word in _STATEMENTS and corp != NO_CORP and not parts[2:]:
        return Place(corp, None, None, word)
    if word is Word.PLAN:
        del parts[1]
    if reason := _misplaced(corp, word, parts):
        return Place(corp, None, reason)
    reason = None if parts[2].lower().endswith(FILES) else Reason("not_csv")
    return Place(corp, None if word is Word.EXPORT else Job(parts[1]), reason, word)


def _decision(corp: str, word: Word, parts: Sequence[str]) -> Place:
    run_id = parts[2].removesuffix(".json") if len(parts) == _PARTS else ""
    if corp == NO_CORP or not RUN_ID.fullmatch(run_id) or parts[2] == run_id:
        return Place(corp, None, Reason("decision_key", {"folder": word.value}))
    return Place(corp, None, None, word, run_id)


def _misplaced(corp: str, word: Word, parts: Sequence[str]) -> Reason | None:
    is_whole = len(parts) == _PARTS
    if word is Word.EXPORT:
        return None if is_whole and corp != NO_CORP else Reason("key_malformed")
    # Who may put `*/accounts.csv` may put no other file: a star of IAM also stands for slashes.
    if not is_whole or not all(parts) or parts[2] == Word.ACCOUNTS:
        return Reason("key_malformed")
    if corp == NO_CORP:
        return Reason("corp_invalid", {"corp": parts[0][:40]})
    return None if parts[1] in Job else Reason("job_unknown", {"job": parts[1][:40]})


def seal_of(
    secret: bytes, bucket: str, key: str, metadata: Mapping[str, str], content: bytes
) -> str:
    """Return the seal of a drop with all its other metadata, as hexadecimal digits."""
    others = sorted((name, value) for name, value in metadata.items() if name != SEAL)
    parts = bucket, key, others, hashlib.sha256(content).hexdigest()
    return hmac.new(secret, json.dumps(parts).encode(), hashlib.sha256).hexdigest()


def is_right_seal(
    secret: bytes, bucket: str, key: str, metadata: Mapping[str, str], content: bytes
) -> bool:
    """Whether the drop is as it was sealed. It takes the same time wherever it differs."""
    expected = seal_of(secret, bucket, key, metadata, content)
    return hmac.compare_digest(expected.encode(), metadata[SEAL].encode())


def is_fresh_seal(asked: datetime | None, put: datetime) -> bool:
    """Whether a drop was put when it was asked for: a copy keeps the metadata."""
    return asked is not None and abs(put - asked) <= FRESH_SEAL
