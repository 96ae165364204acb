"""How long a function takes from a fresh process to its handler, beside what nobody can do without.

The floor imports boto3 and makes the function's clients, and the cipher where it decrypts. The
ordinary way is the same function as most are built: no bytecode in the layers, and beside it
X-Ray's Tracer, pydantic for what is read, and an SDK for WeCom.
"""

import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory

from performance.table import Table, Words
from performance.timing import RUNS, Timing
from support.template import ROOT, environment
from wecom_sync_tools.local.deploy import Build

ENVIRONMENTS = ROOT / ".build"
PACKAGES = "lib/python3.13/site-packages"
BOTO = ENVIRONMENTS / "ministack" / PACKAGES
"""boto3, as Lambda's runtime offers it."""
PEERS = ENVIRONMENTS / "peers" / PACKAGES
FUNCTIONS = ("callback", "publish", "sweep", "submit", "persist", "drift")
LAYERS = ("DependenciesLayer", "WecomSyncLayer")
READY = """
import importlib
module = importlib.import_module({function!r})
(built,) = [value for value in vars(module).values() if hasattr(value, "cache_clear")]
built()
"""
SPY = """
import json, sys, boto3
names, client = {}, boto3.Session.client
boto3.Session.client = lambda session, name, **wiring: (
    names.setdefault(name), client(session, name, **wiring)
)[1]
"""
REPORT = "\nprint(json.dumps([*names, *(['cipher'] if 'Crypto' in sys.modules else [])]))"
ORDINARY = """
import pydantic, wechatpy.enterprise, wechatpy.enterprise.crypto
from aws_lambda_powertools import Tracer
class Message(pydantic.BaseModel):
    kind: str
Tracer()
"""


def floor(needs: list[str]) -> str:
    clients = [f"session.client({name!r}, config=CONFIG)" for name in needs if name != "cipher"]
    cipher = ["from Crypto.Cipher import AES"] if "cipher" in needs else []
    config = "CONFIG = Config(retries={'mode': 'standard', 'max_attempts': 4})"
    head = ["import boto3", "from botocore.config import Config", config]
    return "\n".join([*head, "session = boto3.Session()", *clients, *cipher])


class Processes:
    """Fresh processes that see a build as Lambda shows it: nothing else, and nothing is written."""

    def __init__(self, build: Path, bytecode: Path) -> None:
        self.build, self.bytecode = build, bytecode

    def command(self, function: str, code: str, *, is_ordinary: bool = False) -> list[str]:
        """Return how Python runs some code; `is_ordinary`: with no bytecode but the runtime's."""
        folder = self.build / f"{function.capitalize()}Function"
        places = [folder, *(self.build / layer / "python" for layer in LAYERS), BOTO]
        places += [PEERS] if is_ordinary else []
        options = ["-X", f"pycache_prefix={self.bytecode}"] if is_ordinary else []
        head = f"import os, sys; sys.path[:0] = {[*map(str, places)]}\n"
        # Lambda freezes a process that is ready. It does not tear it down.
        end = "\nsys.stdout.flush(); os._exit(0)"
        return [sys.executable, "-I", "-S", *options, "-c", head + code + end]

    def warm(self, function: str, code: str) -> None:
        """Compile what an ordinary function finds compiled: Python's own modules and boto3."""
        run(self.command(function, code, is_ordinary=True), function)
        for layer in (self.build, PEERS):
            shutil.rmtree(self.bytecode / layer.relative_to("/"), ignore_errors=True)


def run(command: list[str], function: str) -> str:
    variables = {
        **environment(function, {"WeComBaseUrl": "https://wecom.example"}),
        "AWS_ENDPOINT_URL": "", "AWS_DEFAULT_REGION": "us-east-1", "LAMBDA_TASK_ROOT": "/var/task",
        "AWS_ACCESS_KEY_ID": "x", "AWS_SECRET_ACCESS_KEY": "x", "POWERTOOLS_SERVICE_NAME": "x",
    }  # fmt: skip
    process = subprocess.run(command, env=variables, stdout=subprocess.PIPE, text=True, check=True)
    return process.stdout


def in_turns(commands: Mapping[str, list[str]], function: str) -> dict[str, tuple[Timing, Timing]]:
    """Return of each command the seconds on the clock, and those of the processor."""
    seconds: dict[str, list[tuple[float, float]]] = {name: [] for name in commands}
    for _ in range(RUNS):
        for name, command in commands.items():
            started, before = time.perf_counter(), os.times()
            run([command[0], "-B", *command[1:]], function)
            after = os.times()
            spent = after.children_user + after.children_system
            spent -= before.children_user + before.children_system
            seconds[name].append((time.perf_counter() - started, spent))
    clocks = {name: [*zip(*pairs, strict=True)] for name, pairs in seconds.items()}
    return {name: (Timing.of([*wall]), Timing.of([*cpu])) for name, (wall, cpu) in clocks.items()}


def cold_starts(processes: Processes) -> Iterator[tuple[Words, list[str]]]:
    for function in FUNCTIONS:
        ready = READY.format(function=function)
        needs = json.loads(run(processes.command(function, SPY + ready + REPORT), function))
        processes.warm(function, ORDINARY + ready)
        times = in_turns(
            {
                "floor": processes.command(function, floor(needs)),
                "ours": processes.command(function, ready),
                "ordinary": processes.command(function, ORDINARY + ready, is_ordinary=True),
            },
            function,
        )
        (least, least_cpu), (ours, cpu), (ordinary, _) = times.values()
        ratios = (ours.median / least.median, cpu.median / least_cpu.median)
        cells = [str(least), str(ours), *(f"{ratio:.2f}" for ratio in ratios), str(ordinary)]
        yield (function, function), [*cells, f"{ordinary.median / ours.median:.1f}"]


def layers(build: Path) -> Iterator[tuple[Words, list[str]]]:
    with TemporaryDirectory() as folder:
        for layer in LAYERS:
            archive = shutil.make_archive(f"{folder}/{layer}", "zip", build / layer)
            yield (layer, layer), [f"{Path(archive).stat().st_size / 1_000_000:.1f} MB"]


def tables() -> Iterator[Table]:
    log = ENVIRONMENTS / "build.log"
    with Build(ROOT, log).current() as build, TemporaryDirectory() as bytecode:
        processes = Processes(build, Path(bytecode))
        columns = [
            ("function", "函数"), ("floor", "下限"), ("to the handler", "到处理程序"),
            ("× floor", "× 下限"), ("× floor, processor", "× 下限（处理器时间）"),
            ("the ordinary way", "通常做法"), ("× ours", "× 本项目"),
        ]  # fmt: skip
        subprocess.run([sys.executable, "-m", "compileall", "-q", BOTO], check=False)
        yield Table("cold", columns, [*cold_starts(processes)])
        yield Table("layers", [("layer", "层"), ("zipped", "压缩后")], [*layers(build)])
