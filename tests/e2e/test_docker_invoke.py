"""`sam local invoke` of every file in `events/`, in Docker, against the local stack.

The stack's own event source mappings are switched off, so that whatever happens was done by the
function in the container: the built layers alone, without the emulator's site-packages.
"""

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from e2e.conftest import WECOM_SYNC, LocalStack, started
from support import events
from support.pages import steps
from support.template import ROOT
from support.world import members
from wecom_sync.adapters.dynamodb_store import DynamoStore
from wecom_sync.domain.messages import advance_message, check_message, tell_message
from wecom_sync.domain.run import Run
from wecom_sync.domain.states import State
from wecom_sync_tools.local.deploy import architecture

pytestmark = pytest.mark.docker

QUIET = {"SAM_CLI_TELEMETRY": "0"}
NOTHING_FAILED: dict[str, Any] = {"batchItemFailures": []}


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalStack]:
    options = ("--bind", "0.0.0.0", "--parameter", "SETTLE_SECONDS=0")  # noqa: S104
    with started(tmp_path_factory.mktemp("home"), *options) as local_stack:
        functions = local_stack.client("lambda")
        for mapping in functions.list_event_source_mappings()["EventSourceMappings"]:
            functions.update_event_source_mapping(UUID=mapping["UUID"], Enabled=False)
        yield local_stack


