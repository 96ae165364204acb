"""A function that is configured wrongly says so at once, and everything at once."""

import pytest

from wecom_sync.domain.errors import ConfigurationError
from wecom_sync.settings import PublishSettings

NAMES = "SECRET_PREFIX TABLE_NAME TOPIC_ARN REPORT_BUCKET ALARM_TOPIC_ARN RESULTS_QUEUE_URL"
URLS = "SUBMIT_QUEUE_URL PUBLISH_QUEUE_URL WECOM_BASE_URL"
GOOD = {
    **dict.fromkeys(NAMES.split(), "x"),
    **dict.fromkeys(URLS.split(), "https://x"),
    "LANGUAGE": "zh-CN",
    "RETENTION_DAYS": "400",
    "TIME_ZONE": "Asia/Shanghai",
    "AWS_ENDPOINT_URL": "",
    "DESK_BASE_URL": "",
}


def test_everything_wrong_is_named_at_once() -> None:
    environ = GOOD | {"LANGUAGE": "fr", "RETENTION_DAYS": "soon"}
    del environ["TABLE_NAME"]
    environ["TOPIC_ARN"] = "  "

    with pytest.raises(ConfigurationError) as caught:
        PublishSettings.from_env(environ)

    for name in ("LANGUAGE", "RETENTION_DAYS", "TABLE_NAME", "TOPIC_ARN"):
        assert name in str(caught.value)
    assert "REPORT_BUCKET" not in str(caught.value)


def test_only_an_emulators_base_urls_are_plain_http() -> None:
    environ = GOOD | {"WECOM_BASE_URL": "http://wecom"}

    with pytest.raises(ConfigurationError, match="WECOM_BASE_URL: begins with https://"):
        PublishSettings.from_env(environ)
    assert PublishSettings.from_env(environ | {"AWS_ENDPOINT_URL": "http://127.0.0.1:4566"})
