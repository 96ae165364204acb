"""Runs in trouble with WeCom, over days: what is done about it, and what is said of it."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from support.guarded import dropped
from support.runs import chinese, english, index, page
from support.stories import Step, stories
from support.wired import Wired, path_of
from support.world import World, departments, members
from wecom_sync.domain.errors import SecretUnreadableError, WeComError
from wecom_sync.domain.policy import Policy
from wecom_sync.domain.run import Run
from wecom_sync.domain.states import State
from wecom_sync.reporting.language import Language
from wecom_sync.reporting.letters import is_wanted, mail, notice
from wecom_sync.reporting.pages.headlines import next_steps
from wecom_sync.reporting.trouble import current_trouble
from wecom_sync.use_cases.callbacks import JobEvent
from wecom_sync.wecom.remedies import Call

MINUTE, HOUR = 60, 3600
PLAN = "acme/plan/replaceparty/d.csv"
PROMISES = ("tries again", "asks for the result again", "by itself", "自动", "继续查询", "会等待")
"""What only a run that goes on may say."""
UNREADABLE = SecretUnreadableError(secret="wecom-sync/acme", cause="AccessDeniedException")


@pytest.fixture
def world(wired: Wired) -> Wired:
    return wired


def plan(world: Wired) -> Run:
    world.pass_time(1)
    return dropped(world, PLAN, departments(), 0)


def promises(run: Run) -> list[str]:
    return [word for word in PROMISES if word in english(run) + chinese(run)]


def refused(world: Wired) -> None:
    world.url = "http://127.0.0.1:1"


def busy(world: Wired) -> None:
    world.fault("http_status", path_of(Call.MEMBERS), status=503)


def tls(world: Wired) -> None:
    world.url = world.url.replace("http:", "https:")


def moment(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="milliseconds")


@pytest.mark.parametrize(
    ("spoil", "call", "in_english", "in_chinese"),
    [
        (refused, "gettoken", "the connection was refused", "连接被拒绝"),
        (busy, "user/list_id", "the answer was HTTP 503", "返回了 HTTP 503"),
        (tls, "gettoken", "no TLS connection", "TLS 连接失败"),
    ],
)
def test_what_failed_how_is_told_of_a_plan_and_of_a_run_that_is_tried_again(
    world: Wired, spoil: Callable[[Wired], None], call: str, *, in_english: str, in_chinese: str
) -> None:
    spoil(world)

    run = plan(world)

    assert (run.state, page(world, run)["verdict"]) == (State.FAILED, "unknown")
    assert f"({call}): {in_english}" in english(run)
    assert f"（{call}）」失败：{in_chinese}" in chinese(run)
    assert "this plan is not tried again" in english(run)
    assert "不会重试" in chinese(run)
    assert promises(run) == []
    assert page(world, run)["trouble"] is None

    world.drop_departments()
    world.pass_time(200)

    run = world.run
    assert in_english in english(run)
    assert "WeCom does not have the file yet. wecom-sync tries again by itself" in english(run)
    trouble = page(world, run)["trouble"]
    assert trouble["call"].endswith(call)
    assert trouble["times"] == sum(run.submission.tries.values()) > 1
    assert trouble["next"] == moment(run.submission.resume or 0)
    assert trouble["until"] == moment(run.next.deadline or 0)


def refused_for(world: Wired, call: str, errcode: int) -> None:
    world.fault("errcode", path_of(Call(call)), errcode=errcode)


def untrusted(world: Wired, call: str) -> None:
    refused_for(world, call, 60020)


def unsafe(world: Wired) -> None:
    untrusted(world, Call.MEMBERS)


def mended(world: Wired) -> None:
    """See that a run goes on by itself within half an hour."""
    world.heal()
    minutes(world, 30)
    assert (world.run.state, world.run.reason, world.run.next.late_since) == (
        "SUCCEEDED",
        None,
        None,
    )


def unanswered(world: Wired) -> None:
    world.fault("cut", path_of(Call.SUBMIT))


def unreadable(world: Wired) -> None:
    world.fault("http_status", path_of(Call.RESULT), status=503)


def guarded(world: Wired) -> None:
    """Let WeCom call back that it has protected its people."""
    words = "trigger the protection of deleting users, hint: [1_2_3], from ip: 10.1.1.1"
    run_id, job_id = world.run.run_id, str(world.run.submission.job_id)
    world.clock.now += 1
    world.results.hear(JobEvent("acme", run_id, "replace_party", job_id, 45026, words))


def no_secret_now(world: Wired) -> None:
    world.secrets.secrets["acme"] = UNREADABLE


def drop(world: Wired, count: int = 3) -> None:
    world.pass_time(1)
    world.drop_departments(count)


def goes_on(world: Wired, hours: int, *, does: bool = True) -> None:
    """Let time pass; see whether the run goes on, and that it promises nothing else."""
    world.live(hours * HOUR)
    run = world.run
    assert (run.state is not State.FAILED) is does is bool(promises(run))
    assert not world.counted["NotPublished"]
    if not does:
        assert page(world, run)["timeline"][-1]["why"] == page(world, run)["reason"]


def ends_after(world: Wired, hours: int) -> None:
    goes_on(world, hours, does=False)


def told(world: Wired, *words: str) -> None:
    """See that something is said of the run, in either language."""
    assert " ".join(map(str, words)) in english(world.run) + chinese(world.run)


def not_told(world: Wired, *words: str) -> None:
    assert " ".join(map(str, words)) not in english(world.run) + chinese(world.run)


def minutes(world: Wired, count: int) -> None:
    world.live(count * MINUTE)


def asleep(world: Wired, hours: int) -> None:
    """Let no function run for hours."""
    world.clock.now += hours * HOUR


def secret(world: Wired, words: str) -> None:
    world.use_secret(words)


def asked(world: Wired, call: str, most: int) -> None:
    assert 0 < world.asked(Call(call)) <= most


def seen(world: Wired, *states: str) -> None:
    """See where its runs stand, and that the index names what waits, and since when."""
    runs = sorted(world.store.runs_by_id.values(), key=lambda run: run.run_id)
    assert [run.state for run in runs] == [*states]
    waiting = [run for run in runs if run.waits]
    page = index(world)
    listed = {run["run_id"]: run for run in page["runs"]}
    assert {it["run_id"] for it in page["attention"]} >= {run.run_id for run in waiting}
    assert (page["waiting_since"] is not None) is bool(waiting)
    for run in waiting:
        assert listed[run.run_id]["trouble"]["since"] == page["waiting_since"]
        assert "the next try is at" in listed[run.run_id]["reasons"]["en"][0]
        assert [step["code"] for step in next_steps(run)] == ["step_mend"]
        assert "需要处理" in notice(run, Language.CHINESE, UTC).title


def letters(world: Wired, times: int) -> None:
    """See how often people were told that it waits, and that nothing else was said meanwhile."""
    mails = [mail(run, Language.ENGLISH) for run in world.publisher.published]
    assert all(is_wanted(run, Policy()) for run in world.publisher.published)
    assert [subject for subject, _ in mails] == ["wecom-sync: acme replaceparty WAITING"] * times
    for _, text in mails:
        assert "It has waited for WeCom since" in text
        assert "the next try is at" in text
        assert "wecom-sync cancel" in text or "WeCom has the file" in text


STORIES = """
a server that is away for good: refused | drop | asleep 70 | goes_on 1
    | told It has waited for WeCom since | ends_after 2 | told the connection was refused
    | told WeCom did not take the file, and it is not tried again
