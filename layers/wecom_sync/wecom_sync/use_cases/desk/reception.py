"""The desk: shows documents to a company's people, and drops what they say. GET changes nothing."""

import hmac
import json
import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any, NamedTuple, Self
from urllib.parse import quote, urlsplit

from wecom_sync.domain.drop import ASK, BY, NAME, SEAL, Word, seal_of
from wecom_sync.domain.errors import SecretInvalidError, UnknownCorpError
from wecom_sync.domain.last_day import Calendar
from wecom_sync.domain.policy import DOMAIN_FILE_NAME, Policy
from wecom_sync.domain.principals import WECOM, Rights, rights
from wecom_sync.domain.states import CORP
from wecom_sync.domain.values import dataclass
from wecom_sync.reporting.language import Language
from wecom_sync.reporting.pages.desk_page import desk_page, refusal_page
from wecom_sync.reporting.pages.shell import HTML, Kind
from wecom_sync.use_cases.desk.login import LOGIN, SESSION, Cookie, DeskLogin, Redirection, Session
from wecom_sync.use_cases.ports import Clock, DeskDrops, DeskReports, DomainFiles, Secrets
from wecom_sync.wecom.credentials import AppSecret

LARGEST_BYTES = 4_000_000
"""A larger document goes by an address of S3's own: Lambda answers at most 6 MB."""
MOST_ANSWERED = 5_800_000
"""Characters of a document as Lambda writes them, with all that it escapes."""
_ABOUT: Mapping[str, str] = {
    "Content-Security-Policy": "sandbox; default-src 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "no-store",
}
"""What goes with whatever is no page of the desk's own."""
_SAVED = {"Content-Disposition": "attachment"}
JSON = "application/json"
TEXT = "text/plain; charset=utf-8"
CSV = "text/csv; charset=utf-8"
READING_SECONDS = 8
"""Of the processor for a file that somebody brings: the API waits 29 seconds for all of it."""
NO_BASE = "-"
"""The version of stated accounts that a page showed while there were none."""
MOST_OF_METADATA = 100
"""Characters that are kept of a text: S3 takes 2 KB of metadata."""
_RUN = r"runs/(?P<run>[0-9]{8}T[0-9]{6}Z-[0-9a-f]{12})"
DOCUMENTS: Mapping[str, str] = {
    "run.json": JSON,
    "plan.json": JSON,
    "report.html": HTML,
    "results.csv": CSV,
    "fix.csv": CSV,
}
"""What may be read of a run."""
OF_CORP: Mapping[str, str] = {"index.json": JSON, "index.html": HTML, "accounts.html": HTML}
_DEEDS = frozenset({"accounts", "decision", "files", "login", "logout"})
_OUTCOMES: Mapping[int, str] = {
    200: "done",
    202: "dropped",
    302: "signed in",
    403: "refused",
    404: "not found",
    409: "changed",
    422: "unreadable",
}
"""What came of it, by the status of the answer."""
_PAGES: Mapping[str, tuple[Kind, str]] = {
    "": ("index", "index.html"),
    "accounts": ("accounts", "accounts.html"),
}
"""The pages of a corp, and the document that each shows."""


class DeskRequest(NamedTuple):
    """A request to a corp's desk. `path`: what follows the corp, without slashes around it."""

    method: str
    corp: str
    path: str
    query: Mapping[str, str]
    cookies: Mapping[str, str]
    origin: str
    agent: str
    body: str

    @property
    def is_page(self) -> bool:
        """Whether a person asks, and not the script of a page that looks again and again."""
        return self.path in _PAGES or re.fullmatch(_RUN, self.path) is not None


class DeskEntry(NamedTuple):
    """What the log keeps of a visit: who did what, and what came of it. No names."""

    corp: str
    user: str
    run: str
    did: str
    outcome: str

    @classmethod
    def of(cls, request: DeskRequest, user: str, status: int) -> Self:
        run = re.match(_RUN, request.path)
        did = request.path.rpartition("/")[2]
        return cls(
            request.corp,
            user,
            run["run"] if run else "",
            did if did in _DEEDS else "look",
            _OUTCOMES.get(status, str(status)),
        )


