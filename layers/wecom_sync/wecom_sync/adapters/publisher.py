"""Tells the event bus and the topic about a run that ended or needs a person."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from wecom_sync.adapters.event_bus import EventBus
from wecom_sync.domain.policy import Policy
from wecom_sync.domain.run import Run, State
from wecom_sync.domain.texts import TextCode
from wecom_sync.reporting.catalogue import STATES, text
from wecom_sync.reporting.documents import counts_text, failure_text, reason_text, run_document
from wecom_sync.reporting.language import Language

if TYPE_CHECKING:
    from types_boto3_sns import SNSClient
    from types_boto3_sns.type_defs import MessageAttributeValueTypeDef

_DETAIL_TYPES = {State.HELD: "Run Held", State.REJECTED: "Run Rejected"}
_SUBJECT_LIMIT = 100
"""Characters of an SNS subject, which is ASCII."""


class AwsPublisher:
    """EventBridge for systems, SNS for people."""

    def __init__(
        self,
        bus: EventBus,
        sns: "SNSClient",
        topic_arn: str,
        language: Language,
        policy_of: Callable[[str], Policy],
    ) -> None:
        self._bus = bus
        self._sns = sns
        self._topic_arn = topic_arn
        self._language = language
        self._policy_of = policy_of

    def publish(self, run: Run) -> None:
        """Publish `Run Finished`, `Run Held` or `Run Rejected`; then the letter if wanted."""
        kind = _DETAIL_TYPES.get(run.state, "Run Finished")
        self._bus.put(kind, run_document(run, self._language))
        decided_otherwise = run.holds and run.state in {State.SUPERSEDED, State.CANCELLED}
        if decided_otherwise or run.state in self._policy_of(run.corp).notify_on:
            subject, body = _letter(run, self._language)
            self._sns.publish(
                TopicArn=self._topic_arn,
                Subject=subject,
                Message=body,
                MessageAttributes=_attributes(run),
            )


def _attributes(run: Run) -> "dict[str, MessageAttributeValueTypeDef]":
    """Return what a subscription can filter by. SNS takes no blank value."""
    values = {"corp": run.corp, "state": run.state, "job": run.job or "-"}
    return {name: {"DataType": "String", "StringValue": value} for name, value in values.items()}


def _letter(run: Run, language: Language) -> tuple[str, str]:
    """Return the subject and the text: what happened, in numbers, and what to do next."""
    subject = f"wecom-sync: {run.corp} {run.job or '-'} {run.state}"
    parts = (_what(run, language), _numbers(run, language), _next_steps(run, language))
    body = "\n\n".join("\n".join(lines) for lines in parts if lines)
    return subject[:_SUBJECT_LIMIT], f"{body}\n"


def _what(run: Run, language: Language) -> list[str]:
    state = STATES[run.state].render(language)
    head = (
        text("letter_run").render(language, run_id=run.run_id),
        text("letter_file").render(language, key=run.key),
        text("letter_state").render(language, state=state),
    )
    reasons = [reason_text(run, language)]
    if run.state is State.HELD:
        held = (*([run.reason] if run.reason else []), *run.holds)
        reasons = [f"- {failure_text(each, language)}" for each in held]
    return [*head, *(reason for reason in reasons if reason)]


def _numbers(run: Run, language: Language) -> list[str]:
    """Return the plan and the counts of the rows, without those that are not known."""
    lines = []
    if run.plan is not None:
        code: TextCode = "letter_would_change" if run.state is State.HELD else "letter_planned"
        lines.append(text(code).render(language, counts=counts_text(run.plan, language)))
    rest: TextCode = "letter_not_applied" if run.was_refused_whole else "letter_unreported"
    known: Sequence[tuple[TextCode, int | None]] = (
        ("letter_rows", run.rows),
        ("letter_applied", run.succeeded),
        ("letter_failed", run.failed),
        (rest, run.unreported or None),
    )
    lines += [
        text(name).render(language, count=f"{count:,}")
        for name, count in known
        if count is not None
    ]
    return lines


def _next_steps(run: Run, language: Language) -> list[str]:
    """Return the commands that the reader may run, and until when a decision is possible."""

    def step(code: TextCode, command: str) -> str:
        return text(code).render(language, command=f"wecom-sync {command} {run.run_id}")

    if run.state is State.HELD:
        steps = [
            step("letter_show", "show"),
            step("letter_approve", "approve"),
            step("letter_cancel", "cancel"),
        ]
        if run.deadline is not None:
            until = datetime.fromtimestamp(run.deadline, UTC).strftime("%Y-%m-%d %H:%M")
            steps.insert(0, text("letter_decide").render(language, moment=until))
        return steps
    if run.reports and run.state in {State.PARTIAL, State.FAILED, State.REJECTED}:
        return [step("letter_results", "results")]
    return []
