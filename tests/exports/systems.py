"""What the systems write that most companies have: their headers, ids and departments."""

from collections.abc import Iterator

from exports.export import FULL, SOME, Export, book, staff, text
from exports.mends import as_told, both, named, rewritten, rows_of
from wecom_sync.domain.policy import Reading

HERE = Reading(rows={"员工状态": ("在职", "试用")})
IDS = Reading(columns={"工号": "帐号"})


def hr_systems() -> Iterator[Export]:
    """Yield exports of HR systems."""
    beisen = staff(
        "工号=id,姓名=name,一级组织=l1,二级组织=l2,职位=工程师,移动电话=mobile,公司邮箱=mail,"
        "员工状态=正式,入职日期=2021/3/1,身份证号=110101199001010011"
    )
    yield Export(
        name="北森: levels of the organisation, id not told",
        rows=beisen,
        also="职位=工程师",
        refused=("column_candidate",),
        mend=as_told,
    )
    yield Export(name="北森: workbook", rows=beisen, form=book(), reading=IDS, also="职位=工程师")
    moka = staff("员工工号=id,员工姓名=name,部门全路径=full,手机号码=mobile,个人邮箱=mail")
    yield Export(
        name="Moka: whole paths with the company",
        rows=moka,
        refused=("column_candidate",),
        mend=as_told,
    )
    yield Export(
        name="用友: codes of departments",
        rows=staff(
            "人员编码=id,姓名=name,部门编码=code,部门名称=leaf,手机=mobile,性别=男,是否在岗=是"
        ),
        also="性别=男",
        refused=("column_candidate",),
        mend=as_told,
    )
    yield Export(
        name="用友: 任职部门",
        rows=staff("人员编码=id,姓名=name,任职部门=leaf,手机=mobile"),
        refused=("column_candidate",),
        mend=as_told,
    )
    units = "人员编码=id,姓名=name,任职组织=星河科技,任职部门=leaf,任职岗位=工程师,手机=mobile"
    for name, columns in {
        "任职组织 and 任职部门": units,
        "所属组织 and 任职部门": units.replace("任职组织", "所属组织"),
        "组织名称 and 部门长名称": units.replace("任职组织", "组织名称").replace(
            "任职部门=leaf", "部门长名称=full"
        ),
    }.items():
        yield Export(
            name=f"用友 or 金蝶: {name}",
            rows=staff(columns),
            refused=("column_candidate",),
            mend=as_told,
        )
    yield Export(
        name="the company beside a department of an unknown header",
        rows=staff("帐号=id,姓名=name,所属组织=星河科技,归属部门=leaf,手机=mobile"),
        refused=("column_candidates",),
        mend=as_told,
    )
    kingdee = "职员编号=id,职员姓名=name,部门长名称=full,岗位=工程师,手机号码=mobile,任职类型=主职"
    yield Export(
        name="金蝶: whole paths in 部门长名称",
        rows=staff(kingdee),
        also="职位=工程师",
        refused=("column_candidate",),
        mend=as_told,
    )
    yield Export(
        name="金蝶 s-HR: 行政组织",
        rows=staff("员工编码=id,姓名=name,行政组织=full,职位=工程师,手机号码=mobile"),
        also="职位=工程师",
        refused=("column_candidate",) * 2,
        mend=as_told,
    )
    roster = "序号=#,姓名=name,工号=id,部门=full,岗位=工程师,性别=女,手机号=mobile,企业邮箱=mail"
    yield Export(
        name="薪人薪事: a roster with its title",
        rows=[["星河科技员工花名册（2024 年 3 月）"], *staff(roster)],
        form=book(lambda each: each.active.merge_cells("A1:H1")),
        reading=IDS,
        also="职位=工程师,性别=女",
        warns=("warning_titles",),
    )
    under = staff(kingdee.replace("=full", "="))
    for row, path in zip(
        under[1:],
        ("星河科技_研发中心_前端组", "星河科技_销售部_华东区", "星河科技_人力资源部"),
        strict=True,
    ):
        row[2] = path
    yield Export(
        name="金蝶: names of a path with underscores",
        rows=under,
        reading=Reading(columns={"职员编号": "帐号"}),
        also="职位=工程师",
    )
    yield Export(
        name="SAP: English headers",
        rows=staff(
            "Employee ID=id,Full Name=name,Department Name=leaf,Job Title=Engineer,"
            "Mobile Phone=mobile,Email Address=mail,Hire Date=2021-03-01,Cost Center=CC100"
        ),
        also="邮箱=mail,职位=Engineer",
        refused=("column_candidate",),
        mend=as_told,
    )
    yield Export(
        name="SAP: personnel numbers and organisational units",
        rows=staff("Pers.No.=id,Name=name,Organizational Unit=leaf,Mobile=mobile"),
        refused=("column_unmapped",) * 2,
        mend=named(**{"Pers.No.": "帐号", "Organizational Unit": "所在部门"}),
    )
    wide = "人员类别=A,成本中心=C1,职级=P5,岗位序列=T,入职日期=2021-03-01,合同主体=星河,班组=leaf"
    yield Export(
        name="用友: the department is the last of many other columns",
        rows=staff(f"帐号=id,姓名=name,手机=mobile,{wide}"),
        refused=("column_unmapped",),
        mend=named(班组="所在部门"),
    )
    yield Export(
        name="a home-made list without a header that is known",
        rows=staff("员工=name,代号=id,科室=leaf,联系号码=mobile"),
        refused=("header_unmapped",),
        mend=named(员工="姓名", 代号="帐号", 科室="所在部门", 联系号码="手机号"),
    )
    workday = staff(
        "Employee ID=id,Employee Name=name,Organization=path,Work Email=mail,"
        "Mobile Number=mobile,Active=TRUE"
    )
    for row in workday[1:]:
        row[2] = row[2].replace("/", " > ")
    yield Export(
        name="Workday: organisations as a path with >",
        rows=workday,
        reading=Reading(columns={"Employee ID": "帐号"}),
        refused=("column_candidate",),
        mend=as_told,
    )
    yield Export(
        name="BambooHR: first and last name apart",
        rows=staff(
            "Employee #=id,First Name=Wei,Last Name=Zhang,Department=leaf,Mobile Phone=mobile"
        ),
        refused=("name_in_parts", "column_unmapped"),
        mend=both(
            named(**{"Employee #": "帐号"}),
            rewritten(staff("Employee #=id,Full Name=name,Department=leaf,Mobile Phone=mobile")),
        ),
    )
    yield Export(
        name="SuccessFactors in Chinese: 姓氏 and 名字",
        rows=staff("用户 ID=id,名字=伟,姓氏=张,部门=leaf,电子邮件=mail,手机=mobile"),
        also="邮箱=mail",
        refused=("name_in_parts",),
        mend=rewritten(staff("用户 ID=id,姓名=name,部门=leaf,电子邮件=mail,手机=mobile")),
    )
    chinese = "员工 ID=id,法定姓名=name,主管组织=path,职位=工程师,工作电子邮件=mail,移动电话=mobile"
    yield Export(
        name="Workday in Chinese",
        rows=[[cell.replace("/", " > ") for cell in row] for row in staff(chinese)],
        also="职位=工程师",
        refused=("column_candidate",) * 3,
        mend=as_told,
    )