class DeskAnswer(NamedTuple):
    status: int
    body: str = ""
    content_type: str = JSON
    headers: Mapping[str, str] = _ABOUT
    cookies: tuple[Cookie, ...] = ()
    base: str = ""
    """The address below which the browser brings the cookies back."""
    entry: DeskEntry | None = None


class Visit(NamedTuple):
    """A request by somebody who is signed in, with the rights they have now.

    `base`: the address of the corp's desk; `names`: of people there, by principal in lower case.
    """

    request: DeskRequest
    base: str
    session: Session
    names: Mapping[str, str]
    policy: Policy
    rights: Rights


FORBIDDEN = DeskAnswer(403, '{"error":"forbidden"}')
NOT_FOUND = DeskAnswer(404, '{"error":"not found"}')


@dataclass(frozen=True, slots=True, kw_only=True)
class Reception:
    """Answers requests.

    `apps`: the secrets of the corps' apps, where there are any; `seal`: what drops are sealed with.
    """

    login: DeskLogin
    apps: Secrets[AppSecret]
    domain_files: Callable[[], DomainFiles]
    reports: DeskReports
    drops: DeskDrops
    seal: Callable[[], bytes]
    base_url: str
    language: Language
    calendar: Calendar
    clock: Clock
    processor: Clock
    random: Callable[[], str]

    def answer(self, request: DeskRequest) -> DeskAnswer:
        """Answer a request. Who is nobody here learns which corps have a desk, and nothing else."""
        secret = self._secret(request)
        if secret is None:
            return self._prove(request.path) if not request.corp else NOT_FOUND
        base = secret.desk(request.corp, self.base_url)
        if request.method != "POST" and request.path == "login":
            return self._return(request, base)._replace(base=base)
        visit = self._visit(request, base)
        if visit is None:
            return self._ask_who(request, secret, base)._replace(base=base)
        if not visit.rights.see:
            return self._refuse(visit)
        answer = self._post(visit) if request.method == "POST" else self._get(visit)
        if request.method != "POST" and not request.is_page:
            return answer
        used = self.login.renewed(request.corp, visit.session)
        says = request.method == "POST"
        entry = DeskEntry.of(request, visit.session.user, answer.status) if says else None
        return answer._replace(cookies=(used, *answer.cookies), base=base, entry=entry)

    def _visit(self, request: DeskRequest, base: str) -> Visit | None:
        """Return who asks, None if nobody is signed in whose account was there all the time."""
        session = self.login.session(request.corp, request.cookies)
        if session is None:
            return None
        content = self.reports.get(f"{request.corp}/index.json")
        index: dict[str, Any] = json.loads(content) if content else {}
        if session.start <= index.get("departed", {}).get(session.user.casefold(), 0):
            return None
        policy, names = Policy.from_document(index.get("settings") or {}), index.get("speakers", {})
        return Visit(request, base, session, names, policy, rights(session.user, policy.desk))

    def _secret(self, request: DeskRequest) -> AppSecret | None:
        if not CORP.fullmatch(request.corp) or request.method not in {"GET", "POST"}:
            return None
        try:
            return self.apps.of(request.corp)
        except (UnknownCorpError, SecretInvalidError):
            return None

    def _prove(self, name: str) -> DeskAnswer:
        """Answer WeCom, which asks whose the domain is."""
        is_file = re.fullmatch(DOMAIN_FILE_NAME, name)
        stated = self.domain_files().file(name) if is_file else None
        return DeskAnswer(200, stated.text, TEXT) if stated else NOT_FOUND

    def _return(self, request: DeskRequest, base: str) -> DeskAnswer:
        arrival = self.login.come_back(request.corp, base, request.query, request.cookies)
        if arrival is None:
            page, about = refusal_page("login", again=base)
            entry = DeskEntry.of(request, "", 403)
            return DeskAnswer(403, page, HTML, about, (Cookie(LOGIN, "", 0),), entry=entry)
        return _redirected(arrival)._replace(entry=DeskEntry.of(request, arrival.user, 302))

    def _ask_who(self, request: DeskRequest, secret: AppSecret, base: str) -> DeskAnswer:
        if request.method == "POST" or not request.is_page:
            return DeskAnswer(401, '{"error":"signed out"}')
        way = self.login.leave(request.corp, secret, base, request.agent, request.path)
        return _redirected(way)

    def _refuse(self, visit: Visit) -> DeskAnswer:
        """Refuse somebody without a right, who learns names of others and no ids."""
        principals = (f"{WECOM}{it.casefold()}" for it in visit.policy.desk_approvers)
        names = [*filter(None, map(visit.names.get, principals))]
        page, about = refusal_page("rights" if names else "nameless", names)
        entry = DeskEntry.of(visit.request, visit.session.user, 403)
        return DeskAnswer(403, page, HTML, about, (Cookie(SESSION, "", 0),), visit.base, entry)

    def _get(self, visit: Visit) -> DeskAnswer:
        path, corp = visit.request.path, visit.request.corp
        if path in _PAGES:
            kind, name = _PAGES[path]
            return self._page(visit, kind, name)
        if path in OF_CORP:
            return self._document(f"{corp}/{path}", OF_CORP[path])
        of_run = re.fullmatch(f"{_RUN}(?:/(?P<name>[a-z.]+))?", path)
        if of_run is None:
            return NOT_FOUND
        if of_run["name"] is None:
            return self._page(visit, "report", f"{path}/report.html")
        kind_of = DOCUMENTS.get(of_run["name"])
        name = f"{corp}/{of_run['run']}/{of_run['name']}"
        return self._document(name, kind_of) if kind_of else NOT_FOUND

    def _document(self, name: str, content_type: str) -> DeskAnswer:
        """Return a document for the scripts of a page; opened by itself it runs none."""
        size = self.reports.size(name)
        if size is None:
            return NOT_FOUND
        about = {**_ABOUT, **(_SAVED if content_type == CSV else {})}
        if size <= LARGEST_BYTES:
            content = (self.reports.get(name) or b"").decode()
            if len(json.dumps(content)) <= MOST_ANSWERED:
                return DeskAnswer(200, content, content_type, about)
        return DeskAnswer(302, "", content_type, {**about, "Location": self.reports.address(name)})

    def _page(self, visit: Visit, kind: Kind, document: str) -> DeskAnswer:
        request, may = visit.request, visit.rights
        base = urlsplit(visit.base).path
        offers = (
            ("decide", f"{request.path}/decision", may.decide and kind == "report"),
            ("send", f"{request.path}/send", may.drop and kind == "report"),
            ("files", "files", may.drop),
            ("accounts", "accounts", may.decide and kind != "index"),
            ("logout", "logout", True),
        )
        posts = {
            name: {
                "address": f"{base}/{path}",
                "token": self.login.token(request.corp, visit.session, path),
            }
            for name, path, is_allowed in offers
            if is_allowed
        }
        watch = f"{request.path}/run.json" if kind == "report" else "index.json"
        desk = {
            "base": base,
            "document": f"{base}/{document}",
            "watch": f"{base}/{watch}",
            "user": visit.session.user,
            "approvers": visit.policy.desk_approvers,
        }
        origin, language = self.reports.origin, self.language
        page, about = desk_page(kind, {**desk, "posts": posts}, origin, language)
        return DeskAnswer(200, page, HTML, about)

    def _post(self, visit: Visit) -> DeskAnswer:
        """Do what a page asks for, if the page is ours and was made for this session and path."""
        request = visit.request
        words = _read(request.body)
        origin = "://".join(urlsplit(visit.base)[:2])
        token = str(words.pop("token", ""))
        is_ours = hmac.compare_digest(request.origin.encode(), origin.encode())
        if not is_ours or not self.login.is_token(request.corp, visit.session, request.path, token):
            return FORBIDDEN
        decides = re.fullmatch(f"{_RUN}/(?P<what>decision|send)", request.path)
        if request.path == "logout":
            return DeskAnswer(200, "{}", cookies=(Cookie(SESSION, "", 0),))
        may = visit.rights.drop if decides and decides["what"] == "send" else visit.rights.decide
        if decides and may:
            return self._decide(visit, decides, words)
        if request.path == "accounts" and visit.rights.decide:
            return self._state(visit, words)
        if request.path == "files" and visit.rights.drop:
            return self._bring(visit, words)
        return FORBIDDEN

    def _decide(self, visit: Visit, decides: re.Match[str], words: Mapping[str, Any]) -> DeskAnswer:
        """Drop what is said of the plan that the page showed, unless it is another one by now."""
        corp, run_id = visit.request.corp, decides["run"]
        content = self.reports.get(f"{corp}/{run_id}/run.json")
        if content is None:
            return NOT_FOUND
        run = json.loads(content)
        if words.get("plan") != run["plan_digest"]:
            return DeskAnswer(409, json.dumps({"error": "changed", "state": run["state"]}))
        folder = Word.ANSWER if "accounts" in words else Word.DECISION
        folder = Word.SEND if decides["what"] == Word.SEND else folder
        return self._drop(visit, f"{corp}/{folder}/{run_id}.json", json.dumps(words).encode())

    def _state(self, visit: Visit, words: Mapping[str, Any]) -> DeskAnswer:
        """Drop accounts with the version of them that the page showed, unless it is old by now."""
        content = str(words.get("content", "")).encode()
        base = _metadata(str(words.get("base") or NO_BASE))
        return self._drop(visit, f"{visit.request.corp}/{Word.ACCOUNTS}", content, base=base)

    def _bring(self, visit: Visit, words: Mapping[str, Any]) -> DeskAnswer:
        """Take a file without what nobody takes of it, to be shown; or say what of it would go."""
        # Most requests bring no file, and need none of this.
        from wecom_sync.files.decoding import Stopwatch  # noqa: PLC0415
        from wecom_sync.files.problems import FileRejectedError  # noqa: PLC0415
        from wecom_sync.use_cases.desk.brought import brought, problem_texts  # noqa: PLC0415

        name = str(words.get("name", "")).replace("\\", "/").rpartition("/")[2]
        reading = visit.policy.reading.as_of(self.calendar.day(self.clock()))
        try:
            watch = Stopwatch(self.processor, READING_SECONDS)
            file = brought(name, str(words.get("content", "")), reading, watch)
        except FileRejectedError as error:
            return DeskAnswer(422, _json({"problems": problem_texts(error.problems)}))
        if words.get("confirm") is not True:
            about = {"rows": file.rows, "sent": file.sent, "stays": file.stays}
            return DeskAnswer(200, _json({**about, "left": problem_texts(file.left)}))
        moment = datetime.fromtimestamp(self.clock(), UTC)
        folder = f"{visit.request.corp}/company"
        key = f"{folder}/desk-{moment:%Y%m%dT%H%M%SZ}-{self.random()[:8]}.csv"
        return self._drop(visit, key, file.content, **{NAME: _metadata(name), ASK: "yes"})

    def _drop(self, visit: Visit, key: str, content: bytes, **about: str) -> DeskAnswer:
        asked = datetime.fromtimestamp(self.clock(), UTC).isoformat(timespec="seconds")
        metadata = {**about, BY: visit.session.user, "asked": asked}
        metadata[SEAL] = seal_of(self.seal(), self.drops.bucket, key, metadata, content)
        self.drops.put(key, content, metadata)
        return DeskAnswer(202, json.dumps({"key": key}))


def _json(document: Mapping[str, Any]) -> str:
    return json.dumps(document, ensure_ascii=False)


def _metadata(text: str) -> str:
    """Return a text as S3 keeps it beside an object, percent-encoded."""
    return quote(text[:MOST_OF_METADATA])


def _read(body: str) -> dict[str, Any]:
    try:
        words = json.loads(body)
        # Python reads half a character, which nobody can keep, and numbers that JSON has not.
        json.dumps(words, ensure_ascii=False, allow_nan=False).encode()
    except (ValueError, RecursionError):
        return {}
    return words if isinstance(words, dict) else {}


def _redirected(to: Redirection) -> DeskAnswer:
    return DeskAnswer(302, headers={**_ABOUT, "Location": to.address}, cookies=to.cookies)
