"""What each role may do, made from the policy that is printed for it, where IAM is enforced."""

import json
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any
from uuid import uuid4

import pytest
from botocore.exceptions import ClientError

from e2e.conftest import LocalStack, allowing
from support.template import ROOT, resources

OWN, OTHER = "rights", "elsewhere"
ROLES = ("dropper", "reader", "approver", "settings")
TABLE: Mapping[str, Mapping[str, str]] = json.loads(
    (ROOT / "docs" / "figures" / "permissions.json").read_text("utf-8")
)
"""Who may do what: `one` with a policy for the corp, `every` only with one for every corp."""
ALL = allowing("*")
RUN = "20260102T030405Z-0123456789ab"
EMPTY = b""
PUTS = {
    "drop_departments": "replaceparty/a.csv",
    "drop_all_members": "replaceuser/a.csv",
    "drop_some_members": "syncuser/a.csv",
    "plan": "plan/syncuser/a.csv",
    "decide": f"decide/{RUN}.json",
    "change_settings": "settings.toml",
    "state_accounts": "accounts.csv",
    "say_what_is_there": "init/x.csv",
}
"""What is said by which key of a corp."""

Keys = Mapping[str, str]
"""The credentials of somebody, as boto3 names them."""


class Caller:
    """Somebody with credentials, who tries things."""

    def __init__(self, stack: LocalStack, names: Mapping[str, str], keys: Keys) -> None:
        self._names = names
        self._stack = stack
        self._keys = keys
        self._s3 = self._client("s3")

    def may(self, corp: str) -> set[str]:
        """Return what IAM lets this caller do for a corp."""
        drops, reports = self._stack.info["drop_bucket"], self._stack.info["report_bucket"]
        table = self._client("dynamodb")
        tried: dict[str, Callable[[], object]] = {
            **{name: partial(self._put, drops, f"{corp}/{key}") for name, key in PUTS.items()},
            "read_reports": lambda: self._get(reports, f"{corp}/{RUN}/run.json"),
            "read_what_is_there": lambda: self._get(reports, f"{corp}/{RUN}/members.csv"),
            "list_reports": lambda: self._list(reports, f"{corp}/"),
            "list_corps": lambda: self._list(reports, ""),
            "write_reports": lambda: self._put(reports, f"{corp}/{RUN}/run.json"),
            "read_drops": lambda: self._get(drops, f"{corp}/syncuser/seen.csv"),
            "list_drops": lambda: self._list(drops, f"{corp}/"),
            "delete_drops": lambda: self._s3.delete_object(Bucket=drops, Key=f"{corp}/x/gone.csv"),
            "read_snapshot": lambda: self._list(self._names["SnapshotBucket"], f"{corp}/"),
            "read_table": partial(table.scan, TableName=self._names["RunTable"], Limit=1),
            "read_tokens": partial(table.scan, TableName=self._names["TokenTable"], Limit=1),
            "invoke": lambda: self._client("lambda").invoke(
                FunctionName=self._names["SubmitFunction"], InvocationType="DryRun"
            ),
        }
        assert tried.keys() | {"send"} == TABLE.keys()
        allowed = {name for name, attempt in tried.items() if _is_allowed(attempt)}
        return allowed | {"send"} if self.receivers() else allowed

    def receivers(self) -> list[str]:
        """Return the queues and topics that take something from this caller."""
        sqs, sns, text = self._client("sqs"), self._client("sns"), '{"Event": "s3:TestEvent"}'
        tried: dict[str, Callable[[], object]] = {}
        for name in resources("AWS::SQS::Queue"):
            url = self._names[name]
            tried[name] = partial(sqs.send_message, QueueUrl=url, MessageBody=text)
        for name in resources("AWS::SNS::Topic"):
            tried[name] = partial(sns.publish, TopicArn=self._names[name], Message=text)
        return [name for name, attempt in tried.items() if _is_allowed(attempt)]

    def _client(self, service: str) -> Any:
        return self._stack.client(service, self._keys)

    def _put(self, bucket: str, key: str) -> None:
        self._s3.put_object(Bucket=bucket, Key=key, Body=EMPTY)

    def _get(self, bucket: str, key: str) -> None:
        self._s3.get_object(Bucket=bucket, Key=key)

    def _list(self, bucket: str, prefix: str) -> None:
        self._s3.list_objects_v2(Bucket=bucket, Prefix=prefix)


def _is_allowed(attempt: Callable[[], object]) -> bool:
    try:
        attempt()
    except ClientError as error:
        if not error.response["Error"]["Code"].startswith(("AccessDenied", "AuthorizationError")):
            raise
        return False
    return True


@pytest.fixture(scope="module")
def names(stack: LocalStack) -> Mapping[str, str]:
    """Return the stack's resources, once something can be read for each corp."""
    s3 = stack.client("s3")
    for corp in (OWN, OTHER):
        stack.put(f"{corp}/syncuser/seen.csv", EMPTY)
        for name in ("run.json", "members.csv"):
            key = f"{corp}/{RUN}/{name}"
            s3.put_object(Bucket=stack.info["report_bucket"], Key=key, Body=EMPTY)
    return stack.resources()


def of_session(stack: LocalStack, document: str) -> Keys:
    """Return what somebody gets who takes a mighty role for a session with a policy."""
    iam = stack.client("iam")
    role = uuid4().hex
    everybody = {"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "sts:AssumeRole"}
    trust = {"Version": "2012-10-17", "Statement": [everybody]}
    created = iam.create_role(RoleName=role, AssumeRolePolicyDocument=json.dumps(trust))["Role"]
    iam.put_role_policy(RoleName=role, PolicyName="all", PolicyDocument=ALL)
    key = stack.client("sts").assume_role(
        RoleArn=created["Arn"], RoleSessionName="somebody", Policy=document
    )["Credentials"]
    return {
        "aws_access_key_id": key["AccessKeyId"],
        "aws_secret_access_key": key["SecretAccessKey"],
        "aws_session_token": key["SessionToken"],
    }


WAYS = pytest.mark.parametrize("made", [LocalStack.of_user, of_session])
Made = Callable[[LocalStack, str], Keys]


@WAYS
@pytest.mark.parametrize("options", [("--corp", OWN), ()], ids=["one", "every"])
def test_each_role_may_do_what_its_policy_says_and_nothing_else(
    stack: LocalStack, names: Mapping[str, str], made: Made, options: tuple[str, ...]
) -> None:
    callers = {
        role: Caller(stack, names, made(stack, stack.output("policy", role, *options)))
        for role in ROLES
    }

    may = {role: (caller.may(OWN), caller.may(OTHER)) for role, caller in callers.items()}

    rights = {"one"} if options else {"one", "every"}
    expected = {
        role: {name for name, who in TABLE.items() if who.get(role) in rights} for role in ROLES
    }
    assert {role: own for role, (own, _) in may.items()} == expected
    assert {role: other for role, (_, other) in may.items()} == (
        {role: set() for role in ROLES} if options else expected
    )


@WAYS
def test_somebody_who_may_do_everything_is_refused_only_by_queues_and_topics(
    stack: LocalStack, names: Mapping[str, str], made: Made
) -> None:
    caller = Caller(stack, names, made(stack, ALL))

    assert caller.receivers() == []
    assert caller.may(OWN) == TABLE.keys() - {"send"}
