"""What the report bucket holds about a corp: `index.json`, changed with every move of a run."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import field, replace
from datetime import date, timedelta
from operator import itemgetter
from typing import Any, Self

from wecom_sync.domain.directory import DriftFound
from wecom_sync.domain.drop import DECIDING, LEAVERS, Why, Word
from wecom_sync.domain.habit import Habit
from wecom_sync.domain.policy import Policy
from wecom_sync.domain.principals import WECOM, rights
from wecom_sync.domain.run import Run
from wecom_sync.domain.states import State
from wecom_sync.domain.stored import stored
from wecom_sync.domain.values import dataclass
from wecom_sync.reporting.documents import joined, moment, reason_texts, run_document
from wecom_sync.reporting.language import Language

INDEX = "index.json"
CORP_PAGE = "index.html"
"""The same for people: `pages/corp_page.py`."""
NEWEST = 100
"""Runs that are listed; those that have not ended are listed beyond that."""
DAY_SECONDS = 86_400
APPLIED = frozenset({State.SUCCEEDED, State.PARTIAL})
FAILED = frozenset({State.FAILED, State.REJECTED, State.PARTIAL})
_IN_WECOM = APPLIED | {State.UNCHANGED}
_NOT_APPLIED = frozenset({State.CANCELLED, State.REJECTED, State.FAILED})
GIVEN_UP = frozenset({State.CANCELLED, State.SUPERSEDED})
"""How a run ends that says nothing about its file: a person gave it up, or a newer one came."""
IN_FORCE = 20
"""Applied files of each job type that are listed, so that one of them can be brought back."""
SINCE = "since"
REASONS = "reasons"
SUPERSEDED_BY = "superseded_by"
_ONLY_LISTED = frozenset({SINCE, REASONS, SUPERSEDED_BY})


@dataclass(frozen=True, slots=True)
class CorpIndex:
    """One corp at a glance. `runs`: as `listed_run` has them, by run id.

    `heard`: whether letters reach anybody; `alarms_heard`: whether alarms do; `unreached`:
    approvers whom the last card did not reach. `desk`: the address of the corp's desk, blank where
    it has none. `speakers`: names, by principal in lower case; `departed`: since when who has a
    right at the desk has no account, by user id in lower case. `leavers`: who is disabled,
    as `leavers.json` has them.
    """

    corp: str
    runs: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    last_success: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    applied: Mapping[str, tuple[Mapping[str, Any], ...]] = field(default_factory=dict)
    settings: Mapping[str, Any] | None = None
    drift: Mapping[str, Any] | None = None
    heard: bool = True
    successes: tuple[float, ...] = ()
    alarms_heard: bool = True
    unreached: tuple[str, ...] = ()
    desk: str = ""
    speakers: Mapping[str, str] = field(default_factory=dict)
    departed: Mapping[str, float] = field(default_factory=dict)
    leavers: Mapping[str, Any] = field(default_factory=dict)

    @classmethod
    def read(cls, corp: str, content: bytes | None) -> Self:
        document = json.loads(content) if content else {}
        runs = {run["run_id"]: run for run in document.get("runs", ())}
        return stored(cls, {**document, "corp": corp, "runs": runs})

    def with_run(self, run: Run, language: Language) -> Self:
        if self.runs.get(run.run_id, {}).get("revision", 0) > run.revision:
            return self
        runs = {**self.runs, run.run_id: listed_run(run, language)}
        at = (run.result.finished or 0) if run.state in _IN_WECOM else 0
        return replace(
            self.with_older(run),
            runs=runs,
            speakers={**self.speakers, **run.proposal.speakers},
            departed=self._departed(run.proposal.departed, at),
        )

    def _departed(self, users: Iterable[str], at: float) -> Mapping[str, float]:
        """Return since when who has no account, with users who had none at a time."""
        gone = {user: max(at, self.departed.get(user, 0)) for user in map(str.casefold, users)}
        return {**self.departed, **{user: since for user, since in gone.items() if since}}

    def with_older(self, run: Run) -> Self:
        """Return the index with what it keeps of a run that is not listed any more."""
        if not run.is_file:
            return self
        return replace(
            self,
            last_success=self._last_success(run),
            applied=self._applied(run),
            successes=self.habit.after(run).successes,
        )

    def _last_success(self, run: Run) -> Mapping[str, Mapping[str, Any]]:
        before = self.last_success.get(str(run.job))
        success = {"run_id": run.run_id, "finished": moment(run.result.finished)}
        succeeded = run.state in {State.SUCCEEDED, State.UNCHANGED}
        if not succeeded or (before and before["finished"] > success["finished"]):
            return self.last_success
        return {**self.last_success, str(run.job): success}

    def _applied(self, run: Run) -> Mapping[str, tuple[Mapping[str, Any], ...]]:
        """Note a file that is in force, or was: what a rollback may bring back.

        They stand in the order in which they were applied: an old file may be tried again.
        """
        back = Why.ROLLBACK in run.identity.again.of and run.state is State.UNCHANGED
        if run.state not in APPLIED and not back:
            return self.applied
        file = {
            "run_id": run.run_id,
            "state": run.state,
            "dropped": run.identity.dropped,
            "finished": run.result.finished,
            "rollback_of": run.identity.again.of.get(Why.ROLLBACK),
            "key": run.key,
            "rows": run.source.rows,
        }
        others = [it for it in self.applied.get(str(run.job), ()) if it["run_id"] != run.run_id]
        newest = sorted((*others, file), key=itemgetter("finished", "run_id"))
        return {**self.applied, str(run.job): tuple(newest[-IN_FORCE:])}

    def with_settings(self, policy: Policy, since: float | None) -> Self:
        """Return the index with the settings in force, and since when (None: the defaults)."""
        settings = {**policy.to_document(), "since": moment(since)}
        unreached = tuple(it for it in self.unreached if rights(it, policy.desk).decide)
        users = {*map(str.casefold, policy.desk.users)}
        named = {f"{WECOM}{it}" for it in users} & self.speakers.keys()
        return replace(
            self,
            settings=settings,
            unreached=unreached,
            speakers={principal: self.speakers[principal] for principal in sorted(named)},
            departed={it: at for it, at in self.departed.items() if it in users},
        )

    def with_drift(self, drift: DriftFound) -> Self:
        counts = {name: getattr(drift, name) for name in ("added", "removed", "moved")}
        about = {**counts, "report": drift.report, "absent": drift.absent}
        departed = self._departed(drift.absent, drift.at)
        return replace(self, drift={"at": moment(drift.at), **about}, departed=departed)

    @property
    def habit(self) -> Habit:
        return Habit(self.corp, self.successes)

    @property
    def lacks_approvers(self) -> bool:
        """Whether there is a desk and nobody may decide there."""
        return bool(self.desk and not Policy.from_document(self.settings or {}).desk_approvers)

    @property
    def leavers_listed(self) -> Sequence[Mapping[str, Any]]:
        """The disabled leavers, with the first day on which they may be removed.

        It is the one after the notice; None of the protected, and of who goes with the next file.
        """
        policy = Policy.from_document(self.settings or {})
        wait = timedelta(days=policy.leaver_days + 1)

        def until(leaver: Mapping[str, Any]) -> str | None:
            stays = not policy.leaver_days or policy.protects(leaver["account"])
            return None if stays else (date.fromisoformat(leaver["day"]) + wait).isoformat()

        return [{**it, "until": until(it)} for it in self.leavers.get("first", ())]

    @property
    def absent(self) -> tuple[str, ...]:
        """Whom `[desk]` names and who had no account when drift looked last."""
        named = {*map(str.casefold, Policy.from_document(self.settings or {}).desk.users)}
        found = (self.drift or {}).get("absent", ())
        return tuple(user for user in found if user.casefold() in named)

    @property
    def newest(self) -> Sequence[Mapping[str, Any]]:
        return sorted(self.runs.values(), key=lambda run: str(run["run_id"]), reverse=True)

    @property
    def runs_open(self) -> int:
        return sum(not State(run["state"]).is_final for run in self.runs.values())

    @property
    def removals(self) -> Sequence[Mapping[str, Any]]:
        """The runs that will remove leavers, of which people are told."""
        waits = State.QUEUED
        return [it for it in self.newest if it["due_of"] == LEAVERS and it["state"] == waits]

    @property
    def waiting_since(self) -> str | None:
        """Since when a run of the corp waits for WeCom, None while none does."""
        return min(filter(None, map(_waits_since, self.runs.values())), default=None)

    @property
    def attention(self) -> Sequence[Mapping[str, Any]]:
        """The runs that need a person: what is to be decided first, then the newest others."""
        needy = _need_a_person(self.newest)
        # Only what is held or shown expires.
        return sorted(needy, key=lambda run: (run["expires"] is None, str(run["expires"])))

    def to_bytes(self, now: float, retention_days: int) -> bytes:
        """Return the document as of `now` (UTC epoch seconds), without what is too old by then."""
        kept = self._without_older(now - retention_days * DAY_SECONDS)
        document = {
            "corp": self.corp,
            "attention": [_attention_document(run) for run in kept.attention],
            "runs_open": kept.runs_open,
            "waiting_since": self.waiting_since,
            "last_success": self.last_success,
            "settings": self.settings,
            "drift": self.drift,
            "heard": self.heard,
            "alarms_heard": self.alarms_heard,
            "unreached": self.unreached,
            "desk": self.desk,
            "speakers": self.speakers,
            "departed": self.departed,
            "leavers": {"total": 0, **self.leavers, "first": self.leavers_listed},
            "successes": self.successes,
            "runs": kept.newest,
            "applied": self.applied,
        }
        return json.dumps(document, ensure_ascii=False, indent=1).encode()

    def _without_older(self, oldest: float) -> Self:
        """Return the index with the newest runs since then.

        What is open or needs a person stays.
        """
        limit, is_open = str(moment(oldest)), {it: not it.is_final for it in State}
        recent = [it for it in self.newest if it["created"] >= limit or is_open[it["state"]]]
        needed = {run["run_id"] for run in _need_a_person(recent)}
        listed = {
            run["run_id"]: run
            for number, run in enumerate(recent)
            if number < NEWEST or run["run_id"] in needed or is_open[run["state"]]
        }
        return replace(self, runs=listed)


def _need_a_person(newest_first: Sequence[Mapping[str, Any]]) -> Iterator[Mapping[str, Any]]:
    """Yield what is held or waits for WeCom, and the last file of each bad end that none mended.

    A file that was given up hides nothing. What it had superseded needs a person again, unless a
    newer file was applied. A decision in the wrong place needs nobody: the run that it was to be
    about is still held.
    """
    states = {run["run_id"]: State(run["state"]) for run in newest_first}
    seen: set[tuple[str, State]] = set()
    applied: set[str] = set()
    for run in newest_first:
        state, brings = State(run["state"]), run["job"] if run["due_of"] != LEAVERS else None
        job = str(brings or run["key"])
        if Word.of(run["key"]) in DECIDING:
            continue
        has_ended = state.is_final and run["verdict"] is None
        is_last = has_ended and job not in applied and (job, state) not in seen
        if has_ended:
            seen.add((job, state))
        if has_ended and state in _IN_WECOM:
            applied.add(job)
        gave_way = has_ended and state is State.SUPERSEDED and job not in applied
        in_vain = gave_way and states.get(run[SUPERSEDED_BY]) in _NOT_APPLIED
        waits = state is State.HELD or _waits_since(run)
        needs = waits or (is_last and state in FAILED) or in_vain
        if needs and not run.get("dismissed"):
            yield run


def _waits_since(run: Mapping[str, Any]) -> str | None:
    """Return since when a run waits for WeCom, None of one that does not."""
    since: str | None = (run["trouble"] or {}).get("since")
    return since


def _attention_document(run: Mapping[str, Any]) -> dict[str, Any]:
    names = ("job", "key", "file", "plan", "rows", "succeeded", "failed", SINCE, "expires")
    facts = {name: run.get(name) for name in names}
    return {"run_id": run["run_id"], "state": run["state"], "text": run["reason"], **facts}


def listed_run(run: Run, language: Language) -> dict[str, Any]:
    """Return a run's document, with what only an index has.

    `since`: when it reached its state; `reasons`: why it is there, by language, each hold by
    itself; `superseded_by`: the run that took its place.
    """
    superseded = run.reason if run.state is State.SUPERSEDED else None
    return {
        **run_document(run, language),
        SINCE: moment(_since(run)),
        REASONS: {language: reason_texts(run, language) for language in Language},
        SUPERSEDED_BY: superseded and superseded.params.get("run_id"),
    }


def run_in(document: Mapping[str, Any], language: Language) -> dict[str, Any]:
    """Return a listed run's document in a language, as `wecom-sync runs --json` has it."""
    fields = {name: value for name, value in document.items() if name not in _ONLY_LISTED}
    return {**fields, "reason": joined(document[REASONS][language], language) or None}


def _since(run: Run) -> float:
    since = run.updated
    for step in reversed(run.timeline):
        if step.state is not run.state:
            break
        since = step.at
    return since
