"""The places where the model lets a function die are the calls of the ports, every one."""

from typing import get_protocol_members, is_protocol

import pytest

from support.crashes import Crash, Crashes, die
from support.world import World
from wecom_sync.use_cases import ports

CALLS = {
    port: {name for name in get_protocol_members(port) if callable(vars(port).get(name))}
    - {"__call__"}
    for port in vars(ports).values()
    if isinstance(port, type) and is_protocol(port)
}


@pytest.mark.parametrize("port", [port for port, calls in CALLS.items() if calls])
def test_a_function_may_die_at_every_call_of_every_port(world: World, port: type) -> None:
    everything = [*vars(world).values(), world.wecom]
    adapters = [each for each in everything if all(hasattr(each, call) for call in CALLS[port])]
    crashes = Crashes(world)

    assert adapters
    for adapter in adapters:
        for call in CALLS[port]:
            crashes.arm(0, die, after=False)
            with pytest.raises(Crash), crashes.running():
                getattr(adapter, call)()
