"""The desk of a deployed stack, in a browser without a screen: from WeCom's login to the import."""

import json
from functools import partial
from typing import Any
from urllib.parse import urlsplit

import pytest
import requests
from botocore.exceptions import ClientError

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
    of_desk = '[desk]\napprovers = ["d1"]\n'
    stack.wait(stack.put("desk/settings.toml", TRUSTING + of_desk))
    stack.wait(stack.put("desk/syncuser/some.csv", people("d", 20)))
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
    assert content_of(Visitor(stack, ELSEWHERE).sign_in("d1", path).text)["user"] == "d1"


def test_what_lambda_cannot_answer_comes_from_the_report_bucket(stack: LocalStack) -> None:
    stack.wait(stack.put("desk/settings.toml", TRUSTING + '[desk]\nreaders = ["d1"]\n'))
    run = stack.wait(stack.put("desk/syncuser/one.csv", people("d", 2)))
    large = {"changes": "x" * 7_000_000}
    where = {"Bucket": stack.info["report_bucket"], "Key": f"desk/{run['run_id']}/plan.json"}
    stack.client("s3").put_object(**where, Body=json.dumps(large))
    visitor = Visitor(stack, ELSEWHERE)
    page = content_of(visitor.sign_in("d1", f"/runs/{run['run_id']}").text)

    assert visitor.get(page["watch"].replace("run.json", "plan.json")) == large


SECRETS = {"contact": "acme", "messages": "acme/messages", "app": "acme/app"}
READS = {
    "Submit": {"contact"},
    "Persist": {"contact", "messages"},
    "Callback": {"messages"},
    "Publish": {"app", "messages"},
    "Drift": {"contact"},
    "Desk": {"app"},
}


def allowed(attempt: Any) -> bool:
    try:
        attempt()
    except ClientError as error:
        if not error.response["Error"]["Code"].startswith("AccessDenied"):
            raise
        return False
    return True


def with_rights_of(stack: LocalStack, function: str) -> dict[str, str]:
    """Return the access key of somebody who may do what a function may."""
    iam, role = stack.client("iam"), stack.resources()[f"{function}FunctionRole"]
    names = iam.list_role_policies(RoleName=role)["PolicyNames"]
    policies = [iam.get_role_policy(RoleName=role, PolicyName=name) for name in names]
    statements = [it for policy in policies for it in policy["PolicyDocument"]["Statement"]]
    return stack.of_user(json.dumps({"Version": "2012-10-17", "Statement": statements}))


@pytest.mark.parametrize("function", READS)
def test_each_function_reads_its_secrets_of_a_company_and_no_other(
    stack: LocalStack, function: str
) -> None:
    secrets = stack.client("secretsmanager", with_rights_of(stack, function))

    read = {
        kind
        for kind, name in SECRETS.items()
        if allowed(partial(secrets.get_secret_value, SecretId=f"wecom-sync/{name}"))
    }

    assert read == READS[function]


def test_the_desk_drops_what_people_say_there_and_no_settings(stack: LocalStack) -> None:
    s3, bucket = stack.client("s3", with_rights_of(stack, "Desk")), stack.info["drop_bucket"]
    keys = "syncuser/a.csv init/a.csv settings.toml company/a.csv plan/company/a.csv"

    may = [
        key
        for key in (*keys.split(), "../-/settings.toml", "decide/x.json", "accounts.csv")
        if allowed(partial(s3.put_object, Bucket=bucket, Key=f"calm/{key}", Body=b""))
    ]

    assert may == ["company/a.csv", "plan/company/a.csv", "decide/x.json", "accounts.csv"]
    assert not allowed(partial(s3.get_object, Bucket=bucket, Key="calm/settings.toml"))
