"""`wecom-sync local`: the whole product on this machine, and what Docker needs to use it."""

import os
import re
import shlex
import signal
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict

from rich.cells import cell_len, set_cell_size

from wecom_sync.files.settings_file import read_policy
from wecom_sync_tools.console.codes import Code
from wecom_sync_tools.console.errors import CommandError, UsageError
from wecom_sync_tools.console.parser import Arguments
from wecom_sync_tools.console.terminal import Terminal
from wecom_sync_tools.local.corps import LocalCorp, known_corp, read_corps
from wecom_sync_tools.local.deploy import read_parameters
from wecom_sync_tools.local.emulator import LOOPBACK
from wecom_sync_tools.local.processes import interrupts_unwind
from wecom_sync_tools.local.stack import Options, local_stack
from wecom_sync_tools.stack.home import Home, StackNote
from wecom_sync_tools.stack.target import Target, local_target

MEMBERS = 30
PATIENCE_SECONDS = 60
"""A busy machine may need this long to end every process of the stack."""
_LOOK_SECONDS = 0.5
_OUTGOING = frozenset({"AWS_ENDPOINT_URL", "WECOM_BASE_URL"})
_LOCAL = re.compile(r"(?<=://)(127\.0\.0\.1|localhost|0\.0\.0\.0|\[::1\])(?=[:/]|$)")


def run_up(args: Arguments, terminal: Terminal) -> int:
    if args.wecom_url is not None and not args.wecom_url.startswith(("http://", "https://")):
        raise UsageError("url_malformed", url=args.wecom_url)
    corps = read_corps(args.corp)
    if not corps and args.wecom_url is None:
        corps = [known_corp(members=MEMBERS)]
    options = Options(
        home=Home.chosen(args.home, os.environ),
        bind=args.bind,
        wecom_url=args.wecom_url and args.wecom_url.rstrip("/"),
        corps=corps,
        parameters={"Language": terminal.language} | read_parameters(args.parameter),
    )
    try:
        with interrupts_unwind(), local_stack(options, terminal.step) as stack:
            terminal.json(asdict(stack.note))
            show_ready(terminal, stack.note, options, args.home)
            while True:
                time.sleep(_LOOK_SECONDS)
                stack.check()
    except KeyboardInterrupt:
        terminal.note("local_stopped")
    return 0


def show_ready(terminal: Terminal, note: StackNote, options: Options, chosen: str | None) -> None:
    names = ", ".join(corp.alias for corp in options.corps) or "-"
    facts: Sequence[tuple[Code, str]] = (
        ("label_corps", names),
        ("label_aws", note.aws_endpoint),
        ("label_wecom", note.wecom_url),
        ("label_callbacks", note.callback_base_url),
        ("label_desk", desk_of(note, options.corps, terminal)),
        ("label_drop_bucket", note.drop_bucket),
        ("label_report_bucket", note.report_bucket),
        ("label_logs", str(options.home.path)),
    )
    terminal.out.print()
    terminal.say("local_ready")
    labels = [terminal.text(code) for code, _ in facts]
    width = max(map(cell_len, labels))
    for label, (_, value) in zip(labels, facts, strict=True):
        # Not in a table, which would break an address.
        terminal.line(f"{set_cell_size(label, width)}  {value}")
    corp = options.corps[0].alias if options.corps else "CORP"
    home = f" --home {shlex.quote(str(chosen))}" if chosen else ""
    terminal.say("local_next", corp=corp, home=home)


def desk_of(note: StackNote, corps: Sequence[LocalCorp], terminal: Terminal) -> str:
    """Return where the first desk is, and as whom one may sign in there, if there is one."""
    corp = next((it for it in corps if "app_secret" in it.secret), None)
    if corp is None:
        return "-"
    desk, may = f"{note.desk_base_url}/desk/{corp.alias}", read_policy(corp.settings.encode())
    if not may.desk_approvers:
        return f"{desk}  {terminal.text('nobody_decides')}"
    words = {"approvers": may.desk_approvers, "droppers": may.desk_droppers}
    who = {name: terminal.listed(users) for name, users in words.items()}
    return terminal.text("local_desk", desk=desk, **who)


def run_down(args: Arguments, terminal: Terminal) -> int:
    home = Home.chosen(args.home, os.environ)
    owner = home.owner()
    if owner is not None:
        stop(home, owner)
    terminal.json({"stopped": owner is not None})
    if owner is None:
        terminal.aside("local_not_up", home=home.path)
    else:
        terminal.aside("local_stopped")
    return 0


def stop(
    home: Home,
    owner: int,
    sleep: Callable[[float], None] = time.sleep,
    clock: Callable[[], float] = time.monotonic,
) -> None:
    """End the process that owns the home. Raises `CommandError` when that takes too long."""
    os.kill(owner, signal.SIGTERM)
    deadline = clock() + PATIENCE_SECONDS
    while home.owner() == owner:
        if clock() > deadline:
            raise CommandError("local_stays_up", pid=owner, seconds=PATIENCE_SECONDS)
        sleep(0.05)


def run_env_vars(args: Arguments, terminal: Terminal) -> int:
    home = Home.chosen(args.home, os.environ)
    note = home.note()
    if note is None:
        raise UsageError("local_needed", home=home.path)
    terminal.json(env_vars(local_target(note), args.host), always=True)
    if f"//{LOOPBACK}:" in note.aws_endpoint:
        terminal.note("env_vars_loopback")
    return 0


def env_vars(target: Target, host: str) -> dict[str, dict[str, str]]:
    """Return each function's environment by logical id. `host`: this machine, in a container."""
    configuration = target.functions.get_function_configuration
    return {
        logical: seen_from_container(
            configuration(FunctionName=name).get("Environment", {}).get("Variables", {}), host
        )
        for logical, name in sorted(target.resources("AWS::Lambda::Function").items())
    }


def seen_from_container(variables: Mapping[str, str], host: str) -> dict[str, str]:
    """Put `host` for this machine, but not in the callback URL, which WeCom calls."""
    return {
        name: _LOCAL.sub(host, value) if name in _OUTGOING or name.endswith("_QUEUE_URL") else value
        for name, value in sorted(variables.items())
    }
