"""What the systems write that most companies have: their headers, ids and departments."""

from collections.abc import Iterator
from dataclasses import replace

from exports.export import HR, OF_SEVERAL, SEVERAL, SOME, Form, Sample, book, staff, text
from exports.mends import as_company, as_told, asked, both, named, refused, rewritten, rows_of
from wecom_sync.domain.policy import Reading

HERE = Reading(rows={"员工状态": ("在职", "试用")})
IDS = Reading(columns={"工号": "帐号"})
ENGINEER = "职位=工程师"
BEISEN = (
    "工号=id,姓名=name,一级组织=l1,二级组织=l2,职位=工程师,移动电话=mobile,公司邮箱=mail,"
    "员工状态=正式,入职日期=2021/3/1,身份证号=110101199001010011"
)
UNITS = "人员编码=id,姓名=name,任职组织=星河科技,任职部门=leaf,任职岗位=工程师,手机=mobile"
LONG_NAMES = UNITS.replace("任职组织", "组织名称").replace("任职部门=leaf", "部门长名称=full")
MOKA = "员工工号=id,员工姓名=name,部门全路径=full,手机号码=mobile,个人邮箱=mail"
YONYOU = "人员编码=id,姓名=name,部门编码=code,部门名称=leaf,手机=mobile,性别=男,是否在岗=是"
KINGDEE = "职员编号=id,职员姓名=name,部门长名称=full,岗位=工程师,手机号码=mobile,任职类型=主职"
SAP = (
    "Employee ID=id,Full Name=name,Department Name=leaf,Job Title=Engineer,"
    "Mobile Phone=mobile,Email Address=mail,Hire Date=2021-03-01,Cost Center=CC100"
)
DING = "员工UserID=manager01,姓名=name,手机号=mobile,部门=leaf,职位=工程师,工号=id,邮箱=mail"
CONSOLE = (
    "姓名=name,帐号=id,别名=,职务=工程师,部门=full,性别=男,手机=mobile,座机=,个人邮箱=,地址=,"
    "企业邮箱=mail,激活状态=已激活,禁用状态=启用,微信插件=未关注"
)
ASKED: dict[str, tuple[str, str]] = {
    "Moka: whole paths with the company": (MOKA, ""),
    "用友: codes of departments": (YONYOU, "性别=男"),
    "用友: 任职部门": ("人员编码=id,姓名=name,任职部门=leaf,手机=mobile", ""),
    "用友 or 金蝶: 任职组织 and 任职部门": (UNITS, ""),
    "用友 or 金蝶: 所属组织 and 任职部门": (UNITS.replace("任职组织", "所属组织"), ""),
    "用友 or 金蝶: 组织名称 and 部门长名称": (LONG_NAMES, ""),
    "金蝶: whole paths in 部门长名称": (KINGDEE, ENGINEER),
    "SAP: English headers": (SAP, "邮箱=mail,职位=Engineer"),
    "钉钉: its own ids beside the numbers of HR": (DING, f"{ENGINEER},邮箱=mail"),
}
"""Exports of which one column has to be named, and what goes out beside the people."""
TITLED = ("warning_titles",)
FIRST = """
北森: 离职 员工工号=id,姓名=name,一级组织=l1,二级组织=l2,移动电话=mobile,公司邮箱=mail,员工状态=正式
用友: 否 人员编码=id,人员姓名=name,部门编码=code,部门全称=path,手机号=mobile,
    到职日期=2021-03-01,是否在职=是
金蝶: 已离职 职员代码=id,职员名称=name,行政组织=full,联系电话=mobile,银行账号=6222020200112,
    用工关系状态=在职
钉钉: 已离职 姓名=name,工号=id,手机号=mobile,部门=path,职位=工程师,邮箱=mail,
    员工类型=全职,员工状态=正式
飞书: 离职 姓名=name,工号=id,手机号码=mobile,部门=full,人员类型=正式,工作邮箱=mail,人员状态=在职
金蝶 with days: 2020/3/1 职员代码=id,职员名称=name,部门名称=path,手机=mobile,银行账号=6222020200112,
    离职日期=
北森 whole paths: 离职 员工工号=id,姓名=name,任职机构全路径=full,手机号码=mobile,员工状态=正式
用友 with codes: 否 人员编码=id,姓名=name,部门编码=code,部门名称=leaf,手机=mobile,是否在职=是
金蝶 long names: 离职 职员编码=id,姓名=name,行政组织长名称=full,手机号码=mobile,员工状态=在职
SAP text: Withdrawn Personnel Number=id,Employee Name=name,Org. Unit Text=path,Mobile=mobile,
    Status=Active
Moka: 离职 员工编号=id,员工姓名=name,所属部门=full,手机号=mobile,工作邮箱=mail,员工状态=在职
自制: N 序号=#,员工=name,代号=id,科室=path,联系号码=mobile,备注=,在职=Y
"""
"""Exports of eight systems: what their last column says of leavers, and their columns."""


