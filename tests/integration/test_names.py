"""Who is concerned is said by name, wherever somebody decides or mends."""

import csv
import io
import json
from typing import Any

from support.fakes import FakeChannel
from support.guarded import DAY, FULL, SOME, apply, people, policy
from support.world import World, departments, members
from wecom_sync.domain.run import Run, State
from wecom_sync.reporting.documents import reason_text
from wecom_sync.reporting.language import Language


def report(world: World, run: Run, name: str) -> bytes:
    return world.reports.documents[f"{run.corp}/{run.run_id}/{name}"]


def plan_of(world: World, run: Run) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(report(world, run, "plan.json"))
    return found


def test_a_held_plan_names_who_goes_who_comes_and_who_moves_where(world: World) -> None:
    policy(world, removal_percent=1)
    apply(world, "acme/replaceparty/d.csv", departments())
    apply(world, FULL, people(30))
    world.clock.now += DAY
    file = "".join(people(30).splitlines(keepends=True)[:-4])

    run = apply(world, FULL, file.replace(",,1\n", ",,2\n", 1) + "新人,neu,13999999999,,2\n")

    assert run.state is State.HELD
    changes = {each["id"]: each for each in plan_of(world, run)["changes"]}
    assert (changes["u29"]["name"], changes["u29"]["change"]) == ("员工30", "removed")
    assert changes["neu"] | {"columns": None} == {
        "id": "neu", "name": "新人", "change": "added", "departments": ["部门2"], "columns": None,
    }  # fmt: skip
    assert changes["u0"]["columns"] == {"所在部门": ["总部", "部门2"]}
    assert "员工27 (u26)" in reason_text(run, Language.ENGLISH)
    assert "员工27（u26）" in reason_text(run, Language.CHINESE)


def test_letters_name_nobody_if_the_settings_say_so_and_the_documents_still_do(
    world: World,
) -> None:
    policy(world, removal_percent=1, notify_names=False)
    topic = FakeChannel()
    world.publication.channels["topic"] = topic  # type: ignore[index]
    apply(world, FULL, people(30))
    world.clock.now += DAY

    run = apply(world, FULL, people(26))

    told = topic.published[-1]
    assert told.state is State.HELD
    assert "u26" in reason_text(told, Language.CHINESE)
    assert "员工" not in json.dumps(told.to_document(), ensure_ascii=False)
    assert "员工27" in report(world, run, "run.json").decode()


def test_refused_rows_come_back_in_a_file_that_works_once_it_is_mended(world: World) -> None:
    world.wecom.refused = {"007": 60104, "anna": 60104}
    file = members("007", "anna", "bert").replace(",13800000001,", ",+85261234567,")
    run = apply(world, SOME, file)
    assert run.state is State.PARTIAL
    assert "员工1 (007)" in reason_text(run, Language.ENGLISH)

    fix = report(world, run, "fix.csv").decode("utf-8-sig")
    header, *rows = csv.reader(io.StringIO(fix))
    assert header[-2:] == ["wecom-sync: problem", "wecom-sync: what to do"]
    assert [row[1] for row in rows] == ['="007"', "anna"]
    assert all("mobile" in row[-2].lower() and row[-1] for row in rows)

    world.wecom.refused = {}
    mended = apply(world, SOME.replace(".csv", "-fix.csv"), fix.replace("+852", "+853"))
    assert (mended.state, mended.rows, mended.warnings) == (State.SUCCEEDED, 2, run.warnings)
    assert world.archive.snapshot("acme").rows["007"]["手机号"] == "+85361234567"
    assert not any(
        column.startswith("wecom-sync") for column in world.archive.snapshot("acme").rows["007"]
    )


def test_what_is_to_be_mended_looks_as_it_was_dropped(world: World) -> None:
    apply(world, "acme/replaceparty/d.csv", departments())
    world.wecom.refused = {"anna": 60104}

    run = apply(world, SOME, members("anna", "bert").replace(",,1\n", ",,部门2\n"))

    _, (*cells, _, _) = csv.reader(io.StringIO(report(world, run, "fix.csv").decode("utf-8-sig")))
    assert cells == ["员工1", "anna", "13800000001", "", "部门2"]


def test_where_nothing_was_refused_there_is_nothing_to_fix(world: World) -> None:
    run = apply(world, SOME, members("a"))

    assert run.state is State.SUCCEEDED
    assert "fix.csv" not in run.reports


def test_a_refused_department_is_no_file_to_drop(world: World) -> None:
    world.wecom.refused = {"2": 60008}

    run = apply(world, "acme/replaceparty/d.csv", departments())

    assert run.state is State.PARTIAL
    assert "fix.csv" not in run.reports


def test_results_tell_names_and_changes(world: World) -> None:
    policy(world, removal_percent=100)
    apply(world, FULL, people(4))
    world.clock.now += DAY
    world.wecom.extra = []

    file = people(3).replace("员工2,", "员工贰,")
    run = apply(world, FULL, file + "新人,neu,13999999999,,1\n")

    lines = {row[1]: row[2:5] for row in world.results_csv(run)[1:]}
    assert lines["u0"] == ["员工1", "unchanged", "applied"]
    assert lines["u1"] == ["员工贰", "updated", "applied"]
    assert lines["neu"] == ["新人", "added", "applied"]
