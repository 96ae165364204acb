"""`sam build`, once per content, and the deployment of a build onto the emulator."""

import fcntl
import hashlib
import io
import platform
import re
import time
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from wecom_sync_tools.console.errors import UsageError
from wecom_sync_tools.local.known_corp import DROP_BUCKET
from wecom_sync_tools.local.processes import SAM, failed, run, sam_environment
from wecom_sync_tools.stack.home import ROOT
from wecom_sync_tools.stack.target import Target

STACK_NAME = "wecom-sync"
STAGE = "local"
"""A stage whose alarms need no address."""
TEMPLATE = "template.yaml"
ARTEFACTS = "wecom-sync-artefacts"
"""The bucket of what is deployed."""
QUICK = {
    "SETTLE_SECONDS": "2",
    "CHECK_SECONDS": "2",
    "RETRY_SECONDS": "1",
    "UNKNOWN_OUTCOME_SECONDS": "5",
}
"""Short waiting times, for a laptop: variables of functions."""
REPLACED = {"on-an-emulator": "on-aws", "(https://[^": "(https?://[^"}
"""What else differs on a laptop: where the stack is, and what its base addresses may be."""
_CONTENT = re.compile(r"((?:Code|Content)Uri: )(\w+)$", re.MULTILINE)
"""Where the template says which folder of the build a function or a layer holds."""
_PARAMETERS = re.compile(r"^Parameters:\n(?:(?: .*)?\n)*", re.MULTILINE)
_LOOK_SECONDS = 0.05
SOURCES = ("template.yaml", "functions", "layers")


def read_parameters(options: list[str]) -> dict[str, str]:
    """Read `Name=Value`. Raises `UsageError` unless it is a parameter, or one of `QUICK`."""
    parameters = {}
    section = _PARAMETERS.search((ROOT / TEMPLATE).read_text("utf-8"))
    names = [*re.findall(r"^  (\w+):$", section[0] if section else "", re.MULTILINE), *QUICK]
    for option in options:
        name, separator, value = option.partition("=")
        if not separator:
            raise UsageError("parameter_malformed", option=option)
        if name not in names:
            raise UsageError("parameter_unknown", name=name, names=", ".join(names))
        parameters[name] = value
    return parameters


def base_urls(
    endpoint: str, parameters: Mapping[str, str], stack: str = STACK_NAME
) -> Mapping[str, str]:
    """Return the addresses of the deployed API for WeCom's callbacks and for the desk's people."""
    stage = parameters.get("Stage", STAGE)
    own = f"{endpoint}/_aws/execute-api/{api_id(stack)}/{stage}"
    names = ("CallbackBaseUrl", "DeskBaseUrl")
    return {name: (parameters.get(name) or own).rstrip("/") for name in names}


def api_id(stack: str) -> str:
    """Return the id that the emulator gives an API with the tag `ms-custom-id`, so it is known."""
    return stack.replace("-", "")


def stack_parameters(
    endpoint: str, parameters: Mapping[str, str], stack: str = STACK_NAME
) -> dict[str, str]:
    """Return the parameters of a stack in the emulator; `parameters` are those that are given."""
    return {
        "Stage": STAGE,
        "Architecture": architecture(),
        "DropBucketName": DROP_BUCKET,
        **{name: value for name, value in parameters.items() if name not in QUICK},
        **base_urls(endpoint, parameters, stack),
    }


def patch_of(endpoint: str, wecom_url: str, parameters: Mapping[str, str]) -> dict[str, str]:
    """Return what the template says otherwise on a laptop, by the keys that say it."""
    return {
        "aws:SecureTransport": "never",  # the emulator has no TLS, and this is nobody's
        "AWS_ENDPOINT_URL": endpoint,
        "WECOM_BASE_URL": wecom_url,
        "WECOM_AUTHORIZE_URL": f"{wecom_url}/connect/oauth2/authorize",
        "WECOM_QR_LOGIN_URL": f"{wecom_url}/wwlogin/sso/login",
        **{name: parameters.get(name, quick) for name, quick in QUICK.items()},
    }


def patched(template: str, patch: Mapping[str, str]) -> str:
    """Return a template as it is deployed on a laptop: nothing else differs."""
    for key, value in patch.items():
        pair = re.compile(rf"((?<![\w:]){key}['\"]?: )[^\s,}}]+")
        template = pair.sub(lambda it, value=value: f'{it[1]}"{value}"', template)  # type: ignore[misc]
    for said, otherwise in REPLACED.items():
        template = template.replace(said, otherwise)
    return template


