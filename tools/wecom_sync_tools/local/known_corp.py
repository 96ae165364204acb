"""The corp of every local stack, with the keys of all its secrets.

Its values are public, so that `events/` can be signed.
"""

from collections.abc import Mapping

ALIAS = "acme"
SECRET: Mapping[str, str] = {
    "corp_id": "ww0a1b2c3d4e5f6071",
    "contact_secret": "contact-secret-of-nobody",
    "callback_token": "CallbackTokenOfNobody",
    "callback_aes_key": "CallbackAesKeyOfNobody0123456789ABCDEFGHIJK",
    "agent_id": "1000002",
    "app_secret": "app-secret-of-nobody",
}
"""Not a real secret: only the simulator accepts it."""
SETTINGS = '[desk]\napprovers = ["u000001"]\ndroppers = ["u000002"]\n'
"""Whom the simulator makes up first."""
DROP_BUCKET = "wecom-sync-local-drops"
