"""WeCom's HTTP interface for one corp: token, upload, batch jobs, results, live ids."""

import hashlib
import json
import secrets
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import KW_ONLY, field
from functools import partial
from typing import Any

import requests

from wecom_sync.adapters.http_exchange import CONNECT_SECONDS, READ_SECONDS, TOTAL_SECONDS, exchange
from wecom_sync.domain.directory import Department, Directory
from wecom_sync.domain.errors import (
    NoAnswerError,
    PermanentError,
    RetryableError,
    UnknownOutcomeError,
    UnreachableError,
    WeComError,
)
from wecom_sync.domain.outcome import JobResult, ResultRow
from wecom_sync.domain.states import Job
from wecom_sync.domain.values import dataclass
from wecom_sync.use_cases.ports import Clock, TokenStore
from wecom_sync.wecom.credentials import Callback, CorpSecret, TokenRefusal
from wecom_sync.wecom.remedies import PREFIX, Call, Remedy, is_of_import, refuses_access, remedy

UPLOAD_READ_SECONDS = 60
UNREADABLE = -1
"""An errcode that is not a number counts as "system busy"."""
REPEATS = 3
"""`-1` means "system busy": try again, at most three times (doc/90313)."""
REPEAT_SECONDS = 0.5
REFUSED_SECONDS = (900, 3600, 14_400, 21_600)
"""How long we do not ask with a secret that WeCom refused, by how often it did: it bans an address
that goes on asking (45009)."""
TOKEN_SECONDS = 7200
PAGE_ROWS = 10_000
FINISHED = 3
NO_MEDIA = "wecom-sync-doctor-no-such-media"
"""The id of no file: those that WeCom gives are longer."""

NO_PARAMS: Mapping[str, str] = {}
_JSON = {"Content-Type": "application/json; charset=utf-8"}

Send = Callable[[str, str], requests.Response]


