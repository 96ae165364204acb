"""The desk of a company in memory: a browser with cookies, and WeCom that knows who holds it."""

import base64
import gzip
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, cast
from urllib.parse import parse_qs, urlsplit

import desk
from support.company import people
from support.composition import StandIns, built
from support.fakes import FakeSecrets
from support.guarded import dropped
from support.world import BUCKET, World
from wecom_sync.domain.errors import WeComError
from wecom_sync.domain.run import Run
from wecom_sync.use_cases.desk.reception import Reception
from wecom_sync.wecom.app import LOGIN_AGAIN
from wecom_sync.wecom.credentials import AppSecret

BASE = "https://desk.example"
DESK = "AWS:DeskFunctionRole:desk"
USERS = {"desk_approvers": ["ZhangSan"], "desk_droppers": ["lisi"], "desk_readers": ["wangwu"]}
"""The settings of a company: who may do what at its desk."""


def held_run(world: World) -> Run:
    """Return a run that takes half of the people away, which somebody has to approve."""
    dropped(world, "acme/replaceuser/all.csv", people(40), 3600)
    return dropped(world, "acme/replaceuser/few.csv", people(20), 3600)


def asked(
    reception: Reception, method: str, path: str, headers: Mapping[str, str], body: str
) -> dict[str, Any]:
    """Return how the desk function answers; `path`: what follows `/desk/` in the address."""
    place = urlsplit(path)
    corp, _, rest = place.path.partition("/")
    query = {name: values[0] for name, values in parse_qs(place.query).items()}
    event = {
        "httpMethod": method,
        "pathParameters": {"corp": corp, **({"rest": rest} if rest else {})},
        "queryStringParameters": query,
        "headers": headers,
        "body": body,
    }
    return desk.handle(reception, event)


@dataclass
class DeskWorld:
    """The buckets of a world as the desk uses them, and WeCom's codes by whom they are."""

    world: World
    codes: dict[str, str | None] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    counted: list[str] = field(default_factory=list)
    failure: Exception | None = None
    read: list[str] = field(default_factory=list)
    bucket: str = BUCKET
    origin: str = "https://reports.example"
    secrets: FakeSecrets[AppSecret] = field(
        default_factory=lambda: FakeSecrets({"acme": AppSecret("ww-acme", 1000002, "app")})
    )

    def put(self, key: str, content: bytes, metadata: Mapping[str, str]) -> None:
        # What S3 takes as headers, 2 KB in all.
        assert re.fullmatch(r"[\x21-\x7e]{0,1900}", "".join(metadata.values()))
        base = metadata.get("base", "")
        about = {"asks": True} if "ask" in metadata else {}
        self.world.drop(key, content, by=DESK, sealed=dict(metadata), base=base, **about)

    def size(self, name: str) -> int | None:
        content = self.world.reports.get(name)
        return None if content is None else len(content)

    def get(self, name: str) -> bytes | None:
        self.read.append(name)
        return self.world.reports.get(name)

    def address(self, name: str) -> str:
        return f"{self.origin}/{name}?signed"

    def user_of(self, corp: str, code: str) -> str | None:
        self.asked.append(code)
        if self.failure:
            raise self.failure
        if code not in self.codes:
            raise WeComError(min(LOGIN_AGAIN), "invalid code", "/cgi-bin/auth/getuserinfo")
        return self.codes.pop(code)

    def reception(self, base: str = BASE, **names: str) -> Reception:
        """Return the desk at an address; `names`: values of further parameters."""
        return cast("Reception", built("desk", self._stand_ins, {"DeskBaseUrl": base, **names}))

    def _stand_ins(self, adapters: Any) -> StandIns:
        return {
            "apps": self.secrets,
            "clock": self.world.clock,
            "count": self.counted.append,
            "desk_drops": self,
            "domain_files": self.world.domain_files,
            "desk_reports": self,
            "master": lambda _: lambda: b"master",
            "processor": self.world.worked,
            "user_of": self.user_of,
        }


@dataclass
class Browser:
    """Asks the desk function, and keeps its cookies."""

    reception: Reception
    corp: str = "acme"
    cookies: dict[str, str] = field(default_factory=dict)
    agent: str = "Mozilla/5.0 wxwork/4.1"

    def ask(
        self, path: str = "", method: str = "GET", body: str = "", **headers: str
    ) -> dict[str, Any]:
        jar = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        headers = {"Cookie": jar, "User-Agent": self.agent, **headers}
        answer = asked(self.reception, method, f"{self.corp}/{path}", headers, body)
        for cookie in answer["multiValueHeaders"].get("Set-Cookie", ()):
            name, _, value = cookie.partition(";")[0].partition("=")
            self.cookies[name] = value
        return answer

    def leave(self, path: str = "") -> str:
        """Go to a page and be sent to WeCom; return the state with which one comes back."""
        location: str = self.ask(path)["headers"]["Location"]
        return parse_qs(urlsplit(location).query)["state"][0]

    def sign_in(self, desk_world: DeskWorld, user: str | None, path: str = "") -> dict[str, Any]:
        """Go to a page, to WeCom and back; return what the way back was answered."""
        state = self.leave(path)
        desk_world.codes["code-1"] = user
        return self.ask(f"login?code=code-1&state={state}")

    def page(self, path: str = "") -> dict[str, Any]:
        """Return what the script of a page begins with at the desk."""
        answer = self.ask(path)
        assert answer["statusCode"] == 200, answer
        return content_of(answer["body"])

    def say(self, page: str, name: str, /, **words: object) -> dict[str, Any]:
        """Post what a page offers."""
        post = self.page(page)["posts"][name]
        path = post["address"].partition(f"/desk/{self.corp}/")[2]
        body = json.dumps({**words, "token": post["token"]})
        return self.ask(path, "POST", body, Origin=BASE)


def content_of(page: str) -> dict[str, Any]:
    """Return what the script of a page begins with at the desk."""
    packed = re.search(r'id="data">([^<]*)<', page)
    assert packed
    line = gzip.decompress(base64.b64decode(packed[1]))
    content: dict[str, Any] = json.loads(line)["desk"]
    return content
