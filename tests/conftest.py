"""Every test runs without AWS: fake credentials, no metadata service, no profile."""

import os
from collections.abc import Iterator

import pytest
import pytest_socket
from hypothesis import HealthCheck, settings

from support.aws import keep_what_is_made

os.environ["AWS_EC2_METADATA_DISABLED"] = "true"
os.environ["POWERTOOLS_METRICS_NAMESPACE"] = "wecom-sync"  # read when a function is imported

keep_what_is_made()

# A test that failed does so again, whatever else the machine has to do.
settings.register_profile(
    "tests", derandomize=True, database=None, deadline=None, suppress_health_check=[*HealthCheck]
)
settings.load_profile("tests")


@pytest.fixture(autouse=True)
def aws_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in (
        "AWS_PROFILE",
        "AWS_ENDPOINT_URL",
        "AWS_SESSION_TOKEN",
        "WECOM_SYNC_STACK",
        "WECOM_SYNC_DROP_BUCKET",
        "WECOM_SYNC_REPORT_BUCKET",
        "WECOM_SYNC_CORP",
    ):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "testing")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "testing")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    monkeypatch.setenv("POWERTOOLS_SERVICE_NAME", "test")


@pytest.fixture(autouse=True)
def no_sockets(request: pytest.FixtureRequest) -> Iterator[None]:
    """Open no socket in a unit test, nor in one of a command."""
    if request.path.parent.name in {"cli", "unit"}:
        pytest_socket.disable_socket()
    yield
    pytest_socket.enable_socket()
