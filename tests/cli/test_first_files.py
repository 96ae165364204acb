"""The first file of any HR system goes in with a few commands and one decision."""

from pathlib import Path

import pytest

from exports.export import SEVERAL, book, staff
from exports.systems import FIRST
from support.company import table
from support.console import Said
from support.stack import Stack
from support.stories import lines
from wecom_sync.domain.states import State

ACCOUNTS = ("zhangwei", "lina", "ouyangming", "zhaomin", "sunjie")
"""Of the first of the people. The next one gets one of the same kind."""
LINKS = {"E0101": "zhangwei", "E0102": "lina", "E0103": "ouyangming"}
LINKS |= {"E0105": "sunjie", "E0106": "zhoujie"}
EXPORT = [
    f"{name},{account},星河科技/{path},{mobile}"
    for (_, name, mobile, *_, path), account in zip(SEVERAL, ACCOUNTS, strict=False)
]
OTHERS = ("前台,desk,星河科技,", "外包一,w1,星河科技/外包,13911110001")


def file_of(path: Path, system: str, printed: str) -> str:
    """Write an export in which the fourth has left, with what stands around its rows."""
    left, _, columns = system.partition(" ")
    rows = staff(columns, people=SEVERAL)
    rows[4][-1] = left
    titles = [["星河科技员工花名册"], ["编制部门", "人力资源部", "", "制表日期", printed]]
    footer = [["合计", "6"], ["制表人：王五", printed]]
    path.write_bytes(book()([*titles, *rows, *footer]))
    return str(path)


@pytest.mark.parametrize("system", dict(lines(FIRST)).values(), ids=dict(lines(FIRST)))
def test_the_first_file_of_a_system_goes_in_and_the_next_one_asks_nothing(
    stack: Stack, tmp_path: Path, output: Said, system: str
) -> None:
    file, export = file_of(tmp_path / "hr.xlsx", system, "2026-11-30"), tmp_path / "export.csv"
    export.write_text(table("姓名,帐号,部门,手机", *EXPORT, *OTHERS), "utf-8")
    stack.wecom.hire(*ACCOUNTS, "desk", "w1")
    settings, corp = tmp_path / "settings.toml", ("--corp", "acme")

    output("init", *corp, "--from", str(export), "--hr", file, "-o", str(tmp_path))
    output("settings", "apply", str(settings), *corp)
    output("drop", file, *corp, "--watch", code=1)
    run = stack.run_of("acme/company/hr.csv")
    output("approve", run.run_id, *corp, "--yes", "--watch")
    output("drop", file_of(tmp_path / "next.xlsx", system, "2026-12-31"), *corp, "--watch")

    assert '# unmanaged = ["desk"]' in settings.read_text()
    assert '# unmanaged = ["星河科技/外包"]' in settings.read_text()
    assert stack.run_of("acme/company/next.csv").state is State.UNCHANGED
    people = stack.archive.snapshot("acme").people.items()
    assert {it.key: account for account, it in people if it.key} == LINKS
    disabled = {it for it, is_enabled in stack.wecom.switched.items() if not is_enabled}
    assert stack.wecom.members.keys() - disabled == {*LINKS.values()}


def test_a_file_is_shown_first_and_goes_once_that_is_approved(
    stack: Stack, tmp_path: Path, output: Said
) -> None:
    stack.wecom.hire("zhangwei")
    (tmp_path / "settings.toml").write_text('[departments]\ncompany = "星河科技"\n', "utf-8")
    file, corp = tmp_path / "hr.csv", ("--corp", "acme")
    rows = ("张伟,zhangwei,星河科技/总部,13800000001", "李娜,lina,星河科技/总部,13800000002")
    file.write_text(table("姓名,帐号,部门,手机", *rows), "utf-8")
    output("settings", "apply", str(tmp_path / "settings.toml"), *corp)

    output("drop", str(file), *corp, "--ask")

    shown = stack.run_of("acme/company/hr.csv")
    assert shown.state is State.SHOWN
    assert "lina" not in stack.wecom.members
    output("drop", str(file), *corp, "--ask", "--job", "syncuser", code=2)
    assert "Why a person" not in output("approve", shown.run_id, *corp, "--yes", "--watch")
    assert stack.run_of("acme/company/hr.csv").state is State.SUCCEEDED
    assert "lina" in stack.wecom.members
