"""Checking settings, putting them in force, and looking at what is."""

import io
import json
from pathlib import Path
from typing import Any

import boto3
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from support.console import Said
from support.fakes import START
from support.stack import Stack
from wecom_sync.domain.policy import Policy
from wecom_sync.domain.run import Job, Reason, Run, State
from wecom_sync.files.columns import header_names, normal_header
from wecom_sync.files.member_columns import MEMBER_COLUMNS
from wecom_sync.files.settings_file import read_policy
from wecom_sync.reporting.language import Language
from wecom_sync.use_cases.publication import Publication
from wecom_sync_tools.commands.settings.apply import AppliedSettings, tell
from wecom_sync_tools.commands.settings.check import settings_lines
from wecom_sync_tools.console.terminal import Terminal

pytestmark = pytest.mark.usefixtures("command_environment")


def file(folder: Path, content: str) -> str:
    path = folder / "settings.toml"
    path.write_text(content, "utf-8")
    return str(path)


def test_a_mapping_that_would_be_ignored_is_rejected(tmp_path: Path, said: Said) -> None:
    path = file(tmp_path, '[columns]\n"手机" = "座机"\n')

    told = said("settings", "check", path, code=4)

    assert "   2  columns.手机 " in told
    assert "手机 always means 「手机号」" in told


def test_good_settings_are_shown_whole(tmp_path: Path, said: Said) -> None:
    shown = said("settings", "check", file(tmp_path, "[limits]\nremovals = 7\n"))

    lines = shown.splitlines()
    assert "removals = 7" in lines
    assert 'first_replace = "hold"  # default' in lines


def test_every_problem_of_bad_settings_is_shown_with_its_line(tmp_path: Path, said: Said) -> None:
    path = file(tmp_path, "[limits]\nremoval = 7\nhold_hours = 0\n")

    text = said("settings", "check", path, code=4)

    assert "would be rejected" in text
    assert "   2  limits.removal " in text
    assert "   3  limits.hold_hours " in text


@pytest.mark.parametrize("content", ["[limits]\nremovals = -1\n", "[limits]\nx\n"])
def test_programs_get_the_problems_of_bad_settings(
    tmp_path: Path, content: str, said: Said
) -> None:
    document = said.json("settings", "check", file(tmp_path, content), code=4)

    assert (document["good"], document["settings"]) == (False, None)
    assert [problem["line"] for problem in document["problems"]] == [2]


def test_programs_get_the_settings_that_would_be_in_force(tmp_path: Path, said: Said) -> None:
    document = said.json("settings", "check", file(tmp_path, ""))

    assert document == {"good": True, "settings": Policy().to_document(), "problems": []}


PATTERNS = st.lists(st.from_regex(r"[A-Za-z0-9_.@*-]{1,20}", fullmatch=True), max_size=3)
HEADERS = st.text(
    st.characters(min_codepoint=32, max_codepoint=0x9FFF), min_size=1, max_size=8
).filter(lambda header: normal_header(header) not in {"", *header_names(Job.SYNC_USER)})


@given(
    removals=st.integers(0, 1000),
    first_replace=st.sampled_from(["hold", "apply"]),
    invite=st.booleans(),
    protected=PATTERNS,
    leaver_days=st.integers(1, 365),
    columns=st.dictionaries(HEADERS, st.sampled_from(MEMBER_COLUMNS), max_size=3),
)
@example(
    removals=1, first_replace="hold", invite=False, protected=[], leaver_days=1,
    columns={'"\x7f\\': MEMBER_COLUMNS[0]},
)  # fmt: skip
def test_what_is_shown_is_a_settings_file_that_says_the_same(
    columns: dict[str, Any], protected: list[str], **values: Any
) -> None:
    names = {column.name: header for header, column in columns.items()}
    mapping = {header: name for name, header in names.items()}
    mapping |= {"序号": ""}
    taken = dict.fromkeys(columns, (*protected, ""))
    policy = Policy(protected=tuple(protected), columns=mapping, rows=taken, **values)

    lines = [line for line, _ in settings_lines(policy)]

    assert read_policy("\n".join(lines).encode()) == policy


def test_exactly_the_defaults_are_marked_as_such() -> None:
    changed = Policy(removals=1, invite=True, notify_on=("FAILED",))

    marked = {
        line.partition(" = ")[0] for line, is_default in settings_lines(changed) if is_default
    }

    assert marked.isdisjoint({"removals", "invite", "on"})
    assert {"hold_hours", "protected", "leavers"} <= marked


@pytest.mark.parametrize("option", [[], ["--json"]])
def test_bad_settings_are_told_and_not_dropped(
    stack: Stack, tmp_path: Path, option: list[str], said: Said
) -> None:
    path = file(tmp_path, "[limits]\nremoval = 7\n")

    told = said("settings", "apply", path, "--corp", "acme", *option, code=4)

    assert "limits.removal" in told
    assert boto3.client("s3").list_objects_v2(Bucket="drops")["KeyCount"] == 0


