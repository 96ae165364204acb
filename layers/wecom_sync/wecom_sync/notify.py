"""Tells the event bus and the topic about a run that ended or needs a person."""

import json
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from wecom_sync.catalogue import text
from wecom_sync.drift import Drift
from wecom_sync.policy import Policy
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
        policy_of: Callable[[str], Policy],
    ) -> None:
        self._events = events
        self._sns = sns
        self._topic_arn = topic_arn
        self._language = language
        self._policy_of = policy_of

    def publish(self, run: Run) -> None:
        """Publish `Run Finished`, `Run Held` or `Run Rejected`, then the text if it is wanted."""
        kind = _DETAIL_TYPES.get(run.state, "Run Finished")
        self._put(kind, run_document(run, self._language))
        decided_otherwise = run.holds and run.state in {State.SUPERSEDED, State.CANCELLED}
        if decided_otherwise or run.state in self._policy_of(run.corp).notify_on:
            subject, body = _letter(run, self._language)
            self._sns.publish(TopicArn=self._topic_arn, Subject=subject, Message=body)

    def publish_drift(self, drift: Drift, report: str) -> None:
        """Publish `Drift Found`."""
        detail = {"corp": drift.corp, "report": report}
        counts = {name: len(getattr(drift, name)) for name in ("added", "removed", "moved")}
        self._put("Drift Found", {**detail, **counts})

    def _put(self, kind: str, detail: Mapping[str, Any]) -> None:
        answer = self._events.put_events(
            Entries=[
                {
                    "Source": SOURCE,
                    "DetailType": kind,
                    "Detail": json.dumps(detail, ensure_ascii=False),
                }
            ]
        )
        if answer["FailedEntryCount"]:
            raise RuntimeError("EventBridge did not take the event")


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
