"""Our client against the simulator, over HTTP."""

import logging
import threading
from base64 import b64encode
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler
from typing import Any, ClassVar

import pytest
import requests

import wecom_sync.handler  # noqa: F401 - quiets urllib3 as the functions do
from support.fakes import InMemoryStore
from support.serving import served
from support.world import departments, members
from wecom_simulator import Simulator
from wecom_sync.adapters.http_exchange import exchange
from wecom_sync.adapters.wecom_client import WeComClient
from wecom_sync.domain.directory import Department, Directory
from wecom_sync.domain.errors import (
    NoAnswerError,
    PermanentError,
    RetryableError,
    UnknownCorpError,
    UnknownOutcomeError,
    UnreachableError,
    WeComError,
)
from wecom_sync.domain.outcome import JobResult
from wecom_sync.domain.states import Job
from wecom_sync.wecom.credentials import Callback, CorpSecret, job_credentials
from wecom_sync.wecom.remedies import PREFIX, Call

CORP_ID = "ww1234567890abcdef"
CALLBACK = Callback("http://127.0.0.1:9/callback", job_credentials(b"m", "acme", "r", CORP_ID))
SUBMIT = "/cgi-bin/batch/replaceparty"
RESULT = "/cgi-bin/batch/getresult"


class Corp:
    """A corp at the simulator, and our clients of it, which share their tokens."""

    def __init__(self, wecom: Simulator) -> None:
        self.wecom = wecom
        self.wecom.add_corp(CORP_ID, "contact-secret", members=3)
        self.tokens = InMemoryStore(wecom.clock.now)

    def client(
        self,
        secret: str = "contact-secret",
        url: str = "",
        renewed: Callable[[], CorpSecret] | None = None,
        proxy: str | None = None,
        **options: Any,
    ) -> WeComClient:
        return WeComClient(
            url or self.wecom.url, "acme", CorpSecret(CORP_ID, secret, proxy), self.tokens,
            renewed=renewed, clock=self.wecom.clock.now, sleep=lambda _: None, **options,
        )  # fmt: skip

    def count(self, path: str) -> int:
        return sum(request["path"] == f"/cgi-bin/{path}" for request in self.wecom.requests)

    def finished(self, job: Job, content: bytes) -> JobResult:
        ours = self.client()
        job_id = ours.submit(job, ours.upload("run.csv", content), CALLBACK)
        assert self.wecom.wait_idle()
        return ours.result(job_id)

    def upload(self, content: bytes = b"123456", **options: Any) -> str:
        return self.client(**options).upload("run.csv", content)

    def refused(self, secret: str = "wrong") -> WeComError:
        with pytest.raises(WeComError) as caught:
            self.upload(secret=secret)
        return caught.value


@pytest.fixture
def corp() -> Iterator[Corp]:
    with Simulator(job_base_seconds=0.02, callback_retry_seconds=0.01) as simulator:
        yield Corp(simulator)


NEWCOMERS = members("a", "b").replace(",138", ",139").encode()
TREE = departments().encode()


JOBS = {Job.REPLACE_PARTY: (TREE, "123", "ok"), Job.SYNC_USER: (NEWCOMERS, "ab", "")}


@pytest.mark.parametrize("job", JOBS)
@pytest.mark.parametrize("stale", [False, True])
def test_a_job_is_uploaded_submitted_and_read_back(corp: Corp, job: Job, stale: bool) -> None:
    content, ids, errmsg = JOBS[job]
    if stale:
        corp.tokens.put_token("acme", "stale", corp.wecom.clock.now() + 7200)

    result = corp.finished(job, content)

    assert (result.finished, result.errcode) == (True, 0)
    rows = {row.id: (row.errcode, row.errmsg) for row in result.rows}
    assert rows == dict.fromkeys(ids, (0, errmsg))
    assert corp.count("gettoken") == 1


@pytest.mark.parametrize("options", [{}, {"invite": False}, {"invite": True}])
def test_invitations(corp: Corp, options: dict[str, bool]) -> None:
    corp.wecom.fault("hang_job")
    ours = corp.client()

    job_id = ours.submit(Job.SYNC_USER, ours.upload("run.csv", NEWCOMERS), CALLBACK, **options)

    unfinished = ours.result(job_id)
    assert (unfinished.finished, unfinished.rows) == (False, ())
    corp.wecom.release_jobs(CORP_ID)
    assert corp.wecom.wait_idle()
    assert corp.wecom.corp(CORP_ID).directory.invited() == ["a", "b"] * bool(options.get("invite"))


