"""Each function through its handler, with the files of `events/`, on moto and the simulator."""

import base64
import copy
import io
import itertools
import json
from collections import Counter
from dataclasses import replace
from itertools import product
from types import SimpleNamespace
from typing import Any

import boto3
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

import submit
from support import events
from support.aws import answer, looked_up, refuse
from support.console import Capsys
from support.damage import damaged
from support.functions import DROPPED, MASTER, Functions, spoil
from support.runs import state_and_why
from support.world import members
from wecom_sync.adapters.dynamodb_items import item_key, wire
from wecom_sync.adapters.dynamodb_publications import DynamoPublications
from wecom_sync.adapters.dynamodb_tokens import DynamoTokens
from wecom_sync.domain.states import State
from wecom_sync.reporting.documents import reason_text
from wecom_sync.reporting.language import Language
from wecom_sync.use_cases.drops.entrance import MOST_OPEN
from wecom_sync.wecom.credentials import job_credentials
from wecom_sync_tools.local.known_corp import DROP_BUCKET, SECRET


@pytest.mark.parametrize(("name", "key"), DROPPED.items())
def test_a_drop_becomes_a_job_and_a_check_ends_it(stack: Functions, name: str, key: str) -> None:
    assert stack.submit(name, members("anna", "bert")) == {"batchItemFailures": []}
    assert (stack.run.key, stack.run.state) == (key, State.SUBMITTED)
    end_import(stack)

    run = stack.run
    assert (run.state, run.result.succeeded) == (State.SUCCEEDED, 2)
    results = stored("reports", f"acme/{run.run_id}/results.csv")
    assert len(results.decode("utf-8-sig").splitlines()) == 3


