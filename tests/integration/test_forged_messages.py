"""Whatever is sent to a queue, or a function invoked with: only WeCom ends an import."""

import itertools
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import replace
from typing import Any

import pytest

import callback
import drift
import persist
import publish
import submit
import sweep
from support import events
from support.composition import built
from support.functions import Context
from support.guarded import dropped
from support.runs import state_and_why
from support.world import BUCKET, World, departments, members, s3_event, silence
from wecom_sync.domain.errors import SecretInvalidError, UnknownOutcomeError
from wecom_sync.domain.policy import Policy
from wecom_sync.domain.run import Run
from wecom_sync.domain.states import State
from wecom_sync.wecom.credentials import Credentials, MessagesSecret, job_credentials

FUNCTIONS: dict[str, Any] = {
    "submit": submit,
    "persist": persist,
    "publish": publish,
    "sweep": sweep,
    "drift": drift,
    "callback": callback,
}
OLD, NEW, HELD = "acme/replaceparty/old.csv", "acme/syncuser/new.csv", "beta/replaceuser/a.csv"
FIXED = Credentials("TokenOfTheConsole", "KeyOfTheConsole0123456789ABCDEFGHIJKLMNOPQR", "ww-acme")
WORDS: tuple[object, ...] = ("", "beta", "\ud800", -1, None, {})
"""What stands in the place of each field."""


def signed(job: str, job_id: str, code: int, by: Credentials, run_id: str) -> dict[str, Any]:
    """Return what the callback function makes of WeCom's message."""
    query, sealed = events.signed(events.job_finished(job, job_id, code), by)
    return {"kind": "callback", "corp": "acme", "run_id": run_id, **query, "encrypt": sealed}


def replaced(value: Any) -> Iterator[Any]:
    """Yield a value with another word in its place, and in that of each of its parts."""
    yield from WORDS
    parts = value.items() if isinstance(value, dict) else ()
    if isinstance(value, list):
        yield from ([each] for part in value for each in replaced(part))
    for name, part in parts:
        yield from ({**value, name: each} for each in replaced(part))


def of_run(run: Run, code: int = 0, receiver: str = "ww-acme", job_id: str = "") -> dict[str, Any]:
    """Return what WeCom's message at a run's own URL becomes."""
    ours = job_credentials(b"master", run.corp, run.run_id, receiver)
    kind = run.job.wecom_type if run.job else ""
    return signed(kind, job_id or str(run.submission.job_id), code, ours, run.run_id)


class Scene:
    """An import of yesterday that succeeded, one that is under way, and a run that is held."""

    def __init__(self, way: str) -> None:
        self.world = world = World("acme", "beta")
        messages = MessagesSecret("ww-acme", FIXED.token, FIXED.aes_key)
        world.messages_secrets.secrets["acme"] = messages
        world.store.put_policy("beta", Policy(), 0)
        world.wecoms["beta"].hire(*"abcdefghij")
        world.drop(OLD, departments())
        world.finish()
        world.drop(HELD, members("a", "b"))
        if way == "cut":
            world.wecom.fail("submit", UnknownOutcomeError())
        world.wecom.duration = 3600
        dropped(world, NEW, members("a"), 70)
        self.old, self.new, self.held = map(world.run_of, (OLD, NEW, HELD))
        states = [self.old.state, self.new.state, self.held.state]
        state = State.SUBMITTING if way == "cut" else State.SUBMITTED
        assert states == [State.SUCCEEDED, state, State.HELD]
        self.use_cases = {
            name: built(name, world.stand_ins, {"DropBucket": BUCKET}) for name in FUNCTIONS
        }

    def memory(self) -> object:
        """Return what is remembered of the runs and of the corps."""
        world, moving = self.world, {"revision", "updated", "due", "timeline"}
        runs = [self.now(run).to_document() for run in (self.old, self.new, self.held)]
        for run in runs:
            del run["submission"]["checks"], run["next"]["due"]
        corps = [(world.store.settings(corp), world.store.lane(corp)) for corp in world.wecoms]
        kept = [{name: run[name] for name in run.keys() - moving} for run in runs]
        return kept, corps, dict(world.archive.snapshots)

    def now(self, run: Run) -> Run:
        """Return a run as it is now."""
        return self.world.store.runs_by_id[run.run_id]

    def send(self, message: Mapping[str, Any]) -> Run:
        """Let the persist function find a message on its queue; return the import under way."""
        self.world.results_queue.send(message)
        self.world.pass_time(0)
        return self.now(self.new)

    def genuine(self) -> Iterator[dict[str, Any]]:
        """Yield a message of each kind as it may be, about each run."""
        now = self.world.clock.now
        for run in (self.old, self.new, self.held):
            for kind in ("advance", "expire", "check", "approve", "cancel"):
                yield {"kind": kind, "run_id": run.run_id, "check": run.submission.checks}
            for news in (run.news, "SUCCEEDED 1.000"):
                yield {"kind": "tell", "channel": "bus", "news": news, "run_id": run.run_id}
            # Somebody's words, of an older job and of the one that is awaited.
            for code, job_id in itertools.product(
                (0, 40058), (self.old.submission.job_id, self.new.submission.job_id)
            ):
                words = {"job_type": "sync_user", "errcode": code, "errmsg": "ok", "job_id": job_id}
                for url in (run.run_id, ""):
                    yield {"kind": "callback", "corp": run.corp, "run_id": url, **words}
            # What WeCom has signed about another run, and what somebody else has signed.
            yield {**of_run(self.old), "run_id": run.run_id}
            yield of_run(run, 40058, "ww-beta", job_id=self.new.submission.job_id or "job-x")
            yield signed(
                "sync_user", str(run.submission.job_id), 40058, replace(FIXED, token="x"), ""
            )
            decision = f"{run.corp}/decide/{run.run_id}.json"
            for key, seconds in itertools.product((run.key, decision), (0, 10**10)):
                yield s3_event(key, run.identity.version, seconds)
        for corp in ("acme", "beta"):
            yield s3_event(f"{corp}/settings.toml", "v9", now)
            yield {"kind": "drift", "corp": corp}
            yield {"kind": "tell", "channel": "bus", "news": "1.000", "corp": corp}
            yield {"doctor": corp}
        yield {"redrive": True}
        yield events.moved(self.new.run_id)