@dataclass
class WeComClient:
    """One corp's WeCom. Tokens are shared through the table and refreshed at most once a call."""

    base_url: str
    alias: str
    secret: CorpSecret
    tokens: TokenStore
    _: KW_ONLY
    renewed: Callable[[], CorpSecret] | None = None
    """Reads the secret past the cache."""
    clock: Clock = time.time
    sleep: Callable[[float], None] = time.sleep
    count: Callable[[str], None] = lambda _: None
    total_seconds: float = TOTAL_SECONDS
    _session: requests.Session = field(default_factory=requests.Session, init=False)

    def __post_init__(self) -> None:
        self.base_url = self.base_url.rstrip("/")

    def sign_in(self) -> None:
        self._new_token()

    def upload(self, filename: str, content: bytes) -> str:
        """Upload a temporary media file (doc/96484); return its media id, valid three days.

        `filename` must be ASCII: for any other, `requests` writes `filename*=`, and WeCom then
        sees an empty file (44001). The body is built from `content` on every attempt.
        """
        filename.encode("ascii")
        files = {"media": (filename, content, "application/octet-stream")}
        kind = {"type": "file"}
        send = partial(self._sent, "POST", params=kind, seconds=UPLOAD_READ_SECONDS, files=files)
        path = PREFIX + Call.UPLOAD
        return _field(self._call(path, send), "media_id", path)

    def submit(self, job: Job, media_id: str, callback: Callback, *, invite: bool = False) -> str:
        """Start a batch job (doc/90980, doc/90981, doc/90982); return its job id.

        WeCom invites every new member by SMS and e-mail unless it is told not to, so it is told.
        """
        document: dict[str, object] = {
            "media_id": media_id,
            "callback": {
                "url": callback.url,
                "token": callback.credentials.token,
                "encodingaeskey": callback.credentials.aes_key,
            },
        }
        if job.has_members:
            document["to_invite"] = invite
        path = f"{PREFIX}{Call.SUBMIT}/{job}"
        return _field(self._call(path, self._poster(document)), "jobid", path)

    def try_write(self) -> None:
        """Ask for an import of a file that does not exist: 48002 without the right, 40007 with it.

        Of the three imports, this one removes nobody.
        """
        path = f"{PREFIX}{Call.SUBMIT}/{Job.SYNC_USER}"
        self._call(path, self._poster({"media_id": NO_MEDIA, "to_invite": False}))

    def directory(self) -> Directory:
        """Read the live ids: user/list_id (doc/96067, 10,000 a page), department/simplelist.

        From a new address a contact-sync secret may read nothing else (48009).
        """
        path = PREFIX + Call.MEMBERS
        try:
            pairs = [(row["userid"], int(row["department"])) for row in self._members()]
            path = PREFIX + Call.DEPARTMENTS
            answer = self._call(path, self._getter())
            departments = [
                Department(int(row["id"]), int(row["parentid"]), int(row.get("order") or 0))
                for row in answer["department_id"]
            ]
        except (KeyError, TypeError, ValueError, AttributeError):
            # A missing list must never count as an empty one: the plan would remove everybody.
            raise NoAnswerError("not understood", how="how_incomplete").of_call(path) from None
        return Directory.of(pairs, departments)

    def _members(self) -> Iterator[Mapping[str, Any]]:
        """Yield a row for each member and department. A cursor that repeats is an error."""
        cursors = [""]
        while len(cursors) == 1 or cursors[-1]:
            asked = {"cursor": cursors[-1], "limit": PAGE_ROWS}
            answer = self._call(PREFIX + Call.MEMBERS, self._poster(asked))
            yield from answer["dept_user"]
            cursor = str(answer.get("next_cursor") or "")
            if cursor in cursors[1:]:
                raise ValueError("the same page again")
            cursors.append(cursor)

    def remove(self, user_ids: Sequence[str]) -> None:
        """Remove accounts (doc/90199; one by doc/90198). It may be repeated."""
        if len(user_ids) == 1:
            self._call(PREFIX + Call.REMOVE_ONE, self._getter(userid=user_ids[0]))
            return
        self._call(PREFIX + Call.REMOVE, self._poster({"useridlist": [*user_ids]}))

    def result(self, job_id: str) -> JobResult:
        """Ask for a job's result (doc/91133); `status` may be missing.

        A job that failed as a whole is a result: only errors of the call itself are raised.
        """
        path = PREFIX + Call.RESULT
        answer = self._call(path, self._getter(jobid=job_id), is_result=_is_job_result)
        code = _errcode(answer)
        return JobResult(
            finished=code != 0 or _int(answer.get("status"), 0) == FINISHED,
            errcode=code,
            errmsg=str(answer.get("errmsg", "")),
            rows=tuple(_rows(answer)),
        )

    def _poster(self, document: Mapping[str, object]) -> Send:
        # Raw UTF-8, because WeCom refuses \uXXXX escapes (40033).
        body = json.dumps(document, ensure_ascii=False).encode()
        return partial(self._sent, "POST", data=body, headers=_JSON)

    def _getter(self, **params: str) -> Send:
        return partial(self._sent, "GET", params=params)

    def _sent(
        self,
        method: str,
        url: str,
        token: str | None,
        params: Mapping[str, str] = NO_PARAMS,
        seconds: int = READ_SECONDS,
        **body: Any,
    ) -> requests.Response:
        return self._session.request(
            method,
            url,
            # `requests` leaves out what is None.
            params={"access_token": token, **params},
            timeout=(CONNECT_SECONDS, seconds),
            allow_redirects=False,
            stream=True,
            **body,
        )

    def _call(
        self,
        path: str,
        send: Send,
        is_result: Callable[[Mapping[str, Any]], bool] = lambda _: False,
    ) -> dict[str, Any]:
        """Call with a token; count a call without an answer, and what only a person can mend."""
        try:
            return self._answer(path, send, is_result)
        except WeComError as error:
            if refuses_access(Call.of(error.path), error.errcode):
                self.count("AccessRefused")
            raise
        except (UnreachableError, UnknownOutcomeError):
            self.count("WeComUnreachable")
            raise

    def _answer(
        self, path: str, send: Send, is_result: Callable[[Mapping[str, Any]], bool]
    ) -> dict[str, Any]:
        """Repeat after `-1`, and once after a refused token with a new one."""
        refreshed = False
        repeats = 0
        while True:
            token = self._token()
            answer = self._exchange(path, partial(send, self.base_url + path, token))
            code = _errcode(answer)
            if code == 0 or is_result(answer):
                return answer
            call = Call.of(path)
            if call is Call.SUBMIT and (answer.get("jobid") or not _is_number(answer["errcode"])):
                raise UnknownOutcomeError("no job", how="how_incomplete").of_call(path)
            measure = remedy(call, code)
            if measure is Remedy.NEW_TOKEN and not refreshed:
                refreshed = True
                self.tokens.drop_token(self.alias, token)
            elif measure is Remedy.REPEAT and repeats < REPEATS:
                self.sleep(REPEAT_SECONDS * 2.0**repeats * (1 + secrets.randbelow(1000) / 1000))
                repeats += 1
            else:
                raise WeComError(code, str(answer.get("errmsg", "")), path)

    def _exchange(self, path: str, send: Callable[[], requests.Response]) -> dict[str, Any]:
        try:
            return exchange(send, self.total_seconds)
        except UnknownOutcomeError as error:
            if Call.of(path) is Call.SUBMIT:
                raise error.of_call(path) from None
            raise NoAnswerError(str(error), **error.params).of_call(path) from None
        except RetryableError as error:
            raise error.of_call(path) from None

    def _token(self) -> str:
        """Return the corp's token, from the table when it has one (doc/91039).

        Our secret may be minutes old: when another one got the token, or when WeCom has refused
        ours, it is read again first.
        """
        shared = self.tokens.token(self.alias)
        if shared and shared.is_of(self._secret_digest()):
            return shared.token
        has_looked = shared is not None
        if shared and self._has_another_secret() and shared.is_of(self._secret_digest()):
            return shared.token
        try:
            return self._new_token()
        except WeComError as error:
            is_secret = remedy(Call.TOKEN, error.errcode) is Remedy.REMEMBER
            if has_looked or not is_secret or not self._has_another_secret():
                raise
        return self._new_token()

    def _has_another_secret(self) -> bool:
        """Read the secret again; return whether it is another one that can be used."""
        before = self._secret_digest()
        try:
            self.secret = self.renewed() if self.renewed else self.secret
        except PermanentError:
            return False
        return self._secret_digest() != before

    def _new_token(self) -> str:
        """Ask WeCom for a token. A secret that it refused is not shown again for a while."""
        path = PREFIX + Call.TOKEN
        refusal = self.tokens.refusal(self.alias, self._secret_digest())
        if refusal and self.clock() < refusal.until:
            raise WeComError(refusal.errcode, refusal.errmsg, path, rests=refusal.until)
        params = {"corpid": self.secret.corp_id, "corpsecret": self.secret.contact_secret}
        send = partial(self._sent, "GET", self.base_url + path, None, params)
        answer = self._exchange(path, send)
        if code := _errcode(answer):
            errmsg = str(answer.get("errmsg", ""))
            is_for_good = remedy(Call.TOKEN, code) is Remedy.REMEMBER
            rests = self._remember(code, errmsg, refusal) if is_for_good else None
            raise WeComError(code, errmsg, path, rests=rests)
        if not answer.get("access_token"):
            raise NoAnswerError("no access_token", how="how_incomplete").of_call(path)
        token = str(answer["access_token"])
        expires = self.clock() + _int(answer.get("expires_in"), TOKEN_SECONDS)
        self.tokens.put_token(self.alias, token, expires, self._secret_digest())
        if refusal:
            self.tokens.drop_refusal(self.alias, self._secret_digest())
        return token

    def _remember(self, code: int, errmsg: str, before: TokenRefusal | None) -> float:
        times = before.times + 1 if before else 1
        seconds = REFUSED_SECONDS[min(times, len(REFUSED_SECONDS)) - 1]
        refusal = TokenRefusal(code, errmsg, self.clock() + seconds, times)
        self.tokens.put_refusal(self.alias, self._secret_digest(), refusal)
        return refusal.until

    def _secret_digest(self) -> str:
        text = f"{self.secret.corp_id}\n{self.secret.contact_secret}"
        return hashlib.sha256(text.encode()).hexdigest()