@pytest.mark.parametrize("code", [40014, 42001, 40001])
@pytest.mark.parametrize("path", ["/cgi-bin/media/upload", SUBMIT, RESULT])
def test_a_refused_token_is_refreshed_once_on_every_call(corp: Corp, code: int, path: str) -> None:
    corp.wecom.fault("errcode", path, errcode=code)
    assert corp.finished(Job.REPLACE_PARTY, TREE).finished
    assert corp.count("gettoken") == 2

    corp.wecom.fault("errcode", path, errcode=code, times=2)
    with pytest.raises(WeComError) as caught:
        corp.finished(Job.REPLACE_PARTY, TREE)
    assert caught.value.errcode == code
    assert corp.count("gettoken") == 3


ASKED = [("", "wrong", 2), ("wrong", "wrong", 2), ("contact-secret", "old", 1)]


@pytest.mark.parametrize(("before", "secret", "asked"), ASKED)
def test_a_refused_secret_is_read_again(corp: Corp, before: str, secret: str, asked: int) -> None:
    renewed = Renewals("contact-secret")
    if before == "wrong":
        corp.refused()
    elif before:
        corp.upload(renewed=renewed)
        assert renewed.asked == 0

    corp.upload(secret=secret, renewed=renewed)

    assert renewed.asked == 1
    assert corp.count("gettoken") == asked


@pytest.mark.parametrize("now", ["wrong", "wrong too", UnknownCorpError(corp="acme")])
def test_a_secret_that_stays_wrong_rests(corp: Corp, now: str | PermanentError) -> None:
    renewed = Renewals(now)

    with pytest.raises(WeComError) as caught:
        corp.upload(secret="wrong", renewed=renewed)

    assert caught.value.errcode == 40001
    assert caught.value.rests is not None
    assert 890 < caught.value.rests - corp.wecom.clock.now() <= 900
    assert renewed.asked == 1
    assert corp.count("gettoken") == (2 if now == "wrong too" else 1)


@pytest.mark.parametrize("url", ["http://127.0.0.1:1", "http://no-such-host.invalid"])
def test_an_absent_server_did_nothing(corp: Corp, url: str) -> None:
    with pytest.raises(UnreachableError):
        corp.upload(url=url)


@pytest.fixture
def answered(crooked: str, corp: Corp) -> Callable[[bytes | str], WeComClient]:
    corp.tokens.put_token("acme", "t0ken", corp.wecom.clock.now() + 7200)

    def asking(answer: bytes | str) -> WeComClient:
        head = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n"
        Crooked.answer = answer if isinstance(answer, bytes) else f"{head}{answer}".encode()
        return corp.client(url=crooked)

    return asking


type Answered = Callable[[bytes | str], WeComClient]


