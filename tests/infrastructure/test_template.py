"""What a linter does not see: the template's promises, checked on its translated form."""

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest

from support.template import ROOT, resources, source, translated
from wecom_sync.adapters.dynamodb_items import UNPUBLISHED

FUNCTIONS = [f"{path.parent.name.capitalize()}Function" for path in ROOT.glob("functions/*/*.py")]
STAR_IS_RIGHT = {("Deny", "s3:*")}
"""The one wildcard: the buckets' refusal of plain HTTP."""


def mappings() -> dict[str, dict[str, Any]]:
    return {
        name: item["Properties"]
        for name, item in resources("AWS::Lambda::EventSourceMapping").items()
    }


def of_queues() -> dict[str, dict[str, Any]]:
    """Return the mappings that read a queue; the other one reads the table's stream."""
    return {name: found for name, found in mappings().items() if "StartingPosition" not in found}


def referred(value: Any) -> str:
    """Return the logical id that a Ref or GetAtt names."""
    found = value.get("Ref") or value["Fn::GetAtt"]
    return str(found[0] if isinstance(found, list) else found)


def statements() -> Iterator[tuple[str, dict[str, Any]]]:
    for name, item in translated()["Resources"].items():
        properties = item.get("Properties", {})
        documents = [policy["PolicyDocument"] for policy in properties.get("Policies", [])]
        documents += [properties["PolicyDocument"]] if "PolicyDocument" in properties else []
        for document in documents:
            for statement in document["Statement"]:
                yield name, statement


def listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def test_every_function_is_one_we_know() -> None:
    assert set(resources("AWS::Lambda::Function")) == set(FUNCTIONS)


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_function_runs_python_3_13_with_both_layers_and_its_own_log_group(name: str) -> None:
    properties = resources("AWS::Lambda::Function")[name]["Properties"]

    assert properties["Runtime"] == "python3.13"
    assert len(properties["Layers"]) == 2
    group = referred(properties["LoggingConfig"]["LogGroup"])
    retention = resources("AWS::Logs::LogGroup")[group]["Properties"]["RetentionInDays"]
    assert retention == {"Ref": "LogRetentionDays"}
    module, _, handler = properties["Handler"].partition(".")
    path = ROOT / source()["Resources"][name]["Properties"]["CodeUri"] / f"{module}.py"
    assert f"def {handler}(" in path.read_text()


def test_every_mapping_reports_single_failures_and_has_room_to_grow() -> None:
    assert len(of_queues()) == 3
    for properties in of_queues().values():
        assert properties["FunctionResponseTypes"] == ["ReportBatchItemFailures"]
        assert properties["ScalingConfig"]["MaximumConcurrency"] >= 2
        assert "MaximumBatchingWindowInSeconds" not in properties


def test_the_stream_brings_what_is_unpublished_and_gives_nothing_up_unseen() -> None:
    (stream,) = (each for each in mappings().values() if each not in of_queues().values())
    assert referred(stream["EventSourceArn"]) == "RunTable"
    (pattern,) = (each["Pattern"] for each in stream["FilterCriteria"]["Filters"])
    assert json.loads(pattern)["dynamodb"]["NewImage"] == {UNPUBLISHED: {"N": [{"exists": True}]}}
    assert stream["MaximumRetryAttempts"] > 0
    destination = stream["DestinationConfig"]["OnFailure"]["Destination"]
    assert referred(destination) == "PublishDeadLetterQueue"


def test_only_s3_and_our_functions_may_send_what_starts_an_import() -> None:
    (policy,) = resources("AWS::SQS::QueuePolicy").values()
    allow, deny = policy["Properties"]["PolicyDocument"]["Statement"]
    assert allow["Principal"] == {"Service": "s3.amazonaws.com"}
    assert (deny["Effect"], deny["Principal"], deny["Action"]) == ("Deny", "*", "sqs:SendMessage")
    spared = str(deny["Condition"]["ArnNotLike"]["aws:PrincipalArn"])
    senders = {
        name
        for name, statement in statements()
        if "sqs:SendMessage" in listed(statement["Action"])
        and any("SubmitQueue" in str(each) for each in listed(statement["Resource"]))
        and name.endswith("Role")
    }
    assert senders == {"SubmitFunctionRole", "PersistFunctionRole", "SweepFunctionRole"}
    assert all(name in spared for name in senders)


