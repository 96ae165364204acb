"""Run the simulator in the foreground: ``wecom-simulator``, or ``python -m wecom_simulator``."""

import argparse
import json
import signal
import sys
import threading
from collections.abc import Sequence
from contextlib import suppress
from importlib.metadata import version
from typing import Any, Final

from wecom_simulator.simulator import Simulator
from wecom_simulator.state.errors import ControlError
from wecom_simulator.state.switches import NAMES, Switches

DEFAULT_PORT: Final = 8070
USAGE_ERROR: Final = 2


def add_arguments(parser: argparse.ArgumentParser) -> None:
    repeated: dict[str, Any] = {"action": "append", "default": []}
    helps = {
        "host": "address to listen on (%(default)s)",
        "port": "port, 0 for any free one (%(default)s)",
        "corp": "a corp with that many made-up members; repeatable",
        "switch": "a default for all corps, see GET /_control/; repeatable",
    }
    corp, switch = "[ALIAS=]CORPID:SECRET[:MEMBERS]", "NAME=VALUE"
    parser.add_argument("--host", default="127.0.0.1", help=helps["host"])
    parser.add_argument("--port", type=int, default=DEFAULT_PORT, help=helps["port"])
    parser.add_argument("--corp", type=parse_corp, metavar=corp, help=helps["corp"], **repeated)
    parser.add_argument(
        "--switch", type=parse_switch, metavar=switch, help=helps["switch"], **repeated
    )


def parse_corp(text: str) -> dict[str, Any]:
    """Return the options of a corp; raises argparse.ArgumentTypeError."""
    alias, separator, rest = text.partition("=")
    parts = (rest if separator else text).split(":")
    members = parts[2] if len(parts) == 3 else "0"  # noqa: PLR2004
    if not 2 <= len(parts) <= 3 or not all(parts) or not members.isdigit():  # noqa: PLR2004
        raise argparse.ArgumentTypeError(f"{text!r} is not [ALIAS=]CORPID:SECRET[:MEMBERS]")
    return {
        "alias": alias if separator else "",
        "corp_id": parts[0],
        "contact_secret": parts[1],
        "members": int(members),
    }


def parse_switch(text: str) -> tuple[str, Any]:
    """Return name and value of ``NAME=VALUE``; raises argparse.ArgumentTypeError."""
    name, _, value = text.partition("=")
    if name not in NAMES:
        names = ", ".join(sorted(NAMES))
        raise argparse.ArgumentTypeError(f"no switch {name!r}; there are {names}")
    parsed: Any = value
    with suppress(ValueError):
        parsed = json.loads(value)
    try:
        Switches().updated({name: parsed})
    except ControlError as error:
        raise argparse.ArgumentTypeError(f"{text!r}: {error}") from error
    return name, parsed


def run(args: argparse.Namespace) -> int:
    """Serve until SIGINT or SIGTERM, having printed one line with the address.

    Returns 0, or 2 when a corp or the address cannot be used. Call it from the main thread.
    """
    stopped = threading.Event()
    try:
        simulator = Simulator(args.host, args.port, **dict(args.switch))
        for corp in args.corp:
            simulator.platform.add_corp(corp)
        simulator.start()
    except (ControlError, OSError) as error:
        print(f"simulator: {error}", file=sys.stderr)
        return USAGE_ERROR
    previous = {
        number: signal.signal(number, lambda *_: stopped.set())
        for number in (signal.SIGINT, signal.SIGTERM)
    }
    try:
        print(f"WeCom simulator on {simulator.url}", flush=True)
        stopped.wait()
    finally:
        simulator.stop()
        for number, handler in previous.items():
            signal.signal(number, handler)
    return 0


def main(argv: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        prog="wecom-simulator", description="A strict stand-in of WeCom's server."
    )
    parser.add_argument(
        "--version", action="version", version=f"%(prog)s {version('wecom-simulator')}"
    )
    add_arguments(parser)
    return run(parser.parse_args(argv))


if __name__ == "__main__":
    sys.exit(main())