def _errcode(answer: Mapping[str, Any]) -> int:
    return _int(answer.get("errcode", 0), UNREADABLE)


def _is_number(value: object) -> bool:
    return _int(value, 0) == _int(value, 1)


def _int(value: object, otherwise: int) -> int:
    try:
        return int(str(value))
    except ValueError:
        return otherwise


def _field(answer: Mapping[str, Any], name: str, path: str) -> str:
    """Return what an answer without an error must hold; without it nobody knows what was done."""
    if not answer.get(name):
        kind = UnknownOutcomeError if Call.of(path) is Call.SUBMIT else NoAnswerError
        raise kind(f"{path}: no {name}", how="how_incomplete").of_call(path)
    return str(answer[name])


def _is_job_result(answer: Mapping[str, Any]) -> bool:
    return is_of_import(_errcode(answer), names_type=bool(answer.get("type")))


def _rows(answer: Mapping[str, Any]) -> Iterator[ResultRow]:
    """Yield the rows that have an id and an errcode. Rows of a job that still runs are `{}`."""
    result = answer.get("result")
    for row in result if isinstance(result, list) else []:
        if isinstance(row, dict) and "errcode" in row:
            row_id = row.get("userid", row.get("partyid"))
            if row_id is not None:
                rest = str(row.get("errmsg", "")), _int(row.get("action"), 0)
                yield ResultRow(str(row_id), _errcode(row), *rest)
