"""A corp's secrets, what WeCom says to it, and its settings."""

import dataclasses
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import MISSING
from typing import Any

from botocore.exceptions import ClientError

from wecom_sync.domain.drop import SETTINGS
from wecom_sync.domain.policy import Policy
from wecom_sync.domain.run import State
from wecom_sync.reporting.error_codes import errcode
from wecom_sync.reporting.listed_runs import run_in
from wecom_sync.wecom.credentials import CorpSecret, MessagesSecret
from wecom_sync.wecom.robot import HOST, is_webhook
from wecom_sync_tools.console.codes import Code
from wecom_sync_tools.doctor.case import Case, Finding, Status

type Kind = CorpSecret | MessagesSecret

NO_SUCH_FILE = 40007
IMPORT_RUNNING = 302008
UNTRUSTED_ADDRESS = 60020
NO_RIGHT = frozenset({48002, 48006, 50003, 60011, 60031, 301002})
"""Errcodes that say that a Secret may not write."""
_NO_SECRET = frozenset({"ResourceNotFoundException", "InvalidRequestException"})
"""It does not exist, or is marked for deletion."""
_SHAPES: Mapping[str, re.Pattern[str]] = {
    "callback_token": re.compile(r"[A-Za-z0-9]{1,32}"),
    "callback_aes_key": re.compile(r"[A-Za-z0-9]{43}"),
}
_CORP_ID = re.compile(r"w[wx][0-9A-Za-z]{16}")


def secret(case: Case) -> Finding:
    """Look at the secrets; no value of them is ever told. Few corps have that of their messages."""
    name = secret_name(case)
    given: dict[str, Any] = {}
    for kind in (CorpSecret, MessagesSecret):
        of_kind = secret_name(case, kind)
        try:
            found = case.target.secrets.get_secret_value(SecretId=of_kind)
        except ClientError as error:
            if error.response["Error"]["Code"] not in _NO_SECRET:
                raise
            if given:
                break
            return case.fail("doctor_secret_missing", "doctor_secret_create", secret=name)
        fields = _object(found.get("SecretString", ""))
        if fields is None:
            return case.fail("doctor_secret_not_json", "doctor_secret_put", secret=of_kind)
        if wrong := [*_wrong(case, kind, fields, given)]:
            told = case.text("list_comma").join(wrong)
            return case.fail(
                "doctor_secret_wrong", "doctor_secret_put", secret=of_kind, fields=told
            )
        given |= fields
    if not _CORP_ID.fullmatch(given["corp_id"].strip()):
        return case.warn("doctor_corp_id", "doctor_corp_id_advice", secret=name)
    has_callback = bool(given.get("callback_token"))
    code: Code = "doctor_secret" if has_callback else "doctor_secret_no_callback"
    return case.ok(code, secret=name)


def _object(text: str) -> dict[str, Any] | None:
    try:
        fields = json.loads(text)
    except ValueError:
        return None
    return fields if isinstance(fields, dict) else None


def _wrong(
    case: Case, kind: type[Kind], fields: Mapping[str, Any], other: Mapping[str, Any]
) -> Iterator[str]:
    """Yield what is wrong with the fields of a secret; `other`: those of the corp's other one."""
    values = {name: value for name, value in fields.items() if value is not None}
    known = {field.name: field.default is MISSING for field in dataclasses.fields(kind)}
    odd = [name for name in known if not isinstance(values.get(name, ""), str)]
    if odd:
        yield from (case.text("doctor_field_malformed", field=name) for name in odd)
        return
    given = {name: values[name].strip() for name in known if values.get(name, "").strip()}
    missing = [name for name, is_needed in known.items() if is_needed and name not in given]
    halves = [name for name in _SHAPES if name in known and name not in given]
    missing += halves if len(halves) == 1 else []
    yield from (case.text("doctor_field_missing", field=name) for name in missing)
    for name, shape in _SHAPES.items():
        if name in given and not shape.fullmatch(given[name]):
            yield case.text("doctor_field_malformed", field=name)
    if "robot_webhook" in given and not is_webhook(given["robot_webhook"], _wecom(case)):
        yield case.text("doctor_field_malformed", field="robot_webhook")
    if other and "corp_id" in given and given["corp_id"] != other["corp_id"].strip():
        yield case.text("doctor_field_differs", field="corp_id", secret=secret_name(case))


