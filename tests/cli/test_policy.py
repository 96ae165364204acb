"""The policy of each role: its shape, and that no role may say what another one says."""

import json
import re
from functools import cache
from itertools import product
from typing import Any

import pytest

from support.console import Said
from wecom_sync.domain.drop import place_of
from wecom_sync.domain.states import Job
from wecom_sync_tools.commands.operate import ANY_CORP, WRITES, policy
from wecom_sync_tools.stack.target import Target

pytestmark = pytest.mark.usefixtures("command_environment")
BUCKETS = ("--drop-bucket", "drops", "--report-bucket", "reports")
TARGET = Target("", "drops", "reports", asked_region="us-east-1")
SAYS = {
    "dropper": {*Job, "plan", "send"},
    "approver": {"decide"},
    "approver --accounts": {"decide", "answer"},
    "reader": set(),
    "settings": {"settings.toml", "accounts.csv", "init"},
}
"""The second part of the keys that each role may write."""
SESSION_POLICY_CHARACTERS = 2048
"""The most that STS takes."""


@pytest.mark.parametrize("role", WRITES)
def test_a_policy_fits_into_a_session_even_with_the_longest_names(role: str, output: Said) -> None:
    names = ("--drop-bucket", "d" * 63, "--report-bucket", "r" * 63, "--corp", "c" * 32)

    assert len(output("policy", *role.split(), *names)) < SESSION_POLICY_CHARACTERS


@cache
def accepted_keys() -> list[tuple[str, str, str]]:
    """Return keys that the functions take, each with its corp and its second part."""
    run_id = "20260102T030405Z-0123456789ab"
    files = ("settings.toml", "accounts.csv", "x.csv", f"{run_id}.json")
    words = ["", "acme", "plan", "send", "decide", "answer", *Job, *files]
    keys = [parts for length in range(1, 5) for parts in product(words, repeat=length)]
    places = [(parts, place_of("/".join(parts))) for parts in keys]
    return [
        ("/".join(parts), place.corp, parts[1]) for parts, place in places if place.reason is None
    ]


def fits(document: dict[str, Any], action: str, arn: str) -> bool:
    """Whether a policy allows something; a star of IAM stands for slashes, too."""
    return any(
        re.fullmatch(re.escape(each).replace(r"\*", ".*"), arn)
        for statement in document["Statement"]
        if statement["Action"] == action
        for each in statement["Resource"]
    )


def may_put(document: dict[str, Any], key: str) -> bool:
    """Whether a policy lets somebody drop a key."""
    return fits(document, "s3:PutObject", f"arn:aws:s3:::drops/{key}")


@pytest.mark.parametrize("corp", [ANY_CORP, "acme", "plan", "send", "decide", "answer", "syncuser"])
@pytest.mark.parametrize("role", WRITES)
def test_no_role_can_write_a_key_that_says_what_another_role_may_say(role: str, corp: str) -> None:
    document = policy(role, corp, TARGET)
    keys = accepted_keys()

    assert {key for key, _, _ in keys if may_put(document, key)} == {
        key for key, of, says in keys if says in SAYS[role] and corp in {ANY_CORP, of}
    }
    assert {"settings.toml", "accounts.csv", "plan", "send", "decide", "answer", *Job} <= {
        says for _, _, says in keys
    }


@pytest.mark.parametrize(("region", "partition"), [("cn-north-1", "aws-cn"), ("eu-west-1", "aws")])
def test_a_dropper_writes_files_and_plans_and_reads_nothing(
    output: Said, monkeypatch: pytest.MonkeyPatch, region: str, partition: str
) -> None:
    monkeypatch.delenv("AWS_DEFAULT_REGION")
    asked = ("policy", "dropper", "--corp", "acme", *BUCKETS)
    assert "No AWS region is set." in output.complaint(*asked)
    monkeypatch.setenv("AWS_REGION", region)

    printed = output(*asked)

    assert json.loads(printed) == output.json(*asked)
    (statement,) = json.loads(printed)["Statement"]
    assert (statement["Effect"], statement["Action"]) == ("Allow", "s3:PutObject")
    drops = f"arn:{partition}:s3:::drops/acme"
    assert statement["Resource"] == [f"{drops}/{job}/*" for job in (*Job, "plan", "send")]


def test_who_reads_reports_sees_whose_account_everybody_has() -> None:
    page = "arn:aws:s3:::reports/acme/accounts.html"

    readers = {role for role in WRITES if fits(policy(role, "acme", TARGET), "s3:GetObject", page)}

    assert readers == {"reader", "approver", "approver --accounts", "settings"}
