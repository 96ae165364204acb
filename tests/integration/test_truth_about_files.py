"""What a rejected file is told: the cause first, each mistake once, nothing that nobody knows."""

import json
from itertools import count
from unittest.mock import Mock, patch

import pytest

from support.company import people, table
from support.guarded import DEPARTMENTS, FULL, SOME, apply
from support.runs import chinese, english, page, report
from support.stories import play, steps
from support.workbooks import HEADER, workbook
from support.world import World, departments
from wecom_sync.domain.run import Run
from wecom_sync.domain.states import Job, State
from wecom_sync.files.problems import FileRejectedError, Problem, line_ranges
from wecom_sync.files.roster import read_roster
from wecom_sync.use_cases import records
from wecom_sync.use_cases.drops.intake import DEAD_SECONDS


def eighty(*names: str) -> str:
    """Return a member file of 80 rows whose departments are these names in turn."""
    header, *rows = people(80).splitlines()
    placed = [row.removesuffix("1") + names[at % len(names)] for at, row in enumerate(rows)]
    return table(header, *placed)


def only_problem(content: str) -> Problem:
    """Return what is wrong with a file."""
    with pytest.raises(FileRejectedError) as rejected:
        read_roster(Job.SYNC_USER, content.encode())
    (problem,) = rejected.value.problems
    return problem


def test_a_file_is_read_and_checked_once_a_run(world: World) -> None:
    with patch.object(records, "read_roster", wraps=read_roster) as read:
        run = apply(world, FULL, people(9))

    assert run.state is State.SUCCEEDED
    assert read.call_count == 1


NEW = [f"新{number}" for number in range(10)]


@pytest.mark.parametrize(
    ("tree", "names", "words"),
    [
        ("", ["研发", "销售"], ("No department file of this company was applied yet",
                             "第 2-81 行：该企业还没有导入过部门文件")),
        (departments(), NEW, (f"No department is called 「{', '.join(NEW)}」", "第 2-81 行：")),
    ],
    ids=["before any department file", "ten names that are missing"],
)  # fmt: skip
def test_what_is_wrong_with_eighty_rows_is_one_sentence(
    world: World, tree: str, names: list[str], words: tuple[str, str]
) -> None:
    if tree:
        apply(world, DEPARTMENTS, tree)

    run = apply(world, SOME, eighty(*names))

    assert run.state is State.REJECTED
    assert english(run).startswith(f"Lines 2-81: {words[0]}")
    assert chinese(run).startswith(words[1])
    assert len(world.results_csv(run)) == 81


@pytest.mark.parametrize(
    ("lines", "ranges"),
    [([], []), ([3], ["3"]), ([4, 2, 3], ["2-4"]), ([9, 2, 3, 5], ["2-3", "5", "9"])],
)
def test_lines_are_named_as_ranges(lines: list[int], ranges: list[str]) -> None:
    assert line_ranges(lines) == ranges


def test_after_the_deletion_guard_no_row_is_said_to_be_unreported(world: World) -> None:
    run = play(world, *steps("imports 45026 u0..5 | people 6"))

    assert run.state is State.FAILED
    _, *rows = world.results_csv(run)
    assert len(rows) == 6
    for row in map(" ".join, rows):
        assert all(word in row for word in ("not applied", "deletion guard"))
        assert not any(word in row for word in ("not reported", "drop the whole file again"))


KEY = "acme/syncuser/员工花名册.xlsx"
PEOPLE = (HEADER, ("张伟", "007", 13800000001, 1), ("李娜", "ln", 13800000002, 1))
BAD = (*PEOPLE, ("王芳", "w f", 13800000003, 1), ("赵六", "z", 139, 1))


@pytest.mark.parametrize("key", [KEY, "acme/syncuser/M.XLSX", "acme/syncuser/m.csv"])
def test_wecom_gets_a_csv_of_a_workbook(world: World, key: str) -> None:
    run = apply(world, key, workbook(*PEOPLE))

    assert (run.state, run.source.rows, run.source.encoding) == (State.SUCCEEDED, 2, "XLSX")
    (content,) = world.wecom.media.values()
    assert content.decode("utf-8-sig") == (
        "姓名,帐号,手机号,所在部门\n张伟,007,13800000001,1\n李娜,ln,13800000002,1\n"
    )
    assert [row[1] for row in world.results_csv(run)[1:]] == ["007", "ln"]


def test_every_report_of_a_refused_workbook_names_the_cells(world: World) -> None:
    run = apply(world, KEY, workbook(*BAD))

    assert run.state is State.REJECTED
    sentences = [row[8] for row in world.results_csv(run)[1:] if row[7]]
    assert [sentence[:8] for sentence in sentences] == ["Cell B4:", "Cell C5:"]
    problems = page(world, run, "problems.json")["problems"]
    assert [(problem["cell"], problem["line"]) for problem in problems] == [("B4", 4), ("C5", 5)]
    groups = report(world, run)["problems"]
    assert sorted(group["rows"][0][0] for group in groups) == ["B4", "C5"]


def test_a_file_that_takes_the_processor_too_long_is_rejected(world: World) -> None:
    world.processor = count(step=21).__next__

    run = apply(world, FULL, people(9))

    assert run.state is State.REJECTED
    assert "more than 20 seconds of processor time" in english(run)
    assert "超过 20 秒的处理器时间" in chinese(run)


def test_a_file_that_was_read_in_time_is_not_given_up_later(world: World, held: Run) -> None:
    world.start()
    world.processor = count(step=21).__next__

    world.approve(held)
    world.finish()

    assert world.current_run(held).state is State.SUCCEEDED


class Died(BaseException):
    """A function was ended from outside."""


def killed(world: World, key: str = FULL) -> Run:
    """Let the function die that reads a file next."""
    world.processor = Mock(side_effect=Died)
    with pytest.raises(Died):
        world.live(900)
    world.processor = lambda: 0
    world.publish()
    return world.run_of(key)


def test_a_file_that_killed_once_is_read_again(world: World) -> None:
    world.drop(FULL, people(9))
    killed(world)

    world.live(900)

    run = world.run_of(FULL)
    assert run.state is State.SUCCEEDED
    assert [reason.code for step in run.timeline for reason in step.why][:1] == ["reading_died"]


def test_a_file_that_killed_twice_is_rejected_and_the_first_time_was_told(world: World) -> None:
    world.drop(FULL, people(9))
    killed(world)
    run = killed(world)
    document = json.loads(world.reports.documents[f"acme/{run.run_id}/run.json"])
    assert document["state"] == State.RECEIVED
    assert "it is read once more" in document["reason"]

    world.live(900)

    run = world.run_of(FULL)
    assert run.state is State.REJECTED
    assert "more memory or time than there is, twice" in english(run)
    assert "两次因内存或时间不足而中断" in chinese(run)


def test_no_file_counts_as_deadly_that_is_being_read_or_met_a_fault(world: World) -> None:
    world.drop(FULL, people(9))
    killed(world)
    world.clock.now += DEAD_SECONDS - 1
    run = world.run_of(FULL)
    assert world.intake.advance(run.run_id) == run
    world.clock.now += 1

    for _ in range(3):
        world.processor = Mock(side_effect=OSError)
        with pytest.raises(OSError):  # noqa: PT011 - whatever it is
            world.intake.advance(run.run_id)

    assert world.run_of(FULL).next.deaths == 1
