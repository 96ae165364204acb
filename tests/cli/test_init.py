"""`init`: what is dropped, what is written, and what it says of what it cannot know."""

from pathlib import Path

from support.console import Said
from support.stack import Stack

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
