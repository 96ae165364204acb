"""`init`: what is dropped, what is written, and what it says of what it cannot know."""

from collections.abc import Sequence
from pathlib import Path

from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from support.console import Said
from support.stack import Stack
from wecom_sync.domain.policy import Policy
from wecom_sync.domain.run import State
from wecom_sync.files.settings_file import read_policy

EXPORT = "姓名,帐号,部门,手机\n张伟,zhang,云帆,13800000001\n李娜,lina,云帆,13800000002\n"
ASKED = ("--corp", "acme")


def test_an_export_is_remembered_and_starter_files_are_written(
    stack: Stack, tmp_path: Path, said: Said
) -> None:
    stack.wecom.hire("zhang", "lina")
    path = tmp_path / "通讯录.csv"
    path.write_text(EXPORT)

    told = said("init", *ASKED, "--from", str(path), "-o", str(tmp_path / "new"))

    assert stack.dropped("acme/init/通讯录.csv")[0] == EXPORT.encode()
    assert "2 of 2 members, and the names of 1 of 1 departments" in told
    assert "asked about" in told
    written = (tmp_path / "new" / "members.csv").read_text("utf-8-sig")
    assert written.splitlines()[1].startswith("张伟,zhang,")
    assert stack.archive.snapshot("acme").members["lina"]["姓名"] == "李娜"


def test_without_an_export_the_ids_are_written_and_the_console_is_named(
    stack: Stack, tmp_path: Path, said: Said
) -> None:
    stack.wecom.hire("zhang")

    told = said("init", *ASKED, "-o", str(tmp_path))

    assert stack.dropped("acme/init/ids.csv")[0] == b""
    assert "--from" in told
    assert "zhang" in (tmp_path / "members.csv").read_text("utf-8-sig")


def test_programs_get_the_files_and_what_is_known(stack: Stack, tmp_path: Path, said: Said) -> None:
    document = said.json("init", *ASKED, "-o", str(tmp_path))

    assert document["state"] == "SUCCEEDED"
    assert document["files"] == {
        name: str(tmp_path / name) for name in ("departments.csv", "members.csv")
    }


def test_another_file_is_never_overwritten(stack: Stack, tmp_path: Path, said: Said) -> None:
    (tmp_path / "members.csv").write_text("mine")

    complaint = said.complaint("init", *ASKED, "-o", str(tmp_path))

    assert "members.csv" in complaint
    assert (tmp_path / "members.csv").read_text() == "mine"
    assert not (tmp_path / "departments.csv").exists()


def test_a_file_that_is_no_export_is_told_as_such(stack: Stack, tmp_path: Path, said: Said) -> None:
    path = tmp_path / "x.csv"
    path.write_text("名字,部门\n张伟,云帆\n")

    document = said.json("init", *ASKED, "--from", str(path), code=1)

    assert document["state"] == "REJECTED"
    assert document["files"] == {}


PEOPLE = [
    ("张伟", "A001", "13800000001", "云帆/研发/平台", "在职"),
    ("李娜", "A002", "13800000002", "云帆/研发", "试用"),
    ("王芳", "A003", "13800000003", "云帆/销售", "在职"),
    ("赵敏", "A004", "13800000004", "云帆/销售", "离职"),
]
HEADER = ("序号", "姓名", "工号", "手机", "所属部门", "员工状态", "身份证号", "月薪")
SECRET = "110101199001010011"


def workbook(path: Path, people: Sequence[tuple[str, ...]] = PEOPLE) -> str:
    book = Workbook()
    sheet = book.active
    assert isinstance(sheet, Worksheet)
    sheet.append(("云帆科技 花名册",))
    sheet.append(HEADER)
    for number, (name, staff, mobile, place, state) in enumerate(people, 1):
        sheet.append((number, name, staff, int(mobile), place, state, SECRET, 12345))
    book.save(path)
    return str(path)


def test_from_an_empty_corp_and_a_workbook_it_takes_five_commands_and_one_decision(
    stack: Stack, tmp_path: Path, said: Said
) -> None:
    stack.store.put_policy("acme", Policy(), 0)
    file = workbook(tmp_path / "花名册.xlsx")
    settings, tree = (str(tmp_path / name) for name in ("settings.toml", "departments.csv"))

    said("init", *ASKED, "--hr", file, "-o", str(tmp_path))
    said("settings", "apply", settings, *ASKED)
    said("drop", tree, *ASKED, "--job", "replaceparty", "--watch")
    said("drop", file, *ASKED, "--job", "replaceuser", "--watch", code=1)
    held = stack.run_of("acme/replaceuser/花名册.xlsx")
    said("approve", held.run_id, *ASKED, "--yes")

    stack.finish()
    assert [hold.code for hold in held.holds] == ["hold_left_out"]
    assert stack.run_of("acme/replaceuser/花名册.xlsx").state is State.SUCCEEDED
    names = {
        number: cells["部门名称"]
        for number, cells in stack.archive.snapshot("acme").departments.items()
    }
    there = {
        user: {names[each] for each in places} for user, places in stack.wecom.members.values()
    }
    assert there == {"A001": {"平台"}, "A002": {"研发"}, "A003": {"销售"}}
    documents = stack.s3.list_objects_v2(Bucket="reports")["Contents"]
    kept = [
        stack.s3.get_object(Bucket="reports", Key=each["Key"])["Body"].read() for each in documents
    ]
    assert not any(SECRET.encode() in each for each in kept)


def test_the_settings_say_what_the_headers_mean_and_what_is_left_out(
    tmp_path: Path, command_environment: None, said: Said
) -> None:
    file = workbook(tmp_path / "hr.xlsx")

    document = said.json("init", *ASKED, "--hr", file, "-o", str(tmp_path))

    policy = read_policy((tmp_path / "settings.toml").read_bytes())
    assert policy.columns == {"工号": "帐号", "序号": "", "身份证号": "", "月薪": ""}
    assert policy.rows == {"员工状态": ("在职", "试用")}
    assert document["left_out"] == {"离职": 1}
    written = (tmp_path / "departments.csv").read_text("utf-8-sig").splitlines()
    assert written == [
        "部门名称,上级部门", "云帆,", "研发,云帆", "销售,云帆", "平台,云帆/研发",
    ]  # fmt: skip


def test_a_company_that_the_file_does_not_name_is_asked_for(
    tmp_path: Path, command_environment: None, said: Said
) -> None:
    flat = [(*each[:3], each[3].rpartition("/")[2], each[4]) for each in PEOPLE]
    file = workbook(tmp_path / "hr.xlsx", flat)

    assert "--company" in said.complaint("init", *ASKED, "--hr", file, "-o", str(tmp_path))
    said("init", *ASKED, "--hr", file, "--company", "云帆", "-o", str(tmp_path))

    written = (tmp_path / "departments.csv").read_text("utf-8-sig").splitlines()
    assert written == ["部门名称,上级部门", "云帆,", "平台,云帆", "研发,云帆", "销售,云帆"]


def test_a_file_with_problems_is_told_as_a_plan_tells_it(
    tmp_path: Path, command_environment: None, said: Said
) -> None:
    file = workbook(tmp_path / "hr.xlsx", [*PEOPLE, ("孙丽", "A005", "123", "云帆/销售", "在职")])

    told = said("init", *ASKED, "--hr", file, "-o", str(tmp_path), code=1)

    assert "A005" in told
    assert not (tmp_path / "settings.toml").exists()
