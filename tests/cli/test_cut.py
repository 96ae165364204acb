"""Nothing leaves the laptop that nobody takes, and what is read of the rest stays the same."""

from pathlib import Path
from typing import Any

import pytest
from openpyxl.comments import Comment

from support.console import Said
from support.rights import only
from support.stack import BUCKETS, Stack
from support.workbooks import workbook
from wecom_sync.domain.policy import Reading
from wecom_sync.domain.states import Job, State
from wecom_sync.files.cutting.cut import UNSEEN, UncuttableError, cut
from wecom_sync.files.problems import FileRejectedError
from wecom_sync.files.roster import read_roster

SECRET = "110101199003078888"
HEADER = "序号,姓名,帐号,身份证号,手机号,部门,职位,员工状态,个人邮箱,邮箱,家庭住址"
TITLED = f"""在职人员一览

{HEADER}
1,张伟,zhangwei,{SECRET},13800000001,总部,研发,在职,a@x.cn,a@y.cn,"北京
海淀"
2,李娜,lina,{SECRET},13800000002,总部,行政,离职,b@x.cn,b@y.cn,上海

3,王芳,wangfang,{SECRET},138,总部,行政,在职,,,上海
"""
TAKEN = Reading(rows={"员工状态": ("在职",)})
PRIVATE = [SECRET, "a@x.cn", "海淀", "上海", "机密"]
HERE = ("--corp", "acme", "--job", "syncuser", *BUCKETS)


def read(content: bytes, reading: Reading = TAKEN) -> Any:
    """Return what is read of a file: its problems, else lines and cells of its rows."""
    try:
        roster = read_roster(Job.SYNC_USER, content, reading)
    except FileRejectedError as error:
        return [(it.line, it.column, it.code, it.id) for it in error.problems]
    return roster.columns, roster.rows, roster.left_out


TEXTS = [
    TITLED,
    TITLED.replace(",138,", ",,")[:-1],
    TITLED.replace("在职人员一览", "在职人员一览,,,机密"),
]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("text", TEXTS)
def test_columns_are_blank_and_every_cell_stays_in_its_place(text: str, encoding: str) -> None:
    whole = text.encode(encoding)

    part, sent, others, _ = cut(Job.SYNC_USER, whole, TAKEN)

    assert read(part) == read(whole)
    lines = part.decode("utf-8-sig").splitlines()
    assert [secret for secret in PRIVATE if secret in "".join(lines)] == []
    assert (len(sent), others) == (7, ["序号", "身份证号", "个人邮箱", "家庭住址", "在职人员一览"])
    assert lines[0] == "***"
    assert lines[2] == "***,姓名,帐号,***,手机号,部门,职位,员工状态,***,邮箱,***"
    assert lines[3:5] == [",张伟,zhangwei,,13800000001,总部,研发,在职,,a@y.cn,", ""]


@pytest.mark.parametrize(
    ("places", "more"),
    [
        ("部门全路径", ["示例/研发/平台", "示例/行政", "示例/行政"]),
        ("一级部门,二级部门", ["示例,研发", "示例,行政", "示例,"]),
        ("部门,上级部门", ["平台,研发", "行政,示例", "研发,示例"]),
        ("部门编码,部门名称", ["D1,研发", "D2,行政", "D2,行政"]),
    ],
)
def test_a_company_file_keeps_its_key_and_all_that_says_where_people_are(
    places: str, more: list[str]
) -> None:
    people = ["1042,张伟,13800000001", "1043,李娜,13800000002", "1044,王芳,13800000003"]
    rows = [f"{SECRET},{one},{place}" for one, place in zip(people, more, strict=True)]
    content = "\n".join([f"身份证号,工号,姓名,手机号,{places}", *rows, "制表人：张三"]).encode()
    reading = Reading(key="工号")

    part, _, others, _ = cut(Job.COMPANY, content, reading)

    assert others == ["身份证号"]
    assert (SECRET in part.decode(), "1042" in part.decode()) == (False, True)
    whole = read_roster(Job.COMPANY, content, reading)
    assert read_roster(Job.COMPANY, part, reading).rows == whole.rows