def test_calls_go_through_the_proxy_of_the_secret_whatever_the_environment_says(
    corp: Corp, answered: Answered, proxy: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    answered('{"errcode": 0, "media_id": "m"}')
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:1")

    assert corp.upload(url="http://wecom.invalid", proxy=proxy) == "m"

    ((url, user),) = Proxy.asked
    assert url.startswith("http://wecom.invalid/cgi-bin/media/upload?")
    assert user == f"Basic {b64encode(b'user:pass').decode()}"


@pytest.mark.parametrize("url", ["http://127.0.0.1:9", "https://127.0.0.1:9"])
def test_a_proxy_that_is_away_or_refuses_has_sent_nothing(
    corp: Corp, proxy: str, url: str, caplog: pytest.LogCaptureFixture
) -> None:
    through = proxy if url.startswith("https") else "http://user:pass@127.0.0.1:1"

    corp.tokens.put_token("acme", "t0ken", corp.wecom.clock.now() + 7200)

    with pytest.raises(UnreachableError) as caught:
        corp.client(url=url, proxy=through).submit(Job.REPLACE_PARTY, "m", CALLBACK)

    assert caught.value.params["how"] == "how_proxy"
    assert "pass" not in repr(caught.value) + caplog.text + repr(CorpSecret("ww", "s", proxy))


HTTP = {
    503: b"HTTP/1.1 503 Busy\r\n\r\n",
    429: b'HTTP/1.1 429 Too Many\r\n\r\n{"errcode": 0}',
    302: b"HTTP/1.1 302 Found\r\nLocation: /\r\n\r\n",
    201: b'HTTP/1.1 201 Created\r\n\r\n{"errcode": 0}',
}
NO_ANSWERS: list[tuple[bytes | str, dict[str, object]]] = [
    *((answer, {"how": "how_status", "status": status}) for status, answer in HTTP.items()),
    ("<html>", {"how": "how_not_json"}),
    ("{}", {"how": "how_foreign"}),
    ('{"errcode": 0, "errmsg": "ok"}', {"how": "how_incomplete"}),
    (b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n{}", {"how": "how_broken"}),
    (b"", {"how": "how_broken"}),
]


@pytest.mark.parametrize(("answer", "how"), NO_ANSWERS)
@pytest.mark.parametrize("call", [Call.MEMBERS, Call.UPLOAD, Call.SUBMIT])
def test_an_answer_that_is_none_says_which_call_failed_how(
    answered: Answered, answer: bytes | str, how: dict[str, object], call: Call
) -> None:
    ours = answered(answer)
    calls: dict[Call, Callable[[], object]] = {
        Call.MEMBERS: ours.directory,
        Call.UPLOAD: lambda: ours.upload("d.csv", b"123456"),
        Call.SUBMIT: lambda: ours.submit(Job.REPLACE_PARTY, "m", CALLBACK),
    }

    with pytest.raises(RetryableError) as caught:
        calls[call]()

    path = SUBMIT if call is Call.SUBMIT else PREFIX + call
    assert dict(caught.value.params) == {**how, "call": path}
    assert isinstance(caught.value, UnknownOutcomeError) is (call is Call.SUBMIT)


@pytest.mark.parametrize("code", ["null", '"x"', "-1"])
def test_an_odd_code_beside_a_job_has_an_unknown_outcome(answered: Answered, code: str) -> None:
    with pytest.raises(UnknownOutcomeError):
        answered(f'{{"errcode": {code}, "jobid": "J1"}}').submit(Job.SYNC_USER, "m", CALLBACK)


@pytest.mark.parametrize("kind", ["cut", "html", "foreign"])
def test_an_unanswered_sign_in_is_repeated(corp: Corp, kind: str) -> None:
    corp.wecom.fault(kind, "/cgi-bin/gettoken")

    with pytest.raises(UnreachableError):
        corp.upload(TREE)


def test_bad_answers_log_no_token(answered: Answered, caplog: pytest.LogCaptureFixture) -> None:
    answer = b'HTTP/1.1 200 OK\r\nno colon here\r\n\r\n{"errcode": 0, "media_id": "m"}'

    answered(answer).upload("run.csv", b"123456")

    assert "t0ken" not in caplog.text


ROWS: dict[str, list[tuple[str, int]]] = {
    '[{"userid": "a"}, {}, 5, "x"]': [],
    '[{"userid": "a", "errcode": "0", "action": "1|2"}]': [("a", 0)],
    '"nothing"': [],
}


@pytest.mark.parametrize("rows", ROWS)
def test_odd_results_claim_less(answered: Answered, rows: str) -> None:
    head = '{"errcode": 0, "status": "3", "percentage": "100%", "type": "sync_user", "result": '

    result = answered(head + rows + "}").result("job")

    assert result.finished
    assert [(row.id, row.errcode) for row in result.rows] == ROWS[rows]


@pytest.mark.parametrize(
    ("code", "is_finished"), [("-1", False), ("45009", False), ("302005", True), ("60011", True)]
)
def test_a_type_makes_a_code_the_imports(answered: Answered, code: str, is_finished: bool) -> None:
    ours = answered(f'{{"errcode": "{code}", "errmsg": "", "type": "sync_user"}}')

    if is_finished:
        result = ours.result("job")
        assert (result.finished, result.errcode) == (True, int(code))
    else:
        with pytest.raises(WeComError, match=f"errcode {code}"):
            ours.result("job")


ODD = [
    *(f'"dept_user": {users}' for users in ("null", "[5]", '[{"userid": "a"}]')),
    '"dept_user": [{"userid": "a", "department": "x"}]',
    '"dept_user": [], "next_cursor": "again", "department_id": []',
    '"dept_user": [], "department_id": [{"id": 1}]',
]


@pytest.mark.parametrize("body", ODD)
def test_an_odd_directory_is_never_an_empty_one(answered: Answered, body: str) -> None:
    with pytest.raises(NoAnswerError):
        answered(f'{{"errcode": 0, {body}}}').directory()


def test_a_directory_tells_who_is_where_and_how_departments_are_sorted(answered: Answered) -> None:
    ours = answered(
        '{"errcode": 0, "dept_user": [{"userid": "A", "department": 2}], "department_id":'
        ' [{"id": 1, "parentid": 0, "order": 7}, {"id": 2, "parentid": 1}]}'
    )

    tree = [Department(1, 0, 7), Department(2, 1, 0)]
    assert ours.directory() == Directory.of([("A", 2)], tree)


def test_a_name_that_is_not_ascii_never_leaves(corp: Corp) -> None:
    with pytest.raises(UnicodeEncodeError):
        corp.client().upload("名单.csv", TREE)
    assert corp.count("media/upload") == 0


def test_a_wrong_secret_is_shown_less_and_less(corp: Corp) -> None:
    assert corp.refused().errcode == 40001
    for asked, seconds in enumerate((900, 3600, 14_400, 21_600, 21_600), 1):
        corp.wecom.clock.advance(seconds - 10)
        error = corp.refused()
        assert (error.errcode, error.path) == (40001, "/cgi-bin/gettoken")
        assert corp.count("gettoken") == asked
        corp.wecom.clock.advance(20)
        corp.refused()
        assert corp.count("gettoken") == asked + 1


def test_another_secret_is_shown_at_once(corp: Corp) -> None:
    corp.refused()
    corp.refused("wrong too")
    corp.upload(TREE)
    assert corp.count("gettoken") == 3

    corp.wecom.corp(CORP_ID).change({"contact_secret": "new"})
    corp.wecom.platform.tokens.forget(CORP_ID)
    assert corp.refused("contact-secret").errcode == 40001
    corp.wecom.clock.advance(910)
    corp.refused("contact-secret")

    assert corp.count("gettoken") == 5


class Renewals:
    """What Secrets Manager says by now, and how often it was asked."""

    def __init__(self, secret: str | PermanentError) -> None:
        self.secret = secret
        self.asked = 0

    def __call__(self) -> CorpSecret:
        self.asked += 1
        if isinstance(self.secret, PermanentError):
            raise self.secret
        return CorpSecret(CORP_ID, self.secret)


def test_two_secrets_leave_their_tokens_alone(corp: Corp) -> None:
    for _ in range(10):
        corp.upload()
        assert corp.refused("old").errcode == 40001
    assert corp.count("gettoken") == 2


def test_a_good_secret_begins_with_short_pauses(corp: Corp) -> None:
    corp.refused()
    corp.wecom.corp(CORP_ID).change({"contact_secret": "wrong"})
    corp.wecom.clock.advance(901)
    corp.upload(secret="wrong")
    corp.wecom.corp(CORP_ID).change({"contact_secret": "right"})
    corp.wecom.platform.tokens.forget(CORP_ID)

    corp.refused()
    corp.wecom.clock.advance(901)
    corp.refused()

    assert corp.count("gettoken") == 4


def test_a_mended_refusal_is_not_remembered(corp: Corp) -> None:
    corp.wecom.fault("errcode", "/cgi-bin/gettoken", errcode=60020)
    assert corp.refused("contact-secret").errcode == 60020

    corp.upload(TREE)


def test_busy_is_tried_three_times_more(corp: Corp) -> None:
    corp.wecom.fault("errcode", "/cgi-bin/media/upload", errcode=-1, times=3)
    corp.upload(TREE)
    assert corp.count("media/upload") == 4

    corp.wecom.fault("errcode", "/cgi-bin/media/upload", errcode=-1, times=None)
    with pytest.raises(WeComError) as caught:
        corp.upload(TREE)
    assert caught.value.errcode == -1
    assert corp.count("media/upload") == 8


@pytest.mark.parametrize(
    ("kind", "accepted"), [("cut", 0), ("cut_after", 1), ("html", 0), ("http_status", 0)]
)
def test_an_unanswered_submit_may_have_counted(corp: Corp, kind: str, accepted: int) -> None:
    ours = corp.client()
    media_id = ours.upload("run.csv", TREE)
    corp.wecom.fault(kind, SUBMIT)

    with pytest.raises(UnknownOutcomeError):
        ours.submit(Job.REPLACE_PARTY, media_id, CALLBACK)

    assert len(corp.wecom.corp(CORP_ID).jobs.listed()) == accepted


class Crooked(BaseHTTPRequestHandler):
    """Answers every request with the same bytes."""

    answer = b""

    def do_GET(self) -> None:
        self.wfile.write(self.answer)
        self.close_connection = True

    do_POST = do_GET  # noqa: N815 - the base class looks for this name

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def crooked() -> Iterator[str]:
    with served(Crooked) as url:
        yield url


class Proxy(Crooked):
    """Answers in the place of WeCom, and refuses every tunnel."""

    asked: ClassVar[list[tuple[str, str]]] = []

    def do_POST(self) -> None:
        self.asked.append((self.path, self.headers["Proxy-Authorization"]))
        self.do_GET()

    def do_CONNECT(self) -> None:
        self.send_error(407)


@pytest.fixture
def proxy() -> Iterator[str]:
    with served(Proxy) as url:
        yield url.replace("//", "//user:pass@")


class Dripping(Crooked):
    """Never comes to the end of its headers."""

    over = threading.Event()

    def do_GET(self) -> None:
        self.wfile.write(b"HTTP/1.1 200 OK\r\nX-Endless: ")
        while not self.over.wait(0.02):
            self.wfile.write(b"x")
        self.close_connection = True

    do_POST = do_GET  # noqa: N815


@pytest.mark.parametrize(("may_write", "errcode"), [(True, 40007), (False, 48002)])
def test_the_right_to_write_is_tried(corp: Corp, may_write: bool, errcode: int) -> None:
    there = corp.wecom.corp(CORP_ID)
    there.change({"contact_may_write": may_write})

    with pytest.raises(WeComError) as refused:
        corp.client().try_write()

    assert refused.value.errcode == errcode
    assert (there.jobs.listed(), there.messages) == ([], [])


def test_signing_in_asks_wecom_although_a_token_is_known(corp: Corp) -> None:
    ours = corp.client()
    ours.directory()
    corp.wecom.corp(CORP_ID).change({"contact_secret": "made anew"})

    with pytest.raises(WeComError) as refused:
        ours.sign_in()

    assert refused.value.errcode == 40001


def test_headers_that_trickle_are_not_waited_for(corp: Corp) -> None:
    corp.tokens.put_token("acme", "t0ken", corp.wecom.clock.now() + 7200)
    with served(Dripping) as url:
        with pytest.raises(UnknownOutcomeError, match="in time"):
            corp.client(url=url, total_seconds=0.1).submit(Job.SYNC_USER, "m", CALLBACK)

        Dripping.over.set()


def test_an_answer_of_any_length_is_not_read_for_ever(answered: Answered, crooked: str) -> None:
    answered('{"errcode": 0, "errmsg": "' + "x" * 300_000 + '"}')

    with pytest.raises(UnknownOutcomeError, match="too large"):
        exchange(lambda: requests.get(crooked, stream=True, timeout=10), max_bytes=100_000)


@pytest.mark.parametrize(
    "kind", ["cut", "html", "errcode", "array", "truncated", "short", "garbled", "http_status"]
)
def test_errors_and_logs_are_clean(corp: Corp, kind: str, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    ours = corp.client()
    ours.upload("run.csv", TREE)
    corp.wecom.fault(kind, "/cgi-bin/media/upload", errcode=60020)

    with pytest.raises((NoAnswerError, WeComError)) as caught:
        ours.upload("run.csv", TREE)

    entry = corp.tokens.token("acme")
    assert entry
    token = entry.token
    text = caplog.text + repr(caught.value) + str(caught.getrepr(style="short", chain=True))
    assert token not in text
    assert "contact-secret" not in text
