"""Tells those who decide at a company's desk, each by a card of the company's own app."""

from collections.abc import Callable
from datetime import datetime, tzinfo
from typing import TYPE_CHECKING, Any

from wecom_sync.domain.directory import DriftFound
from wecom_sync.domain.errors import PermanentError, UnknownCorpError, WecomSyncError
from wecom_sync.domain.policy import Policy
from wecom_sync.domain.run import Run
from wecom_sync.domain.timeline import reason_of
from wecom_sync.domain.values import dataclass
from wecom_sync.reporting.catalogue import say
from wecom_sync.reporting.language import Language
from wecom_sync.reporting.letters import is_wanted, notice
from wecom_sync.use_cases.ports import Clock
from wecom_sync.wecom.app import Card

if TYPE_CHECKING:
    from wecom_sync.adapters.app_client import AppClient

type DeskOf = Callable[[str], str | None]
"""Returns the address of a corp's desk, None where it has none.

Raises `SecretUnreadableError` when nobody can say now.
"""


def desk_of_run(desk: DeskOf, run: Run, policy: Policy) -> str:
    """Return where people look at a run, blank where nobody has a desk to do so."""
    try:
        address = desk(run.corp) if policy.desk_approvers else None
    except WecomSyncError:
        # A letter with commands is better than none.
        return ""
    return f"{address}/runs/{run.run_id}" if address else ""


@dataclass(frozen=True, slots=True)
class Cards:
    """`app`: the calls of a corp's app; `zone`: where the clocks of those who decide are."""

    desk: DeskOf
    app: "Callable[..., AppClient]"
    language: Language
    policy_of: Callable[[str], Policy]
    clock: Clock
    zone: tzinfo

    def reaches(self, corp: str) -> bool:
        try:
            return bool(self.desk(corp) and self.policy_of(corp).desk_approvers)
        except WecomSyncError as error:
            return not isinstance(error, PermanentError)

    def tell(self, run: Run) -> tuple[str, ...] | None:
        """Send a card to each approver; return whom it did not reach, None if none was sent.

        Raises `WeComError` or `UnreachableError`. A repeat reaches nobody twice.
        """
        policy = self.policy_of(run.corp)
        is_sent = policy.desk_approvers and is_wanted(run, policy)
        address = self.desk(run.corp) if is_sent else None
        if address is None:
            return None
        card = Card(*notice(run, self.language, self.zone), f"{address}/runs/{run.run_id}")
        unreached = self.app(run.corp).send(card, policy.desk_approvers)
        return (*unreached.unknown, *unreached.unlicensed)

    def tell_drift(self, drift: DriftFound) -> None:
        """Send nothing: drift asks for no decision."""

    def examine(self, corp: str, user_id: str) -> dict[str, Any] | None:
        """Ask WeCom about the corp's app, None if there is none, and send a user a card on trial.

        A blank user gets none. `desk`: its address; `domain`: the one that WeCom trusts.
        """
        try:
            app = self.app(corp, is_fresh=True)
            domain, desk = app.trusted_domain(), self.desk(corp) or ""
            moment = datetime.fromtimestamp(self.clock(), self.zone).strftime(
                "%Y-%m-%d %H:%M:%S %:z"
            )
            words = say(self.language, "card_trial_text", moment=moment)
            card = Card(say(self.language, "card_trial", corp=corp), "", words, (), desk)
            unreached = any(app.send(card, [user_id])) if user_id else None
        except UnknownCorpError:
            return None
        except WecomSyncError as error:
            return {"failure": reason_of(error).to_document()}
        return {"failure": None, "desk": desk, "domain": domain, "unreached": unreached}
