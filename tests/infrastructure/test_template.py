"""What a linter does not see: the template's promises, checked on its translated form."""

import json
import re
from collections.abc import Iterator
from fnmatch import fnmatchcase
from itertools import chain
from typing import Any

import pytest

from support.aws import answer
from support.events import moved
from support.functions import Functions, stack
from support.template import ROOT, resources, source, translated
from wecom_sync.adapters.dynamodb_items import UNPUBLISHED
from wecom_sync.adapters.dynamodb_publications import DynamoPublications
from wecom_sync.domain.directory import DriftFound
from wecom_sync.domain.timeline import Instruction, TimelineEntry
from wecom_sync.use_cases.desk.reception import DOCUMENTS, OF_CORP
from wecom_sync.use_cases.drops.intake import DEAD_SECONDS

__all__ = ["stack"]

FUNCTIONS = [f"{path.parent.name.capitalize()}Function" for path in ROOT.glob("functions/*/*.py")]
STAR_IS_RIGHT = {("Deny", "s3:*"), ("Deny", "sqs:*")}
"""The one wildcard: the refusal of plain HTTP."""
QUEUES = resources("AWS::SQS::Queue")
DEAD_LETTERS = {name for name, item in QUEUES.items() if "RedrivePolicy" not in item["Properties"]}
TOKENS = "TokenTable"
SERVICES = {"DropQueue": ("s3", "Null"), "AlarmTopic": ("cloudwatch", "StringNotEquals")}
"""Which service sends where, and the condition that spares it."""
NO_PHYSICAL_NAMES = {"DisplayName", "MetricName", "PolicyName"}
"""What a property is called that names nothing which another stack could have, too."""


def mappings() -> dict[str, dict[str, Any]]:
    listed = resources("AWS::Lambda::EventSourceMapping")
    return {name: item["Properties"] for name, item in listed.items()}


def of_queues() -> dict[str, dict[str, Any]]:
    """Return the mappings that read a queue; the other one reads the table's stream."""
    return {name: it for name, it in mappings().items() if "StartingPosition" not in it}


def referred(value: Any) -> str:
    """Return the logical id that a Ref or GetAtt names."""
    target = value.get("Ref") or value["Fn::GetAtt"]
    return str(target[0] if isinstance(target, list) else target)


def mentions(value: Any) -> set[str]:
    """Return the parameters and resources that a value is made of, and the stack."""
    text = json.dumps(value)
    names = re.findall(r'"(?:Ref|Fn::GetAtt)": \[?"([\w:]+)"|\$\{([\w:]+)', text)
    used = {ref or sub for ref, sub in names}
    return {name for name in used if not name.startswith("AWS::") or "::Stack" in name}


def statements() -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield every statement, under whatever condition, with what it stands in."""
    for name, item in translated()["Resources"].items():
        properties = item.get("Properties", {})
        documents = [policy["PolicyDocument"] for policy in properties.get("Policies", [])]
        documents += [properties["PolicyDocument"]] if "PolicyDocument" in properties else []
        for document in documents:
            for statement in document["Statement"]:
                branches = statement.get("Fn::If", [None, statement])[1:]
                yield from ((name, branch) for branch in branches if "Effect" in branch)


def rights(function: str) -> dict[str, set[str]]:
    """Return what a function's role may do, and with what."""
    allowed: dict[str, set[str]] = {}
    for name, statement in statements():
        if name == f"{function}Role":
            for action in listed(statement["Action"]):
                allowed.setdefault(action, set()).update(mentions(statement["Resource"]))
    return allowed


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


