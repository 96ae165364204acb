"""The corps of a local stack with their secrets: from files, or the known corp."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import MISSING, dataclass, fields, replace
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from wecom_sync.domain.states import CORP
from wecom_sync.wecom.credentials import AppSecret, CorpSecret, MessagesSecret
from wecom_sync.wecom.robot import HOST
from wecom_sync_tools.console.errors import UsageError
from wecom_sync_tools.local import known_corp as local_corp

_KINDS = (CorpSecret, MessagesSecret, AppSecret)
_FIELDS = {kind: [field.name for field in fields(kind)] for kind in _KINDS}
_READ = {field.name: field.metadata.get("read") for kind in _KINDS for field in fields(kind)}
REQUIRED = [field.name for field in fields(CorpSecret) if field.default is MISSING]
OF_APP = ("agent_id", "app_secret")


@dataclass(frozen=True, slots=True)
class LocalCorp:
    """One corp: its alias, what its secrets hold, and how the simulator sees it beside that.

    `settings`: those that are put in force at the start, if any.
    """

    alias: str
    secret: dict[str, Any]
    simulated: Mapping[str, Any]
    settings: str = ""

    def secrets(self, prefix: str) -> Iterator[tuple[str, str]]:
        """Yield the name and the JSON of each secret: of its messages only if it has any."""
        for kind, names in _FIELDS.items():
            values = {name: self.secret[name] for name in names if name in self.secret}
            if kind is CorpSecret or values.keys() - {*_FIELDS[CorpSecret]}:
                yield f"{prefix}/{self.alias}{kind.SUFFIX}", json.dumps(values)

    def for_simulator(self, desk_base_url: str) -> dict[str, Any]:
        """Return the corp as a simulator is told of it; its app trusts where the desk is."""
        agent_id, app_secret = map(self.secret.get, OF_APP)
        app = {"secret": app_secret, "domains": [urlsplit(desk_base_url).netloc]}
        _, _, robot = self.secret.get("robot_webhook", "").partition("key=")
        return {name: self.secret[name] for name in REQUIRED} | {
            "alias": self.alias,
            "robots": [robot] if robot else [],
            "apps": [{"agent_id": int(agent_id), **app}] if agent_id else [],
            **self.simulated,
        }

    def moved_to(self, simulator_url: str) -> "LocalCorp":
        """Return the corp with its robot at a simulator, so that nothing leaves this machine."""
        robot = self.secret.get("robot_webhook", "").replace(HOST, simulator_url, 1)
        return replace(self, secret=self.secret | ({"robot_webhook": robot} if robot else {}))


def known_corp(settings: str = local_corp.SETTINGS, **simulated: Any) -> LocalCorp:
    """Return the corp of `local_corp`, as a simulator of our own has it."""
    return LocalCorp(local_corp.ALIAS, {**local_corp.SECRET}, simulated, settings)


def read_corps(options: Sequence[str]) -> list[LocalCorp]:
    corps: dict[str, LocalCorp] = {}
    for option in options:
        alias, separator, name = option.partition("=")
        if not separator or not name:
            raise UsageError("corp_option_malformed", option=option)
        if not CORP.fullmatch(alias):
            raise UsageError("corp_malformed", corp=alias)
        if alias in corps:
            raise UsageError("corp_twice", corp=alias)
        corps[alias] = LocalCorp(alias, _read_secret(Path(name).expanduser()), {})
    return list(corps.values())


def _read_secret(path: Path) -> dict[str, Any]:
    """Say what is wrong with a secret's file; show none of its content."""
    try:
        secret = json.loads(path.read_text("utf-8"))
    except OSError as error:
        raise UsageError("file_unreadable", file=path, problem=error) from error
    except ValueError:
        secret = None
    if not isinstance(secret, dict):
        raise UsageError("secret_not_json", file=path)
    of_app = secret.keys() & {*_FIELDS[AppSecret]} - {*_FIELDS[CorpSecret]}
    needed = [*REQUIRED, *(OF_APP if of_app else ())]
    wrong = [name for name in needed if not secret.get(name)]
    wrong += [name for name, value in secret.items() if not _is_right(name, value)]
    if wrong:
        raise UsageError("secret_wrong", file=path, names=", ".join(dict.fromkeys(wrong)))
    return secret


def _is_right(name: str, value: object) -> bool:
    """Whether a field is one of a secret's, in the form that it has there."""
    read = _READ.get(name)
    return read(value) is not None if read else name in _READ and isinstance(value, str)
