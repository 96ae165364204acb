"""What the checks share: the stack, what its functions answer, and the findings so far."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from typing import Any, NamedTuple

from botocore.exceptions import BotoCoreError, ClientError

from wecom_sync.domain.timeline import Reason
from wecom_sync.reporting.documents import cause_text, joined
from wecom_sync.reporting.error_codes import errcode
from wecom_sync.reporting.language import Language
from wecom_sync.reporting.trouble import advice
from wecom_sync_tools.console.codes import Code
from wecom_sync_tools.console.messages import Speaker
from wecom_sync_tools.stack.target import Target, stack_outputs


class Status(StrEnum):
    OK = "ok"
    WARN = "warn"
    FAIL = "fail"
    SKIP = "skip"


class Finding(NamedTuple):
    """What a check found, and what to do. `stops`: what needs this check is then pointless."""

    status: Status
    text: str
    advice: str = ""
    stops: bool = False


class UnansweredError(Exception):
    def __init__(self, finding: Finding) -> None:
        super().__init__(finding.text)
        self.finding = finding


@dataclass
class Checkup(Speaker):
    """One corp of one stack."""

    target: Target
    corp: str
    language: Language
    findings: dict[str, Finding] = field(default_factory=dict)
    card: str = ""
    """The user who gets a card on trial, blank for nobody."""
    denied: set[str] = field(default_factory=set)
    """The actions that the caller may not do, as far as they were tried."""
    answers: dict[str, Mapping[str, Any] | Exception] = field(default_factory=dict)
    """What each function answered, or why it did not."""

    def ok(self, code: Code, **params: object) -> Finding:
        return Finding(Status.OK, self.text(code, **params))

    def warn(self, code: Code, advice: Code, **params: object) -> Finding:
        return Finding(Status.WARN, self.text(code, **params), self.text(advice, **params))

    def fail(self, code: Code, advice: Code, **params: object) -> Finding:
        return self.warn(code, advice, **params)._replace(status=Status.FAIL, stops=True)

    def skip(self, code: Code, **params: object) -> Finding:
        return Finding(Status.SKIP, self.text(code, **params), stops=True)

    def needs(self, check: Code) -> Finding:
        """Return that a check is pointless because of another one (the code of its title)."""
        return self.skip("doctor_needs", checks=self.text(check))

    def refused(self, failure: Mapping[str, Any], status: Status = Status.FAIL) -> Finding:
        reason = Reason.from_document(failure)
        code = reason.params.get("errcode")
        todo = [errcode(code).repair.render(self.language)] if isinstance(code, int) else []
        advised = joined((*todo, *advice(reason, self.language)), self.language)
        return Finding(status, cause_text(reason, self.language), advised, status is Status.FAIL)

    @cached_property
    def outputs(self) -> Mapping[str, str]:
        """The stack's outputs. Raises `UsageError` when there is no such stack."""
        return stack_outputs(self.target.cloudformation, self.target.stack_name)

    @cached_property
    def functions(self) -> Mapping[str, str]:
        return self.target.resources("AWS::Lambda::Function")

    @property
    def answer(self) -> Mapping[str, Any]:
        """What the function that calls WeCom says of the corp. Raises as `ask`."""
        return self.ask("DriftFunction")

    def ask_app(self) -> Mapping[str, Any] | None:
        """Return what WeCom says of the corp's app, None if there is none. Raises as `ask`."""
        return self.ask("PublishFunction", card=self.card) or None

    def ask(self, function: str, **more: str) -> Mapping[str, Any]:
        """Return what a function says of the corp. Raises `UnansweredError` or an error of AWS."""
        question = " ".join((function, *more))
        if question not in self.answers:
            try:
                self.answers[question] = self._ask(self.functions[function], more)
            except (UnansweredError, ClientError, BotoCoreError) as error:
                self.answers[question] = error
        answer = self.answers[question]
        if isinstance(answer, Exception):
            raise answer
        return answer

    def _ask(self, name: str, more: Mapping[str, str]) -> Mapping[str, Any]:
        payload = json.dumps({"doctor": self.corp, **more})
        response = self.target.functions.invoke(FunctionName=name, Payload=payload)
        answer: dict[str, Any] = json.load(response["Payload"]) or {}
        if response.get("FunctionError"):
            words = {"function": name, "error": answer.get("errorType", "?")}
            raise UnansweredError(self.fail("doctor_function_failed", "doctor_logs", **words))
        return answer