def test_every_mapping_reports_single_failures_and_has_room_to_grow() -> None:
    assert len(of_queues()) == 5
    for properties in of_queues().values():
        assert properties["FunctionResponseTypes"] == ["ReportBatchItemFailures"]
        assert "MaximumBatchingWindowInSeconds" not in properties
    bounds = {"MinValue": 2, "MaxValue": 1000}
    at_once = {name: it["ScalingConfig"]["MaximumConcurrency"] for name, it in of_queues().items()}
    for part, mapping in ("Drop", "Drops"), ("Submit", "Messages"), ("Persist", "Messages"):
        name = f"{part.replace('Drop', 'Submit')}Function{mapping}"
        condition, _, wanted = at_once.pop(name)["Fn::If"]
        assert (condition, wanted) == ("OnEmulator", {"Ref": f"{part}Concurrency"})
        assert bounds.items() <= source()["Parameters"][f"{part}Concurrency"].items()
    assert set(at_once.values()) == {10}


def test_the_stream_brings_what_is_unpublished_and_gives_nothing_up_unseen() -> None:
    (stream,) = (each for each in mappings().values() if each not in of_queues().values())
    assert referred(stream["EventSourceArn"]) == "RunTable"
    (pattern,) = (each["Pattern"] for each in stream["FilterCriteria"]["Filters"])
    assert json.loads(pattern)["dynamodb"]["NewImage"] == {UNPUBLISHED: {"N": [{"exists": True}]}}
    assert stream["MaximumRetryAttempts"] > 0
    destination = stream["DestinationConfig"]["OnFailure"]["Destination"]
    assert referred(destination) == "PublishDeadLetterQueue"


def taking(policy: str) -> set[str]:
    """Return the queues or topics that a policy of them is of."""
    properties = translated()["Resources"][policy].get("Properties", {})
    return {*map(referred, properties.get("Queues", properties.get("Topics", ())))}


@pytest.mark.parametrize("name", sorted(QUEUES | resources("AWS::SNS::Topic")))
def test_a_queue_or_topic_takes_from_whose_role_may_send_to_it_and_from_nobody_else(
    name: str,
) -> None:
    (policy,) = [it for it in translated()["Resources"] if name in taking(it)]
    by_sid = {it["Sid"]: it for owner, it in statements() if owner == policy}
    deny, tls = by_sid.pop("NobodyElse"), by_sid.pop("OnlyTls")
    assert all({*map(referred, listed(it["Resource"]))} == taking(policy) for it in (deny, tls))
    action = "sqs:SendMessage" if name in QUEUES else "sns:Publish"
    senders = {f"{who}Role" for who in FUNCTIONS if name in rights(who).get(action, ())}
    service, spared = SERVICES.get(name, ("", None))
    services = [each["Principal"]["Service"] for each in by_sid.values()]
    assert services == [f"{service}.amazonaws.com"] * bool(service)
    assert (deny["Effect"], deny["Principal"], deny["Action"]) == ("Deny", "*", action)
    condition = deny.get("Condition", {})
    assert mentions(condition) == senders
    if not senders and spared is None:
        # What SQS moves itself is nobody's.
        assert condition == {"Null": {"aws:PrincipalArn": "false"}}
    else:
        assert condition.keys() == {*(["ArnNotLike"] if senders else []), *filter(None, [spared])}
    spared_arns = condition.get("ArnNotLike", {}).get("aws:PrincipalArn", [])
    assert {each["Fn::If"][0] for each in spared_arns} <= {"OnEmulator"}
    on_aws = [each["Fn::If"][2] for each in spared_arns]
    assert {referred(it) for it in on_aws if it != {"Ref": "AWS::NoValue"}} == senders
    assert (tls["Effect"], tls["Condition"]) == ("Deny", {"Bool": {"aws:SecureTransport": "false"}})


def test_every_queue_has_dead_letters_of_its_own_that_are_kept_longer() -> None:
    sources = {}
    for item in QUEUES.values():
        queue = item["Properties"]
        if policy := queue.get("RedrivePolicy"):
            target = referred(policy["deadLetterTargetArn"])
            sources[target] = queue["QueueName"]["Fn::Sub"]
            assert policy["maxReceiveCount"] >= 5
            kept = QUEUES[target]["Properties"]["MessageRetentionPeriod"]
            assert kept > queue["MessageRetentionPeriod"]
    assert sources.keys() == DEAD_LETTERS
    for name, item in QUEUES.items():
        allowed: dict[str, Any] = {"redrivePermission": "denyAll"}
        if name in sources:
            arn = "arn:${AWS::Partition}:sqs:${AWS::Region}:${AWS::AccountId}:" + sources[name]
            allowed = {"redrivePermission": "byQueue", "sourceQueueArns": [{"Fn::Sub": arn}]}
        assert item["Properties"]["RedriveAllowPolicy"] == allowed


