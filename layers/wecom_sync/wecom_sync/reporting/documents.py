"""What people and programs read about a run."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from itertools import zip_longest
from typing import Any

from wecom_sync.domain.drop import EVERYBODY, WITHOUT_REMOVALS, Why
from wecom_sync.domain.errors import WecomSyncError
from wecom_sync.domain.link import keyed
from wecom_sync.domain.outcome import KINDS, Kind, Outcome
from wecom_sync.domain.run import Approval, Run
from wecom_sync.domain.states import Job, State
from wecom_sync.domain.stored import plain
from wecom_sync.domain.texts import Listing, Params, Sentence, TextCode
from wecom_sync.domain.timeline import Reason, reason_of
from wecom_sync.files.problems import Problem
from wecom_sync.reporting import trouble
from wecom_sync.reporting.catalogue import is_code, say, text
from wecom_sync.reporting.error_codes import errcode
from wecom_sync.reporting.language import Language, comma, escaped

LEAVERS_LISTED = "leavers.json"
PLAN = "plan.json"
_NAMES = frozenset({"errcode", "line", "status"})
COUNTS: Mapping[str, TextCode] = {
    **{kind.field: kind.counted for kind in Kind if kind is not Kind.UNCHANGED},
    "invite": "kind_invite",
    Kind.UNCHANGED.field: Kind.UNCHANGED.counted,
}
"""Each count of a plan and what it is called."""
_OWN: Mapping[str, TextCode] = {
    "file": "own_file",
    "settings": "own_settings",
    "weakened": "own_weakened",
    "export": "own_export",
    "accounts": "own_accounts",
}
"""What an author has brought or stated, in words."""
MOST_NAMED = 5
"""How many of those whom a guard rule asks about are named."""
_COUNTED_TWICE = (Kind.UPDATE, Kind.MOVE)
"""Kinds of which some are listed under a graver one."""


def report_name(run: Run, name: str) -> str:
    return f"{run.corp}/{run.run_id}/{name}"


def problem_text(problem: Problem, language: Language) -> str:
    return _of_value(problem.value, _rendered(problem.code, problem.params, language))


def problem_document(problem: Problem, language: Language) -> dict[str, Any]:
    """Return a problem as JSON. `params` has what fills the blanks of its text, and no more."""
    blanks = text(problem.code).blanks
    names = ("line", "cell", "id", "column", "value")
    return {
        **{name: getattr(problem, name) or None for name in names},
        "code": problem.code,
        "params": plain({name: it for name, it in problem.params.items() if name in blanks}),
        "text": problem_text(problem, language),
    }


def problem_in(document: Mapping[str, Any], language: Language) -> dict[str, Any]:
    """Return a problem's JSON in another language. An unknown code stays as it is."""
    code, params = document.get("code"), document.get("params")
    if not is_code(code) or not isinstance(params, Mapping) or text(code).blanks - params.keys():
        return {**document}
    if example := document.get("example"):
        params = {**params, "example": problem_in(example, language)["text"]}
    reason = Reason.from_document({"code": code, "params": params})
    sentence = _rendered(code, reason.params, language)
    return {**document, "text": _of_value(document.get("value"), sentence)}


def _of_value(value: str | None, sentence: str) -> str:
    return f"{escaped(value)}: {sentence}" if value else sentence


def _rendered(code: TextCode, params: Params, language: Language) -> str:
    """Fill a text in. Lists are written as the language does; an unknown code stays as it is."""
    if not is_code(code):
        return code
    blanks = {
        name: _listed(value, language) if isinstance(value, Listing) else value
        for name, value in params.items()
    }
    if isinstance(authors := params.get("authors"), Listing) and authors.names:
        blanks["authors"] = _contributed(authors, language)
    for name in ("what", "change", "seen"):
        if is_code(code_of := params.get(name)):
            words = say(language, code_of)
            blanks[name] = words[:1].upper() + words[1:] if name == "what" else words
    return say(language, code, **blanks)


def _contributed(authors: Listing, language: Language) -> str:
    """Say who brought a run about, and by what."""
    pairs = zip(authors.first, authors.names, strict=True)
    return comma(
        (_beside(by, _own_text(own.split(), language), language) for by, own in pairs), language
    )


def _own_text(own: Iterable[str], language: Language) -> str:
    return comma((say(language, _OWN[it]) for it in own), language)


def failure_text(failure: Reason | WecomSyncError, language: Language) -> str:
    """Say what a reason or an error means, with WeCom's explanation of its code, and advice."""
    reason = reason_of(failure) if isinstance(failure, WecomSyncError) else failure
    return joined(paragraphs(reason, language), language)


