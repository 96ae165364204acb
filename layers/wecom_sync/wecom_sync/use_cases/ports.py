"""What the use-cases need from the outside world; adapters and fakes both fit through here."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from wecom_sync.domain.directory import Directory, Snapshot
from wecom_sync.domain.run import Drop, Job, Reason, Run, State
from wecom_sync.files.roster import Roster
from wecom_sync.files.settings_file import Policy
from wecom_sync.wecom.callback_crypto import Credentials


class Clock(Protocol):
    """Returns the time in UTC epoch seconds."""

    def __call__(self) -> float: ...


@dataclass(frozen=True, slots=True)
class Waiting:
    """A run that waits for its corp's lane."""

    run_id: str
    job: Job


@dataclass(frozen=True, slots=True)
class Applied:
    """The newest file of a job type that came so far.

    `changed`: when the newest one was dropped that changed anything.
    """

    run_id: str
    dropped: float
    changed: float


@dataclass(frozen=True, slots=True)
class Lane:
    """One corp's right of way: who has it, who waits (the first one first), what went out last.

    `planned`: the newest full file of each type that was planned, whatever became of it.
    """

    holder: str | None
    waiting: tuple[Waiting, ...]
    applied: Mapping[Job, Applied] = field(default_factory=dict)
    planned: Mapping[Job, Applied] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one row.

    `id`: user or department id. `line`: in the file, 0 for people who are not in it, None when
    the file is gone and nobody can say.
    `errcode`: WeCom's, 0 when applied, None when WeCom did not report the row.
    """

    id: str
    line: int | None
    errcode: int | None
    errmsg: str = ""
    action: int = 0

    @property
    def failed(self) -> bool:
        """Whether WeCom refused the row."""
        return self.errcode is not None and self.errcode != 0


class RunStore(Protocol):
    """Runs, lanes and outcomes. Every write is conditional or idempotent."""

    def create(self, run: Run, drop: Drop) -> Run:
        """Keep a new run and queue it for its lane; return the drop's run, new or old."""
        ...

    def run_of_drop(self, drop_digest: str) -> Run | None: ...

    def run(self, run_id: str) -> Run | None: ...

    def run_of_job(self, corp: str, job_id: str) -> Run | None: ...

    def move(self, run: Run, to: State, **changes: object) -> Run:
        """Move a run on, or (`to` its own state) change its fields.

        Taking and leaving the lane is part of the move. Raises `TransitionRefusedError` when the
        run is no longer in `run.state`, `to` may not follow it, or the lane is taken.
        """
        ...

    def lane(self, corp: str) -> Lane: ...

    def due(self, state: State, before: float) -> Sequence[Run]:
        """Open runs of a state whose `due` has passed, the longest overdue first."""
        ...

    def settle(self, run: Run) -> None:
        """Note that a final run was reported to people: nothing of it is open any more."""
        ...

    def policy(self, corp: str) -> Policy:
        """Return what a corp's settings say, the defaults when it has none."""
        ...

    def put_policy(self, corp: str, policy: Policy, dropped: float) -> bool:
        """Keep a corp's settings unless newer ones are there; return whether they are in force."""
        ...

    def put_outcomes(self, run: Run, outcomes: Iterable[Outcome]) -> None:
        """Keep every row; what was cut short goes on where it was."""
        ...

    def failed_rows(self, run_id: str) -> Sequence[Outcome]: ...

    def outcome_of(self, run_id: str, row_id: str) -> Outcome | None: ...


@dataclass(frozen=True, slots=True)
class TokenRefusal:
    """WeCom's refusal of a secret, how often it came, and until when (UTC) nobody asks again."""

    errcode: int
    errmsg: str
    until: float
    times: int


@dataclass(frozen=True, slots=True)
class SharedToken:
    """An access token, and the digest of the secret that got it; blank where nobody noted it."""

    token: str
    secret_digest: str = ""

    def is_of(self, secret_digest: str) -> bool:
        """Whether whoever has this secret may use the token."""
        return self.secret_digest in {"", secret_digest}


class TokenStore(Protocol):
    """Access tokens, shared by every container of a stack, and refusals of secrets."""

    def token(self, corp: str) -> SharedToken | None:
        """Return a token that lives, whichever secret got it."""
        ...

    def put_token(self, corp: str, token: str, expires: float, secret_digest: str = "") -> None: ...

    def drop_token(self, corp: str, token: str) -> None:
        """Forget a token that WeCom refused, unless a newer one has taken its place."""
        ...

    def refusal(self, corp: str, secret_digest: str) -> TokenRefusal | None:
        """Return how WeCom refused this very secret last, while that is kept."""
        ...

    def put_refusal(self, corp: str, secret_digest: str, refusal: TokenRefusal) -> None:
        """Keep how WeCom refused a secret, for a day longer than it holds; a token stays."""
        ...

    def drop_refusal(self, corp: str, secret_digest: str) -> None:
        """Forget how WeCom refused a secret that it has taken since."""
        ...


