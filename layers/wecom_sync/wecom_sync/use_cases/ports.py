"""What the use-cases need from the outside world. Adapters and fakes implement these ports."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, Protocol, Unpack

if TYPE_CHECKING:
    # Whoever needs a port does not need all that passes through the others.
    from collections.abc import Callable, Collection, Iterable, Mapping, Sequence

    from wecom_sync.domain.book import Book
    from wecom_sync.domain.directory import Directory, DriftFound
    from wecom_sync.domain.drop import Drop, ObjectHead
    from wecom_sync.domain.habit import Habit
    from wecom_sync.domain.lane import Lane
    from wecom_sync.domain.last_day import DueFile
    from wecom_sync.domain.outcome import JobResult, Outcome, ReceivedResult
    from wecom_sync.domain.policy import Policy, SettingsInForce
    from wecom_sync.domain.run import Move, Run
    from wecom_sync.domain.states import Job, State
    from wecom_sync.domain.timeline import TimelineEntry
    from wecom_sync.planning.memory.sent import Sent
    from wecom_sync.planning.stakes import Stake
    from wecom_sync.wecom import credentials

MOST_REMOVED = 200
"""How many accounts one call removes at most (doc/90199)."""

type Clock = Callable[[], float]
"""Returns the time in UTC epoch seconds."""


class Walk[Item](NamedTuple):
    """What was read of all companies, and the keys of what is there and cannot be read."""

    items: Sequence[Item]
    unreadable: Sequence[str] = ()


class Runs(Protocol):
    """What is read of runs and settings, wherever."""

    def run(self, run_id: str) -> Run | None: ...
    def runs_of_corp(self, corp: str, limit: int | None, since: float = 0) -> Sequence[Run]:
        """Return a corp's newest runs, the newest first; all since then when `limit` is None."""

    def answers(self, run_id: str) -> Sequence[TimelineEntry]:
        """Return the answers to decisions about a run, the oldest first."""

    def settings(self, corp: str) -> SettingsInForce: ...


class RunStore(Runs, Protocol):
    """Runs, lanes and outcomes. Every write is conditional or idempotent."""

    def create(self, run: Run, drop: Drop) -> Run:
        """Keep a new run and queue it for its lane; return the drop's run, new or old."""

    def run_of_drop(self, drop_digest: str) -> Run | None: ...
    def run_of_job(self, corp: str, job_id: str) -> Run | None: ...
    def move(self, run: Run, to: State, **changes: Unpack[Move]) -> Run:
        """Move a run to another state, or change its fields when `to` is its own state.

        The lane is taken and left in the same write. Raises `TransitionRefusedError` when the run
        was moved after it was read, when `to` may not follow, when the lane is taken, or when its
        job is another run's.
        """

    def answer(self, run: Run, step: TimelineEntry) -> None:
        """Keep why a decision about a run was not carried out, once for each; it moves nothing."""

    def lane(self, corp: str) -> Lane: ...
    def open_runs(self, state: State) -> Walk[Run]:
        """Return the open runs of all corps in a state, the longest overdue first."""

    def open_runs_of(self, corp: str, *states: State) -> Sequence[Run]:
        """Return the open runs of a corp in some states."""

    def count_open(self, corp: str, *states: State) -> int:
        """Count them, also those that cannot be read."""

    def count_refused(self, run: Run, more: int) -> int:
        """Count drops for the run that tells of them; return how many there are by now."""

    def silent(self, now: float) -> Walk[Habit]:
        """Return the corps that became silent within a day: each is reported once."""

    def troubles(self) -> Sequence[str]:
        """Return the troubles of companies that the last sweep told of, in order."""

    def keep_troubles(self, troubles: Sequence[str]) -> None: ...
    def due_files(self, now: float) -> Walk[DueFile]:
        """Return the files that are to be planned anew, because a last day in them is over."""

    def due_file(self, corp: str, *, of_leavers: bool = False) -> DueFile | None:
        """Return the file of a corp that is to be planned anew, now or later, or its leavers."""

    def follow_due(self, file: DueFile, by: DueFile | None, due: float = 0) -> None:
        """Let another file or day take the place of one, from a time on, unless a newer one has.

        None: nobody else leaves.
        """

    def policy(self, corp: str) -> Policy: ...
    def put_policy(
        self,
        corp: str,
        policy: Policy,
        dropped: float,
        run_id: str = "",
        digest: str = "",
        *,
        by: str = "",
    ) -> Policy | None:
        """Keep a corp's settings; return those before, None when newer ones are in force.

        `digest`: of their file; `by`: who dropped it.
        """

    def put_outcomes(self, run: Run, outcomes: Iterable[Outcome]) -> None:
        """Keep every row; doing it again changes nothing."""


