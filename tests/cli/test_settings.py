"""Checking settings, putting them in force, and looking at what is."""

import io
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from support.console import Said, assert_current
from support.dropped import run_at
from support.fakes import START
from support.stack import Stack
from support.world import BOSS
from wecom_sync.domain.policy import UNTIL, Policy
from wecom_sync.domain.states import Job, State
from wecom_sync.domain.timeline import Reason
from wecom_sync.files.columns import header_names, normal_header
from wecom_sync.files.member_columns import MEMBER_COLUMNS
from wecom_sync.files.settings_file import read_policy
from wecom_sync.reporting.language import Language
from wecom_sync.use_cases.publication import Publication
from wecom_sync_tools.commands.settings import settings_lines, tell_applied
from wecom_sync_tools.console.terminal import Terminal

pytestmark = pytest.mark.usefixtures("command_environment")


def file(folder: Path, content: str) -> str:
    path = folder / "settings.toml"
    path.write_text(content, "utf-8")
    return str(path)


PATTERNS = st.lists(st.from_regex(r"[A-Za-z0-9_.@*-]{1,20}", fullmatch=True), max_size=3)
HEADERS = st.text(
    st.characters(min_codepoint=32, max_codepoint=0x9FFF), min_size=1, max_size=8
).filter(lambda header: normal_header(header) not in {"", *header_names(Job.SYNC_USER)})


@given(
    removals=st.integers(0, 1000),
    first_replace=st.sampled_from(["hold", "apply"]),
    invite=st.booleans(),
    protected=PATTERNS,
    leavers=st.sampled_from(["remove", "disable 1", "disable 365"]),
    columns=st.dictionaries(HEADERS, st.sampled_from(MEMBER_COLUMNS), max_size=3),
)
@example(
    removals=1,
    first_replace="hold",
    invite=False,
    leavers="disable 1",
    protected=[],
    columns={'"\x7f\\': MEMBER_COLUMNS[0]},
)
def test_settings_are_shown(columns: dict[str, Any], protected: list[str], **values: Any) -> None:
    names = {column.name: header for header, column in columns.items()}
    mapping = {header: name for name, header in names.items()} | {"序号": ""}
    rows: Any = {"rows": dict.fromkeys(columns, (*protected, ""))}
    rows |= {"left_out": dict.fromkeys(columns, ("离职",)), "key": "人员编号", "company": "示例"}
    names_of = {"protected": tuple(protected), "accounts_unmanaged": tuple(protected)}
    others = {"departments_unmanaged": ("示例/外包",), **names_of, **rows}
    people = {"AIDAX": "zhangsan", "zs@x": "zhangsan", "hr": ""}
    policy = Policy(columns=mapping, desk_people=people, **others, **values)

    lines = [line for line, _ in settings_lines(policy)]

    assert read_policy("\n".join(lines).encode()) == policy


def test_good_settings_are_dropped_and_awaited(stack: Stack, tmp_path: Path, output: Said) -> None:
    held = stack.held(1)
    desk = '[desk]\napprovers = ["ghost"]\n'
    path = file(tmp_path, f'[limits]\nfirst_replace = "apply"\nremovals = 7\n{desk}')

    text = output.entered(f"settings apply {path} --corp acme")

    assert stack.store.policy("acme") == Policy(
        first_replace="apply", removals=7, desk_approvers=("ghost",)
    )
    assert "[desk] who have no account, or a disabled one: ghost." in text
    assert "Stack hr in AWS, region us-east-1" in text
    assert text.splitlines()[1:4] == [
        "The settings of acme are in force for every run from now on.",
        "  limits.removals: 50 → 7",
        "  limits.additions_percent: 100 → 15",
    ]
    assert f"planned anew with them: {held.run_id}." in text


def test_settings_that_turn_the_second_person_off_are_held_and_say_so(
    stack: Stack, tmp_path: Path, output: Said
) -> None:
    stack.store.put_policy("acme", Policy(second_person=True), 1)

    text = output("settings", "apply", file(tmp_path, ""), "--corp", "acme", code=1)

    (held,) = output.json("runs", "--state", "held")
    approve = f"wecom-sync approve {held['run_id']}"
    assert f"To approve it, as somebody other than {BOSS}:  {approve}" in text.replace("\n", " ")
    text = output("approve", held["run_id"], "--yes", code=1)
    assert "force. Affected: limits.second_person: true → false." in " ".join(text.split())
    assert stack.store.policy("acme").second_person


