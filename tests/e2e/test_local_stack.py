"""The product whole: template deployed with IAM enforced, files dropped, WeCom simulated."""

from pathlib import Path

import pytest
import requests

from e2e.conftest import PRINCIPAL, LocalStack, eventually
from support.events import verification
from support.workbooks import workbook
from support.world import departments, members

READY = (
    "aws_endpoint", "region", "access_key", "secret_key", "drop_bucket", "report_bucket", "table",
    "callback_base_url", "wecom_url", "stack_name",
)  # fmt: skip


def people(prefix: str, count: int, mobile: int = 13900000000) -> str:
    lines = ["姓名,帐号,手机号,邮箱,所在部门"]
    lines += [f"员工{n},{prefix}{n},{mobile + n},,1" for n in range(count)]
    return "\n".join(lines) + "\n"


def test_the_ready_line_says_where_everything_is(stack: LocalStack) -> None:
    assert set(READY) <= set(stack.info)
    assert all(stack.info[name] for name in READY)


def test_departments_then_members_of_every_job_type(stack: LocalStack) -> None:
    for job, content, rows in (
        ("replaceparty", departments(4), 4),
        ("replaceuser", people("full", 20), 20),
        ("syncuser", people("some", 5, 13800000000), 5),
    ):
        run = stack.wait(stack.put(f"acme/{job}/all.csv", content))
        assert (run["state"], run["job"], run["rows"], run["succeeded"]) == (
            "SUCCEEDED", job, rows, rows,
        ), run  # fmt: skip
        assert len(stack.report(run)) >= rows + 1
        assert run["rows_failed"] == []

    directory = stack.corp_of_wecom("acme", "directory")
    assert directory["counts"]["members"] == 25
    assert directory["invited"] == []


def test_a_workbook_is_applied_like_a_csv(stack: LocalStack) -> None:
    header = ("姓名", "帐号", "手机号", "所在部门")
    content = workbook(("员工花名册",), header, ("张伟", "007", 13700000001, 1))

    run = stack.wait(stack.put("workbook/syncuser/员工.xlsx", content))

    assert (run["state"], run["rows"], run["encoding"]) == ("SUCCEEDED", 1, "XLSX"), run


def test_a_bad_file_is_rejected_and_wecom_is_never_called(stack: LocalStack) -> None:
    content = "姓名,帐号,手机号,所在部门\n张三,a b,123,0\n"

    run = stack.wait(stack.put("beta/syncuser/bad.csv", content))

    assert run["state"] == "REJECTED"
    assert run["reason"]
    assert len(stack.report(run)) == 4
    assert stack.calls("beta", "/cgi-bin/media/upload") == 0
    assert stack.calls("beta", "/cgi-bin/gettoken") == 0


def test_rows_that_wecom_refuses_make_a_run_partial(stack: LocalStack) -> None:
    stack.wait(stack.put("gamma/syncuser/first.csv", people("first", 3)))
    clash = "姓名,帐号,手机号,邮箱,所在部门\n甲,new1,13900000001,,1\n乙,new2,13911110000,,1\n"

    run = stack.wait(stack.put("gamma/syncuser/second.csv", clash))

    assert (run["state"], run["succeeded"], run["failed"]) == ("PARTIAL", 1, 1)
    (row,) = run["rows_failed"]
    assert (row["line"], row["userid"], row["errcode"]) == (2, "new1", 60104)
    assert row["explanation"]
    assert row["advice"]


def test_a_lost_callback_is_made_good_by_asking(stack: LocalStack) -> None:
    stack.fault("delta", "lost")

    run = stack.wait(stack.put("delta/replaceparty/d.csv", departments()))

    assert run["state"] == "SUCCEEDED"
    corp_id = stack.corps["delta"]["corp_id"]
    attempts = stack.wecom(f"callbacks?corp_id={corp_id}")["callbacks"]
    assert [attempt["outcome"] for attempt in attempts] == ["lost"]


def test_a_repeated_callback_is_one_outcome(stack: LocalStack) -> None:
    stack.fault("epsilon", "repeated", copies=3)

    run = stack.wait(stack.put("epsilon/replaceparty/d.csv", departments()))

    assert run["state"] == "SUCCEEDED"
    corp_id = stack.corps["epsilon"]["corp_id"]
    eventually(
        lambda: len(stack.wecom(f"callbacks?corp_id={corp_id}")["callbacks"]) == 3,
        lambda: stack.wecom(f"callbacks?corp_id={corp_id}"),
    )
    statuses = {item["status"] for item in stack.wecom(f"callbacks?corp_id={corp_id}")["callbacks"]}
    assert statuses == {200}
    again = stack.command("show", run["run_id"])
    assert again["finished"] == run["finished"]


