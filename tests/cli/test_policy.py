"""The policy of each role: its shape, and that no role may say what another one says."""

import json
import re
from functools import cache
from itertools import product
from typing import Any

import boto3
import pytest

from support.console import Said
from wecom_sync.domain.drop import place_of
from wecom_sync.domain.run import Job
from wecom_sync.reporting.documents import PLAN
from wecom_sync.reporting.row_files import DEPARTMENTS, FIX, MEMBERS, PROBLEMS, RESULTS
from wecom_sync_tools.commands.operate.policy import ANY_CORP, WRITES, policy
from wecom_sync_tools.stack.target import Target

pytestmark = pytest.mark.usefixtures("command_environment")

BUCKETS = ("--drop-bucket", "drops", "--report-bucket", "reports")
TARGET = Target(boto3.Session(region_name="us-east-1"), "", "drops", "reports", "")
SAYS = {
    "dropper": {*Job, "plan"},
    "approver": {"decide"},
    "reader": set(),
    "settings": {"settings.toml", "init"},
}
"""The second part of the keys that each role may write."""
WRITTEN = ("index.json", "index.html", "drift/2026-01-02.csv", "run.json", "report.html",
           RESULTS, PLAN, FIX, PROBLEMS)  # fmt: skip
"""Every report about a corp or a run, but for what `init` writes."""
SESSION_POLICY_CHARACTERS = 2048
"""The most that STS takes."""


def test_a_dropper_writes_files_and_plans_and_reads_nothing(said: Said) -> None:
    assert said.json("policy", "dropper", "--corp", "acme", *BUCKETS) == {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Sid": "DropFilesAndPlans",
                "Effect": "Allow",
                "Action": "s3:PutObject",
                "Resource": [
                    "arn:aws:s3:::drops/acme/replaceparty/*",
                    "arn:aws:s3:::drops/acme/replaceuser/*",
                    "arn:aws:s3:::drops/acme/syncuser/*",
                    "arn:aws:s3:::drops/acme/plan/*",
                ],
            }
        ],
    }


def test_a_reader_of_one_corp_reads_and_lists_its_reports(said: Said) -> None:
    assert said.json("policy", "reader", "--corp", "acme", *BUCKETS)["Statement"] == [
        {
            "Sid": "ReadReports",
            "Effect": "Allow",
            "Action": "s3:GetObject",
            "Resource": [
                "arn:aws:s3:::reports/acme/*.json",
                "arn:aws:s3:::reports/acme/*.html",
                "arn:aws:s3:::reports/acme/*/results.csv",
                "arn:aws:s3:::reports/acme/*/fix.csv",
                "arn:aws:s3:::reports/acme/drift/*",
            ],
        },
        {
            "Sid": "ListReports",
            "Effect": "Allow",
            "Action": "s3:ListBucket",
            "Resource": ["arn:aws:s3:::reports"],
            "Condition": {"StringLike": {"s3:prefix": "acme/*"}},
        },
    ]


def test_a_reader_of_every_corp_lists_the_whole_bucket(said: Said) -> None:
    _, listed = said.json("policy", "reader", *BUCKETS)["Statement"]

    assert "Condition" not in listed


@pytest.mark.parametrize(
    ("role", "keys"), [("approver", ["decide/*"]), ("settings", ["settings.toml", "init/*"])]
)
def test_who_decides_or_sets_may_also_read(role: str, keys: list[str], said: Said) -> None:
    writes, *reads = said.json("policy", role, "--corp", "acme", *BUCKETS)["Statement"]

    assert (writes["Action"], writes["Resource"]) == (
        "s3:PutObject",
        [f"arn:aws:s3:::drops/acme/{key}" for key in keys],
    )
    reader, listed = said.json("policy", "reader", "--corp", "acme", *BUCKETS)["Statement"]
    assert reads[1:] == [listed]
    assert role == "settings" or reads[0] == reader


def test_people_get_the_same_policy_as_programs(said: Said) -> None:
    assert json.loads(said("policy", "reader", *BUCKETS)) == said.json("policy", "reader", *BUCKETS)


def test_without_a_region_no_policy_is_printed(said: Said, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AWS_DEFAULT_REGION")

    assert "No AWS region is set." in said.complaint("policy", "dropper", *BUCKETS)


@pytest.mark.parametrize(("region", "partition"), [("cn-north-1", "aws-cn"), ("eu-west-1", "aws")])
@pytest.mark.parametrize("name", ["AWS_REGION", "AWS_DEFAULT_REGION"])
def test_the_region_decides_the_partition(
    name: str, region: str, partition: str, said: Said, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("AWS_DEFAULT_REGION")
    monkeypatch.setenv(name, region)

    (statement,) = said.json("policy", "dropper", *BUCKETS)["Statement"]

    assert {arn.split(":")[1] for arn in statement["Resource"]} == {partition}


def test_the_names_of_a_stacks_buckets_are_its_own(said: Said, stack: object) -> None:
    (statement,) = said.json("policy", "dropper", "--corp", "acme")["Statement"]

    assert "arn:aws:s3:::drops/acme/plan/*" in statement["Resource"]


@pytest.mark.parametrize("role", WRITES)
def test_a_policy_fits_into_a_session_even_with_the_longest_names(role: str, said: Said) -> None:
    names = ("--drop-bucket", "d" * 63, "--report-bucket", "r" * 63, "--corp", "c" * 32)

    assert len(said("policy", role, *names)) < SESSION_POLICY_CHARACTERS


@cache
def accepted_keys() -> list[tuple[str, str, str]]:
    """Return keys that the functions take, each with its corp and its second part."""
    run_id = "20260102T030405Z-0123456789ab"
    words = ["", "acme", "plan", "decide", *Job, "settings.toml", "x.csv", f"{run_id}.json"]
    keys = [parts for length in range(1, 6) for parts in product(words, repeat=length)]
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


@pytest.mark.parametrize("corp", [ANY_CORP, "acme"])
@pytest.mark.parametrize("role", WRITES)
def test_only_settings_reads_what_wecom_has(role: str, corp: str) -> None:
    document = policy(role, corp, TARGET)
    reports = "arn:aws:s3:::reports/acme"

    may = {
        name
        for name in (*WRITTEN, MEMBERS, DEPARTMENTS)
        if fits(document, "s3:GetObject", f"{reports}/{name}")
        or fits(document, "s3:GetObject", f"{reports}/20260102T030405Z-0123456789ab/{name}")
    }

    expected = set() if role == "dropper" else {*WRITTEN}
    assert may == (expected | {MEMBERS, DEPARTMENTS} if role == "settings" else expected)


def may_put(document: dict[str, Any], key: str) -> bool:
    """Whether a policy lets somebody drop a key."""
    return fits(document, "s3:PutObject", f"arn:aws:s3:::drops/{key}")


@pytest.mark.parametrize("corp", [ANY_CORP, "acme", "plan", "decide", "syncuser"])
@pytest.mark.parametrize("role", WRITES)
def test_no_role_can_write_a_key_that_says_what_another_role_may_say(role: str, corp: str) -> None:
    document = policy(role, corp, TARGET)
    keys = accepted_keys()

    assert {key for key, _, _ in keys if may_put(document, key)} == {
        key for key, of, says in keys if says in SAYS[role] and corp in {ANY_CORP, of}
    }
    assert {"settings.toml", "plan", "decide", *Job} <= {says for _, _, says in keys}
