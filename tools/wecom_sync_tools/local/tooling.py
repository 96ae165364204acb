"""The programs of `make setup`, and their environment without the caller's AWS settings."""

import os
import sys
from pathlib import Path

from wecom_sync_tools.console.errors import UsageError
from wecom_sync_tools.stack.home import ROOT

SAM = ROOT / ".build" / "sam" / "bin" / "sam"
MINISTACK = ROOT / ".build" / "ministack" / "bin" / "ministack"

REGION = "us-east-1"
ACCESS_KEY = "test"
SECRET_KEY = "test"  # noqa: S105 - the emulator's own
"""MiniStack's root user."""

_KEPT = ("HOME", "LANG", "LC_ALL", "TERM", "TMPDIR", "SSL_CERT_FILE", "REQUESTS_CA_BUNDLE")
_KEPT_PREFIXES = ("PIP_", "XDG_", "http", "https", "no_proxy", "HTTP", "NO_PROXY")


def require_tools() -> None:
    """Raise `UsageError` unless `make setup` was run in this checkout."""
    if not (SAM.exists() and MINISTACK.exists()):
        raise UsageError("setup_missing", root=ROOT)


def plain_environment(**variables: str | Path) -> dict[str, str]:
    """Return an environment without the caller's AWS settings, in which this python is found."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if name in _KEPT or name.startswith(_KEPT_PREFIXES)
    }
    path = os.pathsep.join((str(Path(sys.executable).parent), os.environ.get("PATH", os.defpath)))
    return kept | {"PATH": path} | {name: str(value) for name, value in variables.items()}


def sam_environment(**variables: str | Path) -> dict[str, str]:
    """Return the environment of `sam`: no telemetry, no shared AWS configuration."""
    return plain_environment(
        SAM_CLI_TELEMETRY="0",
        AWS_CONFIG_FILE=os.devnull,
        AWS_SHARED_CREDENTIALS_FILE=os.devnull,
        AWS_REGION=REGION,
        AWS_DEFAULT_REGION=REGION,
        AWS_ACCESS_KEY_ID=ACCESS_KEY,
        AWS_SECRET_ACCESS_KEY=SECRET_KEY,
        **variables,
    )