def _wecom(case: Case) -> str:
    """Return the address at which this stack calls WeCom."""
    return case.target.note.wecom_url if case.target.note else HOST


def token(case: Case) -> Finding:
    """Tell how gettoken went. What the function says of the secret counts for it as well."""
    answer = case.answer
    if answer["secret"]:
        return unusable(case, answer["secret"], CorpSecret)
    if answer["token"] is None:
        return case.ok("doctor_token")
    if _errcode(answer["token"]) == UNTRUSTED_ADDRESS:
        return case.needs("check_address")
    return case.refused(answer["token"])


def unusable(case: Case, failure: Mapping[str, Any], kind: type[Kind]) -> Finding:
    """Return what a function says of a secret, unless the caller has seen that it is wrong."""
    if case.found["secret"].status is Status.FAIL:
        return case.needs("check_secret")
    name = secret_name(case, kind)
    if failure["code"] == "corp_unknown":
        return case.fail("doctor_secret_missing", "doctor_secret_create", secret=name)
    if failure["code"] == "secret_invalid":
        fields = failure["params"]["details"].removeprefix(f"{name}: ")
        return case.fail("doctor_secret_wrong", "doctor_secret_put", secret=name, fields=fields)
    return case.refused(failure)


def secret_name(case: Case, kind: type[Kind] = CorpSecret) -> str:
    return f"{case.outputs.get('SecretPrefix', 'wecom-sync')}/{case.corp}{kind.SUFFIX}"


def address(case: Case) -> Finding:
    """Tell whether WeCom takes calls from the functions' address."""
    answer = case.answer
    failures = [answer[name] for name in ("token", "read", "write") if answer.get(name)]
    for failure in failures:
        if _errcode(failure) == UNTRUSTED_ADDRESS:
            seen = failure["params"].get("address", "?")
            advice = errcode(UNTRUSTED_ADDRESS).repair.render(case.language)
            return Finding(
                Status.FAIL, case.text("doctor_address_refused", address=seen), advice, stops=True
            )
    if case.found["token"].stops:
        return case.needs("check_token")
    if len(failures) > 1 and not any(map(_errcode, failures)):
        return case.skip("doctor_address_unknown")
    return case.ok("doctor_address")


def read(case: Case) -> Finding:
    answer = case.answer
    if answer["read"]:
        return case.refused(answer["read"])
    counts = {name: answer[name] for name in ("members", "departments")}
    return case.ok("doctor_read", **counts)


def write(case: Case) -> Finding:
    """Tell whether the Secret may import. The call names a file that WeCom does not have."""
    failure = case.answer["write"]
    code = _errcode(failure) if failure else None
    if failure is None or code == NO_SUCH_FILE:
        return case.ok("doctor_write")
    if code == IMPORT_RUNNING:
        return case.skip("doctor_write_busy")
    if code in NO_RIGHT:
        return case.refused(failure)
    found = case.refused(failure, Status.WARN)
    return Finding(found.status, case.text("doctor_write_unknown", why=found.text), found.advice)


def _errcode(failure: Mapping[str, Any]) -> int | None:
    found = failure["params"].get("errcode")
    return found if isinstance(found, int) else None


def settings(case: Case) -> Finding:
    """Tell what is in force, and what was refused after it."""
    index = case.target.documents.index(case.corp)
    key = f"{case.corp}/{SETTINGS}"
    newest = next((run for run in index.newest if run["key"] == key), None)
    if newest and newest["state"] in {State.REJECTED, State.FAILED}:
        why = run_in(newest, case.language)["reason"] or ""
        return case.fail("doctor_settings_rejected", "doctor_settings_advice", why=why)
    policy = Policy.from_document(index.settings or {})
    weakened = [f"{each.setting} = {each.after}" for each in policy.weakened(Policy())]
    if weakened:
        told = case.text("list_comma").join(weakened)
        return case.warn("doctor_settings_weakened", "doctor_settings_look", settings=told)
    is_applied = bool(index.settings and index.settings.get("since"))
    return case.ok("doctor_settings" if is_applied else "doctor_settings_default")