def test_a_message_stays_hidden_six_times_as_long_as_its_function_may_run() -> None:
    functions = resources("AWS::Lambda::Function")
    queues = resources("AWS::SQS::Queue")
    for properties in of_queues().values():
        timeout = functions[referred(properties["FunctionName"])]["Properties"]["Timeout"]
        queue = queues[referred(properties["EventSourceArn"])]["Properties"]
        assert queue["VisibilityTimeout"] >= 6 * timeout


def test_every_queue_has_dead_letters_that_are_kept_longer() -> None:
    queues = resources("AWS::SQS::Queue")
    targets = set()
    for queue in queues.values():
        if policy := queue["Properties"].get("RedrivePolicy"):
            target = referred(policy["deadLetterTargetArn"])
            targets.add(target)
            assert policy["maxReceiveCount"] >= 5
            kept = queues[target]["Properties"]["MessageRetentionPeriod"]
            assert kept > queue["Properties"]["MessageRetentionPeriod"]
    without = {name for name, item in queues.items() if "RedrivePolicy" not in item["Properties"]}
    assert without == targets | {"PublishDeadLetterQueue"}


def test_no_policy_has_a_wildcard_action_or_resource() -> None:
    seen = 0
    for name, statement in statements():
        for action in listed(statement["Action"]):
            seen += 1
            assert "*" not in action or (statement["Effect"], action) in STAR_IS_RIGHT, name
        for resource in listed(statement.get("Resource", [])):
            assert resource != "*", name
    assert seen > 30


def test_no_function_may_do_what_it_does_not_need() -> None:
    roles = resources("AWS::IAM::Role")
    actions = {
        name.removesuffix("Role"): {
            action
            for policy in role["Properties"].get("Policies", [])
            for statement in policy["PolicyDocument"]["Statement"]
            for action in listed(statement["Action"])
        }
        for name, role in roles.items()
    }

    assert actions["CallbackFunction"] == {"sqs:SendMessage", "secretsmanager:GetSecretValue"}
    services = {action.partition(":")[0] for action in actions["SweepFunction"]}
    assert services == {"dynamodb", "sqs"}
    services = {action.partition(":")[0] for action in actions["PublishFunction"]}
    assert services == {"dynamodb", "events", "s3", "secretsmanager", "sns", "sqs"}
    assert not any(
        action in {"s3:DeleteObject", "dynamodb:Scan"}
        for each in actions.values()
        for action in each
    )


def test_each_function_reads_the_secrets_that_it_needs() -> None:
    secrets = {"*": "contact", "*/messages-*": "messages", "CallbackMasterSecret": "master"}
    read: dict[str, set[str]] = {}
    for name, statement in statements():
        if "secretsmanager:GetSecretValue" in listed(statement["Action"]):
            resource = statement["Resource"]
            arn = resource.get("Fn::Sub", "")
            kind = secrets[arn.partition("${SecretPrefix}/")[2] or referred(resource)]
            what = {"contact", "messages"} if kind == "contact" else {kind}
            may = read.setdefault(name.removesuffix("FunctionRole"), set())
            read[name.removesuffix("FunctionRole")] = (
                may | what if statement["Effect"] == "Allow" else may - what
            )

    assert read == {
        "Submit": {"contact", "master"},
        "Callback": {"messages", "master"},
        "Persist": {"contact", "messages", "master"},
        "Publish": {"messages"},
        "Drift": {"contact"},
    }


