"""Which corps a local stack has."""

from collections.abc import Sequence

from wecom_sync_tools.console.errors import UsageError
from wecom_sync_tools.stack.target import Target, stack_outputs


def check_corp(target: Target, corp: str) -> None:
    """Raise `UsageError` for a corp that a local stack does not have.

    In AWS only the functions may look for a secret, so nothing is refused here.
    """
    known = _local_corps(target) if target.is_local else ()
    if known and corp not in known:
        raise UsageError("corp_not_local", corp=corp, corps=", ".join(sorted(known)))


def _local_corps(target: Target) -> Sequence[str]:
    """Return the corps of a local stack: those that have a secret."""
    outputs = stack_outputs(target.cloudformation, target.stack_name)
    prefix = f"{outputs.get('SecretPrefix', 'wecom-sync')}/"
    pages = target.secrets.get_paginator("list_secrets").paginate()
    names = (each["Name"] for page in pages for each in page["SecretList"])
    found = (name.removeprefix(prefix) for name in names if name.startswith(prefix))
    return [name for name in found if "/" not in name]