def test_files_are_archived_before_they_may_go_after_the_days_that_the_stack_was_given() -> None:
    buckets = resources("AWS::S3::Bucket").values()
    rules = [it["Properties"]["LifecycleConfiguration"]["Rules"] for it in buckets]
    moves = [
        move
        for rule in chain(*rules)
        for move in rule.get("Transitions", rule.get("NoncurrentVersionTransitions", ()))
    ]
    drops = resources("AWS::S3::Bucket")["DropBucket"]["Properties"]["LifecycleConfiguration"]
    by_id = {rule["Id"]: rule for rule in drops["Rules"]}

    # S3 refuses a rule otherwise. People read old files at once.
    fewest = source()["Parameters"]["RetentionDays"]["MinValue"]
    archived = {(move["StorageClass"], move["TransitionInDays"] < fewest) for move in moves}
    assert archived == {("GLACIER_IR", True)}
    assert by_id["Drops"]["ExpirationInDays"] == {"Ref": "DropDays"}
    old = by_id["OldVersions"]["NoncurrentVersionExpiration"]
    assert old == {"NoncurrentDays": {"Ref": "RetentionDays"}}
    assert {rule["Status"] for rule in by_id.values()} == {"Enabled"}


def test_two_stacks_have_no_name_in_common() -> None:
    for name, item in translated()["Resources"].items():
        for called, value in item.get("Properties", {}).items():
            if called.endswith("Name") and called not in NO_PHYSICAL_NAMES:
                assert mentions(value), f"{name}.{called} is {value} in every stack"
    for alarm in resources("AWS::CloudWatch::Alarm").values():
        space = alarm["Properties"].get("Namespace", "AWS/")  # of a group are Lambda's and SQS's
        assert space == {"Ref": "AWS::StackName"} or space.startswith("AWS/")


def test_who_began_to_read_longer_ago_than_submit_may_run_has_died() -> None:
    submit = resources("AWS::Lambda::Function")["SubmitFunction"]["Properties"]

    assert submit["Timeout"] == DEAD_SECONDS


def test_a_message_stays_hidden_six_times_as_long_as_its_function_may_run() -> None:
    functions = resources("AWS::Lambda::Function")
    for properties in of_queues().values():
        timeout = functions[referred(properties["FunctionName"])]["Properties"]["Timeout"]
        queue = QUEUES[referred(properties["EventSourceArn"])]["Properties"]
        assert queue["VisibilityTimeout"] >= 6 * timeout


def test_no_policy_has_a_wildcard_action_or_resource() -> None:
    seen = 0
    for name, statement in statements():
        for action in listed(statement["Action"]):
            seen += 1
            assert "*" not in action or (statement["Effect"], action) in STAR_IS_RIGHT, name
    assert seen > 30


def test_no_role_has_a_managed_policy_and_each_statement_names_what_is_ours() -> None:
    ours = translated()["Resources"].keys() | {"SecretPrefix"}
    for name, role in resources("AWS::IAM::Role").items():
        assert "ManagedPolicyArns" not in role["Properties"], name
    for name, statement in statements():
        if statement["Action"] != "events:PutEvents":
            for resource in listed(statement["Resource"]):
                assert mentions(resource) & ours or _is_of_vpc(name, statement), name