def deploy(
    build: Path, target: Target, parameters: Mapping[str, str], patch: Mapping[str, str], log: Path
) -> None:
    """Do what `sam deploy` does, but quickly. Raises `CommandError` with what failed."""
    target.s3.create_bucket(Bucket=ARTEFACTS)

    def uploaded(content: re.Match[str]) -> str:
        body = _archive(build / content[2])
        target.s3.put_object(Bucket=ARTEFACTS, Key=content[2], Body=body)
        return f"{content[1]}s3://{ARTEFACTS}/{content[2]}"

    template = _CONTENT.sub(uploaded, patched((build / TEMPLATE).read_text("utf-8"), patch))
    target.s3.put_object(Bucket=ARTEFACTS, Key=TEMPLATE, Body=template.encode())
    cloudformation, stack = target.cloudformation, target.stack_name
    cloudformation.create_stack(
        StackName=stack,
        TemplateURL=f"{target.s3.meta.endpoint_url}/{ARTEFACTS}/{TEMPLATE}",
        Parameters=[{"ParameterKey": key, "ParameterValue": parameters[key]} for key in parameters],
        Capabilities=["CAPABILITY_IAM", "CAPABILITY_AUTO_EXPAND"],
        Tags=[{"Key": "ms-custom-id", "Value": api_id(stack)}],
    )
    while (status := _status(target)) == "CREATE_IN_PROGRESS":
        time.sleep(_LOOK_SECONDS)
    if status != "CREATE_COMPLETE":
        events = cloudformation.describe_stack_events(StackName=stack)["StackEvents"]
        reasons = [f"{it['LogicalResourceId']}: {it.get('ResourceStatusReason')}" for it in events]
        log.write_text("\n".join([*reversed(reasons), status]), "utf-8")
        raise failed(log)


def _status(target: Target) -> str:
    stacks = target.cloudformation.describe_stacks(StackName=target.stack_name)["Stacks"]
    return stacks[0]["StackStatus"]


def _archive(folder: Path) -> bytes:
    """Return what a function or a layer holds, not compressed: it goes no farther than here."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        for path in filter(Path.is_file, folder.rglob("*")):
            archive.write(path, path.relative_to(folder))
    return content.getvalue()


def architecture() -> str:
    return "arm64" if platform.machine() in {"arm64", "aarch64"} else "x86_64"


def content_hash(root: Path, processor: str) -> str:
    digest = hashlib.sha256(processor.encode())
    for path in sorted(_sources(root)):
        name = path.relative_to(root).as_posix().encode()
        content = path.read_bytes()
        digest.update(b"%d %s %d " % (len(name), name, len(content)))
        digest.update(content)
    return digest.hexdigest()


def _sources(root: Path) -> Iterator[Path]:
    for source in SOURCES:
        top = root / source
        if top.is_file():
            yield top
            continue
        for folder, folders, files in top.walk():
            folders[:] = [name for name in folders if name != "__pycache__" and name[0] != "."]
            yield from (folder / name for name in files if not name.endswith(".pyc"))


class Build:
    """The build of a checkout, in `.build/aws-sam`."""

    def __init__(self, root: Path, log: Path, sam: Path = SAM) -> None:
        self._root = root
        self._log = log
        self._sam = sam
        self._folder = root / ".build" / "aws-sam"
        self._stamp = root / ".build" / "aws-sam.sha256"

    @contextmanager
    def current(self) -> Iterator[Path]:
        """Lend the directory of a current build. Raises `CommandError` when `sam build` fails."""
        self._folder.parent.mkdir(exist_ok=True)
        with self._stamp.with_suffix(".lock").open("a") as lock:
            while True:
                fcntl.flock(lock, fcntl.LOCK_SH)
                wanted = content_hash(self._root, architecture())
                if self._is_built(wanted):
                    break
                fcntl.flock(lock, fcntl.LOCK_EX)
                if not self._is_built(wanted):
                    self._build(wanted)
            yield self._folder

    def _is_built(self, wanted: str) -> bool:
        return self._stamp.exists() and self._stamp.read_text() == wanted

    def _build(self, wanted: str) -> None:
        self._stamp.unlink(missing_ok=True)
        run(
            [
                *(self._sam, "build", "--template", self._root / "template.yaml"),
                *("--build-dir", self._folder),
            ],
            log=self._log,
            env=sam_environment(),
            cwd=self._root,
        )
        self._stamp.write_text(wanted)
