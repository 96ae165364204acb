"""Whether callbacks can arrive, and whether they have."""

import http.client
import socket
import ssl
import urllib.error
import urllib.request
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from wecom_sync.domain.run import State
from wecom_sync.domain.texts import TextCode
from wecom_sync.wecom.credentials import MessagesSecret
from wecom_sync_tools.console.codes import Code
from wecom_sync_tools.doctor.case import Case, Finding
from wecom_sync_tools.doctor.of_corp import unusable

SECONDS = 15
MOST_BYTES = 4096
RUNS = 30
"""The newest runs that are looked at; about as many are read at a time."""
FEW = 3
"""So many imports in a row without a callback are no accident."""


def callback_url(case: Case) -> Finding:
    """Verify the URLs as WeCom does, from here: that of a run, and the corp's own if it has one."""
    signed = case.ask("CallbackFunction")
    if signed["failure"]:
        return unusable(case, signed["failure"], MessagesSecret)
    base = f"{case.outputs['CallbackUrl']}{case.corp}"
    tried = {f"{base}/{signed['run_id']}": signed["run"], base: signed["corp"]}
    for url, query in tried.items():
        if query and (problem := _problem(case, url, query, signed["echo"])):
            return problem
    code: Code = "doctor_url_both" if signed["corp"] else "doctor_url_run"
    return case.ok(code, url=base)


def _problem(case: Case, url: str, query: Mapping[str, str], echo: str) -> Finding | None:
    """Return what is wrong with the answer of a URL, None if it is right."""
    try:
        status, body = _got(f"{url}?{urlencode(query)}")
    except (OSError, http.client.HTTPException, ValueError) as error:
        how = case.text(_how(error))
        return case.fail("doctor_url_unreachable", "doctor_url_network", url=url, how=how)
    if status == http.client.OK:
        if body == echo:
            return None
        return case.fail("doctor_url_foreign", "doctor_url_other", url=url)
    if status == http.client.FORBIDDEN and body == "forbidden":
        return case.fail("doctor_url_signature", "doctor_url_other", url=url)
    advice: Code = "doctor_url_blocked"
    if status == http.client.NOT_FOUND:
        advice = "doctor_url_other"
    if status >= http.client.INTERNAL_SERVER_ERROR:
        advice = "doctor_logs_all"
    return case.fail("doctor_url_status", advice, url=url, status=status)


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """WeCom follows no redirect, so we do not."""

    def redirect_request(self, *_: Any) -> None:
        return None


def _got(url: str) -> tuple[int, str]:
    """Get an address; return the status and the beginning of the answer."""
    opener = urllib.request.build_opener(_NoRedirect)
    try:
        with opener.open(url, timeout=SECONDS) as response:
            return response.status, response.read(MOST_BYTES).decode(errors="replace")
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.read(MOST_BYTES).decode(errors="replace")


def _how(error: Exception) -> TextCode:
    """Return the code of how it failed; the exception's own words quote the URL."""
    cause = error.reason if isinstance(error, urllib.error.URLError) else error
    if isinstance(cause, socket.gaierror):
        return "how_no_address"
    if isinstance(cause, ssl.SSLError):
        return "how_tls"
    if isinstance(cause, ConnectionRefusedError):
        return "how_refused"
    return "how_late" if isinstance(cause, TimeoutError) else "how_broken"


def callbacks(case: Case) -> Finding:
    """Tell how the results of the last imports came."""
    pages = case.target.documents.newest([case.corp], RUNS)
    brought = [
        page.run.brought_by
        for page in pages
        if page.run.state in {State.SUCCEEDED, State.PARTIAL} and page.run.brought_by
    ]
    if not brought:
        return case.skip("doctor_callbacks_none")
    told = {"heard": brought.count("callback"), "asked": brought.count("check")}
    if "callback" not in brought[:FEW]:
        return case.warn("doctor_callbacks_asked", "doctor_callbacks_advice", **told)
    return case.ok("doctor_callbacks", **told)