a post without an answer: unanswered | drop | goes_on 1
    | told Could not start the import (batch/replaceparty): the connection broke off.
    | told WeCom may have taken the file or not | not_told WeCom does not have the file
a post without an answer, at its deadline: unanswered | drop | asleep 70 | goes_on 1
    | ends_after 2
    | told Could not start the import | told nobody knows whether WeCom applied the file
a result that cannot be read: drop | unreadable | goes_on 1
    | told Could not get the result of the import (batch/getresult): the answer was HTTP
    | told WeCom has the file. wecom-sync asks for the result again
an untrusted address for a token: untrusted gettoken | drop | goes_on 1 | told 127.0.0.1
    | told 60020 | told 企业可信IP | not_told hint | mended
an untrusted address for an import: untrusted batch | drop | goes_on 1 | told 127.0.0.1
    | told no new drop is needed | not_told drop the file again | mended
a withdrawn right while planning: refused_for user/list_id 48002 | drop | goes_on 1
    | told choose 「API编辑通讯录」 | not_told drop the file again | mended
a token that is refused however new: refused_for user/list_id 40001 | drop | goes_on 2
    | told contact_secret | told 下次重试在 | mended
an untrusted address while a result is awaited: drop | untrusted batch/getresult | goes_on 1
    | told Enter 127.0.0.1 in 「企业可信IP」 | told no new drop is needed
    | told 请把 127.0.0.1 填入 | not_told drop the file again
a secret that cannot be read while a result is awaited: drop | no_secret_now | goes_on 1
    | told AccessDeniedException
the deletion guard: drop | guarded | ends_after 0 | told 45026 | told 80%
    | told trigger the protection of deleting users | not_told hint | not_told 10.1.1.1
an untrusted address for as long as a result is awaited: drop | untrusted batch/getresult
    | goes_on 1 | asleep 69 | goes_on 1 | ends_after 2 | told 60020 | told 127.0.0.1
