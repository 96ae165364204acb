"""Checking settings, putting them in force, and looking at what is."""

import io
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from support.console import Said
from support.dropped import run_at
from support.fakes import START
from support.stack import Stack
from wecom_sync.domain.policy import Policy
from wecom_sync.domain.run import Job, Reason, State
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
    leaver_days=st.integers(1, 365),
    columns=st.dictionaries(HEADERS, st.sampled_from(MEMBER_COLUMNS), max_size=3),
)
@example(
    removals=1, first_replace="hold", invite=False, protected=[], leaver_days=1,
    columns={'"\x7f\\': MEMBER_COLUMNS[0]},
)  # fmt: skip
def test_settings_are_shown(columns: dict[str, Any], protected: list[str], **values: Any) -> None:
    names = {column.name: header for header, column in columns.items()}
    mapping = {header: name for name, header in names.items()}
    mapping |= {"序号": ""}
    taken = dict.fromkeys(columns, (*protected, ""))
    own: dict[str, Any] = {
        "key": "人员编号",
        "company": "示例",
        "departments_unmanaged": ("示例/外包",),
    }
    own |= {"accounts_unmanaged": tuple(protected), "left_out": dict.fromkeys(columns, ("离职",))}
    policy = Policy(protected=tuple(protected), columns=mapping, rows=taken, **own, **values)

    lines = [line for line, _ in settings_lines(policy)]

    assert read_policy("\n".join(lines).encode()) == policy


def test_exactly_the_defaults_are_marked_as_such() -> None:
    changed = Policy(removals=1, invite=True, notify_on=("FAILED",))

    marked = {
        line.partition(" = ")[0] for line, is_default in settings_lines(changed) if is_default
    }

    assert marked.isdisjoint({"removals", "invite", "on"})
    assert {"hold_hours", "protected", "leavers"} <= marked


def test_good_settings_are_dropped_and_awaited(stack: Stack, tmp_path: Path, output: Said) -> None:
    stack.run(1)
    path = file(tmp_path, '[limits]\nfirst_replace = "apply"\nremovals = 7\n')

    text = output("settings", "apply", path, "--corp", "acme")

    assert stack.store.policy("acme") == Policy(first_replace="apply", removals=7)
    assert text.splitlines() == [
        "The settings of acme are in force for every run from now on.",
        "  limits.removals: 50 → 7",
        "  limits.additions_percent: 100 → 15",
    ]


def test_good_settings_are_shown_whole(tmp_path: Path, output: Said) -> None:
    lines = output("settings", "check", file(tmp_path, "[limits]\nremovals = 7\n")).splitlines()

    assert "removals = 7" in lines
    assert 'first_replace = "hold"  # default' in lines
    document = output.json("settings", "check", file(tmp_path, ""))
    assert document == {"good": True, "settings": Policy().to_document(), "problems": []}


@pytest.mark.parametrize(
    ("content", "parts"),
    [
        ('[columns]\n"手机" = "座机"\n', ["   2  columns.手机 ", "手机 always means 「手机号」"]),
        (
            "[limits]\nremoval = 7\nhold_hours = 0\n",
            ["would be rejected", "   2  limits.removal ", "   3  limits.hold_hours "],
        ),
        ("[limits]\nx\n", ["   2  "]),
    ],
)
def test_bad_settings_are_told_with_every_line_and_not_dropped(
    stack: Stack, tmp_path: Path, output: Said, content: str, parts: list[str]
) -> None:
    path = file(tmp_path, content)

    text = output("settings", "check", path, code=4)
    document = output.json("settings", "check", path, code=4)
    refused = output.json("settings", "apply", path, "--corp", "acme", code=4)

    assert [part for part in parts if part not in text] == []
    assert (document["good"], document["settings"]) == (False, None)
    assert document["problems"][0]["line"] == 2
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


WANTED = Policy(removals=70, protected=("boss",))
UNKNOWN = Reason("corp_unknown", {"corp": "acme", "secret": "wecom-sync/acme"})
CHANGED = """\
The settings of acme are in force for every run from now on.
  limits.removals: 50 → 70
  members.protected: [] → ["boss"]
"""


@pytest.mark.parametrize(
    ("state", "in_force", "reason", "part"),
    [
        (State.SUCCEEDED, WANTED, None, CHANGED),
        (State.REJECTED, Policy(), UNKNOWN, "stay as they were. The run is REJECTED: There is no"),
        (State.REJECTED, WANTED, UNKNOWN, "The run is REJECTED"),
        (State.SUCCEEDED, Policy(removals=1), None, "others are in force"),
    ],
    ids=["in force", "rejected", "rejected, and others said the same", "overtaken"],
)
def test_in_force_or_not(state: State, in_force: Policy, reason: Reason | None, part: str) -> None:
    fields = {"run_id": "r1", "state": state, "reason": reason}
    run = run_at("acme/settings.toml", START, **fields)
    text, as_json = io.StringIO(), io.StringIO()
    policies = (WANTED, Policy(), in_force)

    applied = tell_applied(run, *policies, Terminal(Language.ENGLISH, text, text), as_json=False)
    tell_applied(run, *policies, Terminal(Language.ENGLISH, as_json, as_json), as_json=True)

    assert applied is (part is CHANGED)
    assert part in text.getvalue()
    document = json.loads(as_json.getvalue())
    assert (document["good"], document["in_force"]) == (True, part is CHANGED)
    assert document["settings"] == in_force.to_document()
    assert (document["reason"] or "").startswith("There is no secret" if reason else "")


@pytest.mark.parametrize(
    ("state", "heading", "line"),
    [
        ("applied", "In force for acme:", "removals = 7"),
        ("has runs", "No settings were ever applied for newco;", "removals = 50  # default"),
        ("unknown", "Nothing is known about newco:", "removals = 50  # default"),
    ],
)
def test_settings_in_force(stack: Stack, output: Said, state: str, heading: str, line: str) -> None:
    corp = "acme" if state == "applied" else "newco"
    policy = Policy(removals=7) if state == "applied" else Policy()
    if state == "applied":
        stack.store.put_policy(corp, policy, START)
    if state != "unknown":
        stack.run(1, corp=corp)

    lines = output("settings", "in-force", "--corp", corp).splitlines()

    assert lines[0].startswith(heading)
    assert {line, "removal_percent = 10  # default"} <= {*lines}
    assert output.json("settings", "in-force", "--corp", corp) == {
        "corp": corp, "applied": state == "applied", "settings": policy.to_document(),
    }  # fmt: skip


def test_accounts_are_no_settings_and_are_said_to_be_none(tmp_path: Path, output: Said) -> None:
    path = tmp_path / "accounts.csv"
    path.write_text("key,account\n1,zhangwei\n")

    assert "settings apply" in output.complaint("settings", "check", str(path))
