"""Cards to those who decide: what publish is built with, the simulator, the secret on moto."""

import json
import logging
from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from moto import mock_aws

from support.aws import keep
from support.company import people
from support.composition import StandIns, built
from support.guarded import FULL, apply, policy
from support.runs import approved, data_of, index
from support.world import MOST_RECEIVES, World
from wecom_simulator import Simulator
from wecom_sync.domain.run import Run
from wecom_sync.domain.states import State

CORP_ID, AGENT, SECRET = "ww1234567890abcdef", 1000007, "app-secret-nobody-may-see"
BASE = "https://desk.example"
NAME = "wecom-sync/acme/app"
SEND = "/cgi-bin/message/send"
APPROVERS = ("U000001", "u000002")


class Company:
    """A company with an app and a desk. Its people are told by cards alone."""

    def __init__(self, wecom: Simulator, base: str = BASE) -> None:
        self.wecom, self.world = wecom, World()
        app = {"agent_id": AGENT, "secret": SECRET, "unlicensed": ["u000003"]}
        corp = wecom.add_corp(CORP_ID, "contact-secret", members=5, apps=[app])
        self.sent = corp.ledger.cards
        names = {"DeskBaseUrl": base, "WECOM_BASE_URL": wecom.url}
        use_cases = built("publish", self._stand_ins, names, boto3.Session())
        self.world.publication = use_cases.publication
        self.decide(*APPROVERS)

    def _stand_ins(self, adapters: Any) -> StandIns:
        own: StandIns = {**self.world.stand_ins(adapters), "sleep": lambda _: None}
        vars(adapters).update(own)
        return {**own, "channels": {"cards": adapters.cards}}

    def decide(self, *user_ids: str, **settings: object) -> None:
        policy(self.world, first_replace="hold", desk_approvers=user_ids, **settings)

    def keep(self, **more: object) -> None:
        keep(json.dumps({"corp_id": CORP_ID, "agent_id": AGENT, "app_secret": SECRET} | more), NAME)

    def hold(self) -> Run:
        self.world.wecom.hire(*(f"u{number}" for number in range(6)))
        return apply(self.world, FULL, people(6))


@pytest.fixture
def company() -> Iterator[Company]:
    with mock_aws(), Simulator() as wecom:
        yield Company(wecom)


def test_who_decides_gets_one_card_about_a_hold_and_one_about_its_end(company: Company) -> None:
    company.keep()
    company.wecom.fault("cut_after", SEND, times=2)
    run = company.hold()
    company.world.publication.publish([run.run_id], ())
    company.world.live(3600)
    company.decide(*APPROVERS, notify_on=["HELD", "SUCCEEDED"])

    approved(company.world, run)

    (held, ended) = company.sent
    assert held["userids"] == ended["userids"] == [it.lower() for it in APPROVERS]
    titles = [each["card"]["main_title"]["title"] for each in (held, ended)]
    assert titles == ["held for a decision · acme", "succeeded · acme"]
    assert held["card"]["card_action"]["url"] == f"{BASE}/desk/acme/runs/{run.run_id}"
    assert "Rows: 6 · This is the first replaceuser file" in held["card"]["sub_title_text"]
    until, *_ = held["card"]["horizontal_content_list"]
    assert until["value"] == "2027-01-18 16:01 +08:00"
    assert index(company.world)["heard"]


def test_whom_no_card_reaches_is_told_to_the_others(company: Company) -> None:
    company.keep()
    company.decide("u000001", "Ghost", "U000003", "u000009")

    run = company.hold()

    def unreached() -> list[str]:
        page = data_of(company.world.reports.documents["acme/index.html"])
        assert page["unreached"] == index(company.world)["unreached"]
        return [*page["unreached"]]

    assert unreached() == ["Ghost", "u000009", "U000003"]
    assert [each["userids"] for each in company.sent] == [["u000001"]]
    company.decide("Ghost", "u000009")
    company.world.cancel_now(run)
    company.world.live(60)
    assert unreached() == ["Ghost", "u000009"]
    company.decide("Ghost", notify_on=[])
    apply(company.world, "acme/syncuser/bad.csv", "nonsense")
    assert unreached() == ["Ghost"]
    company.decide("u000001")
    assert company.hold().state is State.HELD
    company.world.live(60)
    assert unreached() == []


NO_DESK: dict[str, dict[str, Any]] = {
    "the stack has no desk": {"base": ""},
    "nobody decides": {"user_ids": ()},
    "the company has no app": {"app": None},
    "the secret cannot be used": {"app": {"agent_id": "seven"}},
}


@pytest.mark.parametrize("why", NO_DESK)
def test_without_a_desk_nobody_gets_a_card_and_nothing_fails(why: str) -> None:
    lacks = {"base": BASE, "user_ids": APPROVERS, "app": {}} | NO_DESK[why]
    with mock_aws(), Simulator() as wecom:
        company = Company(wecom, lacks["base"])
        company.decide(*lacks["user_ids"])
        if lacks["app"] is not None:
            company.keep(**lacks["app"])

        company.hold()

        assert (company.sent, company.world.dead, wecom.requests) == ([], [], [])
        assert not index(company.world)["heard"]
        page = data_of(company.world.reports.documents["acme/index.html"])
        assert bool(page["desk_notes"]) is (why == "nobody decides")


def test_a_refused_card_is_tried_again_and_kept_and_shows_no_secret(
    company: Company, caplog: pytest.LogCaptureFixture
) -> None:
    company.keep()
    company.wecom.fault("errcode", SEND, errcode=60020, times=None)

    with caplog.at_level(logging.INFO):
        company.hold()
        company.world.live(6 * 3600)

    assert [letter["channel"] for letter in company.world.dead] == ["cards"]
    assert sum(it["path"] == SEND for it in company.wecom.requests) == MOST_RECEIVES
    logged = [it.__dict__ for it in caplog.records if it.name.startswith("wecom_sync")]
    assert [it["errcode"] for it in logged] == [60020] * MOST_RECEIVES
    assert SECRET not in str(logged)