an untrusted address until a day after the import: drop | untrusted batch/getresult | goes_on 1
    | seen SUBMITTED | asleep 39 | goes_on 1 | mended | seen SUCCEEDED
people hear at once of an address that they have to enter, and once a day: unsafe | drop
    | minutes 2 | letters 1 | seen SUBMITTING | live 20 | letters 1 | live 8 | letters 2
    | live 42 | letters 3
of a secret that they have to renew: secret wrong | drop | minutes 2 | letters 1 | seen SUBMITTING
of a secret that AWS does not hand out: no_secret_now | drop | minutes 7 | letters 1
    | seen RECEIVED
of a right that is withdrawn: refused_for user/list_id 48002 | drop | minutes 2 | letters 1
    | seen SUBMITTING
of an address that is untrusted since its import: drop | untrusted batch/getresult | minutes 2
    | letters 1 | seen SUBMITTED
of what time may mend they hear after a quarter of an hour: busy | drop | minutes 5 | letters 0
    | minutes 12 | letters 1 | seen SUBMITTING
what passes soon is told to nobody: busy | drop | minutes 5 | letters 0 | mended
one that waits asks four times an hour: unsafe | drop | live 24 | asked user/list_id 130
    | asked gettoken 13
a wrong secret is shown to WeCom a few times a day: secret wrong | drop | live 26
    | asked gettoken 7 | letters 2 | secret contact-secret | mended
cancelled while it waits: unsafe | drop | minutes 30 | cancel | minutes 1
    | seen CANCELLED
a newer full file takes its place: unsafe | drop 3 | minutes 30 | drop 4 | minutes 30
    | seen SUPERSEDED SUBMITTING | mended | seen SUPERSEDED SUCCEEDED
"""


@stories(STORIES, globals())
def test_trouble_is_told_and_only_what_goes_on_promises_anything(
    world: Wired, story: list[Step]
) -> None:
    for step in story:
        assert callable(step)
        step(world)


def test_a_secret_that_is_not_shown_any_more_says_until_when(world: Wired) -> None:
    world.use_secret("wrong")

    runs = [plan(world), plan(world)]

    rests = datetime.fromtimestamp(world.clock.now - 1 + 959, UTC).strftime("%Y-%m-%d %H:%M")
    for run in runs:
        assert run.state is State.FAILED
        assert f"not tried again before {rests} UTC" in english(run)
        assert f"{rests}（UTC）之前不再用这个密钥尝试" in chinese(run)
        assert "Another secret is tried at once" in english(run)
    assert world.asked(Call.TOKEN) == 1

    world.use_secret("contact-secret")
    assert plan(world).state is State.PLANNED


def test_a_secret_that_cannot_be_read_is_tried_again_and_says_until_when(world: Wired) -> None:
    no_secret_now(world)
    world.drop_departments()
    world.live(700)

    run = world.run
    assert run.state is State.RECEIVED
    assert "not been checked yet. wecom-sync tries again by itself" in english(run)
    assert page(world, run)["trouble"]["until"] == moment(run.identity.created + 72 * HOUR)

    planned = plan(world)
    assert planned.state is State.FAILED
    assert promises(planned) == []
    assert "this plan is not tried again" in english(planned)


def test_a_result_that_is_refused_once_is_asked_for_no_less_often_later(world: Wired) -> None:
    world.fault("hang_job")
    world.drop_departments()
    world.fault("errcode", path_of(Call.RESULT), errcode=6000, times=5)

    world.live(HOUR)

    run = world.run
    assert (run.state, run.submission.tries, run.reason) == (State.SUBMITTED, {}, None)
    assert current_trouble(run) is None


def test_files_wait_in_order_behind_one_that_waits_and_no_other_company_does() -> None:
    world = World("acme", "beta")
    trouble = WeComError(60020, "ip", "/cgi-bin/user/list_id")
    world.wecoms["acme"].fail("directory", *[trouble] * 12)
    dropped(world, "acme/syncuser/1.csv", members("a"), 120)
    dropped(world, "acme/syncuser/2.csv", members("b"), 1)
    dropped(world, "beta/syncuser/1.csv", members("c"), 70)
    first, second = (world.run_of(f"acme/syncuser/{it}.csv") for it in (1, 2))
    assert (first.state, second.state) == (State.SUBMITTING, State.QUEUED)
    world.live(10 * MINUTE)
    assert world.run_of("beta/syncuser/1.csv").state is State.SUCCEEDED

    world.live(4 * HOUR)

    first, second = (world.run_of(run.key) for run in (first, second))
    assert (first.state, second.state) == (State.SUCCEEDED, State.SUCCEEDED)
    assert (first.result.finished or 0) <= (second.submission.posted or 0)
