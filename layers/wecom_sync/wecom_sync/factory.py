"""The shared half of each function's composition root: adapters, built once from its settings."""

import time
from collections.abc import Callable
from functools import cached_property

import boto3
from aws_lambda_powertools.utilities.parameters import SecretsProvider

from wecom_sync.adapters.aws import wiring
from wecom_sync.adapters.dynamodb_store import DynamoStore
from wecom_sync.adapters.publisher import AwsPublisher
from wecom_sync.adapters.s3 import S3Drops, S3Reports
from wecom_sync.adapters.s3_archive import S3Archive
from wecom_sync.adapters.secrets_manager import SecretsManagerCorps
from wecom_sync.adapters.sqs import SqsQueue
from wecom_sync.adapters.wecom_client import WeComClient
from wecom_sync.settings import RunSettings, Settings, WeComSettings
from wecom_sync.use_cases.endings import Endings
from wecom_sync.use_cases.holds import Holds
from wecom_sync.use_cases.lanes import Lanes
from wecom_sync.use_cases.memory import Memory
from wecom_sync.use_cases.planner import Planner
from wecom_sync.use_cases.ports import Clock, WeCom
from wecom_sync.use_cases.records import Records
from wecom_sync.use_cases.telling import Telling


class Adapters:
    """What any function may need; each is built when it is first asked for."""

    is_public = True
    """Whether anybody may call the function."""

    def __init__(
        self, settings: Settings, session: boto3.Session, count: Callable[[str], None]
    ) -> None:
        self._settings = settings
        self._session = session
        self.count = count
        self.clock: Clock = time.time
        self.sleep: Callable[[float], None] = time.sleep
        self.wiring = wiring(settings.aws_endpoint_url)

    @cached_property
    def provider(self) -> SecretsProvider:
        """Secrets Manager with a cache."""
        client = self._session.client("secretsmanager", **self.wiring)
        return SecretsProvider(boto3_client=client)

    @cached_property
    def secrets(self) -> SecretsManagerCorps:
        """The corps' secrets."""
        prefix = self._settings.secret_prefix
        return SecretsManagerCorps(self.provider, prefix, self.clock, is_public=self.is_public)

    @cached_property
    def results_queue(self) -> SqsQueue:
        """Callbacks and checks."""
        return self.queue(self._settings.results_queue_url)

    def queue(self, url: str) -> SqsQueue:
        """Return one queue."""
        return SqsQueue(self._session.client("sqs", **self.wiring), url)

    def master(self, arn: str) -> Callable[[], bytes]:
        """Return what fetches the stack's callback master secret."""
        return lambda: str(self.provider.get(arn, max_age=3600)).encode()


class RunAdapters(Adapters):
    """What the functions that move runs need besides."""

    is_public = False

    def __init__(
        self, settings: RunSettings, session: boto3.Session, count: Callable[[str], None]
    ) -> None:
        super().__init__(settings, session, count)
        self.settings = settings

    @cached_property
    def store(self) -> DynamoStore:
        """The table."""
        client = self._session.client("dynamodb", **self.wiring)
        settings = self.settings
        return DynamoStore(
            client, settings.table_name, self.clock, settings.retention_days, sleep=self.sleep
        )

    @cached_property
    def submit_queue(self) -> SqsQueue:
        """Drops and runs to advance."""
        return self.queue(self.settings.submit_queue_url)

    @cached_property
    def drops(self) -> S3Drops:
        """The drop bucket."""
        return S3Drops(self._session.client("s3", **self.wiring))

    @cached_property
    def reports(self) -> S3Reports:
        """The report bucket."""
        client = self._session.client("s3", **self.wiring)
        return S3Reports(client, self.settings.report_bucket)

    @cached_property
    def publisher(self) -> AwsPublisher:
        """The event bus and the topic."""
        return AwsPublisher(
            self._session.client("events", **self.wiring),
            self._session.client("sns", **self.wiring),
            self.settings.topic_arn,
            self.settings.language,
            self.store.policy,
        )

    @cached_property
    def lanes(self) -> Lanes:
        """Who wakes the lanes."""
        return Lanes(store=self.store, submit_queue=self.submit_queue)

    @cached_property
    def telling(self) -> Telling:
        """Who tells people."""
        return Telling(store=self.store, publisher=self.publisher, lanes=self.lanes)


class WeComAdapters(RunAdapters):
    """What the functions that call WeCom need besides."""

    def __init__(
        self, settings: WeComSettings, session: boto3.Session, count: Callable[[str], None]
    ) -> None:
        super().__init__(settings, session, count)
        self.wecom_settings = settings

    @cached_property
    def archive(self) -> S3Archive:
        """What went out, and what was applied last."""
        client = self._session.client("s3", **self.wiring)
        return S3Archive(client, self.wecom_settings.snapshot_bucket)

    @cached_property
    def records(self) -> Records:
        """Rows and their outcomes."""
        return Records(
            store=self.store,
            drops=self.drops,
            reports=self.reports,
            archive=self.archive,
            language=self.settings.language,
        )

    @cached_property
    def memory(self) -> Memory:
        """Who changes snapshots."""
        return Memory(store=self.store, records=self.records)

    @cached_property
    def endings(self) -> Endings:
        """Who ends runs."""
        return Endings(
            store=self.store,
            records=self.records,
            memory=self.memory,
            telling=self.telling,
            clock=self.clock,
            count=self.count,
        )

    @cached_property
    def holds(self) -> Holds:
        """Who holds runs."""
        return Holds(
            store=self.store,
            submit_queue=self.submit_queue,
            endings=self.endings,
            telling=self.telling,
            clock=self.clock,
            count=self.count,
        )

    @cached_property
    def planner(self) -> Planner:
        """Plans and verdicts."""
        return Planner(wecom_of=self.wecom, archive=self.archive, clock=self.clock)

    def wecom(self, corp: str) -> WeCom:
        """Open a corp's WeCom."""
        base_url = self.wecom_settings.wecom_base_url
        return WeComClient(
            base_url,
            corp,
            self.secrets.of(corp),
            self.store,
            renewed=lambda: self.secrets.renewed(corp),
            clock=self.clock,
            sleep=self.sleep,
        )
