"""What the publish function needs."""

from collections.abc import Mapping
from functools import cached_property
from zoneinfo import ZoneInfo

from wecom_sync.adapters.cards import Cards
from wecom_sync.adapters.dynamodb_store import DynamoStore
from wecom_sync.adapters.publisher import EventBus, Robot, Topic
from wecom_sync.domain.errors import SecretInvalidError, UnknownCorpError
from wecom_sync.factory.apps import AppAdapters
from wecom_sync.factory.documents import DocumentAdapters
from wecom_sync.settings import PublishSettings
from wecom_sync.use_cases.ports import Channel


class PublishAdapters[S: PublishSettings](DocumentAdapters[S], AppAdapters[S]):
    @cached_property
    def store(self) -> DynamoStore:
        settings = self.settings
        return DynamoStore(self.dynamodb, settings.table_name, self.clock, settings.retention_days)

    @cached_property
    def channels(self) -> Mapping[str, Channel]:
        """The event bus and the topic: who does not answer soon is told later."""
        bus = self.session.client("events", **self.quick)
        return {
            "bus": EventBus(bus, self.settings.language),
            "topic": self._topic(self.settings.topic_arn),
            "robot": self.robot,
            "cards": self.cards,
        }

    @cached_property
    def alarms(self) -> Channel:
        return self._topic(self.settings.alarm_topic_arn)

    def _topic(self, arn: str) -> Topic:
        sns = self.session.client("sns", **self.quick)
        language, policy_of = self.settings.language, self.store.policy
        return Topic(sns, arn, language, policy_of, self.clock, self.desk, self.zone)

    @cached_property
    def robot(self) -> Robot:
        address, language = self.settings.wecom_base_url, self.settings.language
        policy_of, desk = self.store.policy, self.desk
        return Robot(lambda: self.messages, address, language, policy_of, desk, self.zone)

    @cached_property
    def cards(self) -> Cards:
        language, policy_of = self.settings.language, self.store.policy
        return Cards(self.desk, self.app, language, policy_of, self.clock, self.zone)

    @property
    def zone(self) -> ZoneInfo:
        """Where the clocks of those who decide are."""
        return ZoneInfo(self.settings.time_zone)

    def desk(self, corp: str) -> str | None:
        """Return the address of a corp's desk: a stack may have one, and a corp its app."""
        if self.settings.desk_base_url is None:
            return None
        try:
            return self.apps.of(corp).desk(corp, self.settings.desk_base_url)
        except (UnknownCorpError, SecretInvalidError):
            return None
