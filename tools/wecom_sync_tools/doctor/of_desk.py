"""A corp's desk: whether WeCom knows its app, and who may decide there and hears of it."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from wecom_sync.domain.policy import Policy
from wecom_sync.domain.principals import unnamed
from wecom_sync.domain.timeline import Reason
from wecom_sync.reporting.corp_index import CorpIndex
from wecom_sync.reporting.error_codes import app_errcode
from wecom_sync.wecom.credentials import AppSecret
from wecom_sync_tools.doctor.checkup import Checkup, Finding, Status
from wecom_sync_tools.doctor.of_corp import secret_name, unusable

TWO = 2
"""How many people have to decide with `second_person`."""


def desk(checkup: Checkup) -> Finding:
    """Tell whether WeCom knows the app, from our address, at this domain; send a card on trial."""
    name = secret_name(checkup, AppSecret)
    if "DeskFunction" not in checkup.functions:
        return checkup.ok("doctor_desk_none")
    answer = checkup.ask_app()
    if answer is None:
        return checkup.ok("doctor_desk_no_app", secret=name)
    return _refused(checkup, answer["failure"]) if answer["failure"] else _known(checkup, answer)


def _known(checkup: Checkup, answer: Mapping[str, Any]) -> Finding:
    place = urlsplit(answer["desk"])
    if answer["domain"] not in {place.netloc, place.hostname}:
        words = {"domain": answer["domain"] or "-", "host": place.hostname}
        return checkup.fail("doctor_desk_domain", "doctor_desk_domain_advice", **words)
    if answer["unreached"]:
        return checkup.fail("doctor_card_unreached", "doctor_card_advice", user=checkup.card)
    if checkup.card:
        return checkup.ok("doctor_card_sent", user=checkup.card, desk=answer["desk"])
    return checkup.ok("doctor_desk", desk=answer["desk"])


def _refused(checkup: Checkup, failure: Mapping[str, Any]) -> Finding:
    reason = Reason.from_document(failure)
    code = reason.params.get("errcode")
    if not isinstance(code, int):
        return unusable(checkup, failure, AppSecret)
    about, language = app_errcode(code), checkup.language
    cause, repair = about.explanation.render(language), about.repair.render(language)
    return Finding(Status.FAIL, cause, repair, stops=True)


def card_readers(checkup: Checkup) -> tuple[str, ...]:
    """Return to whom the corp's app sends cards."""
    app = checkup.ask_app() if "DeskFunction" in checkup.functions else None
    if app is None or app["failure"]:
        return ()
    settings = checkup.target.documents.index(checkup.corp).settings
    return Policy.from_document(settings or {}).desk_approvers


def approvers(checkup: Checkup) -> Finding:
    """Tell whether somebody decides at the desk, hears of it, and may approve what others drop."""
    if "DeskFunction" not in checkup.functions or checkup.ask_app() is None:
        return checkup.ok("doctor_desk_nobody_needed")
    index = checkup.target.documents.index(checkup.corp)
    policy = Policy.from_document(index.settings or {})
    amiss = _amiss(checkup, policy, index)
    return amiss or checkup.ok("doctor_approvers", users=checkup.listed(policy.desk_approvers))


def _amiss(checkup: Checkup, policy: Policy, index: CorpIndex) -> Finding | None:
    """Tell who is missing among those who decide, could be anybody, or is reached by no card."""
    absent = checkup.answer.get("absent") or ()
    deciders = {*map(str.casefold, policy.desk_approvers)} - {*map(str.casefold, absent)}
    if policy.second_person and len(deciders) < TWO:
        return checkup.fail("doctor_too_few_decide", "doctor_too_few_advice", count=len(deciders))
    if policy.second_person and (strangers := _strangers(policy, index)):
        who = checkup.listed(strangers)
        return checkup.warn("doctor_authors_unnamed", "doctor_authors_advice", principals=who)
    if not policy.desk_approvers:
        return checkup.warn("nobody_decides", "name_approvers")
    if absent:
        users = checkup.listed(absent)
        return checkup.warn("desk_absent", "desk_absent_advice", users=users)
    if index.unreached:
        user = checkup.listed(index.unreached)
        return checkup.warn("doctor_card_unreached", "doctor_card_advice", user=user)
    return None


def _strangers(policy: Policy, index: CorpIndex) -> list[str]:
    """Return who has dropped by AWS, and is nobody whom `[desk] people` names."""
    authors = dict.fromkeys(str(run.get("principal") or "") for run in index.newest)
    return unnamed(authors, policy.desk_people)
