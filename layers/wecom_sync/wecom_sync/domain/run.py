"""The run: what becomes of one drop."""

from collections.abc import Iterable, Mapping
from dataclasses import field, fields, replace
from typing import Any, TypedDict

from wecom_sync.domain.drop import LEAVERS, Again, Why
from wecom_sync.domain.last_day import DueFile, LastDay
from wecom_sync.domain.policy import Reading, Weakening
from wecom_sync.domain.principals import is_one_of
from wecom_sync.domain.states import Job, State
from wecom_sync.domain.stored import Stored
from wecom_sync.domain.submission import BY_NAME, MOVE, REMOVE, Step, Submission
from wecom_sync.domain.texts import Listing, TextCode
from wecom_sync.domain.timeline import MOST_ENTRIES, Instruction, Reason, TimelineEntry, Wait
from wecom_sync.domain.values import dataclass

LOOK_AGAIN_SECONDS = 300
"""How long after its expected next move the sweep looks after a run."""
STUCK_SECONDS = 900
"""How late the next step of a run has to be before the run counts as stuck."""


@dataclass(frozen=True, slots=True)
class Approval:
    """Who approved the plan of which digest, and when (UTC epoch seconds).

    Accounts are as the address book writes them.
    """

    by: str
    at: float
    digest: str
    accounts: Listing | None = None
    """Which accounts it gives to keys, None where it states none."""
    retained: tuple[str, ...] = ()
    """The accounts that it neither removes nor disables, or `EVERYBODY`."""
    user: str = ""
    """The user of WeCom who that is, as `user_of` says it."""
    removed_early: tuple[str, ...] = ()
    """The accounts of disabled leavers that go at once."""


@dataclass(frozen=True, slots=True)
class Statement:
    """Who stated something that a plan rests on.

    `what`: `settings`, `weakened` (settings that guard less), `export` or `accounts`.
    """

    by: str
    what: str


@dataclass(frozen=True, slots=True)
class Sending:
    """Who let a file go that was shown, when (UTC epoch seconds), and the digest of that plan."""

    by: str
    at: float
    digest: str


@dataclass(frozen=True, slots=True)
class Dismissal:
    """When somebody said that an ended run needs nobody any more (UTC epoch seconds), and who."""

    at: float
    by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """Which drop it is: nothing of it ever changes. Times are UTC epoch seconds."""

    run_id: str
    corp: str
    """The corp's alias, `-` when the key names none."""
    job: Job | None = None
    """None when the key names no job type."""
    bucket: str
    key: str
    name: str = ""
    """The name that its file had before the desk gave it another one, else blank."""
    version: str
    dropped: float
    """When the file was dropped, by S3's event; of a retry, when its file was."""
    created: float
    principal: str = ""
    """Who dropped the file, by S3's event."""
    plans_only: bool = False
    """Whether the file is only to be planned."""
    asks: bool = False
    """Whether it is shown to who brought it before it goes on."""
    again: Again = Again()
    """Why its file comes again, where it does."""

    @property
    def own_object(self) -> tuple[str, str, str]:
        """The bucket, the key and the version of what was dropped."""
        return self.bucket, self.key, self.version

    @property
    def file(self) -> tuple[str, str, str]:
        """The same of its file."""
        return self.bucket, self.key, self.again.version or self.version


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """How its file is read, and what it was then."""

    reading: Reading = field(default_factory=Reading)
    """How the file was read when it was checked."""
    second_person: bool = False
    """Whether the settings of then asked that nobody approves what they brought about."""
    encoding: str | None = None
    """How the file was encoded, None as long as it could not be read."""
    rows: int | None = None
    last_day: LastDay | None = None
    """Of those in the file who leave next, as of `reading.today`."""
    leavers: LastDay | None = None
    """Of those who were disabled as leavers on an earlier day, and are removed next."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """What it would change, what that rests on, why it was held, and who approved it."""

    counts: Mapping[str, Any] | None = None
    """The plan in numbers."""
    digest: str | None = None
    """The hash of the plan and of why it is held: what a person approves."""
    warnings: int = 0
    """How many things a person should know although nothing is wrong."""
    grounds: tuple[float, ...] = ()
    """When the settings, the stated links and the export came that the plan rests on."""
    statements: tuple[Statement, ...] = ()
    """What else it rests on, as `domain.authors` has it."""
    holds: tuple[Reason, ...] = ()
    """Why the run was held."""
    approval: Approval | None = None
    sending: Sending | None = None
    """Of a file that was to be shown first."""
    verdict: str | None = None
    """Of a file that was only to be planned: what would become of it."""
    concerned: tuple[str, ...] = ()
    """Who of those who may decide gets an account or another way to sign in."""
    others: tuple[str, ...] = ()
    """Who else may decide at the desk and has an account."""
    barred: tuple[str, ...] = ()
    """Who of the desk's approvers may not approve it, in lower case."""
    weakened: tuple[Weakening, ...] = ()
    """Of settings: what guards less, or tells people less, than before."""
    speakers: Mapping[str, str] = field(default_factory=dict)
    """The names of those who have a right at the desk, by principal in lower case."""
    departed: tuple[str, ...] = ()
    """Who of them has no account once it is applied."""

    @property
    def wanted(self) -> tuple[str, ...]:
        """The disabled leavers whose mobile or e-mail rows want, as the hold names them."""
        lists = (it.params["leavers"] for it in self.holds if it.code == "hold_wanted")
        return tuple(user for it in lists if isinstance(it, Listing) for user in it.first)


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """What became of it."""

    succeeded: int | None = None
    """Rows that WeCom applied."""
    failed: int | None = None
    """Rows that WeCom refused, and people outside the file whom it refused to remove."""
    unreported: int | None = None
    """Rows of which WeCom said nothing."""
    reports: Mapping[str, str] = field(default_factory=dict)
    """The addresses of its reports by their names."""
    sign_ins: Listing | None = None
    """Whose mobile or e-mail it has changed in WeCom, from what to what, masked."""
    finished: float | None = None
    """When the run ended."""
    dismissed: Dismissal | None = None

    def counted(self, succeeded: int = 0, failed: int = 0, unreported: int | None = 0) -> "Result":
        return replace(self, succeeded=succeeded, failed=failed, unreported=unreported)

    def reported(self, reports: Mapping[str, str]) -> "Result":
        return replace(self, reports=reports)


