"""MiniStack: AWS on this machine, with the IAM policies enforced and no Docker."""

import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection, HTTPException

from wecom_sync_tools.console.errors import UsageError
from wecom_sync_tools.local import processes
from wecom_sync_tools.stack.home import Home

LOOPBACK = "127.0.0.1"
START_SECONDS = 30
_HEALTH = "/_ministack/health"


@contextmanager
def emulator(home: Home, bind: str) -> Iterator[tuple[processes.Child, str]]:
    """Run an emulator on a free port; yield it and its address. Raises `CommandError`."""
    port = free_port(bind)
    log = home.log("emulator")
    with processes.running(
        [processes.MINISTACK], log=log, env=_environment(home, bind, port), cwd=home.path
    ) as child:
        host = reachable(bind)
        _wait_until_ready(child, host, port)
        yield child, f"http://{host}:{port}"


def reachable(bind: str) -> str:
    """Return the address under which this machine reaches a server bound to `bind`."""
    return LOOPBACK if bind in {"0.0.0.0", ""} else bind  # noqa: S104 - compared, not bound


def free_port(bind: str) -> int:
    """Return a port that nobody listens on. Raises `UsageError` for somebody else's address."""
    with socket.socket() as probe:
        try:
            probe.bind((bind, 0))
        except OSError as error:
            raise UsageError("bind_impossible", address=bind, problem=error) from error
        port: int = probe.getsockname()[1]
        return port


def _environment(home: Home, bind: str, port: int) -> dict[str, str]:
    temporary = home.folder("tmp")
    return processes.plain_environment(
        AUTH="true",
        LAMBDA_EXECUTOR="local",
        GATEWAY_PORT=str(port),
        BIND_HOST=bind,
        LOG_LEVEL="INFO",
        AWS_ACCESS_KEY_ID=processes.ACCESS_KEY,
        AWS_SECRET_ACCESS_KEY=processes.SECRET_KEY,
        AWS_DEFAULT_REGION=processes.REGION,
        TMPDIR=temporary,
        STATE_DIR=home.folder("state"),
        S3_DATA_DIR=home.folder("s3"),
        # Open no other ports, and do not use this machine's Docker.
        IOT_MTLS_ENABLED="0",
        SFTP_ENABLED="0",
        DOCKER_HOST=f"unix://{temporary}/no-docker.sock",
    )


def _wait_until_ready(child: processes.Child, host: str, port: int) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and not child.ended:
        connection = HTTPConnection(host, port, timeout=2)
        try:
            connection.request("GET", _HEALTH)
            if connection.getresponse().status == 200:  # noqa: PLR2004 - HTTP's OK
                return
        except (OSError, HTTPException):
            time.sleep(0.05)
        finally:
            connection.close()
    raise processes.failed(child.log)
