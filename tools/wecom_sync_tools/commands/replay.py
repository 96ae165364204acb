"""`wecom-sync replay`: play a folder of HR files in memory, and say what would have been asked."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from rich.text import Text as Styled

from wecom_sync.domain.drop import Word
from wecom_sync.domain.policy import Policy
from wecom_sync.files.settings_file import read_policy
from wecom_sync.planning.memory.accounts import read_accounts
from wecom_sync.planning.memory.bootstrap import read_export
from wecom_sync.reporting import documents
from wecom_sync.reporting.language import escaped
from wecom_sync_tools.commands.hr_matching import directory_of
from wecom_sync_tools.console.codes import Code
from wecom_sync_tools.console.parser import Arguments
from wecom_sync_tools.console.terminal import Terminal
from wecom_sync_tools.replay.address_book import DAY_SECONDS
from wecom_sync_tools.replay.corp import Answer, PlayedCorp
from wecom_sync_tools.replay.folder import STEPS, Entry, entries_of
from wecom_sync_tools.stack.drops import read_drop, read_file
from wecom_sync_tools.views.troubles import problem_line, refusing

YEAR_SECONDS = 365 * DAY_SECONDS
PROBLEMS = 5
"""How many problems of a rejected file are printed."""
_VERDICTS: Mapping[str, tuple[Code, str, str]] = {
    "apply": ("replay_apply", "✓", "green"),
    "unchanged": ("replay_unchanged", "✓", "green"),
    "hold": ("replay_hold", "!", "bold yellow"),
    "reject": ("replay_reject", "✗", "bold red"),
}


def run(args: Arguments, terminal: Terminal) -> int:
    entries = entries_of(args.folder, args.job, STEPS[args.every])
    corp = _corp(args, terminal)
    counted = Counter[str]()
    for entry in entries:
        approved = entry.dropped if args.held == "approve" else None
        content, name = read_file(entry.path), entry.path.name
        answer = corp.play(entry.job, content, entry.dropped, approved=approved, name=name)
        counted[answer.verdict] += 1
        _tell(entry, answer, terminal)
    summary = {
        "files": len(entries),
        "held": counted["hold"],
        "rejected": counted["reject"],
        "questions_a_year": round(counted["hold"] / _years(entries, STEPS[args.every]), 1),
    }
    terminal.json(summary)
    terminal.out.print()
    terminal.say("replay_summary", **{**summary, "questions": summary["questions_a_year"]})
    return 0


def _corp(args: Arguments, terminal: Terminal) -> PlayedCorp:
    """Return the corp before its first file, with the settings and accounts that it begins with."""
    own, accounts = args.folder / Word.SETTINGS, args.folder / Word.ACCOUNTS
    settings: Path = args.settings or own
    corp = PlayedCorp(Policy())
    if args.settings or own.exists():
        with refusing("replay_file_bad", settings, terminal):
            corp.policy = read_policy(read_file(settings))
    if args.start:
        with refusing("replay_file_bad", args.start, terminal):
            reading = replace(corp.policy.reading, rows={}, key="")
            export = read_export(read_drop(args.start), reading)
            corp.meet(directory_of(export), export)
    with refusing("replay_file_bad", accounts, terminal):
        stated: dict[str, str] = {}
        if accounts.exists():
            read_accounts(read_file(accounts), stated, corp.policy.key)
    with refusing("replay_file_bad", settings, terminal):
        corp.begin(stated)
    return corp


def _years(entries: Sequence[Entry], step: float) -> float:
    """Return how much time the files stand for, each for as long as to the next on average."""
    span = max(entry.dropped for entry in entries) - min(entry.dropped for entry in entries)
    between = span / (len(entries) - 1) if len(entries) > 1 else step
    return len(entries) * between / YEAR_SECONDS


def _document(entry: Entry, answer: Answer, terminal: Terminal) -> dict[str, Any]:
    language = terminal.language
    return {
        "file": entry.name,
        "job": entry.job,
        "verdict": answer.verdict,
        "plan": answer.prepared and answer.prepared.counts,
        "holds": [documents.hold_document(hold, language) for hold in answer.holds],
        "problems": [documents.problem_document(problem, language) for problem in answer.problems],
    }


def _tell(entry: Entry, answer: Answer, terminal: Terminal) -> None:
    document = _document(entry, answer, terminal)
    terminal.json(document)
    code, mark, style = _VERDICTS[answer.verdict]
    words = [escaped(entry.name), terminal.text(code)]
    if document["plan"] and answer.verdict != "unchanged":
        words.append(documents.counts_text({**document["plan"], "unchanged": 0}, terminal.language))
    terminal.line(Styled(f"{mark} ", style) + Styled("  ".join(words)))
    problems = [problem_line(problem, terminal) for problem in document["problems"]]
    more = [terminal.text("plan_and_more", count=len(problems) - PROBLEMS)]
    lines = problems[:PROBLEMS] + (more if len(problems) > PROBLEMS else [])
    left = [
        documents.problem_text(it, terminal.language)
        for it in (answer.prepared.warnings if answer.prepared else ())
        if it.code == "warning_unreachable"
    ]
    lines += left
    holds = "\n".join(hold["text"] for hold in document["holds"])
    for line in (*holds.splitlines(), *lines):
        terminal.line(f"    {line}")
