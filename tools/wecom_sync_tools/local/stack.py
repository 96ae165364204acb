"""Starts a local stack: emulator, simulator, build, deployment and secrets."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from wecom_sync.domain.drop import Word
from wecom_sync.domain.states import State
from wecom_sync_tools.console.codes import Code
from wecom_sync_tools.console.errors import CommandError
from wecom_sync_tools.local import deploy, processes
from wecom_sync_tools.local.corps import LocalCorp
from wecom_sync_tools.local.emulator import LOOPBACK, emulator, free_port, reachable
from wecom_sync_tools.local.processes import Child
from wecom_sync_tools.stack.drops import await_page, upload
from wecom_sync_tools.stack.home import ROOT, Home, StackNote
from wecom_sync_tools.stack.target import Target, local_target, stack_outputs

if TYPE_CHECKING:
    from wecom_simulator import Simulator

StepTeller = Callable[[Code], AbstractContextManager[None]]
"""Says that a step (a code of `messages`) begins, and how it ended."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """What a local stack is made of. Without `wecom_url` it has a simulator of its own."""

    home: Home
    root: Path = ROOT
    bind: str = LOOPBACK
    wecom_url: str | None = None
    corps: Sequence[LocalCorp] = ()
    parameters: Mapping[str, str] = field(default_factory=dict)
    switches: Mapping[str, Any] = field(default_factory=dict)


class LocalStack(NamedTuple):
    target: Target
    note: StackNote
    emulator: Child
    simulator: "Simulator | None"

    def check(self) -> None:
        if self.emulator.ended:
            log = self.emulator.log
            raise CommandError("emulator_ended", processes.tail(log), log=log)


@contextmanager
def local_stack(options: Options, step: StepTeller) -> Iterator[LocalStack]:
    """Keep a stack up during the block. Raises `UsageError` at first, `CommandError` in a step."""
    processes.require_tools()
    free_port(options.bind)
    home = options.home
    with ExitStack() as parts:
        parts.enter_context(home.owned())
        simulator, wecom_url = None, options.wecom_url
        if wecom_url is None:
            simulator = parts.enter_context(_simulator(options))
            host, _, port = simulator.url.removeprefix("http://").rpartition(":")
            wecom_url = f"http://{reachable(host)}:{port}"
        with ExitStack() as lent:
            with step("step_build"):
                build = lent.enter_context(deploy.Build(options.root, home.log("build")).current())
            with step("step_emulator"):
                child, endpoint = parts.enter_context(emulator(home, options.bind))
            bases = deploy.base_urls(endpoint, options.parameters)
            if simulator:
                for corp in options.corps:
                    simulator.platform.add_corp(corp.for_simulator(bases["DeskBaseUrl"]))
            note = StackNote(
                aws_endpoint=endpoint,
                region=processes.REGION,
                access_key=processes.ACCESS_KEY,
                secret_key=processes.SECRET_KEY,
                callback_base_url=bases["CallbackBaseUrl"],
                desk_base_url=bases["DeskBaseUrl"],
                wecom_url=wecom_url,
                stack_name=deploy.STACK_NAME,
            )
            target = local_target(note)
            with step("step_deploy"):
                parameters = deploy.stack_parameters(endpoint, options.parameters)
                patch = deploy.patch_of(endpoint, wecom_url, options.parameters)
                deploy.deploy(build, target, parameters, patch, home.log("deploy"))
        outputs = stack_outputs(target.cloudformation, deploy.STACK_NAME)
        note = replace(
            note,
            drop_bucket=outputs["DropBucketName"],
            report_bucket=outputs["ReportBucketName"],
            table=outputs["TableName"],
        )
        target = local_target(note)
        for corp in options.corps:
            seeded = corp if simulator is None else corp.moved_to(wecom_url)
            _seed(target, seeded, outputs["SecretPrefix"], step)
        home.write(note)
        yield LocalStack(target, note, child, simulator)


def _seed(target: Target, corp: LocalCorp, prefix: str, step: StepTeller) -> None:
    """Give the stack what it has to know of a corp: its secrets and its settings."""
    for name, secret in corp.secrets(prefix):
        target.secrets.create_secret(Name=name, SecretString=secret)
    if not corp.settings:
        return
    with step("step_settings"):
        dropped = upload(target, f"{corp.alias}/{Word.SETTINGS}", corp.settings.encode())
        if await_page(target, corp.alias, dropped.run_id).run.state is not State.SUCCEEDED:
            raise CommandError("local_no_settings", corp=corp.alias)


def _simulator(options: Options) -> "Simulator":
    from wecom_simulator import Simulator  # noqa: PLC0415 - `--help` needs none of it

    return Simulator(options.bind, **options.switches)
