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
from wecom_sync_tools.doctor.checkup import Checkup, Finding
from wecom_sync_tools.doctor.of_corp import unusable

SECONDS = 15
MOST_BYTES = 4096
RUNS = 30
"""The newest runs that are looked at; about as many are read at a time."""
FEW = 3
"""So many imports in a row without a callback are no accident."""


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
        status, body = _got(f"{url}?{urlencode(query)}")
    except (OSError, http.client.HTTPException, ValueError) as error:
        how = checkup.text(_how(error))
        return checkup.fail("doctor_url_unreachable", "doctor_url_network", url=url, how=how)
    if status == http.client.OK:
        if body == echo:
            return None
        return checkup.fail("doctor_url_foreign", "doctor_url_other", url=url)
    if status == http.client.FORBIDDEN and body == "forbidden":
        return checkup.fail("doctor_url_signature", "doctor_url_other", url=url)
    advice: Code = "doctor_url_blocked"
    if status == http.client.NOT_FOUND:
        advice = "doctor_url_other"
    if status >= http.client.INTERNAL_SERVER_ERROR:
        advice = "doctor_logs_all"
    return checkup.fail("doctor_url_status", advice, url=url, status=status)


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


def callbacks(checkup: Checkup) -> Finding:
    pages = checkup.target.documents.newest([checkup.corp], RUNS)
    ended = (page.run for page in pages if page.run.state in {State.SUCCEEDED, State.PARTIAL})
    brought = [run.brought_by for run in ended if run.brought_by]
    if not brought:
        return checkup.skip("doctor_callbacks_none")
    counts = {"heard": brought.count("callback"), "asked": brought.count("check")}
    if "callback" not in brought[:FEW]:
        return checkup.warn("doctor_callbacks_asked", "doctor_callbacks_advice", **counts)
    return checkup.ok("doctor_callbacks", **counts)