@pytest.fixture(params=["cut", "waiting"])
def scene(request: pytest.FixtureRequest) -> Iterator[Scene]:
    with silence():
        yield Scene(request.param)


@pytest.mark.parametrize("function", FUNCTIONS)
def test_a_forged_message_ends_nothing_and_is_not_remembered(
    scene: Scene, function: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    door = "callbacks" if function == "callback" else "use_cases"
    monkeypatch.setattr(FUNCTIONS[function], door, lambda: scene.use_cases[function])
    before = scene.memory()

    for message in scene.genuine():
        for forged in (message, *filter(None, replaced(message))):
            # Not the first time: then it would be given back sooner, which is a call of AWS.
            for event in (events.sqs("Queue", forged, receives=2), forged):
                # What a function cannot handle goes back, and ends nothing.
                with suppress(Exception):
                    FUNCTIONS[function].lambda_handler(event, Context())
        scene.world.pass_time(0)
        assert scene.memory() == before, message
        # Whatever is told again stands in the table.
        assert all(run.news == scene.now(run).news != "" for run in scene.world.publisher.published)
    assert (scene.world.counted["CallbackForged"] > 0) == (function == "persist")
    assert "errcode" not in str(scene.world.results_queue.messages)

    scene.world.live(2 * 3600)
    ended = scene.now(scene.new)
    assert state_and_why(ended) == (State.SUCCEEDED, None)
    assert ended.submission.job_id != scene.old.submission.job_id


@pytest.mark.parametrize("scene", ["cut"], indirect=True)
def test_the_job_of_another_run_is_never_adopted(scene: Scene) -> None:
    run = scene.send(of_run(scene.new, job_id=str(scene.old.submission.job_id)))
    assert (run.state, run.submission.job_id) == (State.SUBMITTING, None)

    run = scene.send(of_run(scene.new, job_id="job-of-its-own"))
    assert run.submission.job_id == "job-of-its-own"


@pytest.mark.parametrize("seconds", [0, 10**10])
def test_no_event_makes_a_drop_older_than_its_object_or_newer_than_now(seconds: float) -> None:
    world = World()
    for hours in (1, 2, 3):
        world.drop("acme/settings.toml", f"[limits]\nhold_hours = {hours}\n")
        version = world.drop_queue.messages.pop()[1]["Records"][0]["s3"]["object"]["versionId"]  # type: ignore[index]
        at = seconds if hours == 2 else world.clock.now
        world.drop_queue.send(s3_event("acme/settings.toml", version, at))
        world.pass_time(60)

        assert world.store.policy("acme").hold_hours == hours


@pytest.mark.parametrize("scene", ["waiting"], indirect=True)
@pytest.mark.parametrize("url", ["of the run", "of the console"])
@pytest.mark.parametrize("spoilt", [False, True])
def test_what_wecom_signed_counts_after_a_bad_secret(scene: Scene, url: str, spoilt: bool) -> None:
    world, at_run = scene.world, url == "of the run"
    secrets: dict[str, Any] = (world.secrets if at_run else world.messages_secrets).secrets
    message = of_run(scene.new, 45026)
    if not at_run:
        message = signed("sync_user", str(scene.new.submission.job_id), 45026, FIXED, "")
    if spoilt:
        right, secrets["acme"] = secrets["acme"], SecretInvalidError(details="spoilt")
        with pytest.raises(SecretInvalidError):
            scene.send(message)
        assert world.counted["CallbackForged"] == 0
        secrets["acme"] = right

    scene.send(message)
    world.finish()

    ended = scene.now(scene.new)
    assert (state_and_why(ended), ended.may_be_applied) == ((State.FAILED, 45026), True)


@pytest.mark.parametrize("scene", ["waiting"], indirect=True)
def test_the_keys_of_the_console_may_be_new(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    secrets = scene.world.messages_secrets
    new = secrets.secrets["acme"]
    secrets.secrets["acme"] = MessagesSecret("ww-acme", "Old", FIXED.aes_key)
    monkeypatch.setattr(secrets, "renewed", lambda corp: secrets.secrets.update({corp: new}))

    scene.send(signed("sync_user", str(scene.new.submission.job_id), 45026, FIXED, ""))
    scene.world.finish()

    assert scene.now(scene.new).state is State.FAILED
