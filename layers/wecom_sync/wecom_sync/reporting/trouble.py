"""What went wrong with a run, and what comes next in its state."""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime

from wecom_sync.domain.run import Run
from wecom_sync.domain.states import State
from wecom_sync.domain.texts import TextCode
from wecom_sync.domain.timeline import Reason, Wait
from wecom_sync.reporting.catalogue import is_code, say
from wecom_sync.reporting.error_codes import errcode
from wecom_sync.reporting.language import Language

_CALLS: Mapping[str, TextCode] = {
    "gettoken": "call_token",
    "user/list_id": "call_members",
    "department/simplelist": "call_departments",
    "media/upload": "call_upload",
    "batch/replaceparty": "call_submit",
    "batch/replaceuser": "call_submit",
    "batch/syncuser": "call_submit",
    "batch/getresult": "call_result",
}
"""WeCom's calls in words, by the end of their paths."""
_NOT_REACHED = {"how_refused", "how_no_address", "how_no_connection", "how_proxy", "how_tls"}
_OF_CALLS = {"wecom_unreachable", "wecom_no_answer", "outcome_unknown", "secret_unreadable"}
"""Reasons that time may mend. Their texts promise nothing, because that depends on the run."""


def current_trouble(run: Run) -> tuple[Reason, Wait | None] | None:
    """Return what keeps an open run from going on, and its next try; None when nothing does.

    A post without an answer gives the run no reason, so it is read from the timeline: from what
    happened to the run, not from what became of decisions about it.
    """
    posted = run.state is State.SUBMITTING and run.submission.posted is not None
    is_stopped = run.standing.is_final or run.state is State.HELD
    if is_stopped or (run.reason is None and not posted):
        return None
    moves = (step for step in reversed(run.timeline) if not step.is_decision)
    latest = next((step for step in moves if step.why), None)
    if latest is not None and latest.state is run.state and latest.wait is not None:
        return latest.why[-1], latest.wait
    return None if run.reason is None else (run.reason, None)


def what_failed(reason: Reason, language: Language) -> Iterator[str]:
    """Yield which call failed and how, where the reason knows it."""
    call, how = reason.params.get("call"), reason.params.get("how")
    if isinstance(call, str) and is_code(how):
        manner = say(language, how, status=reason.params.get("status", ""))
        yield say(language, "call_failed", call=call_words(call, language), how=manner)
    elif isinstance(call, str):
        yield say(language, "call_refused", call=call_words(call, language))


def call_words(path: str, language: Language) -> str:
    name = path.rpartition("/cgi-bin/")[2]
    return say(language, _CALLS.get(name, "call_other"), path=name)


def advice(reason: Reason, language: Language) -> Iterator[str]:
    """Yield what to do about a call that failed, whatever becomes of the run."""
    how = reason.params.get("how")
    if how is not None:
        code: TextCode = "advice_network" if how in _NOT_REACHED else "advice_answer"
        yield say(language, code)
    yield from secret_rests(reason, language)


def secret_rests(reason: Reason, language: Language) -> Iterator[str]:
    """Yield until when a secret is not tried again, and how to try at once."""
    if isinstance(rests := reason.params.get("rests"), int):
        # To the next minute, because a text that is too early is wrong.
        yield say(language, "secret_rests", moment=_minute(rests + 59))


def next_in_trouble(run: Run, reason: Reason, language: Language) -> Iterator[str]:
    codes: dict[State, TextCode] = {
        State.RECEIVED: "next_check",
        State.SUBMITTED: "next_result",
        State.SUBMITTING: "next_submit" if run.submission.posted is None else "next_unanswered",
    }
    if code := codes.get(run.state):
        yield say(language, code)
    if address := reason.params.get("address"):
        yield say(language, "next_address", address=address)
    elif isinstance(number := reason.params.get("errcode"), int):
        entry = errcode(number)
        if entry.repair != entry.advice:
            yield entry.repair.render(language)
        yield say(language, "next_repair")


def waiting_since(run: Run, wait: Wait | None, language: Language) -> Iterator[str]:
    """Yield since when a run waits, its next try, and the last one."""
    if run.waits and run.next.late_since and wait:
        times = {"since": run.next.late_since, "next": run.next.next_try, "until": wait.deadline}
        yield say(language, "waits", **{name: _minute(time) for name, time in times.items()})


def _minute(moment: float) -> str:
    return datetime.fromtimestamp(moment, UTC).strftime("%Y-%m-%d %H:%M")


def next_after_end(run: Run, language: Language) -> Iterator[str]:
    """Yield what comes next for a run that has failed: nothing by itself."""
    reason = run.reason
    if reason is None or run.standing is not State.FAILED:
        return
    if run.identity.plans_only:
        if reason.code != "awaits_departments":
            yield say(language, "next_plan")
    elif run.submission.posted is not None and (
        reason.code in _OF_CALLS or "call" in reason.params
    ):
        yield say(language, "next_unknown")
    elif reason.code in _OF_CALLS:
        yield say(language, "next_drop")
    if "address" in reason.params and "call" in reason.params:
        yield say(language, "address_not_remembered")