def titled(place: str) -> Form:
    """Return how a workbook is written whose title fills merged cells."""
    return book(lambda each: each.active.merge_cells(place))


def hr_systems() -> Iterator[Sample]:
    for name, (columns, also) in ASKED.items():
        yield asked(name, staff(columns), also=also)
    name, code = "北森: levels of the organisation, id not told", "column_key_or_account"
    yield refused(name, staff(BEISEN), code, as_told, also=ENGINEER, job=HR)
    yield Sample("北森: workbook", staff(BEISEN), form=book(), reading=IDS, also=ENGINEER, job=HR)
    unknown = staff("帐号=id,姓名=name,所属组织=星河科技,归属部门=leaf,手机=mobile")
    name = "the company beside a department of an unknown header"
    yield refused(name, unknown, "column_candidates", as_told)
    units = staff("员工编码=id,姓名=name,行政组织=full,职位=工程师,手机号码=mobile")
    yield asked("金蝶 s-HR: 行政组织", units, times=2, also=ENGINEER)
    roster = "序号=#,姓名=name,工号=id,部门=full,岗位=工程师,性别=女,手机号=mobile,企业邮箱=mail"
    name, rows = "薪人薪事: a roster with its title", [["花名册（2024 年 3 月）"], *staff(roster)]
    also, merged = f"{ENGINEER},性别=女", titled("A1:H1")
    yield Sample(name, rows, form=merged, reading=IDS, also=also, warns=TITLED)
    under = staff(KINGDEE, people=SEVERAL)
    for row in under[1:]:
        row[2] = row[2].replace("/", "_")
    number, name = Reading(columns={"职员编号": "帐号"}), "金蝶: names of a path with underscores"
    yield Sample(name, under, reading=number, also=ENGINEER, entries=OF_SEVERAL, job=HR)
    numbers = staff("Pers.No.=id,Name=name,Organizational Unit=leaf,Mobile=mobile")
    mend = named(**{"Pers.No.": "帐号", "Organizational Unit": "所在部门"})
    name = "SAP: personnel numbers and organisational units"
    yield refused(name, numbers, "column_unmapped column_unmapped", mend)
    wide = "人员类别=A,成本中心=C1,职级=P5,岗位序列=T,入职日期=2021-03-01,合同主体=星河,班组=leaf"
    name = "用友: the department is the last of many other columns"
    rows = staff(f"帐号=id,姓名=name,手机=mobile,{wide}")
    yield refused(name, rows, "column_unmapped", named(班组="所在部门"))
    mend = named(员工="姓名", 代号="帐号", 科室="所在部门", 联系号码="手机号")
    rows = staff("员工=name,代号=id,科室=leaf,联系号码=mobile")
    yield refused("a home-made list without a header that is known", rows, "header_unmapped", mend)
    workday = staff(
        "Employee ID=id,Employee Name=name,Organization=path,Work Email=mail,"
        "Mobile Number=mobile,Active=TRUE"
    )
    for row in workday[1:]:
        row[2] = row[2].replace("/", " > ")
    employee = Reading(columns={"Employee ID": "帐号"})
    yield asked("Workday: organisations as a path with >", workday, reading=employee, job=HR)
    chinese = "员工 ID=id,法定姓名=name,主管组织=path,职位=工程师,工作电子邮件=mail,移动电话=mobile"
    organisations = [[cell.replace("/", " > ") for cell in row] for row in staff(chinese)]
    codes = "column_candidate column_key_or_account column_candidate"
    yield refused("Workday in Chinese", organisations, codes, as_told, also=ENGINEER, job=HR)
    bamboo = "Employee #=id,First Name=Wei,Last Name=Zhang,Department=leaf,Mobile Phone=mobile"
    whole = bamboo.replace("First Name=Wei,Last Name=Zhang", "Full Name=name")
    mend = both(named(**{"Employee #": "帐号"}), rewritten(staff(whole)))
    name = "BambooHR: first and last name apart"
    yield refused(name, staff(bamboo), "name_in_parts column_unmapped", mend)
    apart = "用户 ID=id,名字=伟,姓氏=张,部门=leaf,电子邮件=mail,手机=mobile"
    mend = rewritten(staff(apart.replace("名字=伟,姓氏=张", "姓名=name")))
    name = "SuccessFactors in Chinese: 姓氏 and 名字"
    yield refused(name, staff(apart), "name_in_parts", mend, also="邮箱=mail")


