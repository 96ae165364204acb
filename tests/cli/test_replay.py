"""`replay`: a folder of HR files in memory, in which order, as what, and what would be asked."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from support.company import people, table, thinned
from support.console import Said, assert_current
from support.world import World, departments
from wecom_sync.domain.book import Book
from wecom_sync.domain.policy import Policy
from wecom_sync.domain.states import Job, State
from wecom_sync_tools.replay.corp import PlayedCorp
from wecom_sync_tools.replay.folder import STEPS, entries_of

pytestmark = pytest.mark.usefixtures("command_environment")

FULL = people(60)


def folder(path: Path, files: Mapping[str, str]) -> Path:
    for name, content in files.items():
        (path / name).parent.mkdir(parents=True, exist_ok=True)
        (path / name).write_text(content, "utf-8")
    return path


def played(output: Said, path: Path, *options: str) -> list[dict[str, Any]]:
    """Return what is said for programs: a document for each file, the sums last."""
    return [
        json.loads(line) for line in output("replay", str(path), *options, "--json").splitlines()
    ]


def staff(*rows: str) -> str:
    return table("工号,姓名,手机号,部门", *rows)


def times(path: Path, *names: str) -> dict[str, str]:
    """Return when each of these files is played, in their order."""
    entries = entries_of(folder(path, dict.fromkeys(names, "")), None, STEPS["day"])
    return {it.name: f"{datetime.fromtimestamp(it.dropped, UTC):%m-%d %H:%M}" for it in entries}


def test_files_are_played_in_natural_order_at_the_times_of_their_names(tmp_path: Path) -> None:
    names = ("10月.csv", "2月.csv", "20260131-company.csv", "20260131T0930-syncuser.csv", "x.csv")

    assert [*times(tmp_path / "a", *names).items()] == [
        ("2月.csv", "01-29 00:00"),
        ("10月.csv", "01-30 00:00"),
        ("20260131-company.csv", "01-31 00:00"),
        ("20260131T0930-syncuser.csv", "01-31 09:30"),
        ("x.csv", "02-01 09:30"),
    ]
    for day, dated in {
        "11-01": "2026-11.csv 202611.csv",
        "03-01": "人事2026年3月.xlsx",
        "11-30": "花名册_2026.11.30.csv 2026年11月30日.csv",
        "01-01": "20261131.csv 1202611.csv",
    }.items():
        for name in dated.split():
            assert times(tmp_path / name.partition(".")[0], name) == {name: f"{day} 00:00"}


def test_the_job_stands_in_the_name_or_the_folder_else_the_option_says_it(tmp_path: Path) -> None:
    names = ("20260101-syncuser.csv", "replaceparty/20260102.csv", "replaceuser/20260102.csv")
    beside = ("20260103.csv", "settings.toml", "accounts.csv", "replaceuser/~$20260102.csv")
    folder(tmp_path, dict.fromkeys((*names, *beside), ""))

    entries = entries_of(tmp_path, None, STEPS["day"])

    assert [it.name for it in entries] == [*names, beside[0]]
    assert [it.job for it in entries] == ["syncuser", "replaceparty", "replaceuser", "company"]
    assert entries_of(tmp_path, Job.REPLACE_USER, STEPS["day"])[-1].job is Job.REPLACE_USER


YEAR = {
    "20250101-replaceuser.csv": FULL,
    "20250501-replaceuser.csv": thinned(FULL, 20),
    "20250601-replaceuser.csv": "姓名\n张伟\n",
    "20250901-replaceuser.csv": thinned(FULL, 20),
}


def test_what_is_held_counts_as_approved_or_as_cancelled(tmp_path: Path, output: Said) -> None:
    folder(tmp_path, YEAR)

    *files, sums = played(output, tmp_path)
    *cancelled, _ = played(output, tmp_path, "--held", "cancel")

    assert [it["verdict"] for it in files] == ["apply", "hold", "reject", "unchanged"]
    assert [it["verdict"] for it in cancelled] == ["apply", "hold", "reject", "hold"]
    assert sums == {"files": 4, "held": 1, "rejected": 1, "questions_a_year": 1.1}
    assert files[1]["file"] == "20250501-replaceuser.csv"
    assert files[1]["plan"]["remove"] == 20
    assert {(it["code"], it["family"]) for it in files[1]["holds"]} == {("hold_gone", "leavers")}
    assert files[2]["plan"] is None
    assert {it["code"] for it in files[2]["problems"]} == {"column_missing"}


def test_a_replay_says_of_each_file_what_becomes_of_it_and_sums_up(
    tmp_path: Path, output: Said, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    months = {"1-replaceparty.csv": departments(2), "2-replaceuser.csv": FULL}
    folder(Path("hr"), {**months, "3-replaceuser.csv": people(75)})

    transcript = output.typed("replay hr")
    Path("hr", "settings.toml").write_text("[limits]\nadditions_percent = 25\n")
    transcript += "\n$ cat hr/settings.toml\n[limits]\nadditions_percent = 25\n\n"

    assert_current("replay", transcript + output.typed("replay hr"))


def test_the_people_of_a_start_keep_their_accounts(tmp_path: Path, output: Said) -> None:
    export = tmp_path / "export.csv"
    people = ("张伟,zhang,云帆,13800000001", "李娜,lina,云帆,13800000002", "王五,wang,云帆,")
    export.write_text(table("姓名,帐号,部门,手机", *people))
    settings = tmp_path / "own.toml"
    settings.write_text('[accounts]\nkey = "工号"\nunmanaged = ["lina"]\n')
    month = staff("A1,张伟,13800000001,云帆", "A3,王小五,13800000003,云帆")
    accounts = table("key,account", "A3,wang")
    folder(tmp_path / "hr", {"1月.csv": month, "2月.csv": month, "accounts.csv": accounts})

    options = ("--start", str(export), "--settings", str(settings))
    first, second, _ = played(output, tmp_path / "hr", *options)

    assert first["plan"]["links"]["certain"] == 2
    assert (first["plan"]["add"], first["plan"]["remove"]) == (0, 0)
    assert second["verdict"] == "unchanged"


def test_who_leaves_on_a_day_goes_with_the_first_file_played_after_it(
    tmp_path: Path, output: Said
) -> None:
    month = table("工号,姓名,手机号,部门,离职日期", *(f"{row},{day}" for row, day in LAST_DAYS))
    files = {f"2026010{day}-company.csv": month for day in (1, 2, 3)}
    settings = (
        '[accounts]\nkey = "工号"\n[departments]\ncompany = "云帆"\n[rows]\n"离职日期" = "until"\n'
    )
    path = folder(tmp_path, {**files, "settings.toml": settings})

    *months, _ = played(output, path, "--held", "approve")

    assert [it["plan"]["disable"] for it in months] == [0, 0, 1]


LAST_DAYS = (("A1,张伟,13800000001,云帆/研发", ""), ("A2,李娜,13800000002,云帆/研发", "2026/1/2"))
MONTHS = (
    ["A1,张伟,1,研发", "A2,李娜,2,研发", "A3,王芳,3,销售"],
    ["A1,张伟,1,研发/平台", "A2,李娜,9,研发", "A4,赵敏,4,客服"],
    ["A5,张伟,1,产品", "A2,李娜,9,产品", "A4,赵敏,4,客服"],
)
"""Keys, names, ends of mobiles and departments."""


def remembered(book: Book) -> tuple[Any, ...]:
    return {it.account: (it.key, it.row) for it in book.people.values()}, book.departments


def test_a_replay_ends_where_the_product_ends() -> None:
    policy, key = Policy(key="工号"), "acme/company/export.csv"
    world, corp = World(), PlayedCorp(policy)
    world.store.put_policy("acme", policy, world.clock.now)

    verdicts = set()
    for rows in MONTHS:
        cells = [row.split(",") for row in rows]
        content = staff(*(f"{it[0]},{it[1]},1380000000{it[2]},云帆/{it[3]}" for it in cells))
        dropped = world.clock.now
        world.drop(key, content)
        world.pass_time(600)
        if (run := world.run_of(key)).state is State.HELD:
            world.approve(run)
        answer = corp.play(Job.COMPANY, content.encode(), dropped, approved=dropped)
        world.finish()
        assert answer.prepared is not None
        assert (answer.holds, answer.prepared.counts) == (run.proposal.holds, run.proposal.counts)
        verdicts.add(answer.verdict)

    assert verdicts == {"apply", "hold"}
    assert remembered(corp.book) == remembered(world.archive.snapshot("acme"))
    assert corp.address_book.directory() == world.wecom.directory()


UNPLAYED: dict[str, dict[str, str]] = {
    "no .csv or .xlsx file": {},
    "20260131-replceuser.csv: replceuser is not a job type": {"20260131-replceuser.csv": ""},
    "toml is not right": {"1月.csv": "", "settings.toml": "[limits]\nremovals = -1\n"},
    "云/外包": {"1月.csv": "", "settings.toml": '[departments]\nunmanaged = ["云/外包"]'},
    "accounts.csv is not right": {"1月.csv": "", "accounts.csv": "key\nA1\n"},
}


@pytest.mark.parametrize(("complaint", "files"), UNPLAYED.items())
def test_a_folder_that_cannot_be_played_is_wrong_use(
    files: dict[str, str], complaint: str, tmp_path: Path, output: Said
) -> None:
    assert complaint in output.complaint("replay", str(folder(tmp_path, files)))


def test_another_persons_mobile_is_refused_as_wecom_does() -> None:
    corp = PlayedCorp(Policy(first_replace="apply"))
    corp.play(Job.REPLACE_USER, people(2).encode(), 1, approved=None)
    taken = people(1).replace("13800000001", "13800000002")

    corp.play(Job.SYNC_USER, taken.encode(), 2, approved=3)

    assert corp.address_book.members["u0"].contacts[0] == "13800000001"
    assert corp.book.rows["u0"]["手机号"] == "13800000001"