def _is_of_vpc(role: str, statement: dict[str, Any]) -> bool:
    """Tell whether Lambda needs a statement for a function in the VPC, and has it only then."""
    (policy,) = resources("AWS::IAM::Role")[role]["Properties"]["Policies"]
    only_then = {"Fn::If": ["InVpc", statement, {"Ref": "AWS::NoValue"}]}
    assert all(action.startswith("ec2:") for action in statement["Action"])
    return only_then in policy["PolicyDocument"]["Statement"]


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_function_reads_its_own_source_and_writes_its_own_log(name: str) -> None:
    allowed = rights(name)
    group = name.replace("Function", "LogGroup")
    read = {
        referred(mapping["EventSourceArn"])
        for mapping in mappings().values()
        if referred(mapping["FunctionName"]) == name
    }
    taken = allowed.get("sqs:GetQueueAttributes", set()) | allowed.get("dynamodb:GetRecords", set())
    assert allowed["logs:CreateLogStream"] == allowed["logs:PutLogEvents"] == {group}
    assert taken == read
    assert allowed.get("sqs:ChangeMessageVisibility", set()) == read - {"RunTable"}


def test_no_function_may_do_what_it_does_not_need() -> None:
    actions = {name: rights(name).keys() for name in FUNCTIONS}
    services = {
        name: {it.partition(":")[0] for it in actions[name]} - {"logs"} for name in FUNCTIONS
    }

    assert rights("DriftFunction")["sqs:SendMessage"] == {"DriftQueue"}
    assert services["CallbackFunction"] == {"sqs", "secretsmanager"}
    assert services["SweepFunction"] == {"dynamodb", "sqs"}
    publish = {"dynamodb", "ec2", "events", "s3", "secretsmanager", "sns", "sqs"}
    assert services["PublishFunction"] == publish
    assert not {"s3:DeleteObject", "dynamodb:Scan"} & set().union(*actions.values())


def test_each_function_reads_the_secrets_that_it_needs() -> None:
    own = {f"*/{kind}{end}": kind for kind in ("messages", "app") for end in ("", "-*")}
    stacks = {"CallbackMasterSecret": "master", "DeskSealSecret": "seal"}
    secrets = {"*": "contact", **own, **stacks, "DeskSessionSecret": "session"}
    read: dict[str, set[str]] = {}
    for name, statement in statements():
        if "secretsmanager:GetSecretValue" not in listed(statement["Action"]):
            continue
        for resource in listed(statement["Resource"]):
            arn = resource.get("Fn::Sub", "")
            kind = secrets[arn.partition("${SecretPrefix}/")[2] or referred(resource)]
            what = {"contact", "messages", "app"} if kind == "contact" else {kind}
            may = read.setdefault(name.removesuffix("FunctionRole"), set())
            (may.update if statement["Effect"] == "Allow" else may.difference_update)(what)

    assert read == {
        "Submit": {"contact", "master", "seal"},
        "Callback": {"messages", "master"},
        "Desk": {"app", "seal", "session"},
        "Persist": {"contact", "messages", "master"},
        "Publish": {"messages", "app"},
        "Drift": {"contact"},
    }


def test_the_sweep_may_give_back_what_nothing_else_sends_again() -> None:
    allowed, emptied = rights("SweepFunction"), {"DropDeadLetterQueue", "PublishDeadLetterQueue"}

    assert allowed["sqs:ReceiveMessage"] == allowed["sqs:DeleteMessage"] == emptied
    assert allowed["sqs:SendMessage"] == QUEUES.keys() - DEAD_LETTERS - {"DriftQueue"}


def test_the_sweep_and_the_desk_drop_what_is_theirs_and_nothing_else_and_read_none() -> None:
    puts = [(owner, it["Resource"]) for owner, it in statements() if it["Action"] == "s3:PutObject"]
    drops = {owner: where for owner, where in puts if "DropBucket" in mentions(where)}
    sweeps, desks = drops.pop("StartsAndDueFilesPolicy"), drops.pop("DeskFunctionRole")

    assert not drops
    assert sweeps["Fn::Sub"] == "${DropBucket.Arn}/*/company/*"
    may = "company/* plan/company/* send/*.json decide/*.json answer/*.json accounts.csv"
    assert [it["Fn::Sub"] for it in desks] == [f"${{DropBucket.Arn}}/*/{it}" for it in may.split()]
    names = ("SweepFunctionRole", "StartsAndDueFilesPolicy")
    own = [it["Action"] for owner, it in statements() if owner in names]
    actions = {action for it in own for action in listed(it) if action.startswith("s3:")}
    assert actions == {"s3:PutObject", "s3:GetBucketNotification"}


