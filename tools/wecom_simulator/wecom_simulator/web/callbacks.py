"""Events on their way to a callback URL: encrypted, signed, three attempts (doc/90973)."""

import re
import secrets
from collections.abc import Callable
from functools import partial
from typing import Any, Final
from urllib.parse import urlencode, urlsplit

import requests

from wecom_simulator.state.clock import Scheduler, SimulatedClock
from wecom_simulator.state.errors import ApiError, message
from wecom_simulator.state.jobs import CallbackTarget, ImportJob
from wecom_simulator.state.logs import Delivery, Log
from wecom_simulator.state.switches import Switches
from wecom_simulator.web import crypto

ATTEMPTS: Final = 3
HTTP_OK: Final = 200
_TOKEN = re.compile(r"[A-Za-z0-9]{1,32}")
_KEY = re.compile(r"[A-Za-z0-9]{43}")

type Post = Callable[[str, str, float], int | None]
"""URL, body, seconds to wait -> HTTP status, or None when there was no answer in time."""

INNER: Final = (
    "<xml><ToUserName><![CDATA[{corp_id}]]></ToUserName>\n"
    "<FromUserName><![CDATA[sys]]></FromUserName>\n"
    "<CreateTime>{now}</CreateTime>\n"
    "<MsgType><![CDATA[event]]></MsgType>\n"
    "<Event><![CDATA[batch_job_result]]></Event>\n"
    "<BatchJob><JobId><![CDATA[{job_id}]]></JobId>\n"
    "<JobType><![CDATA[{job_type}]]></JobType>\n"
    "<ErrCode>{errcode}</ErrCode>\n"
    "<ErrMsg><![CDATA[{errmsg}]]></ErrMsg>\n"
    "</BatchJob>\n"
    "</xml>"
)
OUTER: Final = (
    "<xml><ToUserName><![CDATA[{corp_id}]]></ToUserName>"
    "<AgentID><![CDATA[]]></AgentID>"
    "<Encrypt><![CDATA[{encrypted}]]></Encrypt></xml>"
)


def parse_target(value: Any) -> CallbackTarget:
    """Return the ``callback`` object of a submit; raises ApiError 40057 (url) or 40058."""
    if not isinstance(value, dict):
        raise ApiError(40058, "callback is not an object")
    url, token, key = (value.get(name) for name in ("url", "token", "encodingaeskey"))
    if not isinstance(url, str) or not _is_http(url):
        raise ApiError(40057, "callback.url is not an http or https address")
    if not isinstance(token, str) or not _TOKEN.fullmatch(token):
        raise ApiError(40058, "callback.token is not 1 to 32 letters and digits")
    if not isinstance(key, str) or not _KEY.fullmatch(key):
        raise ApiError(40058, "callback.encodingaeskey is not 43 letters and digits")
    return CallbackTarget(url, token, key)


def _is_http(url: str) -> bool:
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return parts.scheme in {"http", "https"} and bool(parts.hostname)


class Courier:
    def __init__(
        self, clock: SimulatedClock, scheduler: Scheduler, post: Post | None = None
    ) -> None:
        """Send by *scheduler* at times of *clock*; *post* takes the place of HTTP."""
        self._clock = clock
        self._scheduler = scheduler
        self._post = post or _post
        self.log: Log[Delivery] = Log()

    def send(
        self, job: ImportJob, corp_id: str, switches: Switches, *, forged: bool = False
    ) -> None:
        """Make the first attempt of the job's event; later ones follow by themselves."""
        if job.callback is None:
            return
        inner = INNER.format(
            corp_id=corp_id,
            now=int(self._clock.now()),
            job_id=job.job_id,
            job_type=job.kind.type,
            errcode=job.errcode,
            errmsg=message(job.errcode),
        )
        encrypted = crypto.encrypt(job.callback.encoding_aes_key, corp_id, inner.encode())
        timestamp, nonce = str(int(self._clock.now())), str(secrets.randbelow(10**10))
        signature = crypto.sign(job.callback.token, timestamp, nonce, encrypted)
        query = {
            "msg_signature": "0" * 40 if forged else signature,
            "timestamp": timestamp,
            "nonce": nonce,
        }
        url = _with_query(job.callback.url, query)
        body = OUTER.format(corp_id=corp_id, encrypted=encrypted)

        def attempt(number: int) -> None:
            now = self._clock.now()
            status = self._post(url, body, switches.callback_timeout_seconds)
            outcome = {None: "no answer", HTTP_OK: "received"}.get(status, "refused")
            path = urlsplit(url).path
            self.log.add(Delivery(now, corp_id, job.job_id, path, number, outcome, status))
            if status != HTTP_OK and number < ATTEMPTS:
                again = partial(attempt, number + 1)
                self._scheduler.call_later(switches.callback_retry_seconds, again)

        attempt(1)

    def lose(self, job: ImportJob, corp_id: str) -> None:
        if job.callback:
            path = urlsplit(job.callback.url).path
            self.log.add(Delivery(self._clock.now(), corp_id, job.job_id, path, 0, "lost"))


def _post(url: str, body: str, timeout_seconds: float) -> int | None:
    try:
        with requests.Session() as session:
            session.trust_env = False
            answer = session.post(
                url,
                body.encode(),
                headers={"Content-Type": "text/xml"},
                timeout=timeout_seconds,
                allow_redirects=False,
            )
            return answer.status_code
    except requests.RequestException:
        return None


def _with_query(url: str, query: dict[str, str]) -> str:
    return f"{url}{'&' if urlsplit(url).query else '?'}{urlencode(query)}"
