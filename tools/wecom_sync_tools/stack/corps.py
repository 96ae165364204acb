"""Which corps there are, as far as whoever asks may know, and which name was probably meant."""

from collections.abc import Iterable, Sequence
from contextlib import suppress
from difflib import get_close_matches

from botocore.exceptions import ClientError

from wecom_sync.domain.run import State
from wecom_sync_tools.console.errors import UsageError
from wecom_sync_tools.stack.target import Target, stack_outputs

NEAREST = 3
"""How many names are worth a look."""


def check_corp(target: Target, corp: str) -> None:
    """Raise `UsageError` for a corp that a local stack does not have.

    In AWS only the functions may look for a secret, so nothing is refused here.
    """
    known = _local_corps(target) if target.is_local else ()
    if known and corp not in known:
        raise UsageError("corp_not_local", corp=corp, corps=", ".join(_nearest(corp, known)))


def similar_corps(target: Target, corp: str) -> Sequence[str]:
    """Return corps with a similar name that have had a run; none if these may not be listed.

    What was dropped for a corp that does not exist has documents too, so each is looked at.
    """
    with suppress(UsageError, ClientError):
        alike = get_close_matches(corp, set(target.documents.corps()) - {corp}, 2 * NEAREST)
        return [each for each in alike if _has_run(target, each)][:NEAREST]
    return ()


def _has_run(target: Target, corp: str) -> bool:
    runs = target.documents.index(corp).runs.values()
    return any(run["state"] != State.REJECTED for run in runs)


def _nearest(corp: str, known: Iterable[str]) -> Sequence[str]:
    """Return the known names, those that are most like the wanted one first."""
    names = sorted(known)
    return get_close_matches(corp, names, len(names), cutoff=0)


def _local_corps(target: Target) -> Sequence[str]:
    """Return the corps of a local stack: those that have a secret."""
    outputs = stack_outputs(target.cloudformation, target.stack_name)
    prefix = f"{outputs.get('SecretPrefix', 'wecom-sync')}/"
    pages = target.secrets.get_paginator("list_secrets").paginate()
    names = (each["Name"] for page in pages for each in page["SecretList"])
    found = (name.removeprefix(prefix) for name in names if name.startswith(prefix))
    return [name for name in found if "/" not in name]
