"""A corp's secrets, what WeCom says to it, its settings, and whether its callbacks can arrive."""

import dataclasses
import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import MISSING
from http.client import FORBIDDEN, INTERNAL_SERVER_ERROR, NOT_FOUND, OK
from typing import Any

import requests
from botocore.exceptions import ClientError
from urllib3.exceptions import HTTPError

from wecom_sync.adapters.http_exchange import how_of
from wecom_sync.domain.drop import Word
from wecom_sync.domain.policy import Policy
from wecom_sync.domain.states import State
from wecom_sync.reporting.corp_index import run_in
from wecom_sync.reporting.error_codes import errcode
from wecom_sync.wecom.credentials import AppSecret, CorpSecret, MessagesSecret
from wecom_sync.wecom.robot import HOST, is_webhook
from wecom_sync_tools.console.codes import Code
from wecom_sync_tools.doctor.checkup import Checkup, Finding, Status

SECONDS = 15
MOST_BYTES = 4096
RUNS = 30
"""The newest runs that are looked at; about as many are read at a time."""
FEW = 3
"""So many imports in a row without a callback are no accident."""


type SecretKind = CorpSecret | MessagesSecret | AppSecret

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


def secret(checkup: Checkup) -> Finding:
    """Check both secrets without showing a value. The one for messages is optional."""
    name = secret_name(checkup)
    given: dict[str, Any] = {}
    for kind in (CorpSecret, MessagesSecret):
        of_kind = secret_name(checkup, kind)
        try:
            stored = checkup.target.secrets.get_secret_value(SecretId=of_kind)
        except ClientError as error:
            if error.response["Error"]["Code"] not in _NO_SECRET:
                raise
            if given:
                break
            return checkup.fail("doctor_secret_missing", "doctor_secret_create", secret=name)
        fields = _object(stored.get("SecretString", ""))
        if fields is None:
            return checkup.fail("doctor_secret_not_json", "doctor_secret_put", secret=of_kind)
        if wrong := [*_wrong(checkup, kind, fields, given)]:
            words = {"secret": of_kind, "fields": checkup.listed(wrong)}
            return checkup.fail("doctor_secret_wrong", "doctor_secret_put", **words)
        given |= fields
    if not _CORP_ID.fullmatch(given["corp_id"].strip()):
        return checkup.warn("doctor_corp_id", "doctor_corp_id_advice", secret=name)
    has_callback = bool(given.get("callback_token"))
    code: Code = "doctor_secret" if has_callback else "doctor_secret_no_callback"
    return checkup.ok(code, secret=name)


def _object(text: str) -> dict[str, Any] | None:
    try:
        fields = json.loads(text)
    except ValueError:
        return None
    return fields if isinstance(fields, dict) else None


def _wrong(
    checkup: Checkup, kind: type[SecretKind], fields: Mapping[str, Any], other: Mapping[str, Any]
) -> Iterator[str]:
    """Yield what is wrong with the fields of a secret; `other`: those of the corp's other one."""
    needed = {field.name: field.default is MISSING for field in dataclasses.fields(kind)}
    values = {name: "" if fields.get(name) is None else fields[name] for name in needed}
    if odd := [name for name, value in values.items() if not isinstance(value, str)]:
        yield from (checkup.text("doctor_field_malformed", field=name) for name in odd)
        return
    given = {name: value.strip() for name, value in values.items() if value.strip()}
    halves = [name for name in _SHAPES if name in needed and name not in given]
    for name in (*(it for it in needed if needed[it] and it not in given), *halves):
        if needed[name] or len(halves) == 1:
            yield checkup.text("doctor_field_missing", field=name)
    shapes: dict[str, Callable[[str], object]] = {
        **{name: shape.fullmatch for name, shape in _SHAPES.items()},
        "robot_webhook": lambda url: is_webhook(url, _wecom(checkup)),
    }
    for name, fits in shapes.items():
        if name in given and not fits(given[name]):
            yield checkup.text("doctor_field_malformed", field=name)
    if other and "corp_id" in given and given["corp_id"] != other["corp_id"].strip():
        yield checkup.text("doctor_field_differs", field="corp_id", secret=secret_name(checkup))


def _wecom(checkup: Checkup) -> str:
    return checkup.target.note.wecom_url if checkup.target.note else HOST


def token(checkup: Checkup) -> Finding:
    answer = checkup.answer
    if answer["secret"]:
        return unusable(checkup, answer["secret"], CorpSecret)
    if answer["token"] is None:
        return checkup.ok("doctor_token")
    if _errcode(answer["token"]) == UNTRUSTED_ADDRESS:
        return checkup.needs("check_address")
    return checkup.refused(answer["token"])


def unusable(checkup: Checkup, failure: Mapping[str, Any], kind: type[SecretKind]) -> Finding:
    """Return what a function says of a secret, unless the caller has seen that it is wrong."""
    if checkup.findings["secret"].status is Status.FAIL:
        return checkup.needs("check_secret")
    name = secret_name(checkup, kind)
    if failure["code"] == "corp_unknown":
        return checkup.fail("doctor_secret_missing", "doctor_secret_create", secret=name)
    if failure["code"] == "secret_invalid":
        fields = failure["params"]["details"].removeprefix(f"{name}: ")
        return checkup.fail("doctor_secret_wrong", "doctor_secret_put", secret=name, fields=fields)
    return checkup.refused(failure)


def secret_name(checkup: Checkup, kind: type[SecretKind] = CorpSecret) -> str:
    return f"{checkup.outputs.get('SecretPrefix', 'wecom-sync')}/{checkup.corp}{kind.SUFFIX}"