MAPPED = Reading({"员工状态": "", "家庭住址": "地址"}, key="序号")
KEPT = {
    "***,姓名,帐号,***,手机号,部门,职位,员工状态,***,邮箱,***": Reading(),
    "序号,姓名,帐号,***,手机号,部门,职位,***,***,邮箱,家庭住址": MAPPED,
}


@pytest.mark.parametrize("header", KEPT)
def test_what_may_be_a_state_the_key_and_what_the_settings_take_stays(header: str) -> None:
    part, *_ = cut(Job.SYNC_USER, TITLED.encode(), KEPT[header])

    assert part.decode("utf-8-sig").splitlines()[2] == header


def sheet(change: Any = None, mobile: object = "13800000003") -> bytes:
    def hide(book: Any) -> None:
        book.active.title = "花名册"
        book.active.row_dimensions[4].hidden = True
        if change:
            change(book)

    header = ["工资", "姓名", "身份证号", "帐号", "手机号", "所在部门", "地址"]
    rows: list[list[Any]] = [
        ["9000", "张伟", SECRET, "zhangwei", "13800000001", "1", "一\n二"],
        ["9000", "李娜", SECRET, "lina", "13800000002", "1", "三"],
        [],
        ["9000", "王芳", SECRET, "wangfang", mobile, "1", "四"],
    ]
    salaries = [["姓名", "工资"], ["张伟", "9000"]]
    return workbook(["花名册"], header, *rows, change=hide, 工资=salaries)


def noted(book: Any) -> None:
    book.active["E2"].comment = Comment(SECRET, SECRET)
    book.properties.creator = SECRET
    book.active["A3"] = f'=LEFT("{SECRET}",4)'
    book.active["G3"] = "一_x005F_x000A_二 <&>\n三"


@pytest.mark.parametrize("mobile", ["13800000003", "138"])
def test_a_workbook_is_read_as_before_and_takes_nothing_else_along(mobile: str) -> None:
    whole = sheet(noted, mobile=mobile)

    part, _, _, before = cut(Job.SYNC_USER, whole, Reading())

    assert read(part, Reading()) == read(whole, Reading())
    text = part.decode("utf-8-sig")
    assert [it for it in ("9000", SECRET, "工资") if it in text] == []
    assert text.split("\n")[5] == f",王芳,,wangfang,{mobile},1,四"
    assert cut(Job.SYNC_USER, part, Reading()).content == part
    if isinstance(before, FileRejectedError):
        assert [problem.cell for problem in before.problems] == ["E6"]
    else:
        assert {it.code for it in before.warnings} >= UNSEEN


LONGER = "1,张伟,zhangwei,x,13800000001,总部,研发,在职,,,,more\n"
QUOTED = '姓名,帐号,手机号,所在部门,备注\n张伟,zhangwei,13800000001,1,"一\n李娜,lina,,1,\n"\n'


@pytest.mark.parametrize("content", [f"{HEADER}\n{LONGER}", f"{HEADER},\n{LONGER}", QUOTED])
def test_a_file_that_would_be_read_differently_is_not_cut(content: str) -> None:
    with pytest.raises(UncuttableError):
        cut(Job.SYNC_USER, content.encode(), Reading())


