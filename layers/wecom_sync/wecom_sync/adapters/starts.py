"""What starts the functions, and who hears of runs: each is on, or somebody has to be told."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

from botocore.exceptions import BotoCoreError, ClientError

from wecom_sync.adapters.aws import cause_of
from wecom_sync.domain.values import dataclass

if TYPE_CHECKING:
    from types_boto3_lambda import LambdaClient
    from types_boto3_s3 import S3Client
    from types_boto3_sns import SNSClient

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
    sns: "SNSClient"
    topic: str | None

    def broken(self) -> Sequence[str]:
        """Return what is gone or off. So counts what cannot be looked at: nobody would notice."""
        looks: dict[str, Callable[[], bool]] = {
            self.bucket: self._tells,
            self.schedule: self._comes,
            **{uuid: partial(self._brings, uuid) for uuid in self.mappings},
            **({self.topic: partial(is_heard, self.sns, self.topic)} if self.topic else {}),
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


def is_heard(sns: "SNSClient", topic: str) -> bool:
    """Whether somebody has confirmed a subscription: one that nobody has has no ARN."""
    pages = sns.get_paginator("list_subscriptions_by_topic").paginate(TopicArn=topic)
    listed = (it["SubscriptionArn"] for page in pages for it in page["Subscriptions"])
    return any(arn.startswith("arn:") for arn in listed)


def _broken(look: Callable[[], bool]) -> str | None:
    try:
        return None if look() else "off"
    except (BotoCoreError, ClientError) as error:
        return cause_of(error)
