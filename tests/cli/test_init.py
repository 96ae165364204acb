"""`init`: what is dropped, what is written, and what it says of what it cannot know."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from support.console import Said, assert_current
from support.stack import Stack
from support.stories import lines
from wecom_sync.domain.link import Candidate, Link
from wecom_sync.domain.policy import Policy
from wecom_sync.domain.states import State
from wecom_sync.files.settings_file import read_policy
from wecom_sync_tools.commands.hr_matching import Matching

EXPORT = "姓名,帐号,部门,手机\n张伟,zhang,云帆,13800000001\n李娜,lina,云帆,13800000002\n"
ASKED = ("--corp", "acme")


def test_an_export_is_kept_and_files_are_written(
    stack: Stack, tmp_path: Path, output: Said
) -> None:
    stack.wecom.hire("zhang", "lina")
    path = tmp_path / "通讯录.csv"
    path.write_text(EXPORT)

    text = output("init", *ASKED, "--from", str(path), "-o", str(tmp_path / "new"))

    assert stack.dropped("acme/init/通讯录.csv")[0] == EXPORT.encode()
    assert "2 of 2 members, and the names of 1 of 1 departments" in text
    assert "asked about" in text
    written = (tmp_path / "new" / "members.csv").read_text("utf-8-sig")
    assert written.splitlines()[1].startswith("张伟,zhang,")
    assert stack.archive.snapshot("acme").rows["lina"]["姓名"] == "李娜"


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


def test_three_commands_fill_a_corp_and_nobody_is_asked_about_what_init_has_shown(
    stack: Stack, tmp_path: Path, output: Said
) -> None:
    stack.store.put_policy("acme", Policy(), 0)
    file = workbook(tmp_path / "花名册.xlsx")
    settings = str(tmp_path / "settings.toml")

    output("init", *ASKED, "--hr", file, "-o", str(tmp_path))
    output("settings", "apply", settings, *ASKED)
    output("drop", file, *ASKED, "--watch")

    stack.finish()
    assert '"员工状态" = ["在职", "试用", "!离职"]' in Path(settings).read_text()
    assert stack.run_of("acme/company/花名册.csv").state is State.SUCCEEDED
    rows = stack.archive.snapshot("acme").department_rows
    people = stack.wecom.members.values()
    there = {it.account: [rows[at]["部门名称"] for at in it.departments] for it in people}
    assert there == {"A001": ["平台"], "A002": ["研发"], "A003": ["销售"]}
    for document in stack.s3.list_objects_v2(Bucket="reports")["Contents"]:
        kept = stack.s3.get_object(Bucket="reports", Key=document["Key"])["Body"].read()
        assert SECRET.encode() not in kept


pytestmark = pytest.mark.usefixtures("command_environment")


def test_without_an_export_the_ids_are_written(stack: Stack, tmp_path: Path, output: Said) -> None:
    stack.wecom.hire("zhang")

    text = output("init", *ASKED, "-o", str(tmp_path / "new"))
    document = output.json("init", *ASKED, "-o", str(tmp_path))

    assert stack.dropped("acme/init/ids.csv")[0] == b""
    assert "--from" in text
    assert "zhang" in (tmp_path / "members.csv").read_text("utf-8-sig")
    assert document["state"] == "SUCCEEDED"
    names = ("departments.csv", "members.csv")
    assert document["files"] == {name: str(tmp_path / name) for name in names}


def test_another_file_is_never_overwritten(stack: Stack, tmp_path: Path, output: Said) -> None:
    (tmp_path / "members.csv").write_text("mine")

    complaint = output.complaint("init", *ASKED, "-o", str(tmp_path))

    assert "members.csv" in complaint
    assert f"-o {tmp_path}/new" in complaint
    assert (tmp_path / "members.csv").read_text() == "mine"
    assert not (tmp_path / "departments.csv").exists()


def test_a_file_that_is_no_export_is_told_as_such(
    stack: Stack, tmp_path: Path, output: Said
) -> None:
    path = tmp_path / "x.csv"
    path.write_text("名字,部门\n张伟,云帆\n")
    asked = ("init", *ASKED, "--from", str(path))

    document = output.json(*asked, code=1)

    assert (document["state"], document["files"]) == ("REJECTED", {})
    assert {problem["column"] for problem in document["problems"]} >= {"帐号"}
    assert "Problems in the file" in output(*asked, code=1)
    assert "More:  wecom-sync show 20" in output.complaint(*asked, code=1)


def test_settings_say_what_is_meant_and_what_is_left_out(tmp_path: Path, output: Said) -> None:
    file = workbook(tmp_path / "hr.xlsx")

    document = output.json("init", *ASKED, "--hr", file, "-o", str(tmp_path))

    policy = settings_in(tmp_path)
    assert (policy.key, policy.columns) == ("工号", {"序号": "", "身份证号": "", "月薪": ""})
    assert policy.rows == {"员工状态": ("在职", "试用")}
    assert document["taken"] == {"员工状态": {"在职": 2, "试用": 1}}
    assert document["left_out"] == {"员工状态": {"离职": 1}}
    assert document["departments"] == {"云帆/研发/平台": 1, "云帆/研发": 1, "云帆/销售": 1}
    lines = output("init", *ASKED, "--hr", file, "-o", str(tmp_path)).splitlines()
    tree = ["  云帆 3", "    研发 2", "      平台 1", "    销售 1"]
    assert lines[lines.index(tree[0]) :][:4] == tree


def test_totals_below_the_people_have_no_status(tmp_path: Path, output: Said) -> None:
    file = tmp_path / "20260101-company.csv"
    people = "".join(f"{staff},{name},{','.join(more)}\n" for name, staff, *more in PEOPLE)
    file.write_text(f"工号,姓名,手机,部门,员工状态\n{people}合计：3 人\n制表人：张三\n", "utf-8")

    document = output.json("init", *ASKED, "--hr", str(file), "-o", str(tmp_path / "new"))

    assert document["taken"] == {"员工状态": {"在职": 2, "试用": 1}}
    assert "held: 0" in output("replay", str(tmp_path), "--settings", *document["files"].values())


def test_a_company_that_the_file_does_not_name_is_asked_for(tmp_path: Path, output: Said) -> None:
    flat = [(*each[:3], each[3].rpartition("/")[2], each[4]) for each in PEOPLE]
    asked = ("init", *ASKED, "--hr", workbook(tmp_path / "hr.xlsx", flat), "-o", str(tmp_path))

    assert "--company" in output.complaint(*asked)
    output(*asked, "--company", "云帆")

    assert settings_in(tmp_path).company == "云帆"
    (tmp_path / "settings.toml").write_text("mine")
    assert f"-o {tmp_path}/new" in output.complaint(*asked, "--company", "云帆")
    assert (tmp_path / "settings.toml").read_text() == "mine"


def settings_in(folder: Path) -> Policy:
    return read_policy((folder / "settings.toml").read_bytes())


def table(path: Path, header: str, rows: Sequence[str]) -> str:
    """Write an HR file: every row is the end of a line that begins with a person of 云帆."""
    people = (f"人{n},A{n:03},1380000{n:04},云帆/研发,{row}" for n, row in enumerate(rows, 1))
    path.write_text("\n".join([f"姓名,工号,手机,部门,{header}", *people, ""]), "utf-8")
    return str(path)


LEFT = (
    "离职 离职人员 离职（主动） 已离职 开除 自离 辞退 已解除合同 合同终止 已故 死亡 失效 黑名单 "
    "放弃入职 未入职 待入职 除名 退休 调出 停用 不在职 Terminated Inactive Resigned Retired"
)
WORK = (
    "在职 试用 试用期 正式 实习 待离职 拟离职 离职中 退休返聘 停薪留职 未离职 产假 待岗 Active "
    "Probation"
)
LEAVING = ["在职,", "待离职,2077-01-01", "离职,2025-01-01"]
MAY_SAY_WHO_HAS_LEFT = "人员状态,预计离职日期,离职日期,是否离职,离职原因,Termination Date"
ABOUT_SOMETHING_ELSE = "婚姻状态,合同终止日期,在职年限,序号"
UNCLEAR = ["甲,,2099-01-01,是,,,1,1,1,1", "乙,2077-01-01,2025-01-01,否,退休,2025-03-01,,,,"]
HR_FILES: dict[str, tuple[str, Sequence[str]]] = {
    "words for who works here": ("人员状态", [*LEFT.split(), *WORK.split(), "甲类", "待定", ""]),
    "words that are not known": ("员工状态", ["在职", "在职", "离职", "", "候补"]),
    "a status in English": ("Employment Status", ["Active", "Terminated", "On Leave"]),
    "a status under another name": ("在岗情况", ["在岗", "已调出", "在岗"]),
    "a status under a name that says nothing": ("备注1", ["在职", "离职", "在职"]),
    "a status and a day": ("状态,离职日期", LEAVING),
    "a day alone": ("离职时间,转正日期", ["2025/1/1,2021-01-01", ",2021-01-01", "2077-01-01,"]),
    "a yes or no": ("是否在职,是否党员", ["是,否", "否,否", "是,是"]),
    "a status that a day contradicts": ("状态,离职日期", [*LEAVING, "在职,2025-01-01"]),
    "a status in numbers": ("状态", ["1", "0"]),
    "nobody says who works here": (f"{MAY_SAY_WHO_HAS_LEFT},{ABOUT_SOMETHING_ELSE}", UNCLEAR),
    "two addresses": ("个人邮箱,企业邮箱", ["a@home.example,a@work.example"]),
    "a file with problems": ("邮箱", ["not an address"]),
}


@pytest.mark.parametrize("name", HR_FILES)
def test_a_file_of_hr_gets_settings_that_say_what_it_means(
    tmp_path: Path, output: Said, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.delenv("WECOM_SYNC_STACK")
    monkeypatch.chdir(tmp_path)
    table(Path("hr.csv"), *HR_FILES[name])
    transcript = ""

    for language in ("en", "zh"):
        line = f"init --corp acme --hr hr.csv --lang {language} -o {language}"
        transcript += f"{output.entered(line)}\n"
        if (settings := Path(language, "settings.toml")).exists():
            transcript += f"$ cat {settings}\n{settings.read_text('utf-8')}\n"

    assert_current(f"init {name}", transcript)


CELLS: dict[str, Callable[[int], str]] = {
    "code": lambda n: str(10020 + 7 * n),
    "badge": lambda n: f"B-{n * 3:04}",
    "row": str,
    "mobile": lambda n: f"1380000{n:04}",
    "paper": lambda n: f"11010119900101{n:04}",
    "day": lambda n: f"2021-03-{n:02}",
    "team": lambda n: f"T{n % 2}",
}
KEYS = """
序号=row 职员代码=code 身份证号=paper: | 职员代码
编号=row 身份证号=paper 代码=code 入职=day 班组=team: | 代码
编号=code 员工编号=team: | 编号
编号=code 胸牌=badge: 胸牌 | 胸牌
编号=code 胸牌=badge : | asks: 编号 (such as 10027), 胸牌 (such as B-0003). Say which
序号=row 身份证号=paper: | asks: not known: 序号, 身份证号
编号=code 工牌=badge: 工号 | asks: It has: 编号, 工牌, 姓名, 手机, 部门
编号=code 班组=team: 班组 | asks: in 2 lines: 4-5. Correct them
"""
"""Columns; which one is named; which one is the key, or else what is asked."""


def numbered(path: Path, columns: str) -> tuple[str, ...]:
    """Write four people with such columns; return how `init` is asked to read them."""
    pairs = [column.split("=") for column in columns.split()]
    rows = [[*(header for header, _ in pairs), "姓名", "手机", "部门"]]
    for n, name in enumerate(["张伟", "李娜", "王芳", "赵敏"], 1):
        rows.append([*(CELLS[what](n) for _, what in pairs), name, CELLS["mobile"](n), "云帆/研发"])
    path.write_text("\n".join(map(",".join, rows)), "utf-8")
    return ("init", *ASKED, "--hr", str(path), "-o", str(path.parent))


@pytest.mark.parametrize(("columns", "case"), [*lines(KEYS)])
def test_hrs_number_is_known_by_its_name_or_its_column_or_is_asked_for(
    tmp_path: Path, output: Said, columns: str, case: str
) -> None:
    named, key = map(str.strip, case.split("|"))
    asked = numbered(tmp_path / "hr.csv", columns)
    asked += ("--key", named) if named else ()

    if key.startswith("asks: "):
        assert key.removeprefix("asks: ") in output.complaint(*asked)
        assert not (tmp_path / "settings.toml").exists()
    else:
        assert output.json(*asked)["key"] == settings_in(tmp_path).key == key


def test_a_refusal_that_speaks_of_settings_writes_them(
    stack: Stack, tmp_path: Path, output: Said
) -> None:
    file = tmp_path / "hr.csv"
    file.write_text("员工编号,班组,姓名,手机\nA1,云帆/研发,张伟,13800000001\n", "utf-8")
    asked, settings = ("init", *ASKED, "--hr", str(file)), tmp_path / "settings.toml"

    output(*asked, "-o", str(tmp_path), code=1)
    settings.write_text(f'{settings.read_text()}[columns]\n"班组" = "部门"\n')
    output("settings", "apply", str(settings), *ASKED)

    assert output.json(*asked)["departments"] == {"云帆/研发": 1}


def test_settings_in_force_read_the_next_file_and_get_what_it_adds(
    stack: Stack, tmp_path: Path, output: Said
) -> None:
    output("init", *ASKED, "--hr", workbook(tmp_path / "hr.xlsx"), "-o", str(tmp_path / "one"))
    settings = tmp_path / "one" / "settings.toml"
    output("settings", "apply", str(settings), *ASKED)
    rows = ["在职,1", "离职,2", "返聘,3"]
    file = table(tmp_path / "next.csv", "员工状态,工资卡", rows)

    text = output("init", *ASKED, "--hr", file)
    output("init", *ASKED, "--hr", file, "-o", str(tmp_path / "two"))

    assert "wecom-sync settings apply settings.toml" in text
    assert "Left out now: 离职 1" in text
    assert '"工资卡" = ""' in text.splitlines()
    before, after = settings_in(tmp_path / "one"), settings_in(tmp_path / "two")
    columns, taken = {**before.columns, "工资卡": ""}, ("在职", "试用", "返聘")
    assert after == replace(before, columns=columns, rows={"员工状态": taken})


def test_whose_account_each_is_stands_there_before_the_file_is_dropped(
    stack: Stack, tmp_path: Path, output: Said
) -> None:
    stack.wecom.hire("zhangwei", "lina", "wangfang")
    export = tmp_path / "export.csv"
    rows = ("张伟,zhangwei,云帆/研发/平台,13800000001", "李娜,lina,云帆/销售,13800000009")
    export.write_text("\n".join(("姓名,帐号,部门,手机", *rows, "王芳,wangfang,云帆,\n")))
    file = workbook(tmp_path / "hr.xlsx", PEOPLE[:2])
    asked = ("init", *ASKED, "--from", str(export), "--hr", file, "-o", str(tmp_path))

    text = output(*asked)

    assert "of the export: 1. Get a new one: 0. In doubt: 1." in text
    assert "A001 张伟, 平台 ↔ zhangwei 张伟, 平台, same mobile, same name, same department" in text
    assert "A002 李娜, 研发 ↔ lina 李娜, 销售, same name, another 手机号" in text
    assert stack.dropped("acme/init/export.csv")[0] == export.read_bytes()
    accounts = tmp_path / "accounts.csv"
    output("settings", "apply", str(tmp_path / "settings.toml"), *ASKED)
    assert "not filled in yet" in output("settings", "apply", str(accounts), *ASKED, code=1)
    accounts.write_text(accounts.read_text("utf-8-sig").replace("?", "lina", 1))
    output("settings", "apply", str(accounts), *ASKED)
    assert stack.archive.snapshot("acme").accounts.value == {"A002": "lina"}


def test_cells_that_slipped_are_named_before_links(
    stack: Stack, tmp_path: Path, output: Said
) -> None:
    stack.wecom.hire(*(f"u{n}" for n in range(5)))
    export = tmp_path / "export.csv"
    rows = (f"人{n},u{n},云帆/研发,1380000{n + 1:04}" for n in range(5))
    export.write_text("\n".join(("姓名,帐号,部门,手机", *rows)))
    file = table(tmp_path / "hr.csv", "备注", "abcd")

    text = output("init", *ASKED, "--from", str(export), "--hr", file, "-o", str(tmp_path))

    slipped = "on lines 3-5, 手机号 and the names are of different people (rows: 3)"
    assert text.index(slipped) < text.index("Certainly matched")


def test_the_weakest_links_are_shown_first() -> None:
    evidence = (("mobile", "mail", "name"), ("mobile", "name"), ("mail", "name", "department"))
    links = [
        Link(key, "a", "certain", by, 2, "", "") for key, by in zip("123", evidence, strict=True)
    ]
    links[2] = links[2]._replace(candidates=(Candidate("a", "", "", (), ("mobile",)),))

    assert [link.key for link in Matching(links, {}, {}).of("certain")] == ["3", "2", "1"]


def test_an_export_names_the_company_and_settings_in_force_the_unmanaged(
    stack: Stack, tmp_path: Path, output: Said
) -> None:
    stack.wecom.hire("zhangwei", "desk-1")
    export = tmp_path / "export.csv"
    people = "张伟,zhangwei,云帆/研发,13800000001\n前台,desk-1,云帆,\n外一,w1,云帆/外包,\n"
    export.write_text(f"姓名,帐号,部门,手机\n{people}")
    flat = [(*each[:3], each[3].rpartition("/")[2], each[4]) for each in PEOPLE]
    file = workbook(tmp_path / "hr.xlsx", flat)
    asked = ("init", *ASKED, "--from", str(export), "--hr", file, "-o", str(tmp_path))

    document = output.json(*asked)

    assert settings_in(tmp_path).company == "云帆"
    assert document["strangers"] == ["desk-1", "w1"]
    settings = (tmp_path / "settings.toml").read_text()
    proposed = '# unmanaged = ["desk-1"]'
    assert '# unmanaged = ["云帆/外包"]' in settings
    assert proposed in settings
    (tmp_path / "settings.toml").write_text(settings.replace(proposed, 'unmanaged = ["desk-*"]'))
    output("settings", "apply", str(tmp_path / "settings.toml"), *ASKED)
    assert output.json(*asked)["strangers"] == ["w1"]