def paragraphs(reason: Reason, language: Language) -> list[str]:
    """Say what a reason means: the headline, whom it concerns, what to check, and what is besides.

    A text has what to check on a line of its own. Of a hold none of it is long.
    """
    headline, *heads = _cause(reason, language)
    explained = [it for _, it in _sentences(reason, language) if it]
    advice = [*_remarks(reason, language), *trouble.advice(reason, language)]
    rest = ([_told(it, language) for it in part] for part in reason.other_changes)
    parts = (heads, _people(reason, language), (*explained, *advice), *rest)
    return [headline, *(joined(part, language) for part in parts if part)]


def headline_text(reason: Reason, language: Language) -> str:
    """Say in a sentence or two why a run is held."""
    return next(iter(_cause(reason, language)))


def cause_text(reason: Reason, language: Language) -> str:
    """Say what went wrong, without advice."""
    code = reason.params.get("errcode")
    explained = [errcode(code).explanation.render(language)] if isinstance(code, int) else []
    return joined((*_cause(reason, language), *explained), language)


def _cause(reason: Reason, language: Language) -> Iterator[str]:
    """Yield which call failed and how, and what a reason says, without what to check."""
    yield from trouble.what_failed(reason, language)
    for headline, _ in _sentences(reason, language):
        yield headline


def _sentences(reason: Reason, language: Language) -> Iterator[tuple[str, str]]:
    """Yield each sentence up to a reason's own, and what to check about it, blank if nothing is."""
    for sentence in (*reason.before, reason.sentence):
        headline, _, check = _told(sentence, language).partition("\n")
        yield headline, check


def _people(reason: Reason, language: Language) -> list[str]:
    """Say whom or what a reason concerns, the first ones by name, and examples."""
    texts = []
    if (people := reason.people) and people.first:
        first = people.cut(MOST_NAMED) if reason.family else people
        more = people.total - len(first.first)
        code: TextCode = "named_first" if more else "named"
        texts.append(say(language, code, named=_labels(first, language), more=f"{more:,}"))
    return texts + [_told(it, language) for it in reason.after if it.is_example]


def _remarks(reason: Reason, language: Language) -> Iterator[str]:
    """Yield what a reason says beside its own sentence, and what its code of WeCom's means."""
    if reason.also:
        words = (_counted_word(word, count, language) for word, count in reason.also.items())
        yield say(language, "also_beyond", also=comma(words, language))
    for sentence in reason.after:
        if not sentence.is_example:
            yield _told(sentence, language)
    if isinstance(code := reason.params.get("errcode"), int):
        entry = errcode(code)
        yield from (entry.explanation.render(language), entry.advice.render(language))


def _told(sentence: Sentence, language: Language) -> str:
    """Fill a sentence in, large numbers with grouped digits."""
    blanks = {
        name: f"{value:,}" if isinstance(value, int) and name not in _NAMES else value
        for name, value in sentence.blanks.items()
    }
    return _rendered(sentence.code, blanks, language)


def _counted_word(word: str, count: int, language: Language) -> str:
    """Say what else is beyond its limit, and how many they are."""
    name = say(language, word) if is_code(word) else word
    return _beside(name, f"{count:,}", language) if count else name


def _beside(words: str, more: str, language: Language) -> str:
    return f"{words}（{more}）" if language is Language.CHINESE else f"{words} ({more})"


def _listed(listing: Listing, language: Language) -> str:
    more = listing.total - len(listing.first)
    labels = _labels(listing, language)
    return _beside(f"{labels} …", f"+{more}", language) if more else labels


def _labels(listing: Listing, language: Language) -> str:
    pairs = zip_longest(listing.first, listing.names, fillvalue="")
    return comma((labelled(row_id, name, language) for row_id, name in pairs), language)


def labelled(row_id: str, name: str, language: Language) -> str:
    """Return somebody's name and id, or the id alone when nobody knows the name."""
    return _beside(escaped(name), escaped(row_id), language) if name else row_id


def joined(sentences: Iterable[str], language: Language) -> str:
    """Join sentences: in Chinese without a blank between them."""
    return ("" if language is Language.CHINESE else " ").join(sentences)


def hold_document(hold: Reason, language: Language) -> dict[str, str]:
    return {"code": hold.code, "family": hold.family, "text": hold_text(hold, language)}


def hold_text(hold: Reason, language: Language) -> str:
    """Say why a file is held, each paragraph on a line."""
    return "\n".join(paragraphs(hold, language))


def why_held(run: Run) -> tuple[Reason, ...]:
    """Return why a run is held; first how it ends, while that is carried out."""
    return (*([run.reason] if run.reason else []), *run.proposal.holds)


def reason_texts(run: Run, language: Language) -> list[str]:
    """Say why a run is where it is: of a hold the headline of each reason."""
    if run.state is not State.HELD:
        return [*filter(None, [reason_text(run, language)])]
    return [headline_text(reason, language) for reason in why_held(run)]


