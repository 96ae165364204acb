"""Tells systems by EventBridge, and people by SNS and by the robot of a group in WeCom."""

import json
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import asdict, field
from datetime import tzinfo
from typing import TYPE_CHECKING, Any, ClassVar

from botocore.exceptions import BotoCoreError, ClientError

from wecom_sync.adapters.aws import telling
from wecom_sync.adapters.cards import DeskOf, desk_of_run
from wecom_sync.adapters.starts import is_heard
from wecom_sync.domain.directory import DriftFound
from wecom_sync.domain.errors import (
    PermanentError,
    RobotRefusedError,
    SecretInvalidError,
    UnknownCorpError,
    UnreachableError,
    WeComError,
    WecomSyncError,
)
from wecom_sync.domain.policy import Policy
from wecom_sync.domain.run import Run
from wecom_sync.domain.states import State
from wecom_sync.domain.timeline import reason_of
from wecom_sync.domain.values import dataclass
from wecom_sync.reporting.documents import run_document
from wecom_sync.reporting.language import Language
from wecom_sync.reporting.letters import is_wanted, mail, robot_markdown
from wecom_sync.use_cases.ports import Clock, MessagesSecrets
from wecom_sync.wecom.robot import NO_ROBOT, SEND, TEMPORARY, is_webhook

if TYPE_CHECKING:
    from types_boto3_events import EventBridgeClient
    from types_boto3_sns import SNSClient
    from types_boto3_sns.type_defs import MessageAttributeValueTypeDef

ROBOT_SECONDS = 8
"""For a whole exchange with WeCom: nobody waits for a message to a group."""
SOURCE = "wecom-sync"
_DETAIL_TYPES = {
    **{state: "Run Finished" if state.is_final else "Run Waiting" for state in State},
    State.HELD: "Run Held",
    State.REJECTED: "Run Rejected",
}


@dataclass(frozen=True, slots=True)
class EventBus:
    """The account's default event bus."""

    client: "EventBridgeClient"
    language: Language

    def put(self, kind: str, detail: Mapping[str, Any]) -> None:
        text = json.dumps(detail, ensure_ascii=False)
        entry = {"Source": SOURCE, "DetailType": kind, "Detail": text}
        with telling():
            answer = self.client.put_events(Entries=[entry])  # type: ignore[list-item]
        if answer["FailedEntryCount"]:
            raise UnreachableError("EventBridge did not take the event")

    def reaches(self, _corp: str) -> bool:
        """No person reads the bus."""
        return False

    def tell(self, run: Run) -> None:
        if run.proposal.weakened and run.state is State.SUCCEEDED:
            by = run.identity.principal or None
            subject = {"corp": run.corp, "run_id": run.run_id, "principal": by}
            changes = [asdict(weakening) for weakening in run.proposal.weakened]
            self.put("Settings Weakened", {**subject, "changes": changes})
        document = run_document(run, self.language)
        self.put(_DETAIL_TYPES[run.state], document)

    def tell_drift(self, drift: DriftFound) -> None:
        detail = asdict(drift)
        del detail["at"]
        self.put("Drift Found", detail)


@dataclass
class Topic:
    """The topic that people subscribe to."""

    LISTENER_SECONDS: ClassVar = 900
    """How long it is not asked again whether somebody listens, once somebody did."""

    sns: "SNSClient"
    topic_arn: str
    language: Language
    policy_of: Callable[[str], Policy]
    clock: Clock
    desk: DeskOf
    zone: tzinfo
    heard_until: float = field(default=0.0, init=False)

    def reaches(self, _corp: str) -> bool:
        """Whether somebody has confirmed a subscription, now or a moment ago."""
        now = self.clock()
        if now >= self.heard_until:
            try:
                heard = is_heard(self.sns, self.topic_arn)
            except (BotoCoreError, ClientError):
                return True
            if heard:
                self.heard_until = now + self.LISTENER_SECONDS
        return now < self.heard_until

    def tell(self, run: Run) -> None:
        policy = self.policy_of(run.corp)
        if is_wanted(run, policy):
            desk = desk_of_run(self.desk, run, policy)
            subject, body = mail(run, self.language, desk, self.zone)
            letter = {"Subject": subject, "Message": body}
            with telling():
                self.sns.publish(
                    TopicArn=self.topic_arn, MessageAttributes=_attributes(run), **letter
                )

    def tell_drift(self, drift: DriftFound) -> None:
        """Send nothing: drift is for systems, and stands in the corp's index."""


@dataclass(frozen=True, slots=True)
class Robot:
    """The robot of a group of a corp: few corps have one, so `secrets` is called late."""

    secrets: Callable[[], MessagesSecrets]
    base_url: str
    language: Language
    policy_of: Callable[[str], Policy]
    desk: DeskOf
    zone: tzinfo
    total_seconds: float = ROBOT_SECONDS

    def reaches(self, corp: str) -> bool:
        try:
            return bool(self.secrets().of(corp).robot_webhook)
        except WecomSyncError as error:
            return not isinstance(error, PermanentError)

    def tell(self, run: Run) -> None:
        """Post to the corp's group what its people want to know.

        Raises `RobotRefusedError` or `SecretInvalidError` when a person has to mend the address,
        and `UnknownOutcomeError` when the message may be in the group.
        """
        webhook, policy = None, self.policy_of(run.corp)
        if is_wanted(run, policy):
            with suppress(UnknownCorpError):
                webhook = self.secrets().of(run.corp).robot_webhook
        if not webhook:
            return
        desk = desk_of_run(self.desk, run, policy)
        content = robot_markdown(run, self.language, desk, self.zone)
        message = {"msgtype": "markdown", "markdown": {"content": content}}
        code = self._code(run.corp, webhook, message)
        if code in TEMPORARY:
            raise WeComError(code, "", SEND)
        if code:
            raise RobotRefusedError(errcode=code)

    def tell_drift(self, drift: DriftFound) -> None:
        """Post nothing, as the topic."""

    def examine(self, corp: str) -> dict[str, Any] | None:
        """Ask WeCom whether it knows the corp's robot, None if there is none.

        The message is of no known type, so nobody hears it.
        """
        try:
            webhook = self.secrets().as_it_is(corp).robot_webhook
            if not webhook:
                return None
            if self._code(corp, webhook, {"msgtype": "none"}) == NO_ROBOT:
                raise RobotRefusedError(errcode=NO_ROBOT)
        except UnknownCorpError:
            return None
        except WecomSyncError as error:
            return {"failure": reason_of(error).to_document()}
        return {"failure": None}

    def _code(self, corp: str, webhook: str, message: Mapping[str, Any]) -> int:
        if not is_webhook(webhook, self.base_url):
            raise SecretInvalidError(details=f"{corp}: robot_webhook")
        # Few corps have a robot, and a cold start without what it needs is quicker.
        from wecom_sync.adapters.http_exchange import posted  # noqa: PLC0415

        return posted(webhook, message, self.total_seconds)


def _attributes(run: Run) -> "dict[str, MessageAttributeValueTypeDef]":
    """Return what a subscription can filter by. SNS takes no blank value."""
    values = {"corp": run.corp, "state": run.state, "job": run.job or "-"}
    return {name: {"DataType": "String", "StringValue": value} for name, value in values.items()}