@dataclass(frozen=True, slots=True, kw_only=True)
class NextStep:
    """When its next step is to be done, and what has kept anybody from it; UTC epoch seconds."""

    due: float
    """When the sweep looks after the run, unless something moves it before."""
    deadline: float | None = None
    """When a submission is given up, a result is not awaited any more, or a hold expires."""
    late_since: float | None = None
    """When the step failed first, however often it was tried since; None when it has not."""
    next_try: float = 0.0
    """When that is tried next; `deadline` says how long."""
    by_people: bool = False
    """Whether only people can end what failed: an address, a secret or a right is to be mended."""
    read_since: float | None = None
    """Since when its file is read for the first time; None again with the next move."""
    deaths: int = 0
    """How often a function died of that."""


_OF_NEXT_STEP = {it.name for it in fields(NextStep)}


class Move(TypedDict, total=False):
    """What a move may change besides the state; see `Run`."""

    source: Source
    proposal: Proposal
    submission: Submission
    result: Result
    due: float
    reason: Reason | None
    deadline: float | None
    ends_as: State | None
    late_since: float | None
    read_since: float | None
    deaths: int
    instruction: Instruction | None
    """For the timeline alone, as the next two: whose word it was."""
    answer: Reason | None
    """Why that word could not be carried out."""
    wait: Wait | None
    """Which call is tried again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Run(Stored):
    """A run as the table keeps it: where it stands, and records that a move replaces whole."""

    identity: Identity
    state: State
    updated: float
    next: NextStep
    source: Source = Source()
    proposal: Proposal = Proposal()
    submission: Submission = Submission()
    result: Result = Result()
    reason: Reason | None = None
    """Why the run is where it is."""
    ends_as: State | None = None
    """How the run ends: set while what became of the rows is written, when nobody may move it."""
    timeline: tuple[TimelineEntry, ...] = ()
    """What happened to it, the oldest first."""
    revision: int = 0
    """How often the run was moved or changed: a write names the revision that it saw."""

    @property
    def run_id(self) -> str:
        return self.identity.run_id

    @property
    def corp(self) -> str:
        return self.identity.corp

    @property
    def job(self) -> Job | None:
        return self.identity.job

    @property
    def key(self) -> str:
        return self.identity.key

    @property
    def file(self) -> str:
        """Its key as people read it: with the name that they gave the file."""
        name = self.identity.name
        return f"{self.key.rpartition('/')[0]}/{name}" if name else self.key

    def moved(self, to: State, now: float, changes: Move) -> "Run":
        """Return the run after a move, with an entry of its timeline if there is news."""
        values: dict[str, Any] = {**changes}
        word, answer, wait = (values.pop(name, None) for name in ("instruction", "answer", "wait"))
        step = {name: values.pop(name) for name in _OF_NEXT_STEP & values.keys()}
        if wait is not None:
            # Whoever knows that the run only waits says so.
            step = {"late_since": self.next.late_since or now, **step, "next_try": wait.next}
            step["by_people"] = wait.by_people
        moved = replace(self, state=to, updated=now, revision=self.revision + 1, **values)
        step = {"read_since": None, **step}
        if moved.place != self.place:
            step["late_since"] = None
        moved = replace(moved, next=replace(self.next, **step))
        state = moved.standing
        is_new = state is not self.standing
        why = list(moved.proposal.holds) if is_new and state is State.HELD else []
        tried = wait is not None and answer is None
        if moved.reason is not None and (is_new or tried or moved.reason != self.reason):
            why.append(moved.reason)
        why += [answer] if answer else []
        if not (is_new or word or why or wait):
            return moved
        return replace(
            moved, timeline=self._with(TimelineEntry(state, now, tuple(why), word, wait))
        )

    def _with(self, step: TimelineEntry) -> tuple[TimelineEntry, ...]:
        """Return the timeline with a step. One that repeats another is counted by that one."""
        for at in reversed(range(len(self.timeline))):
            before = self.timeline[at]
            if before.state is not step.state:
                break
            if step.repeats(before):
                wait = step.wait
                if wait and before.wait:
                    wait = replace(wait, count=before.wait.count + 1)
                counted = replace(step, at=before.at, wait=wait)
                return (*self.timeline[:at], counted, *self.timeline[at + 1 :])
        return (*self.timeline, step)[-MOST_ENTRIES:]

    def unnamed(self) -> "Run":
        """Return the run without a name in any reason, for whom no name is meant."""
        sign_ins = self.result.sign_ins
        return replace(
            self,
            reason=self.reason and self.reason.unnamed(),
            proposal=replace(self.proposal, holds=tuple(map(Reason.unnamed, self.proposal.holds))),
            result=replace(self.result, sign_ins=sign_ins and replace(sign_ins, first=())),
            timeline=tuple(step.unnamed() for step in self.timeline),
        )

    def with_answers(self, answers: Iterable["TimelineEntry"]) -> "Run":
        """Return the run with answers to decisions that were not carried out in its timeline."""
        newest = sorted(answers, key=lambda step: step.at)[-MOST_ENTRIES:]
        fresh = (step for step in newest if step not in self.timeline)
        steps = sorted((*self.timeline, *fresh), key=lambda step: step.at)
        return replace(self, timeline=tuple(steps))

    @property
    def standing(self) -> State:
        """Its state, or how it ends, once that is decided."""
        return self.ends_as or self.state

    @property
    def place(self) -> tuple[object, ...]:
        """Where it stands with which job: only who finds it there still may go on with it."""
        return self.state, self.ends_as, self.submission.job_id, self.asks

    @property
    def waits(self) -> bool:
        """Whether its next step failed, and needs people or is not done in `STUCK_SECONDS`."""
        is_open = self.state not in {State.HELD, State.SHOWN} and not self.standing.is_final
        step = self.next
        if not is_open or step.late_since is None:
            return False
        return step.by_people or step.next_try > step.late_since + STUCK_SECONDS

    def is_stuck(self, now: float, *, since: float = 0) -> bool:
        """Whether its next step, which could be done `since` then, is late however often tried.

        One that nobody has begun to read waits in the queue, whose own age tells if nobody takes.
        """
        step = self.next
        if self.standing is State.RECEIVED and step.late_since is None:
            return False
        late = step.due if step.late_since is None else min(step.due, step.late_since)
        return now >= max(late, since) + STUCK_SECONDS

    @property
    def asks(self) -> str:
        """What is asked of WeCom: the job, of a company run that of its last step."""
        return self.submission.steps[-1].job if self.submission.steps else self.job or ""

    @property
    def answer(self) -> str:
        """What names the answer that it awaits: WeCom's job, or the accounts of a step by name."""
        last = self.submission.steps[-1:]
        named = [f"{it.job} {it.done}" for it in last if it.job in BY_NAME]
        return "".join(named) or self.submission.job_id or ""

    @property
    def is_removal(self) -> bool:
        """Whether it brings no file, and removes leavers whose days are over."""
        return self.identity.again.of.get(Why.DUE) == LEAVERS

    @property
    def is_file(self) -> bool:
        """Whether it brings a file that is to be imported, and that counts as HR's newest one."""
        return self.job is not None and not (self.only_plans or self.is_removal)

    @property
    def is_wanted_list(self) -> bool:
        """Whether it says who there is, and neither a person nor a newer one has set it aside."""
        is_aside = self.state is State.CANCELLED and self.reason != Reason("hold_expired")
        is_aside |= self.state is State.SUPERSEDED or self.result.dismissed is not None
        is_list = self.is_file and self.job is not None and self.job.lists_people
        return is_list and not self.identity.again.is_due and not is_aside

    @property
    def awaits_day(self) -> bool:
        """Whether those whom it is to remove are told, and it waits for the day."""
        return self.is_removal and self.state is State.QUEUED and not self.has_place

    @property
    def why_due(self) -> Reason | None:
        """Why nobody has dropped it, None if somebody has."""
        code: TextCode = "leavers_planned" if self.is_removal else "due_planned"
        day = self.identity.again.day
        return Reason(code, {"day": day}) if day else None

    @property
    def in_steps(self) -> bool:
        """Whether it is a company run that has begun what it does in steps."""
        return self.job is Job.COMPANY and bool(self.submission.steps)

    @property
    def listed_steps(self) -> tuple[Step, ...]:
        """The steps of a company run: the one of another run says nothing new.

        The one before the imports removes, if it names as many as its approval has removed at once.
        """
        steps = self.submission.steps if self.in_steps else ()
        approval = self.proposal.approval
        freed = (MOVE, len(approval.removed_early) if approval else 0)
        return tuple(replace(it, job=REMOVE) if (it.job, it.rows) == freed else it for it in steps)

    @property
    def brings(self) -> str:
        """What goes out for its job: of a company run departments, or people with removals."""
        return "people" if self.in_steps and self.asks != Job.REPLACE_PARTY else self.asks

    def taken(self, job_id: str | None, due: float, deadline: float) -> Move:
        """Return what changes when WeCom has its job, or when its step by name may begin."""
        submission = self.submission.taken(job_id)
        return {"submission": submission, "reason": None, "due": due, "deadline": deadline}

    def at_step(self, step: Step) -> "Run":
        """Return the run as it is at a step: what is kept of that is found so."""
        return replace(self, submission=replace(self.submission, steps=(step,)))

    @property
    def written(self) -> float:
        """When its file was dropped, one that is brought back when it was new."""
        return self.identity.again.restores or self.identity.dropped

    @property
    def arrived(self) -> float:
        """When its own object was dropped: that of a retry came later than its file."""
        return self.identity.created if self.identity.again.of else self.identity.dropped

    @property
    def droppers(self) -> tuple[str, ...]:
        """The principals who brought its file: who dropped or sent it, and those of earlier runs.

        A file that is planned anew is of those who brought it: nothing in it is the sweep's.
        """
        own = () if self.identity.again.is_due else (self.identity.principal,)
        sender = (self.proposal.sending.by,) if self.proposal.sending else ()
        return tuple(dict.fromkeys((*own, *self.identity.again.authors, *sender)))

    @property
    def contributions(self) -> tuple[tuple[str, str], ...]:
        """Who brought it about, and by what: `file`, or as `Statement.what`."""
        own = "file" if self.job else "settings"
        brought = [(by, own) for by in self.droppers]
        return tuple(
            dict.fromkeys((*brought, *((it.by, it.what) for it in self.proposal.statements)))
        )

    @property
    def authors(self) -> tuple[str, ...]:
        """The principals who brought it about: by its file, or by what its plan rests on."""
        return tuple(dict.fromkeys(by for by, _ in self.contributions))

    @property
    def approver_contributions(self) -> tuple[str, ...]:
        """What its approver brought or stated, as in `contributions`."""
        by = self.proposal.approval.by if self.proposal.approval else ""
        own = (what for author, what in self.contributions if is_one_of(by, (author,)))
        return tuple(dict.fromkeys(own))

    @property
    def approved_sign_in(self) -> bool:
        """Whether the sign-in of who approved it is among those that it changes."""
        approval = self.proposal.approval
        return approval is not None and approval.user in map(str.casefold, self.proposal.concerned)

    @property
    def weakens(self) -> tuple[Weakening, ...]:
        """What guards less by settings that are in force, or wait for somebody's approval."""
        return self.proposal.weakened if self.state in {State.HELD, State.SUCCEEDED} else ()

    @property
    def news(self) -> str:
        """What people and systems are told of, with its time; blank while it goes on.

        One that waits is news once a day.
        """
        step = self.next
        if self.shown_first and self.only_plans:
            return ""
        if self.waits and step.late_since is not None:
            days = int((step.next_try - step.late_since - STUCK_SECONDS) / 86_400)
            return f"WAITING {step.late_since:.3f} {days}"
        if self.awaits_day:
            return f"LEAVERS {self.submission.resume:.3f}"
        if self.state is State.HELD:
            return f"{self.state} {step.deadline or 0:.3f}{' again' if self.expires_soon else ''}"
        return f"{self.state} {self.result.finished or 0:.3f}" if self.state.is_final else ""

    @property
    def expires_soon(self) -> bool:
        """Whether it is held, and the time has come to remind people, once, before it expires."""
        return self.state is State.HELD and self.next.due == self.next.deadline

    @property
    def shown_first(self) -> bool:
        """Whether it is shown before it goes, which a file of WeCom's own jobs cannot be."""
        return self.identity.asks and self.job is Job.COMPANY

    @property
    def only_plans(self) -> bool:
        """Whether nothing of it goes on: it is only planned, or was shown and is not sent yet."""
        is_shown = self.shown_first and self.proposal.sending is None
        return self.identity.plans_only or is_shown

    @property
    def has_place(self) -> bool:
        asked = self.submission
        may_go = asked.awaits is None and asked.resume is None
        waits = self.state in {State.RECEIVED, State.QUEUED} and may_go
        return waits and self.job is not None and not self.only_plans

    @property
    def is_full(self) -> bool:
        """Whether its file lists all members or all departments."""
        return self.job is not None and self.job.is_full and not self.is_removal

    @property
    def yields_to(self) -> tuple[Job, ...]:
        """The full files that make it pointless: those of departments alone make nobody stay."""
        jobs = self.job.yields_to if self.job and not self.is_removal else ()
        return tuple(it for it in jobs if it.has_members or not self.identity.again.is_due)

    def gives_way_to(self, job: Job, dropped: float) -> bool:
        """Whether a full file that was dropped then is enough, while this one waits.

        Changes are left to wait, but for a company's.
        """
        may = self.ends_as is None and not self.identity.plans_only
        is_enough = (self.is_full or job is Job.COMPANY) and job in self.yields_to
        return may and is_enough and self.identity.dropped < dropped

    @property
    def counts_refused(self) -> bool:
        """Whether it is no drop, but tells how many were refused: a folder says nothing itself."""
        return self.key == f"{self.corp}/"

    @property
    def is_planned_full(self) -> bool:
        """Whether its plan makes older full files pointless."""
        planned = self.proposal.digest is not None and not self.only_plans
        return self.is_full and planned

    @property
    def may_be_applied(self) -> bool:
        """Whether it ended so that WeCom may by now have what the file says."""
        applied = {State.SUCCEEDED, State.PARTIAL, State.UNCHANGED}
        return self.state in applied or (
            self.state is State.FAILED and self.submission.posted is not None
        )

    @property
    def due_file(self) -> DueFile | None:
        """Its file, if it is a company's and may be planned anew, and somebody in it leaves."""
        last = self.source.last_day
        if last is None or self.job is not Job.COMPANY or self.state is State.FAILED:
            return None
        return DueFile(self.corp, self.run_id, self.key, last.day, last.over)

    @property
    def due_next(self) -> Mapping[bool, DueFile | None]:
        """What is due after it, in place of what was: its file, and whether it is leavers.

        One of all people takes the place of another; no other one says anything of it.
        """
        if not self.is_full or self.job is Job.REPLACE_PARTY:
            return {}
        leave = self.source.leavers
        return {False: self.due_file, True: DueFile.of_leavers(self.corp, leave) if leave else None}

    @property
    def was_refused_whole(self) -> bool:
        """Whether WeCom refused the import as a whole: it says that nothing was changed."""
        refused = self.reason is not None and "errcode" in self.reason.params
        asked = self.submission
        ended = self.state is State.FAILED and asked.job_id is not None
        return ended and refused and asked.posted is None and len(asked.steps) <= 1
