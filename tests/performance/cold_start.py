"""How long a function takes from a fresh process to its handler, beside what nobody can do without.

The floor imports boto3 and makes the function's clients, and the cipher where it decrypts. The
ordinary way is the same function as most are built: no bytecode in the layers, and beside it
X-Ray's Tracer, pydantic for what is read, and an SDK for WeCom.
"""

import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from performance.timing import Rows, side_by_side, spread
from support.composition import FUNCTIONS
from support.template import ROOT, environment
from wecom_sync_tools.local.deploy import Build

ENVIRONMENTS = ROOT / ".build"
PACKAGES = "lib/python3.13/site-packages"
BOTO = ENVIRONMENTS / "ministack" / PACKAGES
"""boto3, as Lambda's runtime offers it."""
PEERS = ENVIRONMENTS / "peers" / PACKAGES
LAYERS = ("DependenciesLayer", "WecomSyncLayer")
ADDRESSES = {"WECOM_BASE_URL": "https://wecom.example", "DeskBaseUrl": "https://desk.example"}
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
FLOOR = """
import boto3
from botocore.config import Config
config = Config(retries={"mode": "standard", "max_attempts": 4})
session = boto3.Session()
"""


def floor(needs: list[str]) -> str:
    clients = [f"session.client({name!r}, config=config)" for name in needs if name != "cipher"]
    return FLOOR + "\n".join([*clients, *["from Crypto.Cipher import AES"] * ("cipher" in needs)])


class Processes:
    """Fresh processes that see a build as Lambda shows it: nothing else, and nothing is written."""

    def __init__(self, function: str, build: Path, bytecode: Path) -> None:
        self.build, self.bytecode = build, bytecode
        self.places = [build / f"{function.capitalize()}Function"]
        self.places += [*(build / layer / "python" for layer in LAYERS), BOTO]
        self.variables = {
            **environment(function, ADDRESSES),
            "AWS_ENDPOINT_URL": "",
            "AWS_DEFAULT_REGION": "us-east-1",
            "LAMBDA_TASK_ROOT": "/var/task",
            "POWERTOOLS_SERVICE_NAME": "x",
            "AWS_ACCESS_KEY_ID": "x",
            "AWS_SECRET_ACCESS_KEY": "x",
        }

    def run(self, code: str, *options: str, places: tuple[Path, ...] = ()) -> str:
        """Return what a process prints that is ready as soon as it has run this code."""
        head = f"import os, sys; sys.path[:0] = {[*map(str, (*self.places, *places))]}\n"
        # Lambda freezes a process that is ready. It does not tear it down.
        end = "\nsys.stdout.flush(); os._exit(0)"
        command = [sys.executable, "-I", "-S", *options, "-c", head + code + end]
        return subprocess.check_output(command, env=self.variables, text=True)

    def ordinary(self, code: str, *options: str) -> str:
        """Run code with no bytecode but that of Python's own modules and of boto3."""
        place = f"pycache_prefix={self.bytecode}"
        return self.run(ORDINARY + code, "-X", place, *options, places=(PEERS,))

    def warm(self, code: str) -> None:
        """Compile what an ordinary function finds compiled."""
        self.ordinary(code)
        for layer in (self.build, PEERS):
            shutil.rmtree(self.bytecode / layer.relative_to("/"), ignore_errors=True)


def cold_start(function: str, processes: Processes) -> tuple[str, ...]:
    ready = READY.format(function=function)
    needs = json.loads(processes.run(SPY + ready + REPORT))
    processes.warm(ready)
    seconds = side_by_side(
        {
            "floor": partial(processes.run, floor(needs), "-B"),
            "ours": partial(processes.run, ready, "-B"),
            "ordinary": partial(processes.ordinary, ready, "-B"),
        }
    )
    least, ours, ordinary = seconds.values()
    ratio, peers = median(ours) / median(least), median(ordinary) / median(ours)
    return spread(least), spread(ours), f"{ratio:.2f}", spread(ordinary), f"{peers:.1f}"


def tables() -> Iterator[tuple[str, Rows]]:
    log = ENVIRONMENTS / "build.log"
    with Build(ROOT, log).current() as build, TemporaryDirectory() as bytecode:
        subprocess.run([sys.executable, "-m", "compileall", "-q", BOTO], check=False)
        yield (
            "cold",
            {it: cold_start(it, Processes(it, build, Path(bytecode))) for it in FUNCTIONS},
        )
