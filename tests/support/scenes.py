"""What a stack may have to tell: each scene makes it so, and returns the run that it is about."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from support.fakes import START
from support.stack import Stack
from wecom_sync.domain.directory import DriftFound
from wecom_sync.domain.drop import LEAVERS, Again, Why
from wecom_sync.domain.outcome import Outcome
from wecom_sync.domain.policy import Policy
from wecom_sync.domain.run import Approval, Run, Statement
from wecom_sync.domain.states import Job, State
from wecom_sync.domain.submission import REMOVE, Step
from wecom_sync.domain.texts import Listing
from wecom_sync.domain.timeline import Instruction, Reason, TimelineEntry, Wait
from wecom_sync.files.problems import FileRejectedError, Problem
from wecom_sync.reporting.language import Language
from wecom_sync.reporting.row_files import problems_json

HOUR = 3_600
SENT = (State.QUEUED, State.SUBMITTING, State.SUBMITTED)
DONE = (*SENT, State.SUCCEEDED)
LOST = Reason("result_lost")


@dataclass(frozen=True)
class Scene:
    """What has happened, and the command lines that tell of it; `{run}` is the run's id.

    `hours`: how long ago the first run was dropped, for what is told by its age.
    """

    make: Callable[[Stack], Run]
    typed: str = "show {run}"
    hours: float = 5

    @property
    def lines(self) -> list[str]:
        return self.typed.split(" | ")


def failed(stack: Stack, number: int, state: State = State.FAILED, **options: Any) -> Run:
    run = stack.run(number, *SENT, **options)
    return stack.move(run, state, finished=START + number, reason=LOST)


def partial(stack: Stack) -> Run:
    run = stack.run(1, *SENT, job=Job.COMPANY)
    stack.store.put_outcomes(
        run, [Outcome("lisi", 3, 60104, "mobile existed", name="李四"), Outcome("wangwu", 2, 0)]
    )
    return stack.move(
        run,
        State.PARTIAL,
        reason=Reason("rows_failed", {"failed": 1, "rows": 3}),
        succeeded=2,
        failed=1,
        finished=START + 9,
        steps=(Step(Job.SYNC_USER, State.PARTIAL, 3, "j1"), Step(REMOVE, State.SUCCEEDED, 1)),
        reports={"results.csv": f"s3://reports/acme/{run.run_id}/results.csv"},
    )


def rejected(stack: Stack, language: Language = Language.CHINESE) -> Run:
    """Make a rejected run; `language`: of its report."""
    run = stack.run(1)
    error = FileRejectedError([Problem(2, "姓名", "cell_missing", {"column": "姓名"}, "lisi")])
    reports = stack.put_report(run, "problems.json", problems_json(error, language))
    return stack.move(run, State.REJECTED, finished=START + 1, reports=reports)


def refused(**changes: Any) -> Callable[[Stack], Run]:
    """Let WeCom refuse an import as a whole."""
    reason = Reason("wecom_refused", {"errcode": 45026, "errmsg": "too many"})
    changes |= {"reason": reason, "unreported": 3}
    return lambda stack: stack.move(stack.run(1, *SENT), State.FAILED, **changes)


def held_anew(stack: Stack) -> Run:
    return stack.move(
        stack.held(1),
        State.HELD,
        approval=Approval("lisi", START + 5, "d0"),
        instruction=Instruction("wangwu", note="as agreed", source="x"),
        answer=Reason("approval_outdated"),
    )


def held_for_a_second_person(stack: Stack) -> Run:
    run = stack.held(
        1, principal="AWS:AIDAHR", statements=(Statement("AWS:AIDAADMIN", "settings"),)
    )
    authors = Listing(("AWS:AIDAHR", "AWS:AIDAADMIN"), 2, ("file", "settings"))
    needed = Reason("second_person_needed", {"authors": authors})
    return stack.move(run, State.HELD, holds=(*run.proposal.holds, needed), second_person=True)


def held_with_its_plan(stack: Stack) -> Run:
    run = stack.held(1)
    notice = {"code": "warning_mobile_taken", "params": {"owner": "zhao"}, "text": "已被占用。"}
    warning = {"line": 3, "id": "lisi", "column": "手机号", "value": None, **notice}
    gone = ["zhaoliu", *map(str, range(59))]
    plan = {"counts": run.proposal.counts, "existing": 90, "remove": gone, "changes": []}
    reports = stack.put_report(run, "plan.json", json.dumps(plan | {"warnings": [warning] * 12}))
    return stack.move(run, State.HELD, reports=reports, warnings=1200)


def approved_by_its_dropper(stack: Stack) -> Run:
    run = stack.held(1, principal="LI\x1b[31msi")
    return stack.move(run, State.QUEUED, approval=Approval("li\x1b[31msi", START + 5, "d1"))


def tried_again(stack: Stack) -> Run:
    entry = TimelineEntry(State.RECEIVED, START, instruction=Instruction("AWS:lisi"))
    run = stack.move(stack.run(1, principal="AWS:li\x1b[31msi", timeline=(entry,)), State.QUEUED)
    wait = Wait("/cgi-bin/media/upload", START + 60, START + 3600, 3)
    stack.clock.now += 5
    reason = Reason("wecom_unreachable", {"call": wait.call, "how": "how_refused"})
    return stack.move(run, State.SUBMITTING, reason=reason, wait=wait)


def of_many_corps(stack: Stack) -> Run:
    for number in range(3):
        failed(stack, number, corp=f"c{number}")
    stack.applied(100, corp="quiet")
    stack.run(101, corp="busy")
    stack.store.put_drift(DriftFound(corp="new", at=START, report="s3://x"))
    stack.publication.publish((), ["new"])
    return stack.held(99)


def drifted(stack: Stack) -> Run:
    stack.store.put_policy("acme", Policy(removals=60), START)
    stack.store.put_drift(DriftFound(corp="acme", at=START, added=2, report="s3://x"))
    stack.publication.publish((), ["acme"])
    return stack.applied(1)


def hostile(stack: Stack) -> Run:
    run = failed(stack, 1)
    content = stack.s3.get_object(Bucket="reports", Key="acme/index.json")["Body"].read()
    content = content.replace(b"acme/syncuser/team.csv", b"acme/syncuser/\\u001b[31m.csv")
    stack.s3.put_object(Bucket="reports", Key="acme/index.json", Body=content)
    return run


def troubled(stack: Stack) -> Run:
    failed(stack, 1, job=Job.REPLACE_USER)
    failed(stack, 2, State.PARTIAL, job=Job.REPLACE_PARTY)
    return stack.run(3, State.REJECTED)


def quiet(stack: Stack) -> Run:
    stack.run(2, State.QUEUED, job=Job.REPLACE_PARTY)
    return stack.applied(1)


def silent(stack: Stack) -> Run:
    stack.publisher.is_heard = stack.alarms.is_heard = False
    for day in range(4):
        stack.applied(day * 86_400, corp="globex")
    stack.publisher.is_heard = stack.alarms.is_heard = True
    return stack.applied(1)


def listed(stack: Stack) -> Run:
    stack.held(2)
    stack.run(3, State.QUEUED, corp="globex")
    return stack.move(stack.run(1), State.QUEUED, rows=3)


def in_state(*states: State, **fields: Any) -> Callable[[Stack], Run]:
    return lambda stack: stack.run(1, *states, **fields)


def planned(
    stack: Stack, number: int, *states: State, plan: Mapping[str, Any] | None = None, **fields: Any
) -> Run:
    """Make a run with a plan, which moves 张三 unless it is another one."""
    document = {"existing": 9, **(plan or {"job": "syncuser", "changes": [MOVED]})}
    run = stack.run(number, *states[:-1], **fields)
    reports = stack.put_report(run, "plan.json", json.dumps(document, ensure_ascii=False))
    changes: dict[str, Any] = {"reports": {**run.result.reports, **reports}}
    if states[-1].is_final:
        changes["finished"] = run.identity.dropped
    if states[-1] is State.SUBMITTED:
        changes |= {"job_id": f"j{number}", "posted": run.identity.dropped}
    return stack.move(run, states[-1], **changes)


MOVED: dict[str, Any] = {
    "id": "ZhangSan",
    "name": "张三",
    "change": "moved",
    "departments": ["研发部"],
    "columns": {
        "所在部门": ["销售部", "研发部"],
        "手机": [None, "139****5678"],
        "职位": ["经理", ""],
    },
}


def moved(stack: Stack) -> Run:
    other = {"job": "syncuser", "changes": [{**MOVED, "id": "zhangsan2"}]}
    planned(stack, 2, *SENT, State.SUCCEEDED, plan=other)
    planned(stack, 3, State.PLANNED, plans_only=True, verdict="apply")
    return planned(stack, 1, *SENT, State.SUCCEEDED)


def two_runs(stack: Stack) -> Run:
    stack.run(1, State.QUEUED)
    return stack.run(2, State.QUEUED)


def rolled_back_to_what_is_gone(stack: Stack) -> Run:
    return stack.applied(3, again=Again(of={Why.ROLLBACK: "20200101T000000Z-0123456789ab"}))


def first_of_its_job(stack: Stack) -> Run:
    stack.run(1, State.REJECTED)
    return stack.applied(2)


def settings_in_force(stack: Stack) -> Run:
    stack.store.put_policy("acme", Policy(removals=7), START)
    stack.run(1)
    return stack.run(1, corp="globex")


def with_a_desk(stack: Stack) -> Run:
    """Let nobody decide at acme's desk, and those of globex get no card."""
    stack.publication = replace(stack.publication, desk=lambda corp: f"https://desk/{corp}")
    stack.store.put_policy("globex", Policy(desk_approvers=("lisi", "wangwu")), START)
    stack.applied(2, corp="globex")
    stack.publication._note_unreached("globex", ("lisi",))
    return stack.applied(1)


