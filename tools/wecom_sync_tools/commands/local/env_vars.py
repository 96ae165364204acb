"""`wecom-sync local env-vars`: print what lets a function in Docker use the local stack."""

import os
import re
from collections.abc import Mapping

from wecom_sync_tools.console.errors import UsageError
from wecom_sync_tools.console.parser import Arguments, Parser, add_home
from wecom_sync_tools.console.terminal import Terminal
from wecom_sync_tools.local.emulator import LOOPBACK
from wecom_sync_tools.stack.home import Home
from wecom_sync_tools.stack.target import Target, local_target

CONTAINER_HOST = "host.docker.internal"

_OUTGOING = frozenset({"AWS_ENDPOINT_URL", "WECOM_BASE_URL"})
_LOCAL = re.compile(r"(?<=://)(127\.0\.0\.1|localhost|0\.0\.0\.0|\[::1\])(?=[:/]|$)")


def add_arguments(parser: Parser) -> None:
    """Add the options; the output is JSON anyway."""
    parser.options.add_argument(
        "--host",
        default=CONTAINER_HOST,
        metavar="ADDRESS",
        help=parser.text("help_container_host", host=CONTAINER_HOST),
    )
    add_home(parser)


def run(args: Arguments, terminal: Terminal) -> int:
    home = Home.chosen(args.home, os.environ)
    note = home.note()
    if note is None:
        raise UsageError("local_needed", home=home.path)
    terminal.json(env_vars(local_target(note), args.host))
    if f"//{LOOPBACK}:" in note.aws_endpoint:
        terminal.note("env_vars_loopback")
    return 0


def env_vars(target: Target, host: str) -> dict[str, dict[str, str]]:
    """Return each function's environment by logical id. `host`: this machine, in a container."""
    return {
        logical: seen_from_container(_environment(target, name), host)
        for logical, name in sorted(target.resources("AWS::Lambda::Function").items())
    }


def seen_from_container(variables: Mapping[str, str], host: str) -> dict[str, str]:
    """Put `host` for this machine, but not in the callback URL, which WeCom calls."""
    return {
        name: _LOCAL.sub(host, value) if name in _OUTGOING or name.endswith("_QUEUE_URL") else value
        for name, value in sorted(variables.items())
    }


def _environment(target: Target, name: str) -> Mapping[str, str]:
    configuration = target.functions.get_function_configuration(FunctionName=name)
    return configuration.get("Environment", {}).get("Variables", {})
