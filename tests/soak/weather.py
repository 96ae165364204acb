"""Bad weather: a WeCom that fails on a share of the calls, and callbacks that go astray."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from wecom_simulator import Simulator
from wecom_sync.domain.run import Job

CALLS: Sequence[tuple[float, Mapping[str, Any]]] = (
    (0.030, {"kind": "errcode", "errcode": -1}), (0.005, {"kind": "errcode", "errcode": 45009}),
    (0.010, {"kind": "errcode", "errcode": 45033}), (0.015, {"kind": "http_status", "status": 503}),
    (0.010, {"kind": "html"}), (0.010, {"kind": "cut"}), (0.010, {"kind": "cut_after"}),
    (0.005, {"kind": "slow", "seconds": 2.0}), (0.005, {"kind": "errcode_as_string"}),
)  # fmt: skip
"""What happens to which share of the calls: a tenth in all."""
BUSY = 0.02
"""The share of submits that WeCom refuses in addition, as if an import were under way."""
CALLBACKS: Sequence[tuple[float, Mapping[str, Any]]] = (
    (0.20, {"kind": "lost"}),
    (0.20, {"kind": "repeated", "copies": 2}),
)


def brew(wecom: Simulator, seed: int) -> None:
    """Let the simulator fail from now on; a seed chooses when."""
    for weather in (CALLS, CALLBACKS):
        left = 1.0
        for share, fault in weather:
            # A fault gets its turn only when none before it has struck.
            rate = share / left
            left -= share
            wecom.platform.add_fault({**fault, "rate": rate, "seed": seed, "times": None})
    for job in Job:
        busy = {"kind": "errcode", "errcode": 302008, "path": f"/cgi-bin/batch/{job}"}
        wecom.platform.add_fault({**busy, "rate": BUSY, "seed": seed, "times": None})


def struck(wecom: Simulator) -> Counter[str]:
    counts: Counter[str] = Counter()
    for fault in wecom.platform.faults.listed():
        code = f" {fault['errcode']}" if fault["kind"] == "errcode" else ""
        counts[f"{fault['kind']}{code}"] += fault["used"]
    return counts