def test_an_early_callback_does_not_confuse_the_submit(stack: LocalStack) -> None:
    stack.fault("zeta", "early")

    run = stack.wait(stack.put("zeta/replaceparty/d.csv", departments()))

    assert run["state"] == "SUCCEEDED"


def test_an_answer_that_was_lost_is_made_good_by_the_callback(stack: LocalStack) -> None:
    stack.fault("eta", "cut_after", path="/cgi-bin/batch/replaceparty")

    run = stack.wait(stack.put("eta/replaceparty/d.csv", departments()))

    assert run["state"] == "SUCCEEDED"
    assert stack.calls("eta", "/cgi-bin/batch/replaceparty") == 1


def test_members_dropped_before_departments_go_after_them(stack: LocalStack) -> None:
    late = people("late", 3).replace(",1\n", ",3\n")
    stack.put("theta/replaceuser/m.csv", late)
    stack.put("theta/replaceparty/d.csv", departments())

    first = stack.wait("theta/replaceparty/d.csv")
    second = stack.wait("theta/replaceuser/m.csv")

    assert (first["state"], second["state"]) == ("SUCCEEDED", "SUCCEEDED")
    assert first["finished"] <= second["finished"]
    departments_there = stack.corp_of_wecom("theta", "departments")["departments"]
    names = {item["name"] for item in departments_there}
    assert "其他（待设置部门）" not in names
    assert len(names) == 3
    jobs = stack.corp_of_wecom("theta", "jobs")["jobs"]
    assert [job["type"] for job in jobs] == ["replace_party", "replace_user"]


def test_what_wecom_refuses_for_a_while_is_waited_for(stack: LocalStack) -> None:
    path = "/cgi-bin/batch/replaceparty"
    stack.fault("iota", "errcode", path=path, errcode=302008, times=2)

    run = stack.wait(stack.put("iota/replaceparty/d.csv", departments()))

    assert run["state"] == "SUCCEEDED"
    assert stack.calls("iota", path) == 3


def test_what_needs_a_person_fails_with_its_advice(stack: LocalStack) -> None:
    stack.fault("kappa", "errcode", path="/cgi-bin/media/upload", errcode=60020)

    run = stack.wait(stack.put("kappa/replaceparty/d.csv", departments()))

    assert run["state"] == "FAILED"
    assert "60020" in run["reason"]
    assert "企业可信IP" in run["reason"]


@pytest.mark.parametrize(
    ("key", "said"),
    [
        ("nobody/syncuser/m.csv", "nobody"),
        ("acme/deleteuser/m.csv", "deleteuser"),
        ("acme/too/deep/m.csv", "<corp>"),
    ],
)
def test_a_drop_in_the_wrong_place_is_said(stack: LocalStack, key: str, said: str) -> None:
    run = stack.wait(stack.put(key, members("a")))

    assert run["state"] == "REJECTED"
    assert said in run["reason"]


def test_a_truncated_export_is_held_until_a_person_approves_it(stack: LocalStack) -> None:
    assert stack.wait(stack.put("hold/syncuser/some.csv", people("h", 6)))["state"] == "SUCCEEDED"
    uploads = stack.calls("hold", "/cgi-bin/media/upload")
    first = stack.put("hold/replaceuser/all.csv", people("h", 30))
    held = stack.wait(first, "HELD")
    assert "People who would be added: 24" in held["reason"]
    assert held["plan"]["add"] == 24
    assert stack.calls("hold", "/cgi-bin/media/upload") == uploads

    (waiting,) = stack.command("runs", "--state", "HELD", "--corp", "hold")
    assert waiting["run_id"] == held["run_id"]
    shown = stack.said("show", held["run_id"])
    plan = held["plan_digest"][:12]
    assert f"wecom-sync approve {held['run_id']} --corp {held['corp']} --plan {plan}\n" in shown
    assert "Decide by" in shown
    assert "(h6)" in shown
    unseen = stack.said("approve", held["run_id"], check=2)
    assert "--plan HASH" in unseen
    refused = stack.said("approve", held["run_id"], "--plan", "0" * 64, check=1)
    assert "mistyped, or the plan has changed" in " ".join(refused.split())

    approved = stack.command("approve", held["run_id"], "--plan", plan, "--note", "new", "--watch")
    assert approved["state"] == "SUCCEEDED"
    assert approved["approval"]["by"] == PRINCIPAL
    assert [(step["by"], step["note"]) for step in approved["timeline"] if "note" in step] == [
        (PRINCIPAL, "new")
    ]

    cut = stack.put("hold/replaceuser/cut.csv", people("h", 10))
    held = stack.wait(cut, "HELD")
    assert held["plan"]["remove"] == 20
    cancelled = stack.said("cancel", held["run_id"], "--note", "cut off")
    assert f"Cancelled by {PRINCIPAL}: the run is CANCELLED" in cancelled
    assert stack.corp_of_wecom("hold", "directory")["counts"]["members"] == 30