def test_the_desk_reads_what_its_pages_show_and_no_whole_rows() -> None:
    (reads,) = (it["Resource"] for _, it in statements() if it["Sid"] == "ReadDocuments")

    shown = [*OF_CORP, *DOCUMENTS]
    assert [it["Fn::Sub"] for it in reads] == [f"${{ReportBucket.Arn}}/*/{it}" for it in shown]
    assert not {"members.csv", "departments.csv"} & {*shown}
    (table,) = (it for name, it in statements() if it["Sid"] == "ProveDomains")
    assert table["Action"] == "dynamodb:GetItem"
    assert table["Condition"]["ForAllValues:StringLike"] == {"dynamodb:LeadingKeys": ["DOMAIN#*"]}


NOTED = "NoteWhatIsPublished", "NoteWhatIsAnnounced"
IN_EXPRESSIONS = {"SET", "REMOVE", "AND", "attribute_exists"}


def may_publish(update: dict[str, Any]) -> bool:
    """Do as IAM does: tell whether publish's role may update an item of the table like this."""
    names = update.get("ExpressionAttributeNames", {})
    text = " ".join(value for name, value in update.items() if name.endswith("Expression"))
    named = {names.get(it, it) for it in re.findall(r"(?<![:\w])[#a-z]\w*", text)}
    attributes = {*update["Key"], *named} - IN_EXPRESSIONS
    allowed = [it["Condition"] for _, it in statements() if it["Sid"] in NOTED]
    return any(
        fnmatchcase(update["Key"]["pk"]["S"], key)
        and attributes <= {*may["ForAllValues:StringEquals"]["dynamodb:Attributes"]}
        for may in allowed
        for key in may["ForAllValues:StringLike"]["dynamodb:LeadingKeys"]
    )


MOVES = {
    "a state": ("RUN#{run}", "SET #state = :v"),
    "an approval": ("RUN#{run}", "SET proposal.approval = :v REMOVE unpublished"),
    "an early end": ("RUN#{run}", "SET #ttl = :v"),
    "a lane": ("LANE#acme", "REMOVE unpublished"),
    "settings": ("POLICY#acme", "REMOVE unpublished"),
    "a state of what was announced": ("ANNOUNCED#{run}", "SET news = :v, #state = :v"),
}


# The emulator looks at neither condition, so this is not tried on a stack.
@pytest.mark.parametrize("name", MOVES)
def test_publish_may_move_nothing(name: str) -> None:
    key, change = MOVES[name]
    names = {"#state": "state", "#ttl": "ttl"}
    item = {"pk": {"S": key.format(run="20261201T000000Z-0")}, "sk": {"S": "RUN"}}

    update = {"Key": item, "UpdateExpression": change, "ExpressionAttributeNames": names}

    assert not may_publish(update)


def test_publish_may_note_what_it_notes(stack: Functions, monkeypatch: pytest.MonkeyPatch) -> None:
    updates: list[dict[str, Any]] = []
    stack.submit("submit-drop.json", "no file of people")
    store, run = stack.store, stack.run
    store.answer(
        run, TimelineEntry(run.state, run.updated, instruction=Instruction("wecom:u1", source="s"))
    )
    DynamoPublications(store.client, store.table, store.clock).put_drift(
        DriftFound(corp="acme", at=1.0, added=1)
    )
    event = moved(run.run_id)
    drift = {"pk": {"S": "DRIFT#acme"}, "sk": {"S": "DRIFT"}}
    event["Records"].append({"dynamodb": {"Keys": drift}})

    answer(monkeypatch, "UpdateItem", lambda _, __, update: updates.append(update))
    stack.call("publish", event)

    kinds = {it["Key"]["sk"]["S"].partition("#")[0] for it in updates}
    assert kinds == {"ANNOUNCED", "ANSWER", "DRIFT", "RUN"}
    assert all(map(may_publish, updates))