def reason_text(run: Run, language: Language) -> str:
    """Say why a run is where it is; a refusal of WeCom's comes with its explanation."""
    if run.state is State.HELD:
        return joined(reason_texts(run, language), language)
    if current := trouble.current_trouble(run):
        reason, wait = current
        if wait is None and not run.state.holds_lane:
            return failure_text(reason, language)
        # The advice of a code is for a run that has failed. This one goes on by itself.
        parts = (cause_text(reason, language), *trouble.next_in_trouble(run, reason, language))
        since = trouble.waiting_since(run, wait, language)
        return joined((*parts, *trouble.secret_rests(reason, language), *since), language)
    if run.reason is None:
        return ""
    reason = run.reason
    if run.identity.plans_only and reason.code == "awaits_departments":
        reason = Reason("plan_awaits_departments", reason.params)
    parts = (failure_text(reason, language), *trouble.next_after_end(run, language))
    return joined(parts, language)


def counts_text(counts: Mapping[str, Any], language: Language) -> str:
    """Return a plan's numbers in one line, without the zeros."""
    counted = [
        f"{say(language, code)} {counts[name]:,}"
        for name, code in COUNTS.items()
        if counts.get(name)
    ]
    if any(counts.get("departments", {}).values()):
        words = counts_text(counts["departments"], language)
        counted.append(say(language, "kind_departments", counts=words))
    return " · ".join(counted) or say(language, "kind_none")


def also_counted(plan: Mapping[str, Any], language: Language) -> dict[Kind, str]:
    """Say by kind how many of a count of `plan.json` change more gravely, and are listed there."""
    changes = {change["id"]: KINDS[change["change"]] for change in plan.get("changes", ())}
    of_departments = plan.get("job") == Job.REPLACE_PARTY
    code: TextCode = "kind_also_departments" if of_departments else "kind_also_people"
    by_kind = {}
    for kind in _COUNTED_TWICE:
        graver = Counter(changes.get(subject, kind) for subject in plan.get(kind.field, ()))
        del graver[kind]
        words = [
            say(language, code, count=f"{count:,}", change=say(language, other.counted).lower())
            for other, count in graver.items()
        ]
        if words:
            by_kind[kind] = say(language, "kind_also", also=comma(words, language))
    return by_kind


def row_text(outcome: Outcome, language: Language) -> tuple[str, str]:
    """Return the explanation and the advice for one row, blank when it was applied."""
    if outcome.errcode is None:
        if outcome.change == Kind.REMOVE:
            return say(language, "row_spared"), ""
        return say(language, "outcome_unreported"), say(language, "row_unreported")
    if not outcome.failed:
        return "", ""
    if outcome.holder:
        account, value, name = outcome.holder.split(" ", 2)
        owner = labelled(account, name, language)
        taken = say(language, "row_taken", value=value, owner=owner)
        return taken, say(language, "row_taken_advice", owner=owner)
    entry = errcode(outcome.errcode)
    explanation = entry.explanation.render(language)
    if outcome.line == 0:
        explanation = joined((say(language, "row_not_in_file"), explanation), language)
    return explanation, entry.advice.render(language)


def run_document(run: Run, language: Language) -> dict[str, Any]:
    """Return a run as JSON: the fields of `wecom-sync runs --json`."""
    counts, result, submission = run.proposal.counts, run.result, run.submission
    dismissed = result.dismissed
    return {
        "run_id": run.run_id,
        "corp": run.corp,
        "job": run.job,
        "key": run.key,
        "file": run.file,
        "version": run.identity.version,
        "state": run.state,
        "reason": reason_text(run, language) or None,
        "rows": run.source.rows,
        "succeeded": result.succeeded,
        "failed": result.failed,
        "unreported": result.unreported,
        "encoding": run.source.encoding,
        "job_id": submission.job_id,
        "steps": [plain(replace(step, plan=None)) for step in run.listed_steps],
        "created": moment(run.identity.created),
        "finished": moment(result.finished),
        "plan": None if counts is None else dict(counts),
        "plan_digest": run.proposal.digest,
        "warnings": run.proposal.warnings,
        "expires": moment(run.next.deadline) if run.state in {State.HELD, State.SHOWN} else None,
        "trouble": _trouble(run),
        "approval": _approval(run),
        "dismissed": dismissed and {"at": moment(dismissed.at), "by": dismissed.by},
        "principal": run.identity.principal or None,
        "statements": [plain(it) for it in run.proposal.statements],
        "verdict": _verdict(run),
        **{f"{why}_of": run.identity.again.of.get(why) for why in Why},
        "leaving": _leaving(run),
        "awaits": submission.awaits,
        "revision": run.revision,
        "reports": dict(result.reports),
    }


