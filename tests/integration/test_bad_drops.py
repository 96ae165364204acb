"""What can never become an import: rejected with its reason, and WeCom is not asked."""

import pytest

from support.guarded import SOME
from support.runs import after_a_day, state_and_why
from support.world import World, members
from wecom_sync.domain.errors import SecretInvalidError
from wecom_sync.domain.run import Reason, State


@pytest.mark.parametrize(
    ("key", "content", "code"),
    [
        (SOME, "", "file_empty"),
        (SOME, members("a", "A"), "user_id_duplicate"),
        (SOME, members("a", "?", "A"), "file_rejected"),
        ("acme/m.csv", members("a"), "key_malformed"),
        ("acme/syncuser/2026/m.csv", members("a"), "key_malformed"),
        ("m.csv", members("a"), "key_malformed"),
        ("acme/deleteuser/m.csv", members("a"), "job_unknown"),
        ("nobody/syncuser/m.csv", members("a"), "corp_unknown"),
        ("ACME!/syncuser/m.csv", members("a"), "corp_invalid"),
        ("-/syncuser/m.csv", members("a"), "corp_invalid"),
        ("-/settings.toml", "", "key_malformed"),
        ("broken/syncuser/m.csv", members("a"), "secret_invalid"),
        ("acme/syncuser/m.xls", members("a"), "not_csv"),
        ("acme/syncuser/m.xlsx", b"PK\x03\x04", "workbook_broken"),
        ("acme/settings.toml", "[limits", "settings_syntax"),
        ("acme/settings.toml", "[limits]\nremovals = -1", "settings_number_wrong"),
        ("nobody/settings.toml", "", "corp_unknown"),
    ],
)
def test_a_bad_drop_is_rejected_with_its_reason_and_wecom_is_never_called(
    world: World, key: str, content: str | bytes, code: str
) -> None:
    world.secrets.secrets["broken"] = SecretInvalidError(details="contact_secret")
    run = after_a_day(world, key, content)

    assert state_and_why(run) == (State.REJECTED, code)
    assert run.rows != 0
    assert world.wecom.calls == []
    assert run.reports.keys() in ({"results.csv", "problems.json"}, set())
    assert world.store.policy("acme").removals == 50
    assert [published.run_id for published in world.publisher.published] == [run.run_id]
    assert world.store.lane("acme").waiting == ()


def test_an_object_deleted_before_it_was_read_is_rejected(world: World) -> None:
    world.drop(SOME, members("a"))
    world.drops.objects.clear()

    world.finish()

    run = world.run_of(SOME)
    assert state_and_why(run) == (State.REJECTED, "object_gone")


def test_a_rejected_file_lists_every_problem_with_its_line(world: World) -> None:
    world.drop(
        SOME, "姓名,帐号,手机号,所在部门\n,a b,13800000001,0\n王五,ok,13800000002,1\n赵六,ok,,2\n"
    )

    world.finish()

    run = world.run_of(SOME)
    lines = [(row[0], row[1], row[7]) for row in world.results_csv(run)[1:]]
    assert lines == [
        ("2", "a b", "姓名"), ("2", "a b", "帐号"), ("2", "a b", "所在部门"),
        ("3", "ok", ""),
        ("4", "ok", "手机号/邮箱"), ("4", "ok", "帐号"),
    ]  # fmt: skip
    assert (run.rows, run.reason) == (3, Reason("file_rejected", {"problems": 5}))


def test_the_test_event_and_folders_make_no_run(world: World) -> None:
    world.submit_queue.send({"Service": "Amazon S3", "Event": "s3:TestEvent", "Bucket": "drops"})

    world.finish()

    assert world.store.runs_by_id == {}


def test_a_key_with_chinese_blanks_and_plus_is_read_as_it_was_written(world: World) -> None:
    key = "acme/syncuser/员工 名单+新 %41.csv"
    assert after_a_day(world, key, members("a")).state is State.SUCCEEDED