def test_a_base_is_for_accounts_and_their_version_is_told(
    stack: Stack, tmp_path: Path, output: Said, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("settings.toml").write_text("", "utf-8")
    Path("accounts.csv").write_text("key,account\n1,zhangwei\n", "utf-8")
    applied = ("settings", "apply", "accounts.csv", "--corp", "acme")

    refused = output.complaint(
        "settings", "apply", "settings.toml", "--base", "v1", "--corp", "acme", code=2
    )
    text = output(*applied)

    assert "--base is for an accounts.csv" in refused
    version = stack.s3.head_object(Bucket="drops", Key="acme/accounts.csv")["VersionId"]
    assert f"Version: {version} (for --base)" in text
    assert output(*applied, "--base", version)


FILES = {
    "good.toml": "[limits]\nremovals = 7\n",
    "header.toml": '[columns]\n"手机" = "座机"\n',
    "keys.toml": "[limits]\nremoval = 7\nhold_hours = 0\n",
    "syntax.toml": "[limits]\nx\n",
    "accounts.csv": "key,account\n1,zhangwei\n",
}


def test_settings_are_checked_and_what_is_bad_is_told_with_every_line(
    stack: Stack, tmp_path: Path, output: Said, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    for name, content in FILES.items():
        Path(name).write_text(content, "utf-8")

    assert_current("settings check", output.typed(*(f"settings check {name}" for name in FILES)))

    settings = Policy(removals=7).to_document()
    good = output.json("settings", "check", "good.toml")
    assert good == {"good": True, "settings": settings, "problems": []}
    document = output.json("settings", "check", "keys.toml", code=4)
    refused = output.json("settings", "apply", "keys.toml", "--corp", "acme", code=4)
    assert (document["good"], document["settings"]) == (False, None)
    assert [problem["line"] for problem in document["problems"]] == [2, 3]
    locked = file(tmp_path, '[limits]\nsecond_person = true\n[desk]\napprovers = ["anna"]\n')
    assert "nobody can approve at the desk" in output("settings", "check", locked)
    assert refused["problems"] == document["problems"]
    assert stack.s3.list_objects_v2(Bucket="drops")["KeyCount"] == 0


def test_the_index_of_the_corp_is_waited_for_as_well(
    stack: Stack, tmp_path: Path, output: Said, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = file(tmp_path, "[limits]\nremovals = 7\n")
    index = Publication._change_index
    late: list[Any] = []
    monkeypatch.setattr(Publication, "_change_index", lambda *change: late.append(change))
    stack.after_work = lambda: setattr(stack, "before_work", lambda: [index(*it) for it in late])

    assert output.json("settings", "apply", path, "--corp", "acme")["in_force"] is True


def test_settings_that_nobody_takes_in_are_not_waited_for_for_ever(
    stack: Stack, tmp_path: Path, output: Said, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("wecom_sync_tools.commands.settings.PATIENCE_SECONDS", 0)
    path = file(tmp_path, "[limits]\nremovals = 7\n")

    complaint = output.complaint("settings", "apply", path, "--corp", "acme", code=1)

    assert "They may still take effect: look with wecom-sync show" in complaint


ROWS = {"员工状态": ("在职",), "离职日期": (UNTIL,)}
STATES: dict[str, Any] = {"rows": ROWS, "left_out": {"员工状态": ("离职",)}}
WANTED = Policy(removals=70, protected=("boss",), **STATES)
UNKNOWN = Reason("corp_unknown", {"corp": "acme", "secret": "wecom-sync/acme"})
CHANGED = """\
The settings of acme are in force for every run from now on.
  limits.removals: 50 → 70
  members.protected: [] → ["boss"]
  rows: {} → {"员工状态" = ["在职", "!离职"], "离职日期" = "until"}
"""


ENDS: dict[str, tuple[Policy, Reason | None, str]] = {
    "in force": (WANTED, None, CHANGED),
    "rejected": (Policy(), UNKNOWN, "stay as they were. The run is REJECTED: There is no"),
    "rejected, and others said the same": (WANTED, UNKNOWN, "The run is REJECTED"),
    "overtaken": (Policy(removals=1), None, "others are in force"),
}


@pytest.mark.parametrize("name", ENDS)
def test_in_force_or_not(name: str) -> None:
    in_force, reason, part = ENDS[name]
    state = State.REJECTED if reason else State.SUCCEEDED
    run = run_at("acme/settings.toml", START, run_id="r1", state=state, reason=reason)
    text, as_json = io.StringIO(), io.StringIO()
    policies = (WANTED, Policy(), in_force)

    applied = tell_applied(run, *policies, Terminal(Language.ENGLISH, text, text))
    tell_applied(run, *policies, Terminal(Language.ENGLISH, as_json, as_json, as_json=True))

    assert applied is (part is CHANGED)
    assert part in text.getvalue()
    document = json.loads(as_json.getvalue())
    assert (document["good"], document["in_force"]) == (True, part is CHANGED)
    assert document["settings"] == in_force.to_document()
    assert (document["reason"] or "").startswith("There is no secret" if reason else "")


def test_programs_read_settings_in_force(stack: Stack, output: Said) -> None:
    stack.store.put_policy("acme", Policy(removals=7), START)
    stack.run(1)

    for corp, policy in (("acme", Policy(removals=7)), ("newco", Policy())):
        expected = {"corp": corp, "applied": corp == "acme", "settings": policy.to_document()}
        assert output.json("settings", "in-force", "--corp", corp) == expected
