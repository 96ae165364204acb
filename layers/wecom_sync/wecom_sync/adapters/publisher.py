"""SNS at the edge: letters to people about a run that ended or needs them."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from wecom_sync.domain.drift import DriftFound
from wecom_sync.domain.policy import Policy
from wecom_sync.domain.run import Run, State
from wecom_sync.domain.texts import TextCode
from wecom_sync.reporting.catalogue import STATES, text
from wecom_sync.reporting.documents import counts_text, failure_text, reason_text
from wecom_sync.reporting.language import Language

if TYPE_CHECKING:
    from types_boto3_sns import SNSClient
    from types_boto3_sns.type_defs import MessageAttributeValueTypeDef

_SUBJECT_LIMIT = 100
"""Characters of an SNS subject, which is ASCII."""


class Topic:
    """The topic that people subscribe to."""

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
        """Send a letter, if the settings want one or became weaker."""
        decided_otherwise = run.holds and run.state in {State.SUPERSEDED, State.CANCELLED}
        wanted = not run.plans_only and run.state in self._policy_of(run.corp).notify_on
        if decided_otherwise or run.weakened or wanted:
            subject, body = _letter(run, self._language)
            self._sns.publish(
                TopicArn=self._topic_arn,
                Subject=subject,
                Message=body,
                MessageAttributes=_attributes(run),
            )

    def tell_drift(self, found: DriftFound) -> None:
        """Send nothing: drift is for systems, and stands in the corp's index."""


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
    weakened = [
        text("letter_weakened").render(
            language, setting=each.setting, before=each.before, after=each.after
        )
        for each in run.weakened
    ]
    if weakened:
        by = text("letter_by").render(language, by=run.principal or "-")
        weakened.insert(0, by)
    return [*head, *(reason for reason in reasons if reason), *weakened]


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
        return text(code).render(
            language, command=f"wecom-sync {command} {run.run_id} --corp {run.corp}"
        )

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