def messengers() -> Iterator[Export]:
    """Yield exports of other address books, and of WeCom's own."""
    ding = "员工UserID=manager01,姓名=name,手机号=mobile,部门=leaf,职位=工程师,工号=id,邮箱=mail"
    yield Export(
        name="钉钉: its own ids beside the numbers of HR",
        rows=staff(ding),
        also="职位=工程师,邮箱=mail",
        refused=("column_candidate",),
        mend=as_told,
    )
    hyphens = staff(ding)
    for row in hyphens[1:]:
        row[3] = {"前端组": "研发中心-前端组", "华东区": "销售部-华东区"}.get(row[3], row[3])
    yield Export(
        name="钉钉: names of a path with hyphens",
        rows=hyphens,
        reading=IDS,
        also="职位=工程师,邮箱=mail",
    )
    several = staff(ding)
    several[1][3] = "研发中心-前端组,销售部-华东区"
    yield Export(
        name="钉钉: two departments with a comma",
        rows=several,
        reading=IDS,
        also="职位=工程师,邮箱=mail",
        found={
            "E0101": ("张伟", "13811110001", "3;6"),
            "E0102": ("李娜", "13811110002", "6"),
            "E0103": ("欧阳明", "13811110003", "8"),
        },
    )
    lark = staff(
        "姓名=name,User ID=id,手机号码=mobile,部门=full,人员类型=正式,工作邮箱=mail,直属上级=张伟"
    )
    for row in lark[1:]:
        row[2] = f"+86 {row[2]}"
    yield Export(name="飞书: User ID, whole paths, +86", rows=lark)
    console = (
        "姓名=name,帐号=id,别名=,职务=工程师,部门=full,性别=男,手机=mobile,座机=,个人邮箱=,地址=,"
        "企业邮箱=mail,激活状态=已激活,禁用状态=启用,微信插件=未关注"
    )
    own = "别名=,职位=工程师,性别=男,座机=,地址="
    yield Export(name="WeCom console: export", rows=staff(console), form=book(), also=own)
    note = "填写须知：\n1、不能增加、删除或修改固定的字段；\n2、部门用‘/’隔开。"
    yield Export(
        name="WeCom console: template with its instructions",
        rows=[[note], *staff(console)],
        form=book(lambda each: each.active.merge_cells("A1:N1")),
        also=own,
        warns=("warning_titles",),
    )
    yield Export(
        name="WeCom template of 2016",
        rows=staff("姓名=name,帐号=id,微信号=,手机号=mobile,邮箱=mail,所在部门=number,职位=工程师"),
        form=text("gb18030"),
        also="微信号=,邮箱=mail,职位=工程师",
    )
    yield Export(
        name="WeCom template of 2019",
        rows=staff(
            "姓名=name,帐号=id,手机号=mobile,邮箱=mail,所在部门=number,职位=,性别=女,是否部门内领导=0,排序=1,别名=,地址=,座机=,禁用=0,禁用项说明：(0-启用;1-禁用)="
        ),
        also="邮箱=mail,职位=,性别=女,是否部门内领导=0,排序=1,别名=,地址=,座机=,禁用=0",
    )
    yield Export(
        name="WeCom template: English names of the interface",
        rows=staff(
            "name=name,userid=id,mobile=mobile,email=mail,department=number,position=,gender=1"
        ),
        also="邮箱=mail,职位=,性别=男",
    )