class RunRecords(Runs, Protocol):
    """What is published of the runs; reading alone."""

    def failed_rows(self, run_id: str) -> Sequence[Outcome]:
        """Return the rows that WeCom refused, in the file's order."""


class Overdue(NamedTuple):
    """The key of an item, and since when its documents are out of date (UTC epoch seconds)."""

    pk: str
    sk: str
    since: float


class Publications(Protocol):
    """What is to be published and announced, or was. No write here moves a run."""

    def announced(self, subject: str) -> str:
        """Return which news of a subject the channels were to be told last."""

    def note_announced(self, subject: str, news: str, until: float) -> None:
        """Note that the channels are to be told. The note is kept until a time in epoch seconds."""

    def published(self, run: Run) -> None:
        """Note that a run was published as it is, unless it was moved meanwhile."""

    def drift(self, corp: str) -> DriftFound | None: ...
    def put_drift(self, drift: DriftFound) -> None: ...
    def drift_published(self, drift: DriftFound) -> None: ...
    def overdue(self, before: float) -> Iterable[Overdue]:
        """Return what should have been published before a time: its stream record was lost."""

    def touch(self, item: Overdue) -> None:
        """Let the stream bring it to the publish function again."""


class Starts(Protocol):
    """What starts the functions."""

    def broken(self) -> Sequence[str]:
        """Return what is gone or off, or could not be looked at."""


class TokenStore(Protocol):
    """Access tokens, shared by every container of a stack, and refusals of secrets."""

    def token(self, corp: str) -> credentials.SharedToken | None:
        """Return a token that is still valid, whichever secret got it."""

    def put_token(self, corp: str, token: str, expires: float, secret_digest: str = "") -> None: ...
    def drop_token(self, corp: str, token: str) -> None:
        """Forget a token that WeCom refused, unless a newer one has taken its place."""

    def refusal(self, corp: str, secret_digest: str) -> credentials.TokenRefusal | None:
        """Return how WeCom refused this secret last, None when it did not or that has expired."""

    def put_refusal(
        self, corp: str, secret_digest: str, refusal: credentials.TokenRefusal
    ) -> None: ...
    def drop_refusal(self, corp: str, secret_digest: str) -> None: ...


class Secrets[S](Protocol):
    """One secret per corp. Raises `UnknownCorpError` or `SecretInvalidError`."""

    def of(self, corp: str) -> S: ...
    def renewed(self, corp: str) -> S:
        """Read the secret again, past the cache, but not all the time."""

    def as_it_is(self, corp: str) -> S:
        """Read the secret now, whenever it was read last; `of` knows it too from then on."""


type CorpSecrets = Secrets[credentials.CorpSecret]
type MessagesSecrets = Secrets[credentials.MessagesSecret]


class Drops(Protocol):
    """Raises `ObjectGoneError` for an object version that no longer exists.

    `ObjectUnreadableError`: it exists, but cannot be read as it is stored.
    """

    def head(self, bucket: str, key: str, version: str) -> ObjectHead: ...
    def content(self, bucket: str, key: str, version: str) -> bytes: ...


class DomainFile(NamedTuple):
    """A file by which WeCom checks whose a domain is, and the corp that stated it."""

    corp: str
    text: str


class DomainFiles(Protocol):
    """These files by their names. No corp changes one of another."""

    def file(self, name: str) -> DomainFile | None: ...
    def put(self, corp: str, name: str, text: str) -> None: ...
    def drop(self, corp: str, name: str) -> None: ...


class DeskDrops(Protocol):
    """The drop bucket, as far as the desk may put objects there."""

    @property
    def bucket(self) -> str: ...
    def put(self, key: str, content: bytes, metadata: Mapping[str, str]) -> None: ...


class DeskReports(Protocol):
    """The report bucket, as the desk reads it."""

    @property
    def origin(self) -> str:
        """The origin of its addresses, as a browser names it."""

    def size(self, name: str) -> int | None:
        """Return the bytes of a document, None if there is none."""

    def get(self, name: str) -> bytes | None: ...
    def address(self, name: str) -> str:
        """Return an address at which a browser gets the document for a minute."""


class DueDrops(Protocol):
    """The drop bucket, as far as the sweep may put objects there."""

    def drop_due(self, file: DueFile) -> None:
        """Put an empty object that has a file planned anew, or leavers removed."""


