"""Every cell of the table of remedies: what the client asks, and what the run does afterwards."""

from dataclasses import dataclass, replace

import pytest

from support.fakes import START
from support.guarded import dropped
from support.runs import state_and_why
from support.wired import Wired, path_of
from support.world import TRUSTING
from wecom_sync.adapters.wecom_access import REPEAT_SECONDS, REPEATS
from wecom_sync.domain.run import LOOK_AGAIN_SECONDS
from wecom_sync.domain.states import MAX_DELAY_SECONDS, State
from wecom_sync.reporting.error_codes import CALL_ERRCODES
from wecom_sync.wecom.remedies import Call, NoResult, Remedy, remedy

NO_ANSWER, UNREACHABLE = NoResult.NO_ANSWER, NoResult.UNREACHABLE
ROW_CODE = 60104
UNKNOWN_CODE = 987654
CODES = (*CALL_ERRCODES, ROW_CODE, UNKNOWN_CODE)
REMOVAL = (Call.REMOVE, Call.REMOVE_ONE)
OF_APP = (Call.USER, Call.SEND, Call.APP)
BEFORE = [call for call in Call if call not in (Call.RESULT, Call.UPDATE, *REMOVAL, *OF_APP)]
"""The calls on the way to a job."""
AFTER = [Call.TOKEN, Call.RESULT]
"""The calls that ask for its result."""
CHECK = 30


@dataclass(frozen=True)
class Expected:
    """Requests of the call and of tokens; seconds until the run goes on, None if it does not."""

    asked: int = 1
    tokens: int = 1
    wait: tuple[float, float] | None = None
    tries: int = 1


SOON = (22.5, 30)
SUBMITTING = {
    Remedy.REPEAT: Expected(asked=1 + REPEATS, wait=SOON),
    Remedy.LATER: Expected(wait=SOON),
    Remedy.FEW: Expected(wait=SOON),
    Remedy.WINDOW: Expected(wait=(65, 68.5)),
    Remedy.LANE: Expected(wait=(45, 60)),
    Remedy.FIND_OUT: Expected(wait=(600, 600), tries=0),
    Remedy.NEW_TOKEN: Expected(asked=2, tokens=2, wait=SOON),
    Remedy.REMEMBER: Expected(wait=SOON),
    Remedy.WAIT: Expected(wait=SOON),
    Remedy.GIVE_UP: Expected(),
}
AWAITING = {
    Remedy.REPEAT: Expected(asked=1 + REPEATS, wait=SOON),
    Remedy.LATER: Expected(wait=SOON),
    Remedy.WINDOW: Expected(wait=(65, 68.5)),
    Remedy.NEW_TOKEN: Expected(asked=2, tokens=2, wait=SOON),
    Remedy.REMEMBER: Expected(wait=SOON),
    Remedy.WAIT: Expected(wait=SOON),
    Remedy.OUTCOME: Expected(),
    Remedy.LOST: Expected(),
}

FAULTS: dict[str, dict[str, object]] = {
    "server_error": {"kind": "http_status", "status": 503},
    "too_many": {"kind": "http_status", "status": 429},
    "redirect": {"kind": "http_status", "status": 302},
    "html": {"kind": "html"},
    "no_object": {"kind": "array"},
    "foreign": {"kind": "foreign"},
    "truncated": {"kind": "truncated"},
    "short": {"kind": "short"},
    "garbled": {"kind": "garbled"},
    "trickle": {"kind": "trickle", "seconds": 0.02},
    "cut_before": {"kind": "cut"},
    "cut_after": {"kind": "cut_after"},
}
"""The simulator's fault for each form of no answer."""
NOWHERE = {"dns": "http://no-such-host.invalid", "refused": "http://127.0.0.1:1", "tls": ""}
"""The address for each form of not being reached; blank: HTTPS to a server that speaks HTTP."""
HOW = {"dns": "how_no_address", "refused": "how_refused", "tls": "how_tls"}


@pytest.fixture
def world(wired: Wired) -> Wired:
    return wired


def test_every_remedy_is_tried_here() -> None:
    assert SUBMITTING.keys() | AWAITING.keys() == set(Remedy)


def spoil(world: Wired, call: Call, trouble: int | str) -> Remedy:
    """Let a call be answered with a code or not at all, or WeCom be away; return the remedy."""
    if trouble in NOWHERE:
        world.url = NOWHERE[str(trouble)] or world.url.replace("http:", "https:")
        return remedy(call, UNREACHABLE)
    if isinstance(trouble, int):
        world.fault("errcode", path_of(call), errcode=trouble)
        return remedy(call, trouble)
    if trouble == "trickle":
        world.total_seconds = 1
    fault = dict(FAULTS[str(trouble)])
    world.fault(str(fault.pop("kind")), path_of(call), **fault)
    return remedy(call, NO_ANSWER)


