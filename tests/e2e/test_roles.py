"""What comes of what each role does with the command line: it knows two buckets, and no more."""

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from e2e.conftest import PRINCIPAL, LocalStack, people
from e2e.test_permissions import OWN as CORP

SETTINGS = '[limits]\nfirst_replace = "hold"\nadditions_percent = 100\nremoval_percent = 11\n'
FULL = ("--job", "replaceuser", "--as-it-is")
As = Callable[[str], LocalStack]


@pytest.fixture(scope="module")
def as_role(stack: LocalStack, tmp_path_factory: pytest.TempPathFactory) -> As:
    """Return the command line of somebody who has only a role's printed policy for one corp."""
    nowhere = tmp_path_factory.mktemp("nowhere")

    def made(role: str) -> LocalStack:
        keys = stack.of_user(stack.output("policy", role, "--corp", CORP))
        variables = stack.environment(
            keys,
            WECOM_SYNC_DROP_BUCKET=stack.info["drop_bucket"],
            WECOM_SYNC_REPORT_BUCKET=stack.info["report_bucket"],
        )
        return replace(stack, home=nowhere, variables=variables)

    return made


@pytest.fixture(scope="module")
def settings(as_role: As, tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, Any]:
    """Put settings in force, so that the next full file is held."""
    path = tmp_path_factory.mktemp("settings") / "mine.toml"
    path.write_text(SETTINGS)
    applied: Mapping[str, Any] = as_role("settings").command(
        "settings", "apply", str(path), "--corp", CORP
    )
    return applied


@pytest.fixture
def file(stack: LocalStack, tmp_path: Path) -> str:
    """Return a full file that half of the people are missing from."""
    number = int(uuid4().hex[:4], 16)
    who = (f"role{number}-", 13200000000 + number * 100)
    key = stack.put(f"{CORP}/syncuser/{who[0]}.csv", people(who[0], 20, who[1]))
    assert stack.wait(key)["state"] == "SUCCEEDED"
    path = tmp_path / "everybody.csv"
    path.write_text(people(who[0], 10, who[1]))
    return str(path)


@pytest.fixture
def held(stack: LocalStack, as_role: As, settings: Mapping[str, Any], file: str) -> dict[str, Any]:
    """Let somebody who may only drop drop the file."""
    assert settings["in_force"]
    dropped = as_role("dropper").command("drop", file, "--corp", CORP, *FULL)
    assert re.fullmatch(r"[0-9a-f]{12}", dropped["run_id"])
    run = stack.wait(dropped["key"], "HELD")
    assert run["run_id"].endswith(dropped["run_id"])
    return run


def test_a_dropper_drops_and_plans_without_reading_anything(
    stack: LocalStack, as_role: As, held: dict[str, Any], file: str
) -> None:
    dropper = as_role("dropper")

    text = dropper.output("plan", file, "--corp", CORP, *FULL, check=1)

    (short,) = re.findall(r"wecom-sync show ([0-9a-f]{12})", text)
    assert "The file is only planned; nothing is imported. You may not read the plan" in text
    planned = stack.wait(f"{CORP}/plan/replaceuser/everybody.csv")
    assert (planned["state"], planned["verdict"]) == ("PLANNED", "hold")
    assert planned["run_id"].endswith(short)
    assert "You may not read the reports" in dropper.output(
        "show", held["run_id"], "--corp", CORP, check=1
    )
    stack.command("cancel", held["run_id"])


def test_an_approver_decides_with_two_buckets_alone(
    stack: LocalStack, as_role: As, held: dict[str, Any]
) -> None:
    approver = as_role("approver")

    text = approver.output("show", held["run_id"], "--corp", CORP)
    assert f"--plan {held['plan_digest'][:12]}" in text
    approved = approver.command(
        "approve", held["run_id"], "--corp", CORP, "--plan", held["plan_digest"], "--watch"
    )

    assert (approved["state"], approved["approval"]["by"]) == ("SUCCEEDED", PRINCIPAL)
    assert stack.corp_of_wecom(CORP, "directory")["counts"]["members"] == 10
