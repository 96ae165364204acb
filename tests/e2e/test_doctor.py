"""`wecom-sync doctor` on the deployed stack: all is well, and what is broken is found."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from e2e.conftest import LocalStack, allowing, people
from wecom_sync_tools.doctor.checks import CHECKS

CORP = "ailing"
ACTIONS = frozenset(action for check in CHECKS for action in check.actions)
"""The rights that a caller needs. Asking who one is needs none."""


def checks(stack: LocalStack, code: int = 0) -> dict[str, dict[str, str]]:
    answer = stack.command("doctor", "--corp", CORP, check=code)
    return {each["name"]: each for each in answer["checks"]}


def amiss(findings: dict[str, dict[str, str]]) -> dict[str, str]:
    return {name: each["status"] for name, each in findings.items() if each["status"] != "ok"}


@pytest.fixture(scope="module", autouse=True)
def imported(stack: LocalStack) -> None:
    run = stack.wait(stack.put(f"{CORP}/syncuser/all.csv", people(CORP, 3)))
    assert run["state"] == "SUCCEEDED"


def test_all_is_well_nothing_is_changed_and_no_secret_told(stack: LocalStack) -> None:
    before = stack.corp_of_wecom(CORP, "directory")["counts"]

    findings = checks(stack)

    assert [*findings] == [check.name for check in CHECKS]
    # A function that starts may be slower than the first question, nobody listens to the topics,
    # nobody decides at the desk, and these settings are lax.
    lax = {"callbacks", "listeners", "alarms", "settings", "approvers"}
    assert amiss(findings).keys() <= lax
    assert "Members: 3" in findings["read"]["text"]
    assert f"/callback/{CORP}" in findings["callback_url"]["text"]
    assert stack.corp_of_wecom(CORP, "directory")["counts"] == before
    text, secret = json.dumps(findings), stack.corps[CORP]
    assert [name for name, value in secret.items() if name != "corp_id" and value in text] == []


def somebody(stack: LocalStack, home: Path, *allowed: str) -> LocalStack:
    keys = stack.of_user(allowing(*allowed))
    variables = stack.environment(keys, WECOM_SYNC_STACK=stack.info["stack_name"])
    return replace(stack, home=home, variables=variables)


def test_the_rights_that_the_page_lists_are_enough(stack: LocalStack, tmp_path: Path) -> None:
    findings = checks(somebody(stack, tmp_path, *ACTIONS))

    assert findings["rights"]["status"] == "ok"
    assert {findings[name]["status"] for name in ("secret", "token", "alarm_states")} == {"ok"}