def troubles(*calls: Call) -> list[tuple[Call, int | str]]:
    """Return a code of each remedy that a call has, and the forms of no answer where they differ.

    `tests/unit/test_remedies.py` knows the remedy of every code.
    """
    return [
        (call, trouble)
        for call in calls
        for trouble in (
            *{remedy(call, code): code for code in reversed(CODES)}.values(),
            *(FAULTS if call in (Call.SUBMIT, Call.RESULT) else ["server_error"]),
            *(NOWHERE if call is Call.TOKEN else []),
        )
    ]


@pytest.mark.parametrize(("call", "trouble"), troubles(*BEFORE))
def test_trouble_on_the_way_to_a_job(world: Wired, call: Call, trouble: int | str) -> None:
    there, reaches = world.url, trouble not in NOWHERE
    expected = SUBMITTING[spoil(world, call, trouble)]

    run = world.drop_departments()

    assert world.asked(call) == expected.asked * reaches
    assert world.asked(Call.TOKEN) == expected.tokens * reaches
    assert len(world.pauses) == (REPEATS if expected.asked == 1 + REPEATS else 0)
    for number, pause in enumerate(world.pauses):
        assert REPEAT_SECONDS * 2**number <= pause <= 2 * REPEAT_SECONDS * 2**number
    if expected.wait is None:
        assert state_and_why(run) == (State.FAILED, trouble)
        assert world.messages() == []
        return
    assert (run.state, sum(run.submission.tries.values())) == (State.SUBMITTING, expected.tries)
    assert (run.submission.posted is not None) is (call is Call.SUBMIT and isinstance(trouble, str))
    assert run.submission.resume is not None
    wait = run.submission.resume - world.clock.now
    assert expected.wait[0] <= wait <= expected.wait[1]
    by_message = wait < MAX_DELAY_SECONDS
    late = LOOK_AGAIN_SECONDS if by_message else 0
    assert run.next.due - run.submission.resume == pytest.approx(late + 1)
    assert world.messages() == [pytest.approx(wait + 1)] * by_message
    world.url = there
    world.heal()
    world.live(3600)
    assert world.run.state is State.SUCCEEDED


@pytest.mark.parametrize(("call", "trouble"), troubles(*AFTER))
def test_trouble_while_a_result_is_awaited(world: Wired, call: Call, trouble: int | str) -> None:
    world.drop_departments()
    world.forget_token()
    before, tokens = world.asked(call), world.asked(Call.TOKEN)
    there, reaches = world.url, trouble not in NOWHERE
    expected = AWAITING[spoil(world, call, trouble)]

    world.pass_time(CHECK)

    run = world.run
    assert world.asked(call) - before == expected.asked * reaches
    assert world.asked(Call.TOKEN) - tokens == expected.tokens * reaches
    if expected.wait is None:
        assert run.state is State.FAILED
        assert world.messages() == []
        assert run.reason is not None
        assert run.reason.params.get("errcode", trouble) == trouble
        return
    assert run.state is State.SUBMITTED
    assert run.reason is not None
    if not reaches:
        assert run.reason.params == {"call": path_of(call), "how": HOW[str(trouble)]}
    wait = run.next.due - LOOK_AGAIN_SECONDS - world.clock.now
    assert expected.wait[0] <= wait <= expected.wait[1]
    assert world.messages() == [pytest.approx(wait)]
    world.url = there
    world.heal()
    world.live(2 * 3600)
    assert world.run.state is State.SUCCEEDED


COMPANY = "acme/company/staff.csv"
HEADER, STAYS = "姓名,帐号,手机号,所在部门\n", "张伟,zhangwei,13800000001,总部/研发\n"
GONE = "李娜,lina,13800000002,总部/研发\n王芳,wangfang,13800000003,总部/研发\n"


@pytest.mark.parametrize("code", [-1, 40001, 45009, 48002, "server_error"])
@pytest.mark.parametrize("call", REMOVAL)
def test_a_removal_waits_until_trouble_is_over(world: Wired, call: Call, code: int | str) -> None:
    world.store.put_policy("acme", replace(TRUSTING, removal_percent=100, leavers="remove"), START)
    gone = GONE if call is Call.REMOVE else GONE.splitlines(keepends=True)[0]
    dropped(world, COMPANY, HEADER + gone + STAYS, CHECK)
    spoil(world, call, code)
    dropped(world, COMPANY, HEADER + STAYS, CHECK)
    assert (world.run_of(COMPANY).state, world.run_of(COMPANY).asks) == (State.SUBMITTED, "remove")
    assert world.run_of(COMPANY).reason is not None

    world.heal()
    world.live(2 * 3600)

    run = world.run_of(COMPANY)
    assert (run.state, [(step.job, step.rows) for step in run.submission.steps]) == (
        State.SUCCEEDED,
        [("remove", gone.count("\n"))],
    )
    assert world.open("acme").directory().members.keys() == {"zhangwei"}
