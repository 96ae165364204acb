"""What comes of what each role does with the command line: it knows two buckets, and no more."""

import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from e2e.conftest import PRINCIPAL, LocalStack, people
from e2e.test_permissions import OWN as CORP

SETTINGS = '[limits]\nfirst_replace = "hold"\nadditions_percent = 100\n'
FULL = ("--corp", CORP, "--job", "replaceuser", "--as-it-is")
As = Callable[[str], LocalStack]


@pytest.fixture
def as_role(stack: LocalStack, tmp_path: Path) -> As:
    """Return the command line of somebody who has only a role's printed policy for one corp."""

    def made(role: str) -> LocalStack:
        keys = stack.of_user(stack.output("policy", role, "--corp", CORP))
        variables = stack.environment(
            keys,
            WECOM_SYNC_DROP_BUCKET=stack.info["drop_bucket"],
            WECOM_SYNC_REPORT_BUCKET=stack.info["report_bucket"],
        )
        return replace(stack, home=tmp_path, variables=variables)

    return made


def test_each_role_does_its_part_with_two_buckets_alone(
    stack: LocalStack, as_role: As, tmp_path: Path
) -> None:
    settings, file = tmp_path / "mine.toml", tmp_path / "everybody.csv"
    settings.write_text(SETTINGS)
    file.write_text(people("role", 10))
    assert as_role("settings").command("settings", "apply", str(settings), "--corp", CORP)[
        "in_force"
    ]
    stack.wait(stack.put(f"{CORP}/syncuser/some.csv", people("role", 20)))

    dropper = as_role("dropper")
    dropped = dropper.command("drop", str(file), *FULL)
    held = stack.wait(dropped["key"], "HELD")
    text = dropper.output("plan", str(file), *FULL, check=1)
    (short,) = re.findall(r"wecom-sync show ([0-9a-f]{12})", text)
    planned = stack.wait(f"{CORP}/plan/replaceuser/everybody.csv")

    assert held["run_id"].endswith(dropped["run_id"])
    assert "The file is only planned; nothing is imported. You may not read the plan" in text
    assert (planned["state"], planned["run_id"][-12:]) == ("PLANNED", short)

    named = (held["run_id"], "--corp", CORP)
    approver, reader = as_role("approver"), as_role("reader")
    assert "AccessDenied" in reader.output("approve", *named, "--yes", check=1)
    assert reader.command("show", *named) == held == approver.command("show", *named)
    approved = approver.command("approve", *named, "--plan", held["plan_digest"], "--watch")

    assert (approved["state"], approved["approval"]["by"]) == ("SUCCEEDED", PRINCIPAL)
    assert stack.corp_of_wecom(CORP, "directory")["counts"]["members"] == 10
