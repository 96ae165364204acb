"""Tells the event bus and the topic about a run that ended or needs a person."""

import json
from typing import TYPE_CHECKING

from wecom_sync.catalogue import text
from wecom_sync.reports import reason_text, run_document
from wecom_sync.run import Run, State
from wecom_sync.texts import Language

if TYPE_CHECKING:
    from types_boto3_events import EventBridgeClient
    from types_boto3_sns import SNSClient

SOURCE = "wecom-sync"
_DETAIL_TYPES = {State.HELD: "Run Held", State.REJECTED: "Run Rejected"}
_SUBJECT_LIMIT = 100
"""Characters of an SNS subject, which is ASCII."""


class AwsPublisher:
    """EventBridge for systems, SNS for people."""

    def __init__(
        self,
        events: "EventBridgeClient",
        sns: "SNSClient",
        topic_arn: str,
        language: Language,
    ) -> None:
        self._events = events
        self._sns = sns
        self._topic_arn = topic_arn
        self._language = language

    def publish(self, run: Run) -> None:
        """Publish `Run Finished`, `Run Held` or `Run Rejected`, then the text."""
        answer = self._events.put_events(
            Entries=[
                {
                    "Source": SOURCE,
                    "DetailType": _DETAIL_TYPES.get(run.state, "Run Finished"),
                    "Detail": json.dumps(run_document(run, self._language), ensure_ascii=False),
                }
            ]
        )
        if answer["FailedEntryCount"]:
            raise RuntimeError("EventBridge did not take the event")
        subject, body = _letter(run, self._language)
        self._sns.publish(TopicArn=self._topic_arn, Subject=subject, Message=body)


def _letter(run: Run, language: Language) -> tuple[str, str]:
    subject = f"wecom-sync: {run.corp} {run.job or '-'} {run.state}"
    body = text("notify_body").render(
        language,
        run_id=run.run_id,
        key=run.key,
        state=text(f"state_{run.state}").render(language),
        reason=reason_text(run, language) or "-",
        rows=_shown(run.rows),
        succeeded=_shown(run.succeeded),
        failed=_shown(run.failed),
    )
    return subject[:_SUBJECT_LIMIT], body


def _shown(count: int | None) -> int | str:
    return "-" if count is None else count
