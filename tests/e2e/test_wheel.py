"""The command line as a wheel, in an empty environment far from the repository, on a stack."""

import json
from pathlib import Path
from typing import Any

import pytest

from e2e.conftest import LocalStack
from support.wheels import installed, run
from support.world import members

CORP = "wheel"
SETTINGS = '[limits]\nfirst_replace = "hold"\nadditions_percent = 100\n'


class CommandLine:
    """Talks to the stack as to one in AWS: its name, credentials and an endpoint."""

    def __init__(self, programs: Path, folder: Path, stack: LocalStack) -> None:
        self.folder = folder
        self._command = programs / "wecom-sync"
        name = stack.info["stack_name"]
        self._environment = stack.environment(WECOM_SYNC_STACK=name, WECOM_SYNC_LANG="en")

    def file(self, name: str, content: str | bytes) -> str:
        data = content.encode() if isinstance(content, str) else content
        (self.folder / name).write_bytes(data)
        return name

    def __call__(self, line: str, code: int = 0) -> Any:
        """Run a command with `--json`; return what it printed. `code`: the exit code it has."""
        done = run([self._command, *line.split(), "--json"], self.folder, **self._environment)
        assert done.returncode == code, f"{line}: {done.stderr}{done.stdout}"
        return json.loads(done.stdout)

    def output(self, line: str) -> str:
        done = run([self._command, *line.split()], self.folder, **self._environment)
        assert done.returncode == 0, f"{line}: {done.stderr}{done.stdout}"
        return done.stdout


@pytest.fixture
def wecom_sync(stack: LocalStack, tmp_path: Path) -> CommandLine:
    folder = tmp_path / "elsewhere"
    folder.mkdir()
    return CommandLine(installed(".", tmp_path / "wheel"), folder, stack)


def test_every_command_works_from_its_wheel_against_a_stack(wecom_sync: CommandLine) -> None:
    settings = wecom_sync.file("settings.toml", SETTINGS)
    assert wecom_sync(f"settings check {settings}")["good"]
    assert wecom_sync(f"settings apply {settings} --corp {CORP}")["in_force"]
    assert wecom_sync(f"settings in-force --corp {CORP}")["applied"]

    some = f"--corp {CORP} --job syncuser"
    first = wecom_sync.file("first.csv", members("a", "b"))
    assert wecom_sync(f"plan {first} {some}")["verdict"] == "apply"
    applied = wecom_sync(f"drop {first} {some} --watch")
    assert (applied["state"], applied["succeeded"]) == ("SUCCEEDED", 2)
    wecom_sync(f"drop {wecom_sync.file('second.csv', members(*'abcdef'))} {some} --watch")

    listed = [each["key"] for each in wecom_sync(f"runs --corp {CORP} --limit 4")]
    planned = f"{CORP}/plan/syncuser/{first}"
    # The plan and the file may be of the same second.
    assert {*listed[1:3]} == {applied["key"], planned}
    assert [listed[0], listed[3]] == [f"{CORP}/syncuser/second.csv", f"{CORP}/{settings}"]
    assert wecom_sync(f"show {applied['run_id']}")["state"] == "SUCCEEDED"
    assert "SUCCEEDED" in wecom_sync.output(f"show {applied['run_id']}")
    wecom_sync(f"results {applied['run_id']} --output reports")
    assert (wecom_sync.folder / "reports/results.csv").read_text("utf-8-sig").count("\n") == 3

    back = wecom_sync(f"rollback {some} --watch")
    assert (back["state"], back["key"]) == ("UNCHANGED", applied["key"])

    everybody = wecom_sync.file("all.csv", members(*"abcd"))
    everything = f"{everybody} --corp {CORP} --job replaceuser"
    held = wecom_sync(f"drop {everything} --watch", 1)
    assert held["state"] == "HELD"
    assert wecom_sync(f"cancel {held['run_id']}")["state"] == "CANCELLED"
    held = wecom_sync(f"drop {everything} --watch", 1)
    approved = wecom_sync(f"approve {held['run_id']} --plan {held['plan_digest']} --watch")
    assert (approved["state"], approved["rows"]) == ("SUCCEEDED", 4)
    assert approved["approval"]["by"]

    assert set(wecom_sync("redrive")) == {"messages", "returned"}
    assert "redrive" in wecom_sync.output("--help")
