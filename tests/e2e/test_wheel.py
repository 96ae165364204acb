"""The command line as a wheel, in an empty environment, on a stack that it knows by its name."""

from dataclasses import replace
from pathlib import Path
from typing import Any

from e2e.conftest import LocalStack
from support.wheels import installed
from support.world import members

CORP = "wheel"
SETTINGS = '[limits]\nfirst_replace = "hold"\nadditions_percent = 100\n'


def test_every_command_works_from_its_wheel_against_a_stack(
    stack: LocalStack, tmp_path: Path
) -> None:
    program = (str(installed(".", tmp_path / "wheel") / "wecom-sync"),)
    variables = stack.environment(WECOM_SYNC_STACK=stack.info["stack_name"])
    from_wheel = replace(stack, home=tmp_path, program=program, variables=variables)

    def wecom_sync(line: str, code: int = 0) -> Any:
        return from_wheel.command(*line.split(), check=code)

    def file(name: str, content: str) -> Path:
        (tmp_path / name).write_text(content)
        return tmp_path / name

    settings = file("settings.toml", SETTINGS)
    assert wecom_sync(f"settings check {settings}")["good"]
    assert wecom_sync(f"settings apply {settings} --corp {CORP}")["in_force"]
    assert wecom_sync(f"settings in-force --corp {CORP}")["applied"]

    some = f"--corp {CORP} --job syncuser"
    first = file("first.csv", members("a", "b"))
    assert wecom_sync(f"plan {first} {some}")["verdict"] == "apply"
    applied = wecom_sync(f"drop {first} {some} --watch")
    assert (applied["state"], applied["succeeded"]) == ("SUCCEEDED", 2)
    wecom_sync(f"drop {file('second.csv', members(*'abcdef'))} {some} --watch")

    listed = [run["key"] for run in wecom_sync(f"runs --corp {CORP} --limit 4")]
    # The plan and the file may be of the same second.
    assert {*listed[1:3]} == {applied["key"], f"{CORP}/plan/syncuser/first.csv"}
    assert [listed[0], listed[3]] == [f"{CORP}/syncuser/second.csv", f"{CORP}/settings.toml"]
    assert wecom_sync(f"show {applied['run_id']}")["state"] == "SUCCEEDED"
    wecom_sync(f"results {applied['run_id']} --output {tmp_path}/reports")
    assert (tmp_path / "reports/results.csv").read_text("utf-8-sig").count("\n") == 3

    back = wecom_sync(f"rollback {some} --watch")
    assert (back["state"], back["key"]) == ("UNCHANGED", applied["key"])

    everything = f"{file('all.csv', members(*'abcd'))} --corp {CORP} --job replaceuser"
    held = wecom_sync(f"drop {everything} --watch", 1)
    assert held["state"] == "HELD"
    assert wecom_sync(f"cancel {held['run_id']}")["state"] == "CANCELLED"
    held = wecom_sync(f"drop {everything} --watch", 1)
    approved = wecom_sync(f"approve {held['run_id']} --plan {held['plan_digest']} --watch")
    assert (approved["state"], approved["rows"]) == ("SUCCEEDED", 4)
    assert approved["approval"]["by"]

    assert set(wecom_sync("redrive")) == {"messages", "returned"}