@pytest.fixture(scope="module")
def env_vars(stack: LocalStack, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("sam") / "env.json"
    done = subprocess.run(
        [WECOM_SYNC, "local", "env-vars"],
        env=os.environ | {"WECOM_SYNC_HOME": str(stack.home)},
        capture_output=True,
        text=True,
        check=True,
    )
    path.write_text(done.stdout)
    return path


class Docker:
    """Invokes functions in containers."""

    def __init__(self, stack: LocalStack, env_vars: Path) -> None:
        self.stack = stack
        self._env_vars = env_vars
        gateway = "{{(index .IPAM.Config 0).Gateway}}"
        asked = ["docker", "network", "inspect", "bridge", "-f", gateway]
        done = subprocess.run(asked, capture_output=True, text=True, check=True)
        self._gateway = done.stdout.strip()

    def invoke(self, name: str, event: dict[str, Any] | None = None) -> Any:
        """Invoke the function of an event file, or of a changed event."""
        path = events.FOLDER / name
        if event is not None:
            path = self._env_vars.with_name(name)
            path.write_text(json.dumps(event))
        done = subprocess.run(
            [
                str(ROOT / ".build/sam/bin/sam"), "local", "invoke",
                f"{name.partition('-')[0].capitalize()}Function",
                "--template-file", str(ROOT / ".build/aws-sam/template.yaml"),
                "--event", str(path), "--env-vars", str(self._env_vars), "--skip-pull-image",
                "--add-host", f"host.docker.internal:{self._gateway}",
                "--parameter-overrides", f"Architecture={architecture()}",
            ],
            env=os.environ | self.stack.environment() | QUIET,
            capture_output=True,
            text=True,
            timeout=180,
            check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr[-3000:]
        return json.loads(done.stdout.strip().splitlines()[-1])

    def run_of(self, key: str) -> Run:
        """Return the newest run of a key as the table has it: nothing is published here."""
        client, table = self.stack.client("dynamodb"), self.stack.info["table"]
        runs = DynamoStore(client, table, time.time, 1).runs_of_corp(key.partition("/")[0], 100)
        return next(run for run in runs if run.key == key)

    def taken(self, name: str, key: str) -> Run:
        """Invoke submit with the event of a drop; return the run that it made."""
        assert self.invoke(name) == NOTHING_FAILED
        return self.run_of(key)

    def advanced(self, key: str) -> Run:
        """Invoke submit with the message about the newest run of a key."""
        run = self.run_of(key)
        advance = events.sqs("SubmitQueue", advance_message(run.corp, run.run_id))
        assert self.invoke("submit-advance.json", advance) == NOTHING_FAILED
        return self.run_of(key)

    def messages(self, queue: str) -> list[dict[str, Any]]:
        """Take the messages that a queue holds."""
        client = self.stack.client("sqs")
        urls = client.list_queues()["QueueUrls"]
        (url,) = (url for url in urls if queue in url and "DeadLetter" not in url)
        taken = []
        while batch := client.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages"):
            for message in batch:
                taken.append(json.loads(message["Body"]))
                client.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
        return taken


@pytest.fixture(scope="module")
def docker(stack: LocalStack, env_vars: Path) -> Docker:
    return Docker(stack, env_vars)


@pytest.mark.parametrize(
    ("name", "key", "mobile"),
    [
        ("submit-drop.json", events.MEMBERS_KEY, "138"),
        ("submit-drop-encoded-key.json", events.ENCODED_KEY, "139"),
    ],
)
def test_a_drop_goes_from_container_to_container_to_its_outcome(
    docker: Docker, name: str, key: str, mobile: str
) -> None:
    people = members(f"anna{mobile}", f"bert{mobile}").replace(",1380000", f",{mobile}0000")
    docker.stack.put(key, people)

    assert docker.taken(name, key).state is State.RECEIVED
    run = docker.advanced(key)
    assert run.state is State.SUBMITTED

    check = events.sqs("ResultsQueue", check_message(run.corp, run.run_id, 0))
    for _ in range(5):
        assert docker.invoke("persist-check.json", check) == NOTHING_FAILED
        run = docker.run_of(key)
        if run.state.is_final:
            break
    assert (run.state, run.result.succeeded) == (State.SUCCEEDED, 2)

    assert docker.invoke("publish-run.json", events.moved(run.run_id)) is None
    document = docker.stack.command("show", run.run_id)
    assert (document["state"], len(docker.stack.report(document))) == ("SUCCEEDED", 3)


MESSAGES = ("submit-s3-test-event.json", "submit-advance.json", "persist-check.json")
ANSWERS: dict[str, Any] = {
    **dict.fromkeys((*MESSAGES, "persist-callback.json"), NOTHING_FAILED),
    "publish-run.json": None,
    "sweep-schedule.json": {},
}


@pytest.mark.parametrize(("name", "answer"), ANSWERS.items())
def test_what_concerns_no_run_is_acknowledged_and_makes_none(
    docker: Docker, name: str, answer: object
) -> None:
    before = docker.stack.command("runs")

    assert docker.invoke(name) == answer

    assert docker.stack.command("runs") == before


OF_URLS = "callback-verify.json", "callback-verify-base-path.json"
VERIFIED = (*OF_URLS, "callback-verify-two-base-paths.json")
QUEUED = ("callback-event-xml.json", "callback-event-json.json")
FORGED = dict.fromkeys(("callback-forged.json", "callback-verify-run-forged.json"), 403)
REFUSED = FORGED | {"callback-unknown-corp.json": 404}


@pytest.mark.parametrize("name", [*VERIFIED, *QUEUED, "callback-event-other-job.json", *REFUSED])
def test_a_callback_is_answered_and_queued_when_it_is_ours(docker: Docker, name: str) -> None:
    docker.messages("ResultsQueue")

    answer = docker.invoke(name)

    assert answer["statusCode"] == REFUSED.get(name, 200)
    assert (answer["body"] == "1616140317555161061") is (name in VERIFIED)
    ours = [message for message in docker.messages("ResultsQueue") if message["kind"] == "callback"]
    assert ours == [events.accepted(events.job_finished())] * (name in QUEUED)


@pytest.mark.parametrize(
    ("name", "status"),
    [("desk-page.json", 302), ("desk-decision.json", 401), ("desk-domain-file.json", 404)],
)
def test_the_desk_sends_strangers_to_wecom_and_takes_nothing_from_them(
    docker: Docker, name: str, status: int
) -> None:
    assert docker.invoke(name)["statusCode"] == status


def test_the_sweep_function_sends_a_dead_letter_back(docker: Docker) -> None:
    telling = tell_message("bus", "1", "acme", run_id=events.RUN_ID)
    docker.stack.set_aside("PublishDeadLetterQueue", json.dumps(telling))

    assert docker.invoke("sweep-redrive.json") == {"returned": 1, "left": False}


def test_the_drift_function_sends_itself_the_corps_and_looks_at_one(docker: Docker) -> None:
    docker.messages("DriftQueue")

    corps = docker.invoke("drift-schedule.json")["corps"]

    assert [message["kind"] for message in docker.messages("DriftQueue")] == ["drift"] * corps
    assert docker.invoke("drift-corp.json") == NOTHING_FAILED


def test_the_drift_function_tries_the_calls_of_wecom(docker: Docker) -> None:
    answer = docker.invoke("drift-doctor.json")

    assert [answer[name] for name in ("secret", "token", "read")] == [None] * 3
    assert answer["write"]["params"]["errcode"] == 40007


def test_the_callback_and_publish_functions_answer_doctor(docker: Docker) -> None:
    signed = docker.invoke("callback-doctor.json")

    assert (signed["run_id"], signed["failure"]) == ("doctor", None)
    assert signed["run"]["echostr"]
    assert docker.invoke("publish-doctor.json") == {"robot": None}


@pytest.mark.parametrize(
    ("name", "key", "content", "state"),
    [
        ("submit-drop-unknown-job.json", events.BAD_KEY, "anything", State.REJECTED),
        ("submit-settings.json", events.SETTINGS_KEY, "[limits]\nremovals = 7\n", State.SUCCEEDED),
        ("submit-plan.json", events.PLAN_KEY, members("docker"), State.PLANNED),
        ("submit-decision.json", events.DECISION_KEY, '{"decision": "cancel"}', State.REJECTED),
    ],
)
def test_what_needs_no_import_ends_at_once(
    docker: Docker, name: str, key: str, content: str, state: State
) -> None:
    docker.stack.put(key, content)

    assert docker.taken(name, key).state is State.RECEIVED

    assert docker.advanced(key).state is state


def test_the_lines_of_the_front_page_answer_what_wecom_wants_to_see(stack: LocalStack) -> None:
    lines = [step.command for step in steps(ROOT / "README.md")]
    first = next(n for n, line in enumerate(lines) if line.startswith("export AWS_ACCESS_KEY_ID"))
    script = "\n".join(lines[first : first + 3]).replace("--event", "--skip-pull-image --event")

    path = f"{Path(WECOM_SYNC).parent}:{os.environ['PATH']}"

    done = subprocess.run(
        ["bash", "-ec", script],
        cwd=ROOT,
        env=os.environ | {"PATH": path, "WECOM_SYNC_HOME": str(stack.home)} | QUIET,
        capture_output=True,
        text=True,
        timeout=180,
        check=False,
    )

    assert json.loads(done.stdout.strip().splitlines()[-1])["statusCode"] == 200, done.stderr


def test_every_file_is_invoked_here() -> None:
    text = Path(__file__).read_text()

    assert {path.name for path in events.FOLDER.iterdir() if f'"{path.name}"' not in text} == set()
    assert sys.version_info[:2] == (3, 13)
