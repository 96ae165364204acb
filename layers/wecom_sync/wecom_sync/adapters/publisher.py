"""People at the edge: mails through SNS, and the robot of a group in WeCom."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from wecom_sync.adapters.aws import telling
from wecom_sync.domain.drift import DriftFound
from wecom_sync.domain.errors import (
    RobotRefusedError,
    SecretInvalidError,
    UnknownCorpError,
    WeComError,
)
from wecom_sync.domain.policy import Policy
from wecom_sync.domain.run import Run
from wecom_sync.reporting.language import Language
from wecom_sync.reporting.letters import is_wanted, mail, robot_markdown
from wecom_sync.use_cases.ports import CorpSecrets
from wecom_sync.wecom.robot import SEND, TEMPORARY, is_webhook

if TYPE_CHECKING:
    from types_boto3_sns import SNSClient
    from types_boto3_sns.type_defs import MessageAttributeValueTypeDef

ROBOT_SECONDS = 8
"""For a whole exchange with WeCom: nobody waits for a message to a group."""


class Topic:
    """The topic that people subscribe to."""

    is_per_corp = False

    def __init__(
        self,
        sns: "SNSClient",
        topic_arn: str,
        language: Language,
        policy_of: Callable[[str], Policy],
    ) -> None:
        self._sns = sns
        self._topic_arn = topic_arn
        self._language = language
        self._policy_of = policy_of

    def tell(self, run: Run) -> None:
        """Send a mail, if the settings want one or became weaker."""
        if is_wanted(run, self._policy_of(run.corp)):
            subject, body = mail(run, self._language)
            with telling():
                self._sns.publish(
                    TopicArn=self._topic_arn,
                    Subject=subject,
                    Message=body,
                    MessageAttributes=_attributes(run),
                )

    def tell_drift(self, found: DriftFound) -> None:
        """Send nothing: drift is for systems, and stands in the corp's index."""


class Robot:
    """The robot of a group of each corp, if its secret has the address of one.

    `secrets` is called when there is something to say, because few corps have a robot.
    """

    is_per_corp = True

    def __init__(
        self,
        secrets: Callable[[], CorpSecrets],
        base_url: str,
        language: Language,
        policy_of: Callable[[str], Policy],
        total_seconds: float = ROBOT_SECONDS,
    ) -> None:
        self._secrets = secrets
        self._base_url = base_url
        self._language = language
        self._policy_of = policy_of
        self._total_seconds = total_seconds

    def tell(self, run: Run) -> None:
        """Post to the corp's group what its people want to know.

        Raises `RobotRefusedError` or `SecretInvalidError` when a person has to mend the address,
        and `UnknownOutcomeError` when the message may be in the group.
        """
        policy = self._policy_of(run.corp)
        if not is_wanted(run, policy):
            return
        try:
            webhook = self._secrets().of(run.corp).robot_webhook
        except UnknownCorpError:
            return
        if not webhook:
            return
        content = robot_markdown(run, self._language)
        try:
            self._post(run.corp, webhook, content)
        except (RobotRefusedError, SecretInvalidError):
            # Ours may be minutes old, and mended meanwhile.
            mended = self._secrets().renewed(run.corp).robot_webhook
            if mended == webhook:
                raise
            if mended:
                self._post(run.corp, mended, content)

    def tell_drift(self, found: DriftFound) -> None:
        """Post nothing, as the topic."""

    def _post(self, corp: str, webhook: str, content: str) -> None:
        if not is_webhook(webhook, self._base_url):
            raise SecretInvalidError(details=f"{corp}: robot_webhook")
        # Few corps have a robot, and a cold start without what it needs is quicker.
        from wecom_sync.adapters.http_exchange import posted  # noqa: PLC0415

        message = {"msgtype": "markdown", "markdown": {"content": content}}
        code = posted(webhook, message, self._total_seconds)
        if code in TEMPORARY:
            raise WeComError(code, "", SEND)
        if code:
            raise RobotRefusedError(errcode=code)


def _attributes(run: Run) -> "dict[str, MessageAttributeValueTypeDef]":
    """Return what a subscription can filter by. SNS takes no blank value."""
    values = {"corp": run.corp, "state": run.state, "job": run.job or "-"}
    return {name: {"DataType": "String", "StringValue": value} for name, value in values.items()}
