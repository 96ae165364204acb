"""The mail about a run, the message of a group's robot, and the card for who decides.

Where a company has a desk, its address stands in place of commands. What is written is then for
people who have no command line.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict
from datetime import UTC, datetime, tzinfo
from typing import NamedTuple

from wecom_sync.domain.policy import Policy
from wecom_sync.domain.run import Run
from wecom_sync.domain.states import State
from wecom_sync.domain.texts import TextCode
from wecom_sync.reporting.catalogue import STATES, say
from wecom_sync.reporting.documents import (
    PLAN,
    approval_text,
    counts_text,
    due_text,
    paragraphs,
    reason_texts,
    why_held,
)
from wecom_sync.reporting.language import Language, comma, escaped
from wecom_sync.reporting.pages.headlines import headline_of

MARKDOWN_BYTES = 4096
"""Of a robot's message, which is UTF-8 (doc/91770)."""
REPORT = "report.html"
_SUBJECT_LIMIT = 100
"""Characters of an SNS subject, which is ASCII."""
_WIDE = str.maketrans({mark: chr(ord(mark) + 0xFEE0) for mark in "<>[]`*#&\\"})
"""Marks that WeCom's markdown knows, as their full-width twins: it has no way to escape them."""
_COMMAND = re.compile(r" ?[(（](?:wecom-sync|--)[^)）]*[)）]")
"""Commands stand in brackets in every text."""
_SCHEME, _NO_SCHEME = "://", "：//"
_TOLD = frozenset(
    {
        "settings_again",
        "accounts_in_force",
        "accounts_superseded",
        "export_superseded",
        "leavers_due",
        "leavers_kept",
        "leavers_postponed",
    }
)
"""Who gets which account is always told, and whose account goes for good tomorrow; and somebody may
count on an old file that is not in force."""


class Letter(NamedTuple):
    """The lines of what a person is told: each part may be without any."""

    file: str
    reasons: Sequence[str]
    numbers: Sequence[str]
    next_steps: Sequence[str]


class Notice(NamedTuple):
    """The same in short, for a card: `rows` are names with values."""

    title: str
    file: str
    text: str
    rows: tuple[tuple[str, str], ...]


def is_wanted(run: Run, policy: Policy) -> bool:
    """Whether people are told: the settings want it, or something changed that is always told."""
    decided_otherwise = run.proposal.holds and run.state in {State.SUPERSEDED, State.CANCELLED}
    # Whoever wants to hear of failures wants to hear of what may become one.
    state = State.FAILED if run.waits else run.state
    wanted = not run.only_plans and state in policy.notify_on
    approval = run.proposal.approval
    states_accounts = run.state.is_final and approval is not None and approval.accounts is not None
    always = states_accounts or (run.reason is not None and run.reason.code in _TOLD)
    return bool(
        decided_otherwise or run.proposal.weakened or run.result.sign_ins or wanted or always
    )


def mail(run: Run, language: Language, desk: str = "", zone: tzinfo = UTC) -> tuple[str, str]:
    """Return the subject and the text: what happened, in numbers, and what to do next.

    `desk`: where the run is at the company's desk, blank without one; `zone`: where people's clocks
    are.
    """
    subject = f"wecom-sync: {run.corp} {run.job or '-'} {'WAITING' if run.waits else run.state}"
    letter = _letter(run, language, desk, zone)
    at_desk = (say(language, "letter_desk", address=desk),) if desk else ()
    head = (
        say(language, "letter_run", run_id=run.run_id),
        letter.file,
        say(language, "letter_state", state=_state(run, language)),
        *letter.reasons,
    )
    body = _paragraphs((head, letter.numbers, (*letter.next_steps, *at_desk)))
    return subject[:_SUBJECT_LIMIT], f"{body}\n"


def robot_markdown(run: Run, language: Language, desk: str = "", zone: tzinfo = UTC) -> str:
    """Return the same for a group, as markdown of at most 4,096 bytes.

    What to do next is always there; what does not fit before it is left out.
    """
    letter = _letter(run, language, desk, zone)
    link = say(language, "letter_at_desk")
    at_desk = (f"[{link}]({desk})",) if desk else ()
    ending = "\n".join((*map(_plain, letter.next_steps), *at_desk))
    parts = ([letter.file, *letter.numbers], letter.reasons)
    words = _paragraphs([_plain(line) for line in lines] for lines in parts)
    headline = f"**{_plain(' · '.join(filter(None, (_state(run, language), run.corp, run.job))))}**"
    more = say(language, "letter_more")
    room = MARKDOWN_BYTES - len(f"\n\n{ending}".encode()) if ending else MARKDOWN_BYTES
    return "\n\n".join(filter(None, (_cut(f"{headline}\n{words}", room, more), ending)))


def notice(run: Run, language: Language, zone: tzinfo) -> Notice:
    """Return what those are told who may decide. Their card opens the run at the desk."""
    reasons = (
        [paragraphs(reason, language)[0] for reason in why_held(run)]
        if run.state is State.HELD
        else reason_texts(run, language)
    )
    reminder = [say(language, "letter_reminder")] if run.expires_soon else []
    lines = [*reminder, *_numbers(run, language), *(_COMMAND.sub("", line) for line in reasons)]
    rows = []
    if run.state is State.HELD and run.next.deadline is not None:
        rows.append((say(language, "card_until"), _stamp(run.next.deadline, zone)))
    title = f"{_state(run, language)} · {run.corp}"
    return Notice(title, run.file.rpartition("/")[2], " · ".join(lines), tuple(rows))