def removing(stack: Stack) -> Run:
    """Let leavers' accounts go on the day after tomorrow."""
    stack.applied(2, corp="globex")
    run = stack.run(1, job=Job.COMPANY, again=Again(of={Why.DUE: LEAVERS}, day="2027-01-16"))
    people = Listing(("HX0010",), 1, ("吕超梓",))
    reason = Reason("leavers_due", {"day": "2027-01-17"}, people=people)
    resume = START + 32 * HOUR
    return stack.move(run, State.QUEUED, reason=reason, resume=resume, plan={"remove": 1})


STATUS = "status --corp acme"
BACK = "rollback --corp acme --job syncuser"
SCENES = {
    "partial": Scene(partial, "show {run} --stack hr | results {run}"),
    "refused": Scene(refused()),
    "without an answer": Scene(refused(posted=START)),
    "rejected": Scene(rejected, f"show {{run}} | {BACK} --to {{run}} | {BACK}"),
    "held": Scene(
        lambda stack: stack.held(1),
        f"show {{run}} | runs --state FAILED,HELD | {STATUS} | retry {{run}} | dismiss {{run}}"
        " | approve {run}",
        hours=1 / 60,
    ),
    "held for an hour": Scene(lambda stack: stack.held(0), STATUS, hours=1),
    "held with its plan": Scene(held_with_its_plan),
    "held for a second person": Scene(held_for_a_second_person),
    "held anew": Scene(held_anew),
    "approved": Scene(approved_by_its_dropper),
    "tried again": Scene(tried_again),
    "retried": Scene(in_state(again=Again(of={Why.RETRY: "20270115T080001Z-6dd6a891ee19"}))),
    "queued": Scene(
        in_state(State.QUEUED), "results {run} | approve {run} | dismiss {run} | retry {run}"
    ),
    "without problems": Scene(in_state(State.REJECTED), "approve {run} | cancel {run}"),
    "importing": Scene(in_state(*SENT), "cancel {run}"),
    "planned": Scene(
        in_state(State.PLANNED, plans_only=True), "approve {run} | cancel {run} | retry {run}"
    ),
    "superseded": Scene(in_state(State.QUEUED, State.SUPERSEDED), "retry {run}"),
    "unchanged": Scene(in_state(State.QUEUED, State.SUBMITTING, State.UNCHANGED), "retry {run}"),
    "first of its job": Scene(first_of_its_job, f"retry {{run}} | {BACK}"),
    "of another job": Scene(in_state(*DONE, job=Job.REPLACE_USER), f"{BACK} --to {{run}}"),
    "of another corp": Scene(in_state(*DONE, corp="globex"), f"{BACK} --to {{run}}"),
    "rolled back to what is gone": Scene(rolled_back_to_what_is_gone, BACK),
    "two runs": Scene(
        two_runs,
        "show zzz | show 0123456789ab | show 20270115T080001Z-0123456789ab | show 20270115",
    ),
    "runs": Scene(
        listed,
        "runs | runs --corp nobody | status --corp nobody | status --open | status --open --json"
        " | status --open --corp nobody | show {run} --open --json",
    ),
    "history": Scene(
        moved,
        "history zhangsan --corp acme | history 张三 --corp acme | history 张 --corp acme"
        " | history x --corp nobody",
    ),
    "removing": Scene(removing, f"show {{run}} | {STATUS} | status"),
    "quiet": Scene(quiet, STATUS, hours=6 * 24),
    "two days": Scene(quiet, STATUS, hours=48.01),
    "almost three days": Scene(quiet, STATUS, hours=71.99),
    "troubled": Scene(troubled, "status --stack hr --corp acme"),
    "drifted": Scene(drifted, STATUS),
    "silent": Scene(silent, "status --corp globex | status", hours=5 * 24),
    "not yet silent": Scene(silent, "status --corp globex", hours=4.9 * 24),
    "many corps": Scene(of_many_corps, "status"),
    "settings in force": Scene(
        settings_in_force,
        "settings in-force --corp acme | settings in-force --corp globex"
        " | settings in-force --corp newco",
    ),
    "with a desk": Scene(with_a_desk, f"{STATUS} | status --corp globex"),
    "hostile": Scene(hostile, STATUS),
}