def due_text(run: Run, language: Language) -> str:
    """Say why a file was planned anew, blank if it was not."""
    return cause_text(run.why_due, language) if run.why_due else ""


def _leaving(run: Run) -> dict[str, Any] | None:
    """Return who leaves next by a file, and as of which day that is, None of any other file."""
    today, last = run.source.reading.today, run.source.last_day
    if not today:
        return None
    return {"as_of": today, "day": last and last.day, "people": last.people if last else 0}


def leaving_text(run: Run, language: Language) -> str:
    leaving = _leaving(run)
    return say(language, "leaving", **leaving) if leaving and leaving["day"] else ""


def _verdict(run: Run) -> str | None:
    """Return what would become of a file that was only to be planned, None of any other."""
    if not run.identity.plans_only:
        return None
    return {State.REJECTED: "reject", State.FAILED: "unknown"}.get(run.state, run.proposal.verdict)


def _trouble(run: Run) -> dict[str, Any] | None:
    """Return the trouble of an open run as JSON: which call failed how, how often, what is next."""
    reason, wait = trouble.current_trouble(run) or (None, None)
    if reason is None or wait is None:
        return None
    return {
        "call": wait.call or None,
        "how": reason.params.get("how"),
        "http_status": reason.params.get("status"),
        "errcode": reason.params.get("errcode"),
        "times": wait.count,
        "since": moment(run.next.late_since) if run.waits else None,
        "next": moment(wait.next),
        "until": moment(wait.deadline),
    }


def _approval(run: Run) -> dict[str, Any] | None:
    if (approval := run.proposal.approval) is None:
        return None
    return {
        "by": approval.by,
        "at": moment(approval.at),
        "plan_digest": approval.digest,
        "same_person": bool(run.approver_contributions),
        "own": list(run.approver_contributions),
        "own_sign_in": run.approved_sign_in,
        "without": _spared(approval),
        "remove": [*approval.removed_early] or None,
    }


def _spared(approval: Approval) -> Any:
    return WITHOUT_REMOVALS if EVERYBODY[0] in approval.retained else [*approval.retained] or None


def approval_text(run: Run, language: Language) -> str:
    """Say what is special about a run's approval, blank if nothing is.

    That somebody approved their own file, statement or sign-in, that they stated accounts, that
    nobody is removed, or who is at once.
    """
    if (approval := run.proposal.approval) is None:
        return ""
    sentences = []
    if run.approver_contributions:
        what = _own_text(run.approver_contributions, language)
        sentences.append(Sentence("approved_alone", {"by": approval.by, "what": what}))
    if run.approved_sign_in:
        sentences.append(Sentence("approved_sign_in", {"by": approval.by}))
    if approval.accounts:
        own = say(language, "account_of_own")
        lines = tuple(f"{it}{own}" if it.endswith(" ") else it for it in approval.accounts.first)
        stated = replace(approval.accounts, first=lines)
        sentences.append(Sentence("approved_stated", {"lines": stated}))
    if EVERYBODY[0] in approval.retained:
        sentences.append(Sentence("approved_spares"))
    elif approval.retained:
        sentences.append(Sentence("approved_keeps", {"users": Listing.of(approval.retained)}))
    if approval.removed_early:
        sentences.append(
            Sentence("approved_removes", {"users": Listing.of(approval.removed_early)})
        )
    return joined((_told(sentence, language) for sentence in sentences), language)


def wanted_text(run: Run, language: Language) -> str:
    """Name the disabled leavers whose mobile or e-mail rows want."""
    after = (it for hold in run.proposal.holds if hold.code == "hold_wanted" for it in hold.after)
    off = (_told(it, language) for it in after if it.code == "remark_off_since")
    return joined(off, language)


def failed_row_document(run: Run, outcome: Outcome, language: Language) -> dict[str, Any]:
    """Return a failed row as JSON: the fields of `wecom-sync show --json`."""
    explanation, advice = row_text(outcome, language)
    name = "userid" if run.job is None or run.job.has_members else "party_id"
    return {
        "line": outcome.line or None,
        name: outcome.id,
        "name": outcome.name,
        **({"key": outcome.key} if outcome.key else {}),
        "errcode": outcome.errcode,
        "errmsg": outcome.errmsg,
        "holder": outcome.holder,
        "explanation": explanation,
        "advice": advice,
    }


def person_in(document: Mapping[str, Any]) -> str:
    """Return the name, with HR's key, in the document of a change, a problem or a failed row."""
    account = document.get("id") or document.get("userid") or ""
    return keyed(document.get("name") or "", document.get("key") or "", account)


def moment(seconds: float | None) -> str | None:
    if seconds is None:
        return None
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="milliseconds")