def _letter(run: Run, language: Language, desk: str, zone: tzinfo) -> Letter:
    reasons = [*_reasons(run, language), *_weakened(run, language), *_sign_ins(run, language)]
    if desk:
        reasons = [_COMMAND.sub("", line) for line in reasons]
    numbers = _numbers(run, language)
    steps = [*_until(run, language, zone), *_next_steps(run, language, has_desk=bool(desk))]
    file = say(language, "letter_file", file=run.file), due_text(run, language)
    return Letter("\n".join(filter(None, file)), reasons, numbers, steps)


def _state(run: Run, language: Language) -> str:
    if run.awaits_day:
        return headline_of(run)[language].rstrip(".。")
    return say(language, "letter_waits") if run.waits else STATES[run.state].render(language)


def _paragraphs(parts: Iterable[Sequence[str]]) -> str:
    return "\n\n".join("\n".join(lines) for lines in parts if lines)


def _plain(line: str) -> str:
    """Return a line that markdown shows as it is: no link, no mention, no colour."""
    return line.translate(_WIDE).replace(_SCHEME, _NO_SCHEME)


def _cut(words: str, room: int, more: str) -> str:
    """Cut words at the end of a line, or within one where that leaves half of the room empty."""
    if len(words.encode()) <= room:
        return words
    room -= len(f"…\n{more}".encode())
    kept = words.encode()[:room].decode(errors="ignore")
    lines, _, _ = kept.rpartition("\n")
    fills = 2 * len(lines.encode()) >= room
    return f"{lines}\n{more}" if fills else f"{kept}…\n{more}"


def _reasons(run: Run, language: Language) -> list[str]:
    """Return why a run is where it is. All that speaks of people and values goes through here."""
    if run.state is not State.HELD:
        return [*reason_texts(run, language), *filter(None, [approval_text(run, language)])]
    lines = []
    for reason in why_held(run):
        headline, *others = paragraphs(reason, language)
        lines += [f"- {headline}", *(f"  {paragraph}" for paragraph in others)]
    return lines


def _weakened(run: Run, language: Language) -> list[str]:
    if not run.weakens:
        return []
    head: TextCode = "letter_by"
    line: TextCode = "letter_weakened"
    if run.state is State.HELD:
        head, line = "letter_by_held", "letter_would_weaken"
    weakened = [say(language, line, **asdict(change)) for change in run.weakens]
    return [say(language, head, by=run.identity.principal or "-"), *weakened]


def _sign_ins(run: Run, language: Language) -> list[str]:
    """Say whose mobile or e-mail has changed, a line each, and who dropped the file."""
    if not (changed := run.result.sign_ins):
        return []
    by = comma(filter(None, run.droppers), language) or "-"
    rest, address = changed.total - len(changed.first), run.result.reports.get(PLAN, PLAN)
    more = say(language, "letter_sign_ins_more", count=f"{rest:,}", address=address)
    head = say(language, "letter_sign_ins", total=f"{changed.total:,}", by=by)
    return [head, *(f"- {escaped(line)}" for line in changed.first), *([more] if rest else [])]


def _numbers(run: Run, language: Language) -> list[str]:
    lines = []
    if run.proposal.counts is not None:
        code: TextCode = "letter_would_change" if run.state is State.HELD else "letter_planned"
        lines.append(say(language, code, counts=counts_text(run.proposal.counts, language)))
    rest: TextCode = "letter_not_applied" if run.was_refused_whole else "letter_unreported"
    counts: Sequence[tuple[TextCode, int | None]] = (
        ("letter_rows", run.source.rows),
        ("letter_applied", run.result.succeeded),
        ("letter_failed", run.result.failed),
        (rest, run.result.unreported or None),
    )
    return lines + [
        say(language, it, count=f"{count:,}") for it, count in counts if count is not None
    ]


def _stamp(moment: float, zone: tzinfo) -> str:
    return datetime.fromtimestamp(moment, zone).strftime("%Y-%m-%d %H:%M %:z")


def _until(run: Run, language: Language, zone: tzinfo) -> Iterator[str]:
    """Yield until when somebody has to decide, and whether people are told again."""
    if run.expires_soon:
        yield say(language, "letter_reminder")
    if run.state is State.HELD and run.next.deadline is not None:
        yield say(language, "letter_decide", moment=_stamp(run.next.deadline, zone))


def _next_steps(run: Run, language: Language, *, has_desk: bool) -> list[str]:

    def step(code: TextCode, command: str, **blanks: str) -> str:
        command = f"wecom-sync {command} {run.run_id} --corp {run.corp}"
        return say(language, code, command=command, **blanks)

    steps = []
    names = comma((by or "-" for by in run.authors), language)
    if has_desk:
        if run.state is State.HELD and run.source.second_person:
            steps.append(say(language, "letter_another", authors=names))
        return steps
    if run.state is State.HELD:
        steps.append(step("letter_show", "show"))
        if run.source.second_person:
            steps.append(step("letter_approve_as_another", "approve", authors=names))
        else:
            steps.append(step("letter_approve", "approve"))
        steps.append(step("letter_cancel", "cancel"))
    elif run.waits and run.submission.posted is None:
        steps.append(step("letter_cancel", "cancel"))
    elif run.result.reports and run.state in {State.PARTIAL, State.FAILED, State.REJECTED}:
        steps.append(step("letter_results", "results"))
    if address := run.result.reports.get(REPORT):
        steps.append(say(language, "letter_page", address=address))
    return steps