def test_a_plan_is_a_drop_of_which_nothing_comes(stack: LocalStack, tmp_path: Path) -> None:
    path = tmp_path / "plan.csv"
    path.write_text(people("p", 3, 13600000000))
    uploads = stack.calls("kappa", "/cgi-bin/media/upload")
    index = stack.document("kappa/index.json")

    told = stack.command("plan", str(path), "--corp", "kappa", "--job", "syncuser")

    assert (told["verdict"], told["plan"]["counts"]["add"]) == ("apply", 3)
    planned = stack.command("show", told["run_id"])
    assert (planned["state"], planned["key"]) == ("PLANNED", "kappa/plan/syncuser/plan.csv")
    assert [step["state"] for step in planned["timeline"]] == ["RECEIVED", "PLANNED"]
    path.write_text("姓名,帐号\n")
    told = stack.command("plan", str(path), "--corp", "kappa", "--job", "syncuser", check=4)
    assert told["verdict"] == "reject"
    assert stack.command("show", told["run_id"])["state"] == "REJECTED"
    assert stack.calls("kappa", "/cgi-bin/media/upload") == uploads
    after = stack.document("kappa/index.json")
    assert all(after[name] == index[name] for name in ("attention", "last_success", "applied"))


def test_a_rollback_brings_the_earlier_file_back(stack: LocalStack) -> None:
    stack.wait(stack.put("rollback/replaceuser/all.csv", people("r", 20)))
    changed = people("r", 20).replace("员工3,", "改名,")
    stack.wait(stack.put("rollback/replaceuser/all.csv", changed))

    run = stack.command("rollback", "--corp", "rollback", "--job", "replaceuser", "--watch")

    assert run["state"] == "SUCCEEDED"
    assert run["plan"]["update"] == 1
    assert "员工3" in str(stack.corp_of_wecom("rollback", "members?userid=r3"))
    again = stack.said("rollback", "--corp", "rollback", "--job", "replaceuser", check=2)
    assert "is the first that was applied" in again


def test_settings_are_put_in_force_from_the_command_line(stack: LocalStack, tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    path.write_text('[limits]\nfirst_replace = "apply"\nadditions_percent = 100\nremovals = 61\n')

    done = stack.command("settings", "apply", str(path), "--corp", "kappa")

    assert (done["in_force"], done["state"]) == (True, "SUCCEEDED")
    assert done["settings"]["removals"] == 61
    path.write_text("[limits]\nremovals = -1\n")
    assert "limits.removals" in stack.said(
        "settings", "apply", str(path), "--corp", "kappa", check=4
    )
    in_force = stack.command("settings", "in-force", "--corp", "kappa")
    assert in_force["settings"]["removals"] == 61
    path.write_text("")
    refused = stack.said("settings", "apply", str(path), "--corp", "kapa", check=2)
    assert "kappa" in refused


def test_the_same_file_again_changes_nothing(stack: LocalStack) -> None:
    stack.wait(stack.put("delta/replaceuser/all.csv", people("d", 3, 13500000000)))
    calls = stack.calls("delta", "/cgi-bin/batch/replaceuser")

    run = stack.wait(stack.put("delta/replaceuser/again.csv", people("d", 3, 13500000000)))

    assert run["state"] == "UNCHANGED"
    assert stack.calls("delta", "/cgi-bin/batch/replaceuser") == calls


def test_the_command_line_drops_watches_and_tells(stack: LocalStack, tmp_path: Path) -> None:
    path = tmp_path / "名单 一月.csv"
    path.write_text(people("cli", 2, 13700000000), encoding="gb18030")

    run = stack.command("drop", str(path), "--corp", "beta", "--job", "syncuser", "--watch")

    assert run["state"] == "SUCCEEDED"
    assert run["key"] == "beta/syncuser/名单 一月.csv"
    assert run["encoding"] == "GB18030"
    (again,) = [each for each in stack.command("runs") if each["run_id"] == run["run_id"]]
    assert again == {name: run[name] for name in again}
    fetched = stack.command("results", run["run_id"], "-o", str(tmp_path / "reports"))
    assert fetched["files"].keys() == {"plan.json", "results.csv"}
    assert "cli1" in Path(fetched["files"]["results.csv"]).read_text("utf-8-sig")


def test_a_callback_url_of_the_console_is_verified(stack: LocalStack) -> None:
    event = verification()
    answer = requests.get(
        stack.info["callback_base_url"] + event["path"],
        params=event["queryStringParameters"],
        timeout=120,
    )
    assert (answer.status_code, answer.text) == (200, "1616140317555161061")
    event["queryStringParameters"]["msg_signature"] = "0" * 40
    refused = requests.get(
        stack.info["callback_base_url"] + event["path"],
        params=event["queryStringParameters"],
        timeout=120,
    )
    assert refused.status_code == 403
