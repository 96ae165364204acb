"""What starts the functions: the drop bucket's notification, the mappings, and a schedule."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

from botocore.exceptions import BotoCoreError, ClientError

from wecom_sync.adapters.aws import cause_of
from wecom_sync.domain.values import dataclass

if TYPE_CHECKING:
    from types_boto3_lambda import LambdaClient
    from types_boto3_s3 import S3Client

EVERY_FILE = "s3:ObjectCreated:*"
OFF = frozenset({"Disabled", "Disabling"})
"""States of a mapping that brings nothing; any other passes by itself."""
ON = "ENABLED"
"""The state of a schedule that comes."""


def tells_of_every_file(rule: Mapping[str, Any], queue: str) -> bool:
    """Whether a rule of a bucket tells a queue, by its name, of every new object."""
    is_ours = rule["QueueArn"].rpartition(":")[2] == queue
    return is_ours and EVERY_FILE in rule["Events"] and not rule.get("Filter")


@dataclass(frozen=True, slots=True, kw_only=True)
class AwsStarts:
    """`Starts`, by asking S3, Lambda and EventBridge Scheduler."""

    s3: "S3Client"
    functions: "LambdaClient"
    scheduler: Any
    bucket: str
    queue_url: str
    mappings: Sequence[str]
    schedule: str

    def broken(self) -> Sequence[str]:
        """Return what is gone or off. So counts what cannot be looked at: nobody would notice."""
        looks: dict[str, Callable[[], bool]] = {
            self.bucket: self._tells,
            self.schedule: self._comes,
            **{uuid: partial(self._brings, uuid) for uuid in self.mappings},
        }
        return [f"{name}: {why}" for name, look in looks.items() if (why := _broken(look))]

    def _tells(self) -> bool:
        events = self.s3.get_bucket_notification_configuration(Bucket=self.bucket)
        queue = self.queue_url.rpartition("/")[2]
        rules = events.get("QueueConfigurations", [])
        return any(tells_of_every_file(rule, queue) for rule in rules)

    def _brings(self, uuid: str) -> bool:
        return self.functions.get_event_source_mapping(UUID=uuid)["State"] not in OFF

    def _comes(self) -> bool:
        return bool(self.scheduler.get_schedule(Name=self.schedule)["State"] == ON)


def _broken(look: Callable[[], bool]) -> str | None:
    try:
        return None if look() else "off"
    except (BotoCoreError, ClientError) as error:
        return cause_of(error)