def address(checkup: Checkup) -> Finding:
    """Tell whether WeCom takes calls from the functions' address."""
    answer = checkup.answer
    failures = [answer[name] for name in ("token", "read", "write") if answer.get(name)]
    for failure in failures:
        if _errcode(failure) == UNTRUSTED_ADDRESS:
            seen = failure["params"].get("address", "?")
            text = checkup.text("doctor_address_refused", address=seen)
            advice = errcode(UNTRUSTED_ADDRESS).repair.render(checkup.language)
            return Finding(Status.FAIL, text, advice, stops=True)
    if checkup.findings["token"].stops:
        return checkup.needs("check_token")
    if len(failures) > 1 and not any(map(_errcode, failures)):
        return checkup.skip("doctor_address_unknown")
    return checkup.ok("doctor_address")


def read(checkup: Checkup) -> Finding:
    answer = checkup.answer
    if answer["read"]:
        return checkup.refused(answer["read"])
    counts = {name: answer[name] for name in ("members", "departments")}
    return checkup.ok("doctor_read", **counts)


def write(checkup: Checkup) -> Finding:
    """Say whether the Secret may import: the call names a file that WeCom does not have."""
    failure = checkup.answer["write"]
    code = _errcode(failure) if failure else None
    if failure is None or code == NO_SUCH_FILE:
        return checkup.ok("doctor_write")
    if code == IMPORT_RUNNING:
        return checkup.skip("doctor_write_busy")
    if code in NO_RIGHT:
        return checkup.refused(failure)
    refusal = checkup.refused(failure, Status.WARN)
    return refusal._replace(text=checkup.text("doctor_write_unknown", why=refusal.text))


def _errcode(failure: Mapping[str, Any]) -> int | None:
    code = failure["params"].get("errcode")
    return code if isinstance(code, int) else None


def settings(checkup: Checkup) -> Finding:
    index = checkup.target.documents.index(checkup.corp)
    key = f"{checkup.corp}/{Word.SETTINGS}"
    newest = next((run for run in index.newest if run["key"] == key), None)
    if newest and newest["state"] in {State.REJECTED, State.FAILED}:
        why = run_in(newest, checkup.language)["reason"] or ""
        return checkup.fail("doctor_settings_rejected", "doctor_settings_advice", why=why)
    policy = Policy.from_document(index.settings or {})
    weakened = [f"{change.setting} = {change.after}" for change in policy.below_defaults]
    if weakened:
        names = checkup.listed(weakened)
        return checkup.warn("doctor_settings_weakened", "doctor_settings_look", settings=names)
    is_applied = bool(index.settings and index.settings.get("since"))
    return checkup.ok("doctor_settings" if is_applied else "doctor_settings_default")


def callback_url(checkup: Checkup) -> Finding:
    """Verify the URLs as WeCom does, from here: that of a run, and the corp's own if it has one."""
    signed = checkup.ask("CallbackFunction")
    if signed["failure"]:
        return unusable(checkup, signed["failure"], MessagesSecret)
    base = f"{checkup.outputs['CallbackUrl']}{checkup.corp}"
    queries = {f"{base}/{signed['run_id']}": signed["run"], base: signed["corp"]}
    for url, query in queries.items():
        if query and (problem := _problem(checkup, url, query, signed["echo"])):
            return problem
    code: Code = "doctor_url_both" if signed["corp"] else "doctor_url_run"
    return checkup.ok(code, url=base)


def _problem(checkup: Checkup, url: str, query: Mapping[str, str], echo: str) -> Finding | None:
    try:
        status, body = _got(url, query)
    except (requests.RequestException, HTTPError) as error:
        # The exception's own words quote the URL.
        words = {"url": url, "how": checkup.text(how_of(error))}
        return checkup.fail("doctor_url_unreachable", "doctor_url_network", **words)
    if (status, body) == (OK, echo):
        return None
    if status == OK:
        return checkup.fail("doctor_url_foreign", "doctor_url_other", url=url)
    if (status, body) == (FORBIDDEN, "forbidden"):
        return checkup.fail("doctor_url_signature", "doctor_url_other", url=url)
    failure: Code = "doctor_logs_all" if status >= INTERNAL_SERVER_ERROR else "doctor_url_blocked"
    advice = "doctor_url_other" if status == NOT_FOUND else failure
    return checkup.fail("doctor_url_status", advice, url=url, status=status)


def _got(url: str, query: Mapping[str, str]) -> tuple[int, str]:
    """Get an address; return the status and the beginning of the answer. WeCom follows nothing."""
    with requests.get(url, query, timeout=SECONDS, allow_redirects=False, stream=True) as response:
        body = response.raw.read(MOST_BYTES, decode_content=True)
        return response.status_code, body.decode(errors="replace")


def callbacks(checkup: Checkup) -> Finding:
    pages = checkup.target.documents.newest([checkup.corp], RUNS)
    ended = (page.run for page in pages if page.run.state in {State.SUCCEEDED, State.PARTIAL})
    brought = [run.submission.brought_by for run in ended if run.submission.brought_by]
    if not brought:
        return checkup.skip("doctor_callbacks_none")
    counts = {"heard": brought.count("callback"), "asked": brought.count("check")}
    if "callback" not in brought[:FEW]:
        return checkup.warn("doctor_callbacks_asked", "doctor_callbacks_advice", **counts)
    return checkup.ok("doctor_callbacks", **counts)
