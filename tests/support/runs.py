"""What becomes of a run: short ways to bring one there, and to say so."""

import base64
import gzip
import json
import re
from typing import Any

from support.world import World
from wecom_sync.domain.run import Run
from wecom_sync.domain.states import State
from wecom_sync.reporting.documents import hold_text, reason_text, why_held
from wecom_sync.reporting.language import Language

_PACKED = re.compile(rb'id="data">([^<]*)<')


def data_of(page: bytes) -> Any:
    match = _PACKED.search(page)
    assert match is not None
    return json.loads(gzip.decompress(base64.b64decode(match[1])))["data"]


def rows_of_page(page: bytes, name: str) -> list[Any]:
    """Return the rows of a list of a page."""
    packed = page.split(f'id="rows-{name}">'.encode())[1].partition(b"<")[0]
    parts = gzip.decompress(base64.b64decode(packed)).splitlines()
    return [row for part in parts for row in json.loads(part)]


def after_a_day(world: World, key: str, content: bytes | str) -> Run:
    world.drop(key, content)
    world.finish()
    return world.run_of(key)


def approved(world: World, run: Run) -> Run:
    world.approve(run)
    world.pass_time(600)
    return world.run_of(run.key)


def state_and_why(run: Run) -> tuple[State, object]:
    """Return a run's state, and WeCom's error code or else the code of the run's reason."""
    if run.reason is None:
        return run.state, None
    return run.state, run.reason.params.get("errcode", run.reason.code)


def code_of(run: Run) -> str:
    return run.reason.code if run.reason else ""


def english(run: Run) -> str:
    return why(run, Language.ENGLISH)


def chinese(run: Run) -> str:
    return why(run, Language.CHINESE)


def why(run: Run, language: Language) -> str:
    """Return all that is said of why a run is where it is."""
    if run.state is not State.HELD:
        return reason_text(run, language)
    return "\n".join(hold_text(reason, language) for reason in why_held(run))


def text_of(world: World, run: Run, name: str) -> str:
    return world.reports.documents[f"{run.corp}/{run.run_id}/{name}"].decode("utf-8-sig")


def page(world: World, run: Run, name: str = "run.json") -> Any:
    return json.loads(text_of(world, run, name))


def report(world: World, run: Run) -> Any:
    return data_of(world.reports.documents[f"{run.corp}/{run.run_id}/report.html"])


def index(world: World) -> Any:
    return json.loads(world.reports.documents["acme/index.json"])


def answers(world: World, run: Run) -> list[str]:
    return [
        why.code for step in world.current_run(run).timeline if step.instruction for why in step.why
    ]


def sent(world: World) -> list[list[str]]:
    """Return the rows of the last file that went to WeCom, the header first."""
    content = [*world.wecom.jobs.values()][-1].content.decode("utf-8-sig")
    return [line.split(",") for line in content.splitlines()]