def test_the_callback_never_waits_for_wecom_so_only_those_that_call_it_enter_the_vpc() -> None:
    functions = resources("AWS::Lambda::Function")
    inside = {name for name, item in functions.items() if "VpcConfig" in item["Properties"]}

    calling = ("Submit", "Persist", "Drift", "Desk", "Publish")
    assert inside == {f"{name}Function" for name in calling}


def test_the_api_takes_callbacks_and_what_the_desk_needs() -> None:
    (api,) = resources("AWS::ApiGateway::RestApi").values()
    paths = api["Properties"]["Body"]["paths"]

    takes = {path: methods.get("Fn::If", [None, methods]) for path, methods in paths.items()}
    assert {path: (only_with, {*methods}) for path, (only_with, methods, *_) in takes.items()} == {
        "/callback/{corp}": (None, {"get", "post"}),
        "/callback/{corp}/{run_id}": (None, {"get", "post"}),
        "/desk/{corp}": ("HasDesk", {"get"}),
        "/desk/{corp}/{rest+}": ("HasDesk", {"get", "post"}),
        "/{file}": ("HasDesk", {"get"}),
    }


def test_no_flood_at_the_desk_takes_what_imports_and_callbacks_need() -> None:
    (stage,) = resources("AWS::ApiGateway::Stage").values()
    every, *of_desk = stage["Properties"]["MethodSettings"]
    desk = resources("AWS::Lambda::Function")["DeskFunction"]["Properties"]
    (api,) = resources("AWS::ApiGateway::RestApi").values()
    paths = api["Properties"]["Body"]["paths"]
    settings = [with_desk["Fn::If"][1] for with_desk in of_desk]

    assert {(it["ResourcePath"], it["HttpMethod"]) for it in settings} == {
        ("/" + path.replace("/", "~1"), method.upper())
        for path, methods in paths.items()
        if "Fn::If" in methods
        for method in methods["Fn::If"][1]
    }
    assert all(it["Fn::If"][0::2] == ["HasDesk", {"Ref": "AWS::NoValue"}] for it in of_desk)
    at_once = sum(it["ThrottlingRateLimit"] for it in settings) * desk["Timeout"]
    assert at_once < 1000 * 2 / 3
    assert all(it["ThrottlingBurstLimit"] < every["ThrottlingBurstLimit"] for it in settings)
    functions = resources("AWS::Lambda::Function").values()
    assert not any("ReservedConcurrentExecutions" in it["Properties"] for it in functions)


def test_a_stack_without_a_desk_has_no_function_role_or_secret_of_it() -> None:
    parts = translated()["Resources"]
    assert {
        it for it, part in parts.items() if it.startswith("Desk") and "Condition" not in part
    } == set()


def test_buckets_are_private_encrypted_and_kept_and_drops_are_versioned() -> None:
    buckets = resources("AWS::S3::Bucket")
    assert set(buckets) == {"DropBucket", "ReportBucket", "SnapshotBucket"}
    for bucket in buckets.values():
        assert all(bucket["Properties"]["PublicAccessBlockConfiguration"].values())
        assert "BucketEncryption" in bucket["Properties"]
        assert bucket["DeletionPolicy"] == "RetainExceptOnCreate"
    versioning = buckets["DropBucket"]["Properties"]["VersioningConfiguration"]
    assert versioning == {"Status": "Enabled"}