def test_good_settings_are_dropped_in_their_place_and_waited_for(
    stack: Stack, tmp_path: Path, said: Said
) -> None:
    stack.run(1)
    path = file(tmp_path, '[limits]\nfirst_replace = "apply"\nremovals = 7\n')

    told = said("settings", "apply", path, "--corp", "acme")

    assert stack.store.policy("acme") == Policy(first_replace="apply", removals=7)
    assert told.splitlines() == [
        "The settings of acme are in force for every run from now on.",
        "  limits.removals: 50 → 7",
        "  limits.additions_percent: 100 → 15",
    ]


def test_the_index_of_the_corp_is_waited_for_as_well(
    stack: Stack, tmp_path: Path, said: Said, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = file(tmp_path, "[limits]\nremovals = 7\n")
    index = Publication._change_index
    late: list[Any] = []
    monkeypatch.setattr(Publication, "_change_index", lambda *change: late.append(change))
    stack.after_work = lambda: setattr(stack, "before_work", lambda: [index(*it) for it in late])

    assert said.json("settings", "apply", path, "--corp", "acme")["in_force"] is True


def test_settings_of_a_corp_that_nobody_knows_are_refused(
    stack: Stack, tmp_path: Path, said: Said
) -> None:
    told = said.complaint(
        "settings", "apply", file(tmp_path, ""), "--corp", "nobody", "--lang", "zh", code=1
    )

    assert "运行状态为 REJECTED：没有找到企业 nobody 的密钥" in told


def applied(
    state: State = State.SUCCEEDED, in_force: Policy | None = None, reason: Reason | None = None
) -> AppliedSettings:
    run = Run(
        run_id="r1", corp="acme", job=None, bucket="drops", key="acme/settings.toml", version="v",
        state=state, dropped=START, created=START, updated=START, due=START, reason=reason,
    )  # fmt: skip
    wanted = Policy(removals=70, protected=("boss",))
    return AppliedSettings("acme", wanted, Policy(), in_force or wanted, run)


def told(found: AppliedSettings, *, as_json: bool = False) -> str:
    out = io.StringIO()
    tell(found, Terminal(Language.ENGLISH, out, out), as_json=as_json)
    return out.getvalue()


def test_settings_that_are_in_force_tell_what_they_change() -> None:
    found = applied()

    assert found.is_in_force
    assert told(found).splitlines() == [
        "The settings of acme are in force for every run from now on.",
        "  limits.removals: 50 → 70",
        '  members.protected: [] → ["boss"]',
    ]


def test_settings_that_a_stack_rejected_are_not_in_force_and_say_why() -> None:
    reason = Reason("corp_unknown", {"corp": "acme", "secret": "wecom-sync/acme"})
    found = applied(State.REJECTED, Policy(), reason)

    assert not found.is_in_force
    assert not applied(State.REJECTED).is_in_force
    assert "stay as they were. The run is REJECTED: There is no secret wecom-sync/acme" in told(
        found
    )
    document = json.loads(told(found, as_json=True))
    assert (document["good"], document["in_force"]) == (True, False)
    assert document["settings"] == Policy().to_document()
    assert document["reason"].startswith("There is no secret")


def test_settings_that_newer_ones_overtook_are_not_in_force() -> None:
    found = applied(in_force=Policy(removals=1))

    assert not found.is_in_force
    assert "others are in force" in told(found)


def test_the_settings_in_force_are_shown_as_a_file(stack: Stack, said: Said) -> None:
    stack.store.put_policy("acme", Policy(removals=7), START)
    stack.run(1)

    lines = said("settings", "in-force", "--corp", "acme").splitlines()

    assert lines[0] == "In force for acme:"
    assert "removals = 7" in lines
    assert "removal_percent = 10  # default" in lines


@pytest.mark.parametrize(
    ("has_runs", "heading"),
    [(True, "No settings were ever applied for newco;"), (False, "Nothing is known about newco:")],
)
def test_defaults_that_nobody_applied_are_not_shown_as_settings_of_the_corp(
    stack: Stack, said: Said, has_runs: bool, heading: str
) -> None:
    if has_runs:
        stack.run(1, corp="newco")

    lines = said("settings", "in-force", "--corp", "newco").splitlines()

    assert lines[0].startswith(heading)
    assert lines[0].endswith(("these are the defaults:", "the defaults are in force:"))
    assert "removals = 50  # default" in lines


def test_programs_get_the_settings_in_force(stack: Stack, said: Said) -> None:
    document = said.json("settings", "in-force", "--corp", "newco")

    assert document == {"corp": "newco", "applied": False, "settings": Policy().to_document()}
    stack.store.put_policy("newco", Policy(), START)
    stack.run(1, corp="newco")
    assert said.json("settings", "in-force", "--corp", "newco")["applied"] is True
