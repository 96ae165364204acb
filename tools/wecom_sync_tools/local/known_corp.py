"""The corp that every local stack knows: public values, so that `events/` can be signed for it."""

from collections.abc import Mapping

ALIAS = "acme"
SECRET: Mapping[str, str] = {
    "corp_id": "ww0a1b2c3d4e5f6071",
    "contact_secret": "contact-secret-of-nobody",
    "callback_token": "CallbackTokenOfNobody",
    "callback_aes_key": "CallbackAesKeyOfNobody0123456789ABCDEFGHIJK",
}
"""Nobody's secret: the simulator's only, worth nothing anywhere else."""
DROP_BUCKET = "wecom-sync-local-drops"
