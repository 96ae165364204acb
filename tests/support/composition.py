"""Every function built by its own `build`, with the settings that the template gives it."""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, TypedDict, get_args

import callback
import desk
import drift
import persist
import publish
import submit
import sweep
from support.template import environment
from wecom_sync.use_cases import ports
from wecom_sync.wecom.credentials import AppSecret


class StandIns(TypedDict, total=False):
    """What may stand in for an adapter, by the name it has in the factory."""

    alarms: ports.Channel
    apps: ports.Secrets[AppSecret]
    archive: ports.Archive
    clock: ports.Clock
    count: Callable[[str], None]
    desk_drops: ports.DeskDrops
    desk_reports: ports.DeskReports
    domain_files: ports.DomainFiles
    drops: ports.Drops
    due_drops: ports.DueDrops
    master: Callable[[str], Callable[[], bytes]]
    messages: ports.MessagesSecrets
    publications: ports.Publications
    channels: Mapping[str, ports.Channel]
    processor: ports.Clock
    queue: Callable[[str], ports.Queue]
    reports: ports.Documents
    results_queue: ports.Queue
    secrets: ports.CorpSecrets
    starts: ports.Starts
    sleep: Callable[[float], None]
    store: ports.RunStore
    submit_queue: ports.Queue
    tokens: ports.TokenStore
    user_of: Callable[[str, str], str | None]
    wecom: ports.WeComOf


FUNCTIONS: dict[str, Any] = {
    module.__name__: module for module in (submit, callback, persist, publish, sweep, drift, desk)
}


def built(
    function: str,
    stand_ins: Callable[[Any], StandIns],
    names: Mapping[str, str] = MappingProxyType({}),
    session: object = None,
) -> Any:
    """Return what a function's `build` returns.

    `stand_ins` gets the real adapters. `names`: physical ids of resources, values of parameters.
    """
    build = FUNCTIONS[function].build
    wanted = build.__annotations__["adapters"]
    (settings,) = get_args(wanted)
    values = settings.from_env(environment(function, names))
    adapters = wanted(values, session, lambda _: None)
    vars(adapters).update(stand_ins(adapters))
    return build(adapters)