def messengers() -> Iterator[Sample]:
    own = f"{ENGINEER},邮箱=mail"
    hyphens = staff(DING.replace("leaf", "path"), people=SEVERAL)
    for row in hyphens[1:]:
        row[3] = row[3].replace("/", "-")
    name = "钉钉: names of a path with hyphens"
    yield Sample(name, hyphens, reading=IDS, also=own, entries=OF_SEVERAL, job=HR)
    members = refused(f"{name}, as members", hyphens, "department_unknown", as_company, also=own)
    yield replace(members, reading=IDS, entries=OF_SEVERAL)
    several = [[*row] for row in hyphens]
    several[1][3] = "研发中心-前端组,销售部-华东区"
    both_of = {**OF_SEVERAL, "E0101": ("张伟", "13811110001", "3;6")}
    name = "钉钉: two departments with a comma"
    yield Sample(name, several, reading=IDS, also=own, entries=both_of, job=HR)
    lark = staff(
        "姓名=name,User ID=id,手机号码=mobile,部门=full,人员类型=正式,工作邮箱=mail,直属上级=张伟"
    )
    for row in lark[1:]:
        row[2] = f"+86 {row[2]}"
    yield Sample("飞书: User ID, whole paths, +86", lark)
    own = "别名=,职位=工程师,性别=男,座机=,地址="
    yield Sample("WeCom console: export", staff(CONSOLE), form=book(), also=own)
    note = "填写须知：\n1、不能增加、删除或修改固定的字段；\n2、部门用‘/’隔开。"
    name, merged = "WeCom console: template with its instructions", titled("A1:N1")
    yield Sample(name, [[note], *staff(CONSOLE)], form=merged, also=own, warns=TITLED)
    rows = staff("姓名=name,帐号=id,微信号=,手机号=mobile,邮箱=mail,所在部门=number,职位=工程师")
    name = "WeCom template of 2016"
    yield Sample(name, rows, form=text("gb18030"), also="微信号=,邮箱=mail,职位=工程师")
    rest = "职位=,性别=女,是否部门内领导=0,排序=1,别名=,地址=,座机=,禁用=0"
    people = "姓名=name,帐号=id,手机号=mobile,邮箱=mail,所在部门=number"
    explained = staff(f"{people},{rest},禁用项说明：(0-启用;1-禁用)=")
    yield Sample("WeCom template of 2019", explained, also=f"邮箱=mail,{rest}")
    english = "name=name,userid=id,mobile=mobile,email=mail,department=number,position=,gender=1"
    name = "WeCom template: English names of the interface"
    yield Sample(name, staff(english), also="邮箱=mail,职位=,性别=男")


def states() -> Iterator[Sample]:
    """Yield exports that say who has left."""
    columns = "工号=id,姓名=name,部门=leaf,手机=mobile"
    rows = staff(f"{columns},员工状态=在职,薪资=20000,银行卡号=6222020200112233445")
    rows[2][4] = "试用"
    leaver = ["E0099", "钱进", "已撤销部门", "", "离职", "", ""]
    reading = Reading(rows=HERE.rows, columns={"工号": "帐号", "薪资": "", "银行卡号": ""})
    name = "status column, private columns, a leaver in a department that is gone"
    yield Sample(name, [*rows, leaver], reading=reading, form=book())
    formal = staff(f"{columns},员工状态=正式员工")
    name = "status column with other words"
    yield refused(name, formal, "rows_none_taken", rows_of(员工状态=("正式员工",)), reading=reading)
    lacking = staff(columns)
    name = "status column left out of the export"
    yield refused(name, lacking, "rows_column_missing", rows_of(), reading=reading)
    lost = [["员工状\ufffd" if it == "员工状态" else it for it in row] for row in rows]
    name = "status column whose name lost a character"
    yield refused(name, lost, "cell_garbled rows_column_missing", rewritten(rows), reading=reading)
    some = "status column left out of a file of some"
    yield Sample(some, lacking, reading=reading, job=SOME)
    gone = staff(f"{columns},离职日期=")
    yield Sample("column that only leavers fill", gone, reading=IDS)
    for name, *lines in (
        ("total", ["合计", "3 人", "", "", "", "60000"]),
        (
            "name under the ids, date under the states",
            ["", "", "", "", "2024-03-31"],
            ["王五"],
        ),
        ("number under the ids", ["", "3", "", "", "2024-03-31"]),
    ):
        footer, warns = [*rows, *lines], ("warning_footer",)
        yield Sample(f"footer below a status column: {name}", footer, reading=reading, warns=warns)
