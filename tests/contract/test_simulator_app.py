"""An app of the simulated WeCom: logging in (doc/91335, doc/98152), and cards (doc/90236)."""

import json
import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import requests

from contract.simulator_driver import Driver
from wecom_simulator import Simulator

DESK = "http://desk.example.com:8443/desk/acme/login?x=1"
AGENT, OTHER = 1000007, 1000008
APPS = [
    {
        "agent_id": AGENT,
        "secret": "app-secret",
        "visible": ["u000001", "U000002", "u000003"],
        "domains": ["desk.example.com:8443"],
        "unlicensed": ["U000003"],
    },
    {"agent_id": OTHER, "secret": "other-secret"},
]
IN_WECOM, BY_QR = "/connect/oauth2/authorize", "/wwlogin/sso/login"
FIXED = {
    IN_WECOM: {"response_type": "code", "scope": "snsapi_base"},
    BY_QR: {"login_type": "CorpApp"},
}
CARD: dict[str, Any] = {
    "card_type": "text_notice",
    "main_title": {"title": "导入待确认"},
    "card_action": {"type": 1, "url": "https://desk.example.com/"},
}


class AppDriver(Driver):
    """Calls as an app does, and logs in as a browser does."""

    def call(self, secret: str = "app-secret") -> str:
        return str(self.gettoken(secret)["access_token"])

    def login(self, page: str = IN_WECOM, **query: str) -> requests.Response:
        known = {"appid": self.corp_id, "agentid": str(AGENT), "redirect_uri": DESK, "state": "5f"}
        query = {**known, **FIXED[page], **query}
        address = self.simulator.url + page
        return requests.get(address, query, allow_redirects=False, timeout=120)

    def code(self, userid: str) -> str:
        back = self.login(userid=userid).headers["Location"]
        return parse_qs(urlsplit(back).query)["code"][0]

    def redeemed(self, code: str, secret: str = "app-secret") -> dict[str, Any]:
        return self.get("auth/getuserinfo", token=self.call(secret), code=code)

    def send(self, secret: str = "app-secret", **body: Any) -> dict[str, Any]:
        known = {"touser": "u000001", "msgtype": "template_card", "agentid": AGENT}
        message = {**known, "template_card": CARD, **body}
        raw = json.dumps(message, ensure_ascii=False).encode()
        return self.post("message/send", raw, token=self.call(secret))

    def cards(self) -> list[list[str]]:
        listed = self.control("GET", f"corps/{self.corp_id}/cards")["cards"]
        return [card["userids"] for card in listed]


@pytest.fixture
def corp(simulator: Simulator) -> AppDriver:
    return AppDriver(simulator, members=5, apps=APPS)


def test_who_is_no_member_has_an_openid_and_another_corps_member_a_slash(corp: AppDriver) -> None:
    for nobody in ("", "ghost"):
        answer = corp.redeemed(corp.code(nobody))
        assert ("userid" in answer, bool(answer["openid"])) == (False, True)
    assert corp.redeemed(corp.code("wwother/lisi"))["userid"] == "wwother/lisi"


def test_the_visible_range_is_asked_by_the_qr_page_only(corp: AppDriver) -> None:
    assert corp.redeemed(corp.code("u000005"))["userid"] == "u000005"
    assert "60021" in corp.login(BY_QR, userid="u000005").text


def test_a_code_is_of_one_app_and_corp_and_dies_after_five_minutes() -> None:
    with Simulator() as own:
        corp, other = (AppDriver(own, members=2, apps=APPS) for _ in range(2))
        code = corp.code("u000001")
        assert corp.redeemed(code, "other-secret")["errcode"] == 40029
        assert other.redeemed(code)["errcode"] == 40029
        assert corp.redeemed("")["errcode"] == 40029
        assert corp.get("auth/getuserinfo", code=code)["errcode"] == 48002

        own.clock.advance(300)

        assert corp.redeemed(code)["errcode"] == 42003


WRONG_ADDRESSES: list[tuple[Mapping[str, str], tuple[int, int]]] = [
    ({"appid": "ww"}, (40013, -31027)),
    ({"agentid": "7"}, (40056, -31028)),
    ({"agentid": str(OTHER)}, (50001, -31020)),
    ({"redirect_uri": "https://desk.example.com/desk"}, (50001, -31020)),
    ({"redirect_uri": "https://evil.example/@desk.example.com:8443"}, (50001, -31020)),
    ({"state": "a-b"}, (84025, 84025)),
    ({"state": "a" * 129}, (84025, 84025)),
    ({"scope": "", "login_type": ""}, (40058, 40058)),
]


