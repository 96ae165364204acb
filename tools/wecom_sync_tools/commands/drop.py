"""`wecom-sync drop`, `plan`, `retry` and `rollback`: upload a file, follow what becomes of it."""

import json
import shlex
from collections.abc import Mapping
from typing import Any

from wecom_sync.domain.drop import AGAIN, ASK, Why, Word
from wecom_sync.domain.run import Run
from wecom_sync.domain.states import RETRIED, Job, State
from wecom_sync.files.columns import COMMENT
from wecom_sync.reporting.corp_index import APPLIED, CorpIndex
from wecom_sync.reporting.documents import PLAN, problem_in
from wecom_sync.reporting.language import Language, escaped
from wecom_sync_tools.commands.cut import sendable
from wecom_sync_tools.console.codes import Code
from wecom_sync_tools.console.errors import UsageError
from wecom_sync_tools.console.parser import Arguments
from wecom_sync_tools.console.states import state_words, states_listed
from wecom_sync_tools.console.tables import moment
from wecom_sync_tools.console.terminal import Terminal
from wecom_sync_tools.stack.documents import RunPage, find_run
from wecom_sync_tools.stack.drops import await_page, read_drop, refused_when_unread, upload
from wecom_sync_tools.stack.target import Target, target_of
from wecom_sync_tools.views.plan import print_counts, print_holds
from wecom_sync_tools.views.progress import Track, follow, is_good
from wecom_sync_tools.views.run import tell_corp, tell_run
from wecom_sync_tools.views.troubles import bad_rows_of, print_troubles

HELD = 3
REJECTED = 4
ANSWER_SECONDS = 200
"""How long we wait for a plan, longer than the submit function may take."""
_VERDICTS: Mapping[str, tuple[Code, str, str, int]] = {
    "apply": ("plan_apply", "✓", "bold green", 0),
    "unchanged": ("plan_unchanged", "✓", "bold green", 0),
    "hold": ("plan_hold", "!", "bold yellow", HELD),
    "reject": ("plan_reject", "✗", "bold red", REJECTED),
    "unknown": ("plan_unknown", "✗", "bold red", 1),
}
"""The text, the style and the exit code of each verdict."""


def run_drop(args: Arguments, terminal: Terminal) -> int:
    content = read_drop(args.file)
    if args.job is Job.COMPANY and COMMENT.encode() in content.partition(b"\n")[0]:
        raise UsageError("drop_fix", file=shlex.quote(str(args.file)), corp=args.corp)
    target = target_of(args, terminal, changes=True)
    target.check_corp(args.corp)
    name, part = sendable(args, content, target, terminal)
    if args.ask and args.job is not Job.COMPANY:
        raise UsageError("ask_company")
    metadata = {ASK: "first"} if args.ask else {}
    dropped = upload(target, f"{args.corp}/{args.job}/{name}", part, **metadata)
    drop = dropped.document(args.corp, args.job)
    return _finish(target, drop, args, terminal, force=args.force, asks=args.ask)


def run_retry(args: Arguments, terminal: Terminal) -> int:
    target = target_of(args, terminal, changes=True)
    earlier = find_run(target.documents, args.run_id, args.corp).run
    _check_retry(earlier, terminal, is_forced=args.force)
    drop = _again(target, earlier, Why.RETRY)
    dropped_at = moment(earlier.identity.dropped)
    terminal.say("retried", earlier=earlier.run_id, moment=dropped_at, file=earlier.file)
    terminal.say("retry_asks")
    return _finish(target, drop, args, terminal, force=False)


def run_rollback(args: Arguments, terminal: Terminal) -> int:
    target = target_of(args, terminal, changes=True)
    job: Job = args.job
    run_id = args.to or _file_before(target.documents.index(args.corp), job)
    earlier = find_run(target.documents, run_id, args.corp).run
    if earlier.job is not job:
        raise UsageError("rollback_other", run=earlier.run_id, other=earlier.job or "-", job=job)
    if earlier.is_removal:
        raise UsageError("rollback_no_file", run=earlier.run_id)
    if earlier.state not in APPLIED:
        state = state_words(earlier.state, terminal.language)
        raise UsageError("rollback_not_applied", run=earlier.run_id, state=state)
    drop = _again(target, earlier, Why.ROLLBACK)
    details = {"moment": moment(earlier.identity.dropped), "file": earlier.file}
    terminal.say("rolled_back", earlier=earlier.run_id, rows=earlier.source.rows or 0, **details)
    if job.has_members:
        terminal.say("rollback_asks")
    return _finish(target, drop, args, terminal, force=False)


def _again(target: Target, earlier: Run, why: Why) -> dict[str, str]:
    """Drop an empty object whose metadata say which run's file counts once more."""
    dropped = upload(target, earlier.key, b"", **{AGAIN: f"{why} {earlier.run_id}"})
    return dropped.document(earlier.corp, earlier.job or "") | {f"{why}_of": earlier.run_id}


