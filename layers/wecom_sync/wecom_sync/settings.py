"""What the functions may be configured with, read once per cold start."""

from collections.abc import Mapping
from typing import Any, Self, get_type_hints
from urllib.parse import urlsplit

from wecom_sync.domain.errors import ConfigurationError
from wecom_sync.reporting.language import Language


class Settings:
    """What every function needs. A field is the environment variable of its name in capitals."""

    aws_endpoint_url: str | None

    @classmethod
    def from_env(cls, environ: Mapping[str, str]) -> Self:
        """Read the environment. Raises `ConfigurationError` that names all that is wrong."""
        values: dict[str, Any] = {}
        wrong: list[str] = []
        for setting, kind in get_type_hints(cls).items():
            name = setting.upper()
            try:
                values[setting] = _READERS[kind](environ[name])
            except KeyError:
                wrong.append(f"{name} is missing")
            except ValueError as error:
                wrong.append(f"{name}: {error}")
        if values.get("aws_endpoint_url") is None:
            wrong += [
                f"{name.upper()}: begins with https:// unless AWS_ENDPOINT_URL names an emulator"
                for name, value in values.items()
                if name.endswith("_base_url") and value is not None and not _is_safe(value)
            ]
        if wrong:
            raise ConfigurationError("; ".join(wrong), details="; ".join(wrong))
        settings = cls()
        vars(settings).update(values)
        return settings


class CorpSettings(Settings):
    secret_prefix: str


class RunSettings(Settings):
    table_name: str
    submit_queue_url: str
    results_queue_url: str
    retention_days: int


class SweepSettings(RunSettings):
    """The sweep function. `mapping_ids`: of the event source mappings, between commas.

    `letters_topic_arn`: the topic whose address is to be confirmed, None without an address.
    """

    drop_queue_url: str
    drop_dead_letter_queue_url: str
    publish_queue_url: str
    publish_dead_letter_queue_url: str
    drop_bucket: str
    mapping_ids: str
    drift_schedule: str
    letters_topic_arn: str | None


class AppSettings(CorpSettings):
    """What a function needs that speaks for a company's own app."""

    wecom_base_url: str


class DocumentSettings(AppSettings):
    table_name: str
    report_bucket: str
    language: Language


class WeComSettings(DocumentSettings):
    token_table: str
    snapshot_bucket: str


class DriftSettings(WeComSettings):
    """The drift function: its schedule sends what its queue brings back, a message a corp."""

    drift_queue_url: str


class JobSettings(RunSettings, WeComSettings):
    """What a function needs that carries runs through WeCom's jobs. Every time is in seconds."""

    callback_secret_arn: str
    check_seconds: int
    result_deadline_seconds: int


class PublishSettings(DocumentSettings):
    """The publish function. `desk_base_url`: None where there is no desk."""

    desk_base_url: str | None
    topic_arn: str
    alarm_topic_arn: str
    publish_queue_url: str
    retention_days: int
    time_zone: str


class SubmitSettings(JobSettings):
    """The submit function. `seal_secret_arn`, `desk_role_id`: blank where there is no desk."""

    drop_bucket: str
    seal_secret_arn: str | None
    desk_role_id: str | None
    callback_base_url: str
    settle_seconds: int
    retry_seconds: int
    unknown_outcome_seconds: int
    time_zone: str


class CallbackSettings(CorpSettings):
    results_queue_url: str
    callback_secret_arn: str


class DeskSettings(AppSettings):
    """The desk function. `wecom_authorize_url`, `wecom_qr_login_url`: WeCom's pages of login."""

    desk_base_url: str
    wecom_authorize_url: str
    wecom_qr_login_url: str
    session_secret_arn: str
    seal_secret_arn: str
    table_name: str
    drop_bucket: str
    report_bucket: str
    language: Language
    time_zone: str


def _text(value: str) -> str:
    if not value.strip():
        raise ValueError("is blank")
    return value.strip()


def _blank_or_text(value: str) -> str | None:
    return value.strip() or None


def _positive(value: str) -> int:
    number = int(value)
    if number < 0:
        raise ValueError(f"{number} is negative")
    return number


def _is_safe(base_url: str) -> bool:
    """Whether nobody on the way can read what is sent there."""
    parts = urlsplit(base_url)
    return parts.scheme == "https" or parts.hostname == "127.0.0.1"


_READERS = {str: _text, str | None: _blank_or_text, int: _positive, Language: Language}