@dataclass(frozen=True, slots=True)
class CorpSecret:
    """What one corp's secret holds; the callback pair is for the console's fixed URL."""

    corp_id: str
    contact_secret: str
    callback_token: str | None = None
    callback_aes_key: str | None = None

    @property
    def callback(self) -> Credentials | None:
        """The fixed callback credentials, None when the secret has none."""
        if not self.callback_token or not self.callback_aes_key:
            return None
        return Credentials(self.callback_token, self.callback_aes_key, self.corp_id)


class CorpSecrets(Protocol):
    """Raises `UnknownCorpError` or `SecretInvalidError`."""

    def of(self, corp: str) -> CorpSecret: ...

    def renewed(self, corp: str) -> CorpSecret:
        """Return what the secret says now, not what was read of it before."""
        ...


@dataclass(frozen=True, slots=True)
class ObjectHead:
    """An object version: its time (UTC), its size in bytes, whether its dropper insists.

    `rollback_of`: the run whose file it says it brings back; blank if it does not.
    """

    last_modified: datetime
    size: int
    forced: bool = False
    rollback_of: str = ""


class Drops(Protocol):
    """Raises `ObjectGoneError` for an object version that no longer exists."""

    def head(self, bucket: str, key: str, version: str) -> ObjectHead: ...

    def content(self, bucket: str, key: str, version: str) -> bytes: ...


@dataclass(frozen=True, slots=True)
class Sent:
    """What went out for a run: the file's rows as WeCom got them.

    `disable`: leavers among them; `condemned`: departments that were left out and not yet empty;
    `add`: who was not there before, in lower case; `digest`: of what the file says, see `contents`;
    `gone`: who would be removed or newly disabled, in lower case; `spared`: who is missing and of
    whom it is known that WeCom does not remove them, in lower case.
    """

    roster: Roster
    disable: frozenset[str] = frozenset()
    condemned: frozenset[int] = frozenset()
    add: frozenset[str] = frozenset()
    digest: str = ""
    gone: frozenset[str] = frozenset()
    spared: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class ResultRow:
    """One row of a job's result; `id` is a userid or a partyid."""

    id: str
    errcode: int
    errmsg: str
    action: int = 0


@dataclass(frozen=True, slots=True)
class JobResult:
    """A job as getresult shows it (doc/91133). `rows` count only when `finished`."""

    finished: bool
    errcode: int
    errmsg: str
    percentage: int
    rows: tuple[ResultRow, ...]


@dataclass(frozen=True, slots=True)
class Verdict:
    """What WeCom said of a job, kept before anything is made of it: it may not say it again.

    `failure`: why the job as a whole failed, None when its rows count.
    """

    result: JobResult
    failure: Reason | None = None


class Archive(Protocol):
    """Our memory: what went out for a run, and what WeCom applied last for a corp."""

    def sent(self, run: Run) -> Sent | None: ...

    def put_sent(self, run: Run, sent: Sent) -> None: ...

    def stakes(self, run: Run, digest: str) -> Mapping[str, frozenset[str]] | None:
        """Return whom and what the plan of this hash puts at stake, None when nobody knows."""
        ...

    def put_stakes(self, run: Run, digest: str, stakes: Mapping[str, Sequence[str]]) -> None: ...

    def verdict(self, run: Run) -> Verdict | None:
        """Return WeCom's result as it was kept when it came."""
        ...

    def put_verdict(self, run: Run, verdict: Verdict) -> Verdict:
        """Keep WeCom's result of a job, the first one only; return what is kept."""
        ...

    def snapshot(self, corp: str) -> Snapshot: ...

    def change_snapshot(self, corp: str, change: Callable[[Snapshot], Snapshot]) -> None:
        """Write what `change` makes of the snapshot.

        Raises `SnapshotMovedError` when somebody else wrote it meanwhile.
        """
        ...

    def corps(self) -> Sequence[str]:
        """Return the corps that have a snapshot."""
        ...


class Reports(Protocol):
    """The report bucket."""

    def put(self, name: str, content: bytes, content_type: str) -> str:
        """Write a report; return its `s3://` address."""
        ...


class Queue(Protocol):
    """One SQS queue."""

    def send(self, message: Mapping[str, object], delay_seconds: float = 0) -> None:
        """Send a message; a delay is cut to SQS's 15 minutes."""
        ...


class Publisher(Protocol):
    """Tells people and other systems about a run; at least once."""

    def publish(self, run: Run) -> None: ...


@dataclass(frozen=True, slots=True)
class Callback:
    """Where WeCom reports the end of one job, and what proves that it is WeCom."""

    url: str
    credentials: Credentials


class WeCom(Protocol):
    """One corp's WeCom. Raises `WeComError`, `UnreachableError`, `UnknownOutcomeError`."""

    def upload(self, filename: str, content: bytes) -> str:
        """Upload a temporary media file; return its media id."""
        ...

    def submit(self, job: Job, media_id: str, callback: Callback, *, invite: bool = False) -> str:
        """Start a batch job; return its job id. Nobody is invited unless `invite` says so."""
        ...

    def directory(self) -> Directory:
        """Return the live ids of members and departments."""
        ...

    def result(self, job_id: str) -> JobResult: ...


class WeComOf(Protocol):
    """Opens a corp's WeCom; raises what `CorpSecrets.of` raises."""

    def __call__(self, corp: str, /) -> WeCom: ...