def test_what_s3_hands_out_to_nobody_is_rejected_at_once_and_what_it_refuses_us_is_tried_again(
    stack: Functions, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer(monkeypatch, "HeadObject", refuse("HeadObject", "403"))
    answer(monkeypatch, "GetObject", refuse("GetObject"))
    assert len(stack.submit("submit-drop.json")["batchItemFailures"]) == 1
    assert stack.store.runs_of_corp("acme", 10) == []
    answer(monkeypatch, "HeadObject", refuse("HeadObject", "400"))
    encrypted = "InvalidRequest", "The object was stored using a form of Server Side Encryption."
    answer(monkeypatch, "GetObject", refuse("GetObject", *encrypted))

    assert stack.take_in("submit-drop.json") == {"batchItemFailures": []}

    assert stack.run.state is State.REJECTED
    assert "请不带该密钥重新提交" in reason_text(stack.run, Language.CHINESE)


def end_import(stack: Functions) -> None:
    assert stack.wecom.wait_idle()
    (check,) = stack.messages("ResultsQueue")
    assert stack.call("persist", events.sqs("ResultsQueue", check)) == {"batchItemFailures": []}


def stored(bucket: str, key: str) -> bytes:
    content: bytes = boto3.client("s3").get_object(Bucket=bucket, Key=key)["Body"].read()
    return content


@pytest.mark.parametrize(
    ("name", "key", "content", "state", "code"),
    [
        ("unknown-job", events.BAD_KEY, "anything", State.REJECTED, "job_unknown"),
        ("plan", events.PLAN_KEY, members("anna"), State.PLANNED, None),
        (
            "decision",
            events.DECISION_KEY,
            '{"decision": "cancel"}',
            State.REJECTED,
            "decision_no_run",
        ),
    ],
)
def test_what_is_no_import_is_told_by_its_key(
    stack: Functions, name: str, key: str, content: str, *, state: State, code: str | None
) -> None:
    stack.put(key, content.encode())

    stack.take_in(f"submit-{'drop-' if name == 'unknown-job' else ''}{name}.json")

    assert state_and_why(stack.run) == (state, code)
    assert stack.run.proposal.verdict == ("apply" if name == "plan" else None)
    assert stack.run.identity.principal == "AWS:AROAEXAMPLEEXAMPLE:zhangsan"
    assert "anna" not in stack.wecom.corp(SECRET["corp_id"]).directory.members


def test_what_was_changed_by_hand_is_reported(stack: Functions) -> None:
    stack.submit("submit-drop.json", members("anna", "bert"))
    end_import(stack)
    stack.put(events.SETTINGS_KEY, b'[desk]\napprovers = ["Bert"]\nreaders = ["anna", "ghost"]\n')
    stack.take_in("submit-settings.json")
    assert stack.invoke("drift-schedule.json") == {"corps": 1}
    (message,) = stack.messages("DriftQueue")
    assert events.sqs("DriftQueue", message) == events.of_file("drift-corp.json")
    assert stack.invoke("drift-corp.json") == {"batchItemFailures": []}
    assert drift_reports() == []
    stack.wecom.corp(SECRET["corp_id"]).directory.discard("bert")

    assert stack.invoke("drift-corp.json") == {"batchItemFailures": []}

    (key,) = drift_reports()
    assert "bert,removed by hand" in stored("reports", key).decode("utf-8-sig")
    drift = DynamoPublications(stack.store.client, stack.store.table, lambda: 0).drift("acme")
    assert drift is not None
    assert drift.absent == ("Bert", "ghost")


def test_the_callback_function_signs_for_doctor(stack: Functions, logged: io.StringIO) -> None:
    answer = stack.invoke("callback-doctor.json")

    for path in (f"/callback/acme/{answer['run_id']}", "/callback/acme"):
        query = answer["run" if path.count("/") == 3 else "corp"]
        response = stack.call("callback", events.request("GET", path, query))
        assert (response["statusCode"], response["body"]) == (200, answer["echo"])
        event = events.request("POST", path, query, f"<x><Encrypt>{query['echostr']}</Encrypt></x>")
        assert stack.call("callback", event)["statusCode"] == 403
    text = json.dumps(answer) + logged.getvalue()
    assert [value for value in (MASTER, *SECRET.values()) if value in text] == []


QUEUED = {"state": {"S": "QUEUED"}, "open_state": {"S": "QUEUED"}, "due": {"N": "0"}}


@pytest.mark.parametrize(
    "spoilt", [{}, {**QUEUED, "corp": {"S": "gamma"}}], ids=["of no run", "of two"]
)
def test_an_unreadable_item_of_a_neighbour_stops_neither_files_nor_the_sweep(
    stack: Functions, capsys: Capsys, spoilt: dict[str, Any]
) -> None:
    stack.call("submit", events.dropped("beta/settings.toml"))
    (run,) = stack.store.runs_of_corp("beta", 10)
    spoil(stack.names["RunTable"], run, **spoilt)
    stack.messages("SubmitQueue")

    stack.submit("submit-drop.json")

    assert stack.run.state is State.SUBMITTED
    assert len(stack.messages("ResultsQueue")) == 1
    stack.store.move(stack.run, State.SUBMITTED, due=0)
    assert stack.invoke("sweep-schedule.json") == {"SUBMITTED": 1}
    (check,) = stack.messages("ResultsQueue")
    assert check["run_id"] == stack.run.run_id
    assert '"CompaniesStuck":[2.0]' in capsys.readouterr().out


def test_a_file_takes_as_many_calls_with_2000_runs_of_other_companies_waiting(
    stack: Functions, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls: list[str] = []
    looked_up(monkeypatch, calls)

    def calls_of(*people: str) -> Counter[str]:
        calls.clear()
        key = f"acme/syncuser/{len(people)}.csv"
        stack.put(key, members(*people).encode())
        assert stack.take(events.dropped(key)) == {"batchItemFailures": []}
        end_import(stack)
        return Counter(calls)

    calls_of("anna")
    alone = calls_of("anna", "bert")
    let_wait(stack, *(f"corp{it}" for it in range(2_000)))
    # The stand-in for DynamoDB copies all of a table before each transaction, to undo it.
    monkeypatch.setattr("moto.dynamodb.models.copy", SimpleNamespace(deepcopy=copy.copy))

    assert calls_of("anna", "bert", "carl") == alone


def test_a_flood_takes_few_calls_a_batch_and_is_noted_once(
    stack: Functions, monkeypatch: pytest.MonkeyPatch
) -> None:
    let_wait(stack, *["acme"] * MOST_OPEN)
    calls: list[str] = []
    looked_up(monkeypatch, calls)

    for batch in itertools.batched(range(30), 10, strict=True):
        calls.clear()
        drops = [events.dropped(f"acme/syncuser/{it}.csv")["Records"][0] for it in batch]
        assert stack.call("submit", {"Records": drops}) == {"batchItemFailures": []}

    assert Counter(calls) == {"Query": 3, "GetItem": 2, "UpdateItem": 1}


def let_wait(stack: Functions, *corps: str) -> None:
    """Let a run of each company wait: of many, more than a page of the table holds in a state."""
    states = itertools.cycle((State.RECEIVED, State.QUEUED, State.HELD))
    for some in itertools.batched(enumerate(corps), 25, strict=False):
        items = [
            {**item_key("RUN", f"{at}"), "open_state": next(states), "corp": corp, "x": "x" * 2_000}
            for at, corp in some
        ]
        puts: list[Any] = [{"PutRequest": {"Item": wire(it)}} for it in items]
        boto3.client("dynamodb").batch_write_item(RequestItems={stack.names["RunTable"]: puts})


def drift_reports() -> list[str]:
    listed = boto3.client("s3").list_objects_v2(Bucket="reports")["Contents"]
    return [item["Key"] for item in listed if "/drift/" in item["Key"]]


def test_what_is_about_no_run_is_acknowledged(stack: Functions) -> None:
    for name in ("submit-s3-test-event", "submit-advance", "persist-check", "persist-callback"):
        assert stack.invoke(f"{name}.json") == {"batchItemFailures": []}
    assert stack.invoke("publish-run.json") is None
    assert stack.store.runs_of_corp("acme", 10) == []


def test_a_message_that_cannot_be_handled_goes_back_alone(stack: Functions) -> None:
    stack.put(events.MEMBERS_KEY, members("anna").encode())
    good = json.loads((events.FOLDER / "submit-drop.json").read_text())["Records"][0]
    bad = good | {"messageId": "bad", "body": '{"kind": "advance"}'}
    worse = bad | {"messageId": "worse", "attributes": {}}

    answer = stack.call("submit", {"Records": [bad, worse, good]})

    failed = [{"itemIdentifier": name} for name in ("bad", "worse")]
    assert answer == {"batchItemFailures": failed}
    assert len(stack.store.runs_of_corp("acme", 10)) == 1


def test_verification_answers_with_the_bare_plaintext(stack: Functions) -> None:
    for name in ("verify", "verify-base-path", "verify-two-base-paths"):
        answer = stack.invoke(f"callback-{name}.json")

        assert (answer["statusCode"], answer["body"]) == (200, "1616140317555161061")
        assert not answer["isBase64Encoded"]


def test_an_event_is_acknowledged_and_queued_if_it_ends_an_import(stack: Functions) -> None:
    event = events.of_file("callback-event-xml.json")
    body = base64.b64encode(event["body"].encode()).decode()
    coded = event | {"body": body, "isBase64Encoded": True}

    for posted in (event, events.of_file("callback-event-json.json"), coded):
        assert stack.call("callback", posted)["statusCode"] == 200

        (message,) = stack.messages("ResultsQueue")
        assert message == events.accepted(events.job_finished())
    odd = [events.job_finished(job_id=odd) for odd in ("x" * 129, "job\u4e00", "a b")]
    for event in (events.of_file("callback-event-other-job.json"), *map(events.posted_xml, odd)):
        assert stack.call("callback", event)["statusCode"] == 200

    assert stack.messages("ResultsQueue") == []


def of_a_run(
    corp: str = "acme", method: str = "GET", path: str = "", message: str = "echo"
) -> dict[str, Any]:
    """Return a request at a run's own URL, or one with its credentials elsewhere."""
    ours = job_credentials(MASTER.encode(), corp, events.RUN_ID, SECRET["corp_id"])
    query, sealed = events.signed(message, ours)
    path = path or f"/callback/{corp}/{events.RUN_ID}"
    if method == "GET":
        return events.request(method, path, query | {"echostr": sealed})
    return events.request(method, path, query, f"<xml><Encrypt>{sealed}</Encrypt></xml>")


def test_the_corp_and_the_run_are_found_behind_any_base_path(stack: Functions) -> None:
    bases = ("", "prod", "hr/wecom", "callback", "a/callback/b")
    for corp, base_path, is_told in product(("acme", "callback"), bases, (True, False)):
        event = of_a_run(corp)
        if base_path:
            event = events.through("hooks.example", base_path, event)
        if not is_told:
            # As something else than API Gateway may call the function.
            event |= {"pathParameters": None, "resource": ""}

        answer = stack.call("callback", event)

        assert (answer["statusCode"], answer["body"]) == (200, "echo"), (corp, base_path)


def test_an_unknown_corp_or_what_is_no_part_of_a_path_is_a_404(stack: Functions) -> None:
    for corp in ("acme/20260102T030405Z-0123456789ab", "../acme", "", "acme%2F"):
        event = events.verification() | {"path": "/callback/x", "pathParameters": {"corp": corp}}
        assert stack.call("callback", event)["statusCode"] == 404
    for corp in ("nobody", "NOT-AN-ALIAS", "a" * 40):
        event = events.verification(f"/callback/{corp}")
        assert stack.call("callback", event)["statusCode"] == 404
    assert stack.invoke("callback-unknown-corp.json")["statusCode"] == 404


def corrupted() -> dict[str, dict[str, Any]]:
    """Return requests that are not WeCom's; `tests/unit/test_envelope.py` has more of them."""
    message = events.job_finished()
    good = events.posted_xml(message)
    binary = {"body": base64.b64encode(b"\xff\xfe<").decode(), "isBase64Encoded": True}
    requests = {
        "not utf-8": good | binary,
        "surrogate": good | {"body": "<xml>\ud800</xml>"},
        "no query": events.request("POST", "/callback/acme", None, "<xml/>"),
        "no body": events.request("POST", "/callback/acme", {"msg_signature": ""}, None),
        "no echostr": events.request("GET", "/callback/acme", events.signed("x")[0]),
    }
    for name, text in {"a cut base64": "QUJDR", "a base64 in Chinese": "签名"}.items():
        requests[name] = events.request("POST", "/callback/acme", events.signed("x")[0], text)
        requests[name]["isBase64Encoded"] = True
    query, sealed = events.signed(message, replace(events.FIXED, receive_id="ww-else"))
    body = f"<xml><Encrypt>{sealed}</Encrypt></xml>"
    return {**requests, "receiver": events.request("POST", "/callback/acme", query, body)}


def test_the_desk_sends_strangers_to_wecom_and_takes_nothing_from_them(stack: Functions) -> None:
    names = ("desk-page.json", "desk-decision.json", "desk-domain-file.json")
    page, decision, file = (stack.invoke(name) for name in names)

    assert [it["statusCode"] for it in (page, decision, file)] == [302, 401, 404]
    assert "/connect/oauth2/authorize?" in page["headers"]["Location"]
    about = page["multiValueHeaders"]["Set-Cookie"][0].partition(";")[2]
    assert about == " Max-Age=600; Path=/desk/acme; HttpOnly; SameSite=Lax; Secure"
    assert boto3.client("s3").list_objects_v2(Bucket=DROP_BUCKET)["KeyCount"] == 0


def test_everything_that_is_not_wecoms_gets_the_same_403(stack: Functions) -> None:
    answers = [stack.call("callback", event) for event in corrupted().values()]
    answers += [stack.invoke("callback-forged.json")]
    answers += [stack.invoke("callback-verify-run-forged.json")]

    assert {answer["statusCode"] for answer in answers} == {403}
    assert len({json.dumps(answer, sort_keys=True) for answer in answers}) == 1
    assert stack.messages("ResultsQueue") == []


RUN = f"/callback/acme/{events.RUN_ID}"
TEXTS = st.sampled_from(("", "0", "签名", "\ud800", "a" * 5_000)) | st.text(max_size=3)
EVENT = events.posted_xml(events.job_finished())
WHOLE = EVENT["body"].encode()
HUGE = WHOLE + b" " * 2**20
HONEST = ("POST", "/callback/acme")


@given(
    changed=st.dictionaries(st.sampled_from(("msg_signature", "timestamp", "nonce")), TEXTS),
    body=damaged(EVENT["body"]),
    how=st.sampled_from((*[HONEST] * 8, ("GET", HONEST[1]), ("PUT", HONEST[1]), ("POST", RUN))),
)
@example(changed={}, body=WHOLE, how=HONEST)
@example(changed={}, body=HUGE, how=HONEST)
def test_of_whatever_is_asked_only_what_wecom_signed_is_queued(
    stack: Functions,
    logged: io.StringIO,
    changed: dict[str, str],
    body: bytes,
    how: tuple[str, str],
) -> None:
    coded = {"body": base64.b64encode(body).decode(), "isBase64Encoded": True}
    query = EVENT["queryStringParameters"] | changed

    answer = stack.call("callback", events.request(*how, query) | coded)

    queued = stack.messages("ResultsQueue")
    assert answer["statusCode"] in {200, 403, 404}
    assert queued == [events.accepted(events.job_finished())] * (answer["statusCode"] == 200)
    is_honest = (query, how) == (EVENT["queryStringParameters"], HONEST)
    assert is_honest if queued else not is_honest or body != WHOLE
    for secret in (MASTER, SECRET["callback_token"], SECRET["callback_aes_key"], "Traceback"):
        assert secret not in logged.getvalue()


def test_of_many_forgeries_each_corp_costs_one_look_up_and_nothing_else(
    stack: Functions, monkeypatch: pytest.MonkeyPatch
) -> None:
    others: list[str] = []
    asked = looked_up(monkeypatch, others)
    corps = ("acme", *(f"nobody-{n}" for n in range(9)))

    for n in range(200):
        path = f"/callback/{corps[n % 10]}" + f"/{events.RUN_ID}" * (n % 3 == 0)
        forged = of_a_run("acme", "POST", path)["queryStringParameters"] | {"msg_signature": "0"}
        body = "<xml><Encrypt>QUJD</Encrypt></xml>"
        answer = stack.call("callback", events.request("POST", path, forged, body))
        assert answer["statusCode"] in {403, 404}

    assert sorted(asked) == sorted(
        [stack.names["CallbackMasterSecret"], *(f"wecom-sync/{corp}/messages" for corp in corps)]
    )
    assert (others, stack.wecom.requests) == ([], [])


def test_the_url_of_one_run_takes_that_runs_credentials_and_reads_no_secret_of_a_corp(
    stack: Functions,
) -> None:
    message = events.job_finished()
    right = of_a_run("acme", "POST", message=message)
    assert stack.call("callback", right)["statusCode"] == 200
    (sent,) = stack.messages("ResultsQueue")
    assert sent["run_id"] == events.RUN_ID
    for path in ("/callback/acme", "/callback/acme/20260102T030405Z-ffffffffffff"):
        wrong = of_a_run("acme", "POST", path, message)
        assert stack.call("callback", wrong)["statusCode"] == 403

    secrets = boto3.client("secretsmanager")
    for secret in secrets.list_secrets()["SecretList"]:
        if secret["Name"].startswith("wecom-sync/"):
            secrets.delete_secret(SecretId=secret["Name"])

    assert stack.call("callback", of_a_run())["statusCode"] == 200
    forged = events.verification(f"/callback/nobody/{events.RUN_ID}")
    assert stack.call("callback", forged)["statusCode"] == 403


def test_the_schedule_finds_what_is_overdue(stack: Functions) -> None:
    stack.wecom.fault("hang_job")
    stack.submit("submit-drop.json")
    stack.store.move(stack.run, State.SUBMITTED, due=stack.run.identity.created)
    stack.messages("ResultsQueue")

    assert stack.invoke("sweep-schedule.json") == {"SUBMITTED": 1}

    assert [message["kind"] for message in stack.messages("ResultsQueue")] == ["check"]


def test_no_log_line_holds_a_name_a_number_a_token_or_a_secret(
    stack: Functions, logged: io.StringIO, capsys: Capsys
) -> None:
    content = "姓名,帐号,手机号,所在部门\n欧阳锋,anna,13911112222,1\n,bert,13933334444,x\n"
    stack.submit("submit-drop.json", content)
    stack.put(events.ENCODED_KEY, content.replace(",x", ",1").replace("\n,", "\n王,").encode())
    stack.wecom.fault("errcode", "/cgi-bin/media/upload", errcode=60020)
    stack.invoke("submit-drop-encoded-key.json")
    for event in corrupted().values():
        stack.call("callback", event)
    assert stack.invoke("drift-doctor.json")["write"]["params"]["errcode"] == 40007
    bad = json.loads((events.FOLDER / "submit-drop.json").read_text())["Records"][0]
    stack.call("submit", {"Records": [bad | {"body": '{"kind": "advance"}'}]})

    log = logged.getvalue() + "".join(capsys.readouterr())
    assert "message failed" in log
    client = boto3.client("dynamodb")
    token = DynamoTokens(client, stack.names["TokenTable"], stack.wecom.clock.now).token("acme")
    assert token
    assert token.token not in str(client.scan(TableName=stack.names["RunTable"])["Items"])
    secrets = [value for name, value in SECRET.items() if name != "corp_id"]
    for secret in ("欧阳锋", "13911112222", "13933334444", token.token, MASTER, *secrets):
        assert secret not in log


def test_a_function_without_its_settings_says_what_is_missing(
    stack: Functions, monkeypatch: pytest.MonkeyPatch, logged: io.StringIO
) -> None:
    monkeypatch.delenv("TABLE_NAME")
    submit.use_cases.cache_clear()
    stack.put(events.MEMBERS_KEY, members("anna").encode())

    assert stack.invoke("submit-drop.json")["batchItemFailures"]
    assert "TABLE_NAME is missing" in logged.getvalue()