def test_the_drift_function_sends_to_its_own_queue_only() -> None:
    sent = [
        statement["Resource"]
        for name, statement in statements()
        if name == "DriftFunctionRole" and "sqs:SendMessage" in listed(statement["Action"])
    ]

    assert [referred(resource) for resource in sent] == ["DriftQueue"]


def test_the_sweep_may_empty_the_dead_letters_and_fill_what_they_came_from() -> None:
    allowed: dict[str, set[str]] = {}
    for name, statement in statements():
        if name == "SweepFunctionRole":
            for action in listed(statement["Action"]):
                if action.startswith("sqs:"):
                    named = {referred(resource) for resource in listed(statement["Resource"])}
                    allowed[action] = allowed.get(action, set()) | named
    queues = resources("AWS::SQS::Queue")
    dead = {name for name, item in queues.items() if "RedrivePolicy" not in item["Properties"]}

    assert allowed["sqs:ReceiveMessage"] == allowed["sqs:DeleteMessage"] == dead
    assert allowed["sqs:SendMessage"] == queues.keys() - dead


def test_the_callback_never_waits_for_wecom_so_only_those_that_call_it_enter_the_vpc() -> None:
    functions = resources("AWS::Lambda::Function")
    inside = {name for name, item in functions.items() if "VpcConfig" in item["Properties"]}

    assert inside == {"SubmitFunction", "PersistFunction", "DriftFunction"}


def test_both_callback_urls_take_get_and_post() -> None:
    (api,) = resources("AWS::ApiGateway::RestApi").values()
    paths = api["Properties"]["Body"]["paths"]

    assert {path: set(methods) for path, methods in paths.items()} == {
        "/callback/{corp}": {"get", "post"},
        "/callback/{corp}/{run_id}": {"get", "post"},
    }


def test_buckets_are_private_encrypted_and_kept_and_drops_are_versioned() -> None:
    buckets = resources("AWS::S3::Bucket")
    assert set(buckets) == {"DropBucket", "ReportBucket", "SnapshotBucket"}
    for bucket in buckets.values():
        assert all(bucket["Properties"]["PublicAccessBlockConfiguration"].values())
        assert "BucketEncryption" in bucket["Properties"]
        assert bucket["DeletionPolicy"] == "Retain"
    versioning = buckets["DropBucket"]["Properties"]["VersioningConfiguration"]
    assert versioning == {"Status": "Enabled"}


def test_the_table_forgets_by_ttl_and_can_be_restored() -> None:
    (table,) = resources("AWS::DynamoDB::Table").values()

    assert table["Properties"]["TimeToLiveSpecification"]["AttributeName"] == "ttl"
    assert table["Properties"]["PointInTimeRecoverySpecification"]["PointInTimeRecoveryEnabled"]
    assert table["DeletionPolicy"] == "Retain"


def test_arns_name_no_partition() -> None:
    assert "arn:aws:" not in (ROOT / "template.yaml").read_text()
    assert "amazonaws.com/" not in (ROOT / "template.yaml").read_text()


def test_no_secret_value_stands_in_an_environment() -> None:
    for item in resources("AWS::Lambda::Function").values():
        for name, value in item["Properties"]["Environment"]["Variables"].items():
            if re.search("SECRET|TOKEN|KEY", name):
                assert name in {"SECRET_PREFIX", "CALLBACK_SECRET_ARN"}
                assert isinstance(value, dict)


def test_every_parameter_is_described_grouped_and_used() -> None:
    document = source()
    text = (ROOT / "template.yaml").read_text()
    groups = document["Metadata"]["AWS::CloudFormation::Interface"]["ParameterGroups"]
    grouped = [name for group in groups for name in group["Parameters"]]

    assert sorted(grouped) == sorted(document["Parameters"])
    for name, parameter in document["Parameters"].items():
        assert parameter.get("Description"), name
        assert re.search(rf"!Ref {name}\b|\${{{name}}}", text), name
