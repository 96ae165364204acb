"""The desk of a deployed stack, in a browser without a screen: from WeCom's login to the import."""

import json
from typing import Any
from urllib.parse import urlsplit

import requests

from e2e.conftest import TRUSTING, LocalStack, people
from support.desk import content_of

IN_WECOM, ELSEWHERE = "Mozilla/5.0 wxwork/4.1", "Mozilla/5.0 Firefox/140.0"


class Visitor:
    """Somebody of the company in a browser at the desk."""

    def __init__(self, stack: LocalStack, agent: str) -> None:
        self.home = f"{stack.info['desk_base_url']}/desk/desk"
        self.origin = "://".join(urlsplit(self.home)[:2])
        self._session = requests.Session()
        self._session.headers["User-Agent"] = agent

    def sign_in(self, userid: str, path: str = "") -> requests.Response:
        """Ask for a page, choose who one is on WeCom's page, and come back to the first."""
        away = self._session.get(self.home + path, allow_redirects=False).headers["Location"]
        return self._session.get(f"{away.partition('#')[0]}&userid={userid}")

    def get(self, address: str) -> Any:
        answer = self._session.get(f"{self.origin}{address}", headers={"Origin": self.origin})
        assert answer.ok, answer.text
        if answer.history:
            assert answer.headers["Access-Control-Allow-Origin"] == self.origin
        return answer.json()

    def say(self, post: dict[str, str], **words: object) -> requests.Response:
        body = {**words, "token": post["token"]}
        headers = {"Origin": self.origin}
        return self._session.post(f"{self.origin}{post['address']}", json=body, headers=headers)


def test_an_approver_signs_in_decides_and_the_run_names_them(stack: LocalStack) -> None:
    stack.wait(stack.put("desk/settings.toml", TRUSTING))
    stack.wait(stack.put("desk/syncuser/some.csv", people("d", 20)))
    of_desk = '[desk]\napprovers = ["d1"]\n'
    stack.wait(stack.put("desk/settings.toml", TRUSTING + of_desk))
    run = stack.wait(stack.put("desk/replaceuser/all.csv", people("d", 10)), "HELD")
    visitor = Visitor(stack, IN_WECOM)
    path = f"/runs/{run['run_id']}"

    page = visitor.sign_in("d1", path)
    shown = content_of(page.text)
    watched = visitor.get(shown["watch"])
    plan = watched["plan_digest"]
    answer = visitor.say(shown["posts"]["decide"], decision="approve", plan=plan, note="seen")

    assert page.url == visitor.home + path
    assert (page.status_code, watched["state"], answer.status_code) == (200, "HELD", 202)
    done = stack.wait(run["key"])
    assert (done["state"], done["approval"]["by"]) == ("SUCCEEDED", "wecom:d1")
    assert stack.corp_of_wecom("desk", "directory")["counts"]["members"] == 10
    elsewhere = Visitor(stack, ELSEWHERE)
    assert content_of(elsewhere.sign_in("d1", path).text)["user"] == "d1"
    # What Lambda cannot answer comes from the report bucket.
    large = {"changes": "x" * 7_000_000}
    where = {"Bucket": stack.info["report_bucket"], "Key": f"desk/{run['run_id']}/plan.json"}
    stack.client("s3").put_object(**where, Body=json.dumps(large))
    assert elsewhere.get(shown["watch"].replace("run.json", "plan.json")) == large
