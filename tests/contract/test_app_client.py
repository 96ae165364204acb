"""Our client of a company's own app against the simulator, over HTTP."""

from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import requests

from wecom_simulator import Simulator
from wecom_sync.adapters.app_client import AppClient, ProcessTokens
from wecom_sync.adapters.wecom_access import REFUSED_SECONDS
from wecom_sync.domain.errors import NoAnswerError, WeComError
from wecom_sync.wecom import app
from wecom_sync.wecom.app import Card, Unreached, login_url, unreached, user_of
from wecom_sync.wecom.credentials import AppSecret

CORP_ID, AGENT, SECRET = "ww1234567890abcdef", 1000007, "app-secret"
BACK = "https://desk.example.com/api/desk/acme/login"
SEND = "/cgi-bin/message/send"
PAGES = {True: "/connect/oauth2/authorize", False: "/wwlogin/sso/login"}
URL = "https://desk.example.com/x"
CARD = Card("导入待确认", "company · 2026-11-30", "将移除 37 人", (("移除", "37"),), URL)


class App:
    """A corp at the simulator, and our client of its app."""

    def __init__(self, wecom: Simulator) -> None:
        self.wecom = wecom
        app = {"agent_id": AGENT, "secret": SECRET, "domains": ["desk.example.com"]}
        self.corp = wecom.add_corp(CORP_ID, "contact-secret", members=1100, apps=[app])
        self.tokens = ProcessTokens(wecom.clock.now)

    def client(self, secret: str = SECRET) -> AppClient:
        return AppClient(
            self.wecom.url, "acme", AppSecret(CORP_ID, AGENT, secret), self.tokens,
            clock=self.wecom.clock.now, sleep=lambda _: None,
        )  # fmt: skip

    def code(self, userid: str, *, in_wecom: bool = True) -> str:
        page = self.wecom.url + PAGES[in_wecom]
        address = login_url(page, self.client().secret, BACK, "5f", in_wecom=in_wecom)
        assert address.endswith("#wechat_redirect") is in_wecom
        answer = requests.get(address, {"userid": userid}, allow_redirects=False, timeout=60)
        back = urlsplit(answer.headers["Location"])
        assert back.geturl().startswith(f"{BACK}?")
        query = parse_qs(back.query)
        assert query["state"] == ["5f"]
        return query["code"][0]

    def count(self, path: str) -> int:
        return sum(request["path"] == path for request in self.wecom.requests)


@pytest.fixture
def corp() -> Iterator[App]:
    with Simulator() as simulator:
        yield App(simulator)


@pytest.mark.parametrize("in_wecom", [True, False])
def test_a_member_logs_in_with_a_code_once(corp: App, in_wecom: bool) -> None:
    code = corp.code("U000007", in_wecom=in_wecom)

    assert corp.client().user(code) == "u000007"
    for used, errcode in ((code, 42022), ("invented", 40029)):
        with pytest.raises(WeComError) as caught:
            corp.client().user(used)
        assert caught.value.errcode == errcode
    assert corp.count("/cgi-bin/gettoken") == 1


ANSWERS: list[dict[str, object]] = [
    {}, {"userid": None}, {"userid": ["a"]}, {"userid": "a b"}, {"userid": ""}, {"UserId": "a"},
    {"userid": "a", "openid": "o"}, {"userid": "@all"}, {"userid": "wwother/a"},
]  # fmt: skip


@pytest.mark.parametrize("answer", ANSWERS)
def test_an_answer_that_names_no_member_for_certain_is_nobody(answer: dict[str, object]) -> None:
    assert user_of(answer) is None


def test_a_card_is_sent_and_says_whom_it_did_not_reach(corp: App) -> None:
    users = [*(f"U{number:06d}" for number in range(1, 1101)), "Ghost"]

    assert corp.client().send(CARD, users) == Unreached(("Ghost",), ())
    assert [len(card["userids"]) for card in corp.corp.ledger.cards] == [1000, 100]
    assert corp.client().send(CARD, ["Ghost", "nobody"]) == Unreached(("Ghost", "nobody"), ())
    assert corp.client().send(CARD, []) == Unreached((), ())
    assert corp.count(SEND) == 3


@pytest.mark.parametrize("names", ["b.c|x", ["b.c", "x"], "", None])
def test_every_form_of_a_list_of_users_is_read(names: Any) -> None:
    expected = ("B.c",) if names else ()

    assert unreached(["a", "B.c"], {"unlicenseduser": names}, 0) == Unreached((), expected)


def test_a_card_is_delivered_once_in_four_hours(corp: App) -> None:
    for path in (SEND, SEND):
        corp.wecom.fault("cut_after", path)
        with pytest.raises(NoAnswerError):
            corp.client().send(CARD, ["u000001"])
    assert corp.client().send(CARD, ["u000001"]) == Unreached((), ())
    assert len(corp.corp.ledger.cards) == 1

    corp.wecom.clock.advance(app.SAME_SECONDS)

    corp.client().send(CARD, ["u000001"])
    assert len(corp.corp.ledger.cards) == 2


def test_a_card_is_within_what_wecom_advises_and_shows_nothing_private(corp: App) -> None:
    long, evil = "字" * 500, "a\u202eb\n$userName=u000001$ 13800000001 +8613800000001 z.s@corp.cn"
    card = Card(long, long, long, ((long, long),) * 9, URL)

    corp.client().send(card, ["u000001"])
    corp.client().send(Card(evil, "", "", (), URL), ["u000001"])

    sent, hidden = (each["card"] for each in corp.corp.ledger.cards)
    title = sent["main_title"]
    row = sent["horizontal_content_list"][0]
    texts = title["title"], title["desc"], sent["sub_title_text"], row["keyname"], row["value"]
    assert [len(text) for text in texts] == [36, 44, 160, 5, 30]
    assert all(text.endswith("…") for text in texts)
    assert len(sent["horizontal_content_list"]) == 6
    assert hidden["main_title"]["title"] == "a b $userName=u000001$ … … …"
    assert card.message(AGENT, ["x"])["enable_id_trans"] == 0


def test_a_refused_secret_is_not_shown_again_for_a_while(corp: App) -> None:
    asked = []
    for seconds in (0, 0, REFUSED_SECONDS[0]):
        corp.wecom.clock.advance(seconds)
        with pytest.raises(WeComError) as caught:
            corp.client(secret="wrong").send(CARD, ["u000001"])
        assert caught.value.errcode == 40001
        asked.append(corp.count("/cgi-bin/gettoken"))

    assert asked == [1, 1, 2]
    corp.client().send(CARD, ["u000001"])