def test_a_drop_says_what_stays_and_its_run_speaks_of_the_workbooks_lines(
    stack: Stack, output: Said, tmp_path: Path
) -> None:
    file = tmp_path / "hr.xlsx"
    file.write_bytes(sheet(mobile="138"))

    complaint = output.complaint("drop", str(file), *HERE, "--watch", code=1)

    assert (
        "Columns sent: 5; columns and titles that stay here: 3 (工资, 身份证号, 花名册)."
        in complaint
    )
    content, _ = stack.dropped("acme/syncuser/hr.csv")
    assert SECRET not in content.decode()
    run = stack.run_of("acme/syncuser/hr.csv")
    assert run.state is State.REJECTED
    (problem,) = output.json("show", run.run_id)["problems"]
    assert (problem["line"], problem["column"]) == (6, "手机号")
    assert output.json("retry", run.run_id, "--watch", code=1)["problems"] == [problem]


def test_what_a_csv_cannot_say_of_a_workbook_is_said_before_it_goes(
    stack: Stack, output: Said, tmp_path: Path
) -> None:
    file = tmp_path / "hr.xlsx"
    file.write_bytes(sheet())

    complaint = output.complaint("drop", str(file), *HERE, code=0)

    assert "Not read: 「工资」" in complaint
    assert "Rows that the workbook hides or filters out are read as well, 1 in all: 4" in complaint
    assert stack.dropped("acme/syncuser/hr.csv")


def test_a_file_goes_as_it_is_only_when_that_is_asked(
    stack: Stack, output: Said, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "hr.csv"
    file.write_text(TITLED)
    assert "stay here" not in output.complaint("drop", str(file), *HERE, "--as-it-is", code=0)
    assert stack.dropped("acme/syncuser/hr.csv")[0] == TITLED.encode()

    only(monkeypatch, "dropper", corp="acme", free=stack.s3)
    file.write_text(f"{TITLED}\n")
    assert "--as-it-is" in output.complaint("drop", str(file), *HERE, code=2)
    output.complaint("drop", str(file), *HERE, "--as-it-is", code=0)
    assert stack.dropped("acme/syncuser/hr.csv")[0] == f"{TITLED}\n".encode()


def scientific(book: Any) -> None:
    book.active["E6"].number_format = "0.00E+00"


@pytest.mark.parametrize(
    ("content", "place", "code"),
    [
        (sheet(scientific, mobile=13800000003), "E6", "cell_formatted"),
        (f"<html><table><tr><td>{SECRET}</table>".encode(), "", "file_is_spreadsheet"),
        (f"姓名\t帐号\t员工状态\n一\t{SECRET}\n".encode(), "", "separated_by_tabs"),
        (f"{HEADER}\n1,张伟,zhangwei,x,,总,研,在职,,,,20000\n".encode(), "", "cells_too_many"),
    ],
)
def test_a_file_that_cannot_be_cut_stays_here_and_its_problems_are_told(
    stack: Stack, output: Said, tmp_path: Path, *, content: bytes, place: str, code: str
) -> None:
    file = tmp_path / "hr.xlsx"
    file.write_bytes(content)

    for command, exit_code in (("drop", 1), ("plan", 4)):
        answer = output.json(command, str(file), *HERE, code=exit_code)
        assert (answer["verdict"], answer["run_id"]) == ("reject", None)
        assert (place, code) in [(it.get("cell") or "", it["code"]) for it in answer["problems"]]
    assert place in output("plan", str(file), *HERE, code=4)
    assert not stack.s3.list_object_versions(Bucket="drops", Prefix="acme/").get("Versions")


@pytest.mark.parametrize(("command", "place"), [("drop", "company"), ("plan", "plan/company")])
def test_a_file_of_people_is_the_companys_if_nothing_else_is_said(
    stack: Stack, output: Said, tmp_path: Path, command: str, place: str
) -> None:
    file = tmp_path / "tree.csv"
    file.write_text("部门名称,部门ID,父部门ID,排序\n总部,1,0,1\n")
    watch = ("--watch",) if command == "drop" else ()
    text = output(command, str(file), *HERE[:2], *BUCKETS, *watch, code=1 if watch else 4)

    assert "--job replaceparty" in " ".join(text.replace("│", " ").split())
    assert stack.run_of(f"acme/{place}/tree.csv").job is Job.COMPANY