def test_tables_forget_by_ttl_and_runs_can_be_restored_but_no_token() -> None:
    tables = resources("AWS::DynamoDB::Table")
    runs, tokens = (tables[name]["Properties"] for name in ("RunTable", TOKENS))

    for table in (runs, tokens):
        assert table["TimeToLiveSpecification"] == {"AttributeName": "ttl", "Enabled": True}
        assert table["SSESpecification"] == {"SSEEnabled": True}
    assert runs["PointInTimeRecoverySpecification"]["PointInTimeRecoveryEnabled"]
    assert not {"StreamSpecification", "PointInTimeRecoverySpecification"} & tokens.keys()
    policies = [tables[name]["DeletionPolicy"] for name in ("RunTable", TOKENS)]
    assert policies == ["RetainExceptOnCreate", "Delete"]


def test_every_deployment_reaches_the_stage_of_the_api() -> None:
    """SAM names a deployment by the API's body, in which a condition is not resolved yet."""
    assert source()["Resources"]["CallbackApi"]["Properties"]["AlwaysDeploy"] is True
    (stage,) = resources("AWS::ApiGateway::Stage").values()
    (deployment,) = resources("AWS::ApiGateway::Deployment")
    assert stage["Properties"]["DeploymentId"] == {"Ref": deployment}


def test_every_role_has_the_boundary_that_an_account_asks_for() -> None:
    roles = resources("AWS::IAM::Role").values()

    chosen = {json.dumps(role["Properties"].get("PermissionsBoundary")) for role in roles}

    nothing = {"Ref": "AWS::NoValue"}
    assert chosen == {
        json.dumps({"Fn::If": ["HasBoundary", {"Ref": "PermissionsBoundary"}, nothing]})
    }


def test_only_what_calls_wecom_reaches_the_tokens() -> None:
    callers = {"SubmitFunction", "PersistFunction", "DriftFunction"}
    parts = translated()["Resources"] | {"Outputs": translated()["Outputs"]}

    reaching = {name for name, part in parts.items() if TOKENS in mentions(part)}

    assert reaching == callers | {f"{name}Role" for name in callers}
    for name in callers:
        allowed = {action for action, on in rights(name).items() if TOKENS in on}
        assert allowed == {"dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:DeleteItem"}
    (kept,) = (each for name, each in statements() if each["Sid"] == "KeepWhatWasFound")
    assert kept["Condition"] == {"ForAllValues:StringLike": {"dynamodb:LeadingKeys": ["DRIFT#*"]}}
    of_drift = rights("DriftFunction").items()
    assert {action for action, on in of_drift if "RunTable" in on} == {"dynamodb:PutItem"}


def test_only_the_scheduler_of_this_account_calls_a_function_by_a_role_of_its_own() -> None:
    source = {"aws:SourceAccount": {"Ref": "AWS::AccountId"}}
    targets = [it["Properties"]["Target"] for it in resources("AWS::Scheduler::Schedule").values()]
    assert {referred(target["Arn"]) for target in targets} == {"SweepFunction", "DriftFunction"}
    for target in targets:
        role = resources("AWS::IAM::Role")[referred(target["RoleArn"])]["Properties"]
        (trust,) = role["AssumeRolePolicyDocument"]["Statement"]
        assert trust["Principal"] == {"Service": "scheduler.amazonaws.com"}
        assert trust["Condition"] == {"StringEquals": source}
        ((may,),) = (policy["PolicyDocument"]["Statement"] for policy in role["Policies"])
        assert (may["Action"], may["Resource"]) == ("lambda:InvokeFunction", target["Arn"])


def test_arns_name_no_partition() -> None:
    assert "arn:aws:" not in (ROOT / "template.yaml").read_text()
    assert "amazonaws.com/" not in (ROOT / "template.yaml").read_text()


def test_no_secret_value_stands_in_an_environment() -> None:
    for item in resources("AWS::Lambda::Function").values():
        for name, value in item["Properties"]["Environment"]["Variables"].items():
            if re.search("SECRET|TOKEN|KEY", name):
                assert name == "SECRET_PREFIX" or name.endswith(("_SECRET_ARN", "_TABLE"))
                assert isinstance(value, dict)
