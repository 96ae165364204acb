"""A stack of an earlier version is deployed over: its runs go on, and no decision is lost."""

import io
import shutil
import subprocess
import sys
import tarfile
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
import requests

from e2e.conftest import PRINCIPAL, TRUSTING, LocalStack, eventually, secret_of
from e2e.test_local_stack import people
from support.world import departments
from wecom_sync.reporting.language import Language
from wecom_sync_tools.console.terminal import Terminal
from wecom_sync_tools.local.build import Build
from wecom_sync_tools.local.corps import LocalCorp
from wecom_sync_tools.local.deploy import deploy
from wecom_sync_tools.local.stack import Options, local_stack
from wecom_sync_tools.stack.home import ROOT, Home

OLD = "5fe451d5c8b57bddf6c1422c0944508f3eb9170a"
"""The earlier version: the last one whose decisions are messages and not objects."""
CORPS = ("held", "decided", "waiting")


@dataclass(frozen=True)
class Upgraded:
    """A stack after its upgrade, and what the earlier version said of its runs (by corp)."""

    stack: LocalStack
    finished: dict[str, dict[str, Any]]
    held: dict[str, dict[str, Any]]

    def run_id(self, corp: str) -> str:
        """Return the run of the corp's full file."""
        return str(self.held[corp]["run_id"])


@pytest.fixture(scope="module")
def upgraded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Upgraded]:
    folder = tmp_path_factory.mktemp("upgrade")
    old = earlier_version(folder / "old")
    secrets = {corp: secret_of(corp) for corp in CORPS}
    home = Home(folder / "stack")
    options = Options(
        home=home, root=old, corps=[LocalCorp(corp, secrets[corp], {}) for corp in CORPS]
    )
    with local_stack(options, Terminal(Language.ENGLISH).step) as running:
        stack = LocalStack(home.path, running.note.document(), secrets)
        before = replace(
            stack,
            program=(sys.executable, "-m", "wecom_sync_tools.cli"),
            variables={"PYTHONPATH": f"{old / 'tools'}:{old / 'layers/wecom_sync'}"},
        )
        finished = {corp: finish(before, corp) for corp in CORPS}
        held = {corp: hold(before, corp) for corp in CORPS}
        approve_behind_an_import(before, held["waiting"])
        with Build(ROOT, home.log("build")).current() as build:
            deploy(
                build,
                endpoint=running.note.aws_endpoint,
                wecom_url=running.note.wecom_url,
                parameters={},
                log=home.log("upgrade"),
            )
        sweep(stack)
        yield Upgraded(stack, finished, held)


def earlier_version(folder: Path) -> Path:
    """Take the earlier version out of this clone's history."""
    git = shutil.which("git")
    if git is None:
        pytest.skip("the earlier version comes from this clone's history, and git is missing")
    taken = subprocess.run([git, "-C", ROOT, "archive", OLD], capture_output=True, check=False)
    if taken.returncode:
        pytest.skip(f"{OLD[:7]} is not in this clone's history: {taken.stderr.decode().strip()}")
    with tarfile.open(fileobj=io.BytesIO(taken.stdout)) as archive:
        archive.extractall(folder, filter="data")
    return folder


def finish(stack: LocalStack, corp: str) -> dict[str, Any]:
    """Let a corp have 20 people."""
    assert stack.wait(stack.put(f"{corp}/settings.toml", TRUSTING))["state"] == "SUCCEEDED"
    run = stack.wait(stack.put(f"{corp}/syncuser/some.csv", people(corp, 20)))
    assert run["state"] == "SUCCEEDED"
    return run


def hold(stack: LocalStack, corp: str) -> dict[str, Any]:
    """Drop a full file that half of the people are missing from."""
    return stack.wait(stack.put(f"{corp}/replaceuser/all.csv", people(corp, 10)), "HELD")


def approve_behind_an_import(stack: LocalStack, held: dict[str, Any]) -> None:
    """Approve a held run while an import of its corp is under way, so that it waits."""
    corp = held["corp"]
    stack.fault(corp, "hang_job")
    stack.wait(stack.put(f"{corp}/replaceparty/tree.csv", departments()), "SUBMITTED")
    stack.command(
        "approve", held["run_id"], "--plan", held["plan_digest"], "--by", "the HR department"
    )
    assert stack.command("show", held["run_id"])["state"] == "QUEUED"


def sweep(stack: LocalStack) -> None:
    """Sweep for the first time since the upgrade: what has no documents gets them."""
    name = stack.resources()["SweepFunction"]
    answer = stack.client("lambda").invoke(FunctionName=name)
    assert "FunctionError" not in answer, answer["Payload"].read()
    eventually(
        lambda: all(stack.document(f"{corp}/index.json") for corp in CORPS),
        lambda: stack.command("runs"),
    )


def listed(stack: LocalStack, run: dict[str, Any]) -> dict[str, Any] | None:
    """Return a run as its corp's index lists it."""
    index = stack.document(f"{run['corp']}/index.json")
    return next((each for each in index["runs"] if each["run_id"] == run["run_id"]), None)


def test_a_finished_run_has_its_documents(upgraded: Upgraded) -> None:
    for before in upgraded.finished.values():
        run = upgraded.stack.command("show", before["run_id"])

        same = ("state", "rows", "succeeded", "finished")
        assert {name: run[name] for name in same} == {name: before[name] for name in same}
        entry = listed(upgraded.stack, run)
        told = {name: value for name, value in (entry or {}).items() if name in run}
        assert told == {name: run[name] for name in told}
        assert told["state"] == before["state"]


def test_a_held_run_is_shown_with_its_plan_and_approved_by_a_decision(upgraded: Upgraded) -> None:
    stack, before = upgraded.stack, upgraded.held["held"]
    run = stack.command("show", before["run_id"])
    assert (run["state"], run["plan_digest"]) == ("HELD", before["plan_digest"])
    assert [each["text"] for each in run["holds"]]
    index = stack.document("held/index.json")
    assert [each["run_id"] for each in index["attention"]] == [run["run_id"]]
    assert stack.corp_of_wecom("held", "directory")["counts"]["members"] == 20

    stack.decide(run, decision="approve", plan=run["plan_digest"])

    done = stack.wait(run["key"])
    assert (done["state"], done["approval"]["by"]) == ("SUCCEEDED", PRINCIPAL)
    assert stack.corp_of_wecom("held", "directory")["counts"]["members"] == 10
    assert stack.document("held/index.json")["attention"] == []


def test_what_was_approved_goes_on_without_being_asked_again(upgraded: Upgraded) -> None:
    stack, key = upgraded.stack, upgraded.held["waiting"]["key"]
    corp_id = stack.corps["waiting"]["corp_id"]
    waiting = listed(stack, upgraded.held["waiting"]) or {}
    assert (waiting["state"], waiting["approval"]["by"]) == ("QUEUED", "the HR department")

    url = f"{stack.info['wecom_url']}/_control/corps/{corp_id}/jobs/release"
    assert requests.post(url, json={}, timeout=120).ok

    assert stack.wait("waiting/replaceparty/tree.csv")["state"] == "SUCCEEDED"
    run = stack.wait(key)
    assert (run["state"], run["approval"]["by"]) == ("SUCCEEDED", "the HR department")
    assert stack.corp_of_wecom("waiting", "directory")["counts"]["members"] == 10
