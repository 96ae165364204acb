"""For whom the desk put a drop: S3 says only that the desk did."""

from collections.abc import Callable
from dataclasses import replace
from urllib.parse import unquote

from wecom_sync.domain.desk.seal import MAX_SEALED_BYTES, is_fresh_seal, is_right_seal
from wecom_sync.domain.drop import BY, NAME, SEAL, Drop, ObjectHead
from wecom_sync.domain.errors import PermanentError
from wecom_sync.domain.principals import WECOM
from wecom_sync.domain.values import dataclass
from wecom_sync.use_cases.ports import Drops


@dataclass(frozen=True, slots=True)
class Seals:
    """Reads seals.

    `secret`: what they are made with, None where there is no desk; `role`: the id of the desk's
    role as S3 tells it, blank where S3 tells no roles.
    """

    drops: Drops
    secret: Callable[[], bytes] | None = None
    role: str = ""

    def signed(self, drop: Drop, head: ObjectHead) -> Drop | None:
        """Return a drop with the WeCom user who asked for it; None if its seal is wrong.

        Without a seal it is S3's principal's. Whatever has the same seal is the same drop.
        """
        if SEAL not in head.sealed:
            return drop
        if not self._is_right(drop, head):
            return None
        by, name = f"{WECOM}{head.sealed[BY]}", unquote(head.sealed.get(NAME, ""))
        return replace(drop, principal=by, once=head.sealed[SEAL], name=name)

    def _is_right(self, drop: Drop, head: ObjectHead) -> bool:
        is_desk = drop.principal.startswith(f"AWS:{self.role}:") or not self.role
        is_possible = head.size <= MAX_SEALED_BYTES and bool(head.sealed.get(BY))
        if self.secret is None or not (is_desk and is_possible):
            return False
        if not is_fresh_seal(head.asked, head.last_modified):
            return False
        try:
            content = self.drops.content(drop.bucket, drop.key, drop.version)
        except PermanentError:
            return False
        return is_right_seal(self.secret(), drop.bucket, drop.key, head.sealed, content)