def _finish(
    target: Target,
    drop: dict[str, str],
    args: Arguments,
    terminal: Terminal,
    *,
    force: bool,
    asks: bool = False,
) -> int:
    """Print the run of a drop, or with `--watch` follow it to its end. `drop`: as JSON.

    `force`: follow it as well, and try it again if it changes nothing; `asks`: until it is shown.
    """
    run_id, corp = drop["run_id"], drop["corp"]
    if args.watch or force or asks:
        with refused_when_unread("dropped_unread", run_id):
            page = follow(target, corp, Track(run_id), terminal, title=drop["key"])
        if force and page.run.state is State.UNCHANGED:
            drop = _again(target, page.run, Why.RETRY)
            return _finish(target, drop, args, terminal, force=False)
        tell_run(target, page, terminal)
        return 0 if is_good(page.run) or page.run.state is State.SHOWN else 1
    terminal.json(drop)
    terminal.say("dropped", key=drop["key"])
    terminal.say("dropped_run", run_id=run_id)
    terminal.say("dropped_next", run=target.named(run_id, corp))
    return 0


def _check_retry(earlier: Run, terminal: Terminal, *, is_forced: bool) -> None:
    if earlier.job is None:
        raise UsageError("retry_no_file", run=earlier.run_id, key=earlier.key)
    if earlier.state not in RETRIED and not (is_forced and earlier.state is State.UNCHANGED):
        state = state_words(earlier.state, terminal.language)
        states = states_listed([it for it in State if it in RETRIED], terminal.language)
        raise UsageError("retry_state", run=earlier.run_id, state=state, states=states)


def _file_before(index: CorpIndex, job: Job) -> str:
    """Return the run whose file was applied before the one in force.

    After a rollback, the file that it brought back is in force. So a second rollback goes further
    back, and does not return to the file that the first one took back. Raises `UsageError`.
    """
    files = index.applied.get(job, ())
    applied = [str(file["run_id"]) for file in files if file["state"] in APPLIED]
    if not applied:
        raise UsageError("rollback_none", corp=index.corp, job=job)
    first = _origin(files[-1], {file["run_id"]: file for file in files})
    if first not in applied:
        raise UsageError("rollback_unknown", run=first, corp=index.corp, job=job)
    if first == applied[0]:
        raise UsageError("rollback_oldest", run=first, corp=index.corp, job=job)
    return applied[applied.index(first) - 1]


def _origin(file: Mapping[str, Any], files: Mapping[str, Mapping[str, Any]]) -> str:
    """Follow a rollback, and the rollback of a rollback, to the run they all go back to.

    Of a file that was tried again it is the first run that applied some of it: a retry counts as
    dropped when its file was.
    """
    while earlier := file["rollback_of"]:
        if earlier not in files:
            return str(earlier)
        file = files[earlier]
    for other in files.values():
        is_same = (other["key"], other["dropped"]) == (file["key"], file["dropped"])
        if is_same and other["state"] in APPLIED:
            return str(other["run_id"])
    return str(file["run_id"])


def run_plan(args: Arguments, terminal: Terminal) -> int:
    content = read_drop(args.file)
    target = target_of(args, terminal)
    target.check_corp(args.corp)
    name, part = sendable(args, content, target, terminal, refused=REJECTED)
    with terminal.step("plan_step", file=args.file):
        dropped = upload(target, f"{args.corp}/{Word.PLAN}/{args.job}/{name}", part)
        with refused_when_unread("plan_unread", target.named(dropped.run_id, args.corp)):
            late: Mapping[str, Any] = {"late": "plan_slow", "seconds": ANSWER_SECONDS}
            page = await_page(target, args.corp, dropped.run_id, **late)
    answer = answer_of(target, page, terminal.language)
    about = {"run_id": page.run.run_id, "corp": args.corp, "job": args.job}
    terminal.json({**about, "file": str(args.file), **answer})
    show(answer, terminal)
    tell_corp(target, page.run, terminal)
    return exit_code_of(answer)


def answer_of(target: Target, page: RunPage, language: Language) -> dict[str, Any]:
    """Return what a file would do: the verdict, and `plan` as `plan.json`, in a language."""
    document = page.in_language(language)
    answer = {name: document[name] for name in ("verdict", "reason", "plan_digest", "holds")}
    if page.run.state is State.REJECTED:
        return {**answer, "plan": None, "problems": document["problems"]}
    kept = target.documents.report(page.run, PLAN)
    plan: dict[str, Any] = json.loads(kept) if kept else {}
    warnings = [problem_in(warning, language) for warning in plan.pop("warnings", ())]
    return {**answer, "plan": plan or None, "warnings": warnings}


def exit_code_of(answer: Mapping[str, Any]) -> int:
    *_, code = _VERDICTS[answer["verdict"]]
    return code


def show(answer: Mapping[str, Any], terminal: Terminal) -> None:
    text, mark, style, _ = _VERDICTS[answer["verdict"]]
    terminal.line(f"{mark} {terminal.text(text)}", style)
    if (reason := answer.get("reason")) and not answer.get("problems"):
        terminal.line(escaped(reason))
    if holds := answer.get("holds"):
        terminal.out.print()
        print_holds([hold["text"] for hold in holds], terminal)
    if plan := answer.get("plan"):
        terminal.out.print()
        departments = plan.get("departments", {}).get("counts", {})
        print_counts(plan["counts"] | {"departments": departments}, terminal)
    for name in ("problems", "warnings"):
        if problems := answer.get(name):
            terminal.out.print()
            print_troubles(bad_rows_of(problems), name, terminal)