class Books(Protocol):
    """What a plan is made from, beside WeCom's ids."""

    def sent(self, run: Run) -> Sent | None: ...
    def snapshot(self, corp: str, /) -> Book: ...
    def stakes(self, run: Run, digest: str) -> frozenset[Stake] | None:
        """Return whom and what the plan of this hash puts at stake, None when nobody knows."""


class Archive(Books, Protocol):
    """What went out for a run, WeCom's result, and what WeCom applied last for a corp."""

    def put_sent(self, run: Run, sent: Sent) -> None: ...
    def put_stakes(self, run: Run, digest: str, stakes: Sequence[Stake]) -> None: ...
    def result(self, run: Run) -> ReceivedResult | None: ...
    def put_result(self, run: Run, received: ReceivedResult) -> ReceivedResult:
        """Keep WeCom's result of a job, unless one is kept already; return what is kept."""

    def change_snapshot(self, corp: str, change: Callable[[Book], Book]) -> None:
        """Write what `change` makes of the snapshot. Raises `SnapshotMovedError`."""

    def corps(self) -> Sequence[str]:
        """Return the corps that have a snapshot."""


class Queue(Protocol):
    """One SQS queue."""

    def send(self, message: Mapping[str, object], delay_seconds: float = 0) -> None:
        """Send a message in the group of its corp, unless it would wait for too long.

        That is for more than `MAX_DELAY_SECONDS`: the sweep wakes the run of such a one at its
        `due`, so an age in a queue is never intended.
        """

    def send_all(self, messages: Iterable[Mapping[str, object]]) -> None:
        """Send messages about corps at once, as many in a call as may be."""


class DeadLetter(NamedTuple):
    """A dead letter. `receipt`: what it is deleted by; `group`: its corp, blank without one.

    `returned`: how often it was given back before.
    """

    body: str
    receipt: str
    group: str = ""
    returned: int = 0


class Letters(Protocol):
    """A queue of dead letters, or the one that they came from."""

    def take(self) -> Sequence[DeadLetter]:
        """Hide a few letters for a while and return them, none when no more are there."""

    def delete(self, letter: DeadLetter) -> None: ...
    def send_again(self, letter: DeadLetter) -> None:
        """Send a message as it was, in the group that it had, and count it."""


class Documents(Protocol):
    """The report bucket."""

    def get(self, name: str) -> bytes | None: ...
    def put(self, name: str, content: bytes, content_type: str) -> str:
        """Write a document; return its `s3://` address."""

    def change(
        self, name: str, change: Callable[[bytes | None], bytes | None], content_type: str
    ) -> None:
        """Write what `change` makes of a document (None: nothing), again if that was changed."""


class Channel(Protocol):
    """Somebody who is told: systems, or people."""

    def reaches(self, corp: str, /) -> bool:
        """Whether people of a corp hear what it is told; also if nobody can say."""

    def tell(self, run: Run) -> tuple[str, ...] | None:
        """Tell that a run is held or has ended.

        Return the user ids that were not reached, None where nobody is told by name.
        """

    def tell_drift(self, drift: DriftFound) -> None:
        """Tell that somebody changed accounts by hand."""


class Ids(Protocol):
    """What WeCom shows of a corp: the live ids of members and departments."""

    def directory(self) -> Directory: ...


class WeCom(Ids, Protocol):
    """One corp's WeCom. Raises `WeComError`, `UnreachableError`, `UnknownOutcomeError`."""

    def sign_in(self) -> None:
        """Get a token with the secret as it is now."""

    def upload(self, filename: str, content: bytes) -> str:
        """Upload a temporary media file; return its media id."""

    def submit(
        self, job: Job, media_id: str, callback: credentials.Callback, *, invite: bool = False
    ) -> str:
        """Start a batch job; return its job id. Nobody is invited unless `invite` says so."""

    def try_write(self) -> None:
        """Ask for what changes nothing: 40007 if the right to write is there."""

    def update(
        self, user_id: str, *, enable: bool | None = None, places: Collection[int] = ()
    ) -> None:
        """Enable or disable an account, or move it, and leave all else of it as it is."""

    def remove(self, user_ids: Sequence[str]) -> None:
        """Remove at most `MOST_REMOVED` accounts: all of them or, when refused, none."""

    def result(self, job_id: str) -> JobResult: ...


type WeComOf = Callable[[str], WeCom]
"""Opens a corp's WeCom; raises what `CorpSecrets.of` raises."""
