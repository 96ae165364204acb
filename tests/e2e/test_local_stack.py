"""The product whole: template deployed with IAM enforced, files dropped, WeCom simulated."""

from pathlib import Path

import requests

from e2e.conftest import LocalStack, people
from support.events import verification
from support.workbooks import workbook
from support.world import departments, members
from wecom_sync_tools.stack.documents import LocalReports, ReportBucket
from wecom_sync_tools.stack.home import StackNote

READY = (
    "aws_endpoint", "region", "access_key", "secret_key", "drop_bucket", "report_bucket", "table",
    "callback_base_url", "wecom_url", "stack_name",
)  # fmt: skip


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


def test_a_drop_of_a_corp_that_nobody_knows_is_said(stack: LocalStack) -> None:
    run = stack.wait(stack.put("nobody/syncuser/m.csv", members("a")))

    assert run["state"] == "REJECTED"
    assert "nobody" in run["reason"]


def test_a_rollback_brings_the_earlier_file_back(stack: LocalStack) -> None:
    stack.wait(stack.put("rollback/replaceuser/all.csv", people("r", 20)))
    changed = people("r", 20).replace("员工3,", "改名,")
    stack.wait(stack.put("rollback/replaceuser/all.csv", changed))

    run = stack.command("rollback", "--corp", "rollback", "--job", "replaceuser", "--watch")

    assert run["state"] == "SUCCEEDED"
    assert run["plan"]["update"] == 1
    assert "员工3" in str(stack.corp_of_wecom("rollback", "members?userid=r3"))
    again = stack.output("rollback", "--corp", "rollback", "--job", "replaceuser", check=2)
    assert "is the first that was applied" in again


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
    url, query = stack.info["callback_base_url"] + event["path"], event["queryStringParameters"]
    answer = requests.get(url, params=query, timeout=120)
    assert (answer.status_code, answer.text) == (200, "1616140317555161061")
    forged = {**query, "msg_signature": "0" * 40}
    assert requests.get(url, params=forged, timeout=120).status_code == 403


def test_a_local_stacks_reports_are_those_that_the_sdk_reads(stack: LocalStack) -> None:
    runs = [stack.wait(stack.put(f"listed/syncuser/{n}.csv", people(n, 1))) for n in "abc"]
    bucket = ReportBucket(stack.client("s3"), stack.info["report_bucket"])
    note = StackNote(**{name: stack.info[name] for name in READY})

    for reports in (bucket, LocalReports(note), LocalReports(note, page=2)):
        assert {*reports.corps()} == {*bucket.corps()} >= {"listed"}
        for run in runs:
            run_id = run["run_id"]
            assert reports.run_ids("listed", run_id[-12:]) == [run_id]
            assert reports.get(f"listed/{run_id}/run.json") == bucket.get(
                f"listed/{run_id}/run.json"
            )
            of_the_day = bucket.run_ids("listed", run_id[:8])
            assert reports.run_ids("listed", run_id[:8]) == of_the_day
            assert len(of_the_day) > len(runs)
        assert reports.get("listed/index 人.json") is None