@pytest.mark.parametrize(("query", "errcodes"), WRONG_ADDRESSES)
def test_a_wrong_address_leads_nowhere(corp: AppDriver, query: Any, errcodes: Any) -> None:
    for page, errcode in zip((IN_WECOM, BY_QR), errcodes, strict=True):
        response = corp.login(page, userid="u000001", **query)
        assert (response.status_code, f"<h1>{errcode}</h1>" in response.text) == (200, True)


def test_the_page_shows_no_markup_of_others(corp: AppDriver) -> None:
    member = {"userid": "evil", "name": "<script>", "departments": [1]}
    corp.control("POST", f"corps/{corp.corp_id}/members", {"members": [member]})

    assert re.search("&lt;script&gt; evil", corp.login(note='"><script>').text)
    assert "<script" not in corp.login(note='"><script>').text


def test_a_card_reaches_whom_it_can_and_names_the_others_in_lower_case(corp: AppDriver) -> None:
    answer = corp.send(touser="U000001|Ghost|U000005|U000003|u000002|")

    assert (answer["errcode"], bool(answer["msgid"])) == (0, True)
    assert (answer["invaliduser"], answer["unlicenseduser"]) == ("ghost|u000005", "u000003")
    assert corp.cards() == [["u000001", "u000002"]]
    assert corp.send(touser="ghost|u000005")["errcode"] == 81013


def with_card(**fields: Any) -> dict[str, Any]:
    return {"template_card": {**CARD, **fields}}


ROW = {"keyname": "移除", "value": "37"}
REFUSED: list[tuple[int, dict[str, Any]]] = [
    (40008, {"msgtype": "text"}),
    (40031, {"touser": ["u000001"]}),
    (40032, {"touser": "|".join(f"x{number}" for number in range(1001))}),
    (40056, {"agentid": str(AGENT)}),
    (40058, {"duplicate_check_interval": 14_401}),
    (40058, {"enable_duplicate_check": True}),
    (40058, {"toparty": "1"}),
    (41011, {"agentid": None}),
    (42014, with_card(task_id="a b")),
    (42027, with_card(horizontal_content_list=[{"value": "1"}])),
    (42028, with_card(card_action={"type": 1})),
    (42028, with_card(horizontal_content_list=[{**ROW, "type": 1}])),
    (42031, with_card(card_type="news_notice")),
    (42031, {"template_card": None}),
    (42033, with_card(main_title={"desc": "x"})),
    (42035, with_card(horizontal_content_list=[ROW] * 7)),
    (42045, with_card(card_action={"type": 0})),
    (42045, with_card(card_action=None)),
    (43012, with_card(card_type="button_interaction")),
    (43012, with_card(action_menu={})),
    (45034, with_card(card_action={"type": 1, "url": "desk.example.com"})),
    (82001, {"touser": "|"}),
    (301002, {"secret": "other-secret"}),
    (301002, {"agentid": OTHER}),
]


@pytest.mark.parametrize(("errcode", "body"), REFUSED)
def test_what_wecom_takes_no_card_with(corp: AppDriver, errcode: int, body: dict[str, Any]) -> None:
    assert corp.send(**body)["errcode"] == errcode
    assert corp.cards() == []


def test_the_contact_secret_and_an_unknown_address_send_nothing(corp: AppDriver) -> None:
    assert corp.post("message/send", {})["errcode"] == 48002
    assert corp.post("user/list_id", {}, token=corp.call())["errcode"] == 48002
    token = corp.call()
    corp.corp.change({"allowed_ips": ["203.0.113.9"]})

    assert corp.post("message/send", {}, token=token)["errcode"] == 60020


def test_the_31st_card_of_a_minute_is_dropped_without_a_word() -> None:
    with Simulator() as own:
        corp = AppDriver(own, members=2, apps=APPS)
        answers = [corp.send(touser="u000001|u000002") for _ in range(30)]
        answers.append(corp.send())
        assert {it["errcode"] for it in answers} == {0}
        assert corp.cards()[29:] == [["u000001", "u000002"], []]

        own.clock.advance(60)

        corp.send()
        assert corp.cards()[-1] == ["u000001"]


def test_a_fault_strikes_the_pages_of_an_app(corp: AppDriver) -> None:
    corp.simulator.fault("http_status", IN_WECOM, corp_id=corp.corp_id)

    assert [corp.login().status_code for _ in range(2)] == [503, 200]


WRONG_APPS = [{"agent_id": 1}], [{"secret": "x"}], "x", [1], [{**APPS[0], "visible": "u"}]


@pytest.mark.parametrize("apps", WRONG_APPS)
def test_an_app_that_cannot_be_is_refused(corp: AppDriver, apps: Any) -> None:
    assert corp.control("PATCH", f"corps/{corp.corp_id}", {"apps": apps})["http"] == 400
    described = corp.control("GET", f"corps/{corp.corp_id}")
    assert (described["apps"], "app-secret" in str(described)) == ([AGENT, OTHER], False)