def states() -> Iterator[Export]:
    """Yield exports that say who has left."""
    rows = staff(
        "工号=id,姓名=name,部门=leaf,手机=mobile,员工状态=在职,薪资=20000,银行卡号=6222020200112233445"
    )
    rows[2][4] = "试用"
    leaver = ["E0099", "钱进", "已撤销部门", "", "离职", "", ""]
    reading = Reading(rows=HERE.rows, columns={"工号": "帐号", "薪资": "", "银行卡号": ""})
    yield Export(
        name="status column, private columns, a leaver in a department that is gone",
        rows=[*rows, leaver],
        reading=reading,
        form=book(),
    )
    formal = staff("工号=id,姓名=name,部门=leaf,手机=mobile,员工状态=正式员工")
    yield Export(
        name="status column with other words",
        rows=formal,
        reading=reading,
        refused=("rows_none_taken",),
        mend=rows_of(员工状态=("正式员工",)),
    )
    lacking = staff("工号=id,姓名=name,部门=leaf,手机=mobile")
    yield Export(
        name="status column left out of the export",
        rows=lacking,
        reading=reading,
        refused=("rows_column_missing",),
        mend=rows_of(),
    )
    yield Export(
        name="status column left out of a file of some", rows=lacking, reading=reading, job=SOME
    )
    gone = staff("工号=id,姓名=name,部门=leaf,手机=mobile,离职日期=")
    yield Export(name="column that only leavers fill", rows=gone, reading=IDS, job=FULL)
    yield Export(
        name="footer below a status column",
        rows=[*rows, ["合计", "3 人", "", "", "", "60000"]],
        reading=reading,
    )
