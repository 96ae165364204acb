"""People at the edge: mails through SNS, and the robot of a group in WeCom."""

import json
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from wecom_sync.adapters.aws import telling
from wecom_sync.domain.drift import DriftFound
from wecom_sync.domain.errors import (
    RobotRefusedError,
    SecretInvalidError,
    UnknownCorpError,
    UnreachableError,
    WeComError,
)
from wecom_sync.domain.policy import Policy
from wecom_sync.domain.run import Run
from wecom_sync.reporting.language import Language
from wecom_sync.reporting.letters import is_wanted, mail, robot_markdown
from wecom_sync.use_cases.ports import CorpSecrets
from wecom_sync.wecom.robot import NO_ROBOT, SEND, TEMPORARY, is_webhook

if TYPE_CHECKING:
    import requests
    from types_boto3_sns import SNSClient
    from types_boto3_sns.type_defs import MessageAttributeValueTypeDef

CONNECT_SECONDS = 3
ROBOT_SECONDS = 8
"""For a whole exchange with WeCom: nobody waits for a message to a group."""
MAX_ANSWER_BYTES = 64 * 1024


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
        content = robot_markdown(run, self._language, policy.notify_mention)
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
        message = {"msgtype": "markdown", "markdown": {"content": content}}
        code = _errcode(_exchange(webhook, message, self._total_seconds))
        if code in TEMPORARY:
            raise WeComError(code, "", SEND)
        if code:
            raise RobotRefusedError(errcode=code)


def try_robot(webhook: str, base_url: str) -> None:
    """Ask WeCom whether it knows a robot. The message is of no known type, so nobody hears it.

    Raises `RobotRefusedError` when WeCom does not, `SecretInvalidError` for an address of no robot.
    """
    if not is_webhook(webhook, base_url):
        raise SecretInvalidError(details="robot_webhook")
    code = _errcode(_exchange(webhook, {"msgtype": "none"}, ROBOT_SECONDS))
    if code == NO_ROBOT:
        raise RobotRefusedError(errcode=code)


def _exchange(webhook: str, message: Mapping[str, Any], total_seconds: float) -> Mapping[str, Any]:
    # Only a corp with a robot needs these, and a cold start without them is quicker.
    import requests  # noqa: PLC0415

    from wecom_sync.adapters.http_exchange import exchange  # noqa: PLC0415

    def send() -> "requests.Response":
        response = requests.post(
            webhook,
            data=json.dumps(message, ensure_ascii=False).encode(),
            headers={"Content-Type": "application/json; charset=utf-8"},
            timeout=(CONNECT_SECONDS, total_seconds),
            allow_redirects=False,
            stream=True,
        )
        if response.status_code != requests.codes.ok:
            # A gateway's answer. WeCom's own errors are HTTP 200, so it has taken nothing.
            response.close()
            raise UnreachableError
        return response

    return exchange(send, total_seconds, MAX_ANSWER_BYTES)


def _errcode(answer: Mapping[str, Any]) -> int:
    """Return the errcode as a number; what is none counts as "system busy"."""
    try:
        return int(str(answer["errcode"]))
    except ValueError:
        return -1


def _attributes(run: Run) -> "dict[str, MessageAttributeValueTypeDef]":
    """Return what a subscription can filter by. SNS takes no blank value."""
    values = {"corp": run.corp, "state": run.state, "job": run.job or "-"}
    return {name: {"DataType": "String", "StringValue": value} for name, value in values.items()}
