"""One corp of the simulator: its secrets, its address book, its files and its jobs."""

import ipaddress
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any, Final, Self

from wecom_simulator.state.apps import AppLedger, parsed_app
from wecom_simulator.state.directory import AddressBook, build_directory
from wecom_simulator.state.errors import ControlError
from wecom_simulator.state.jobs import JobBoard
from wecom_simulator.state.logs import Message
from wecom_simulator.state.media import MediaStore
from wecom_simulator.state.switches import NAMES, Switches
from wecom_simulator.state.tokens import CONTACT, Bans, CallCounter
from wecom_simulator.state.values import checked

SEEDING: Final = frozenset({"members", "departments", "root_name"})


@dataclass(frozen=True, slots=True, kw_only=True)
class CorpConfig:
    """What a corp starts with; ``reset`` goes back to it."""

    corp_id: str
    contact_secret: str
    alias: str = ""
    members: Any = 0
    departments: Any = None
    creator: str | None = None
    root_name: str = "演示企业"
    allowed_ips: tuple[str, ...] | None = None
    robots: tuple[str, ...] = ()
    apps: Any = ()
    switches: Switches = field(default_factory=Switches)

    @classmethod
    def parse(cls, values: Mapping[str, Any], defaults: Switches) -> Self:
        named = dict(values)
        switches = defaults.updated({key: named.pop(key) for key in NAMES & named.keys()})
        named = checked(cls, named, SEEDING | CHANGEABLE | {"corp_id"})
        for name in ("corp_id", "contact_secret"):
            if not named.get(name):
                raise ControlError(f"{name} is missing")
        if not isinstance(apps := named.get("apps", ()), list | tuple):
            raise ControlError("apps must be a list")
        named["apps"] = tuple(map(parsed_app, apps))
        _check_addresses(named.get("allowed_ips") or ())
        return cls(**named, switches=switches)


CHANGEABLE: Final = {it.name for it in fields(CorpConfig)} - SEEDING - {"corp_id", "switches"}


class Corp:
    """A corp as it is now; hold ``lock`` while reading or changing more than one thing."""

    def __init__(self, config: CorpConfig) -> None:
        self.config = config
        self.lock = threading.RLock()
        self.settings = config
        self.directory: AddressBook
        self.jobs: JobBoard
        self.media: MediaStore
        self.messages: list[Message]
        self.bans: Bans
        self.calls: CallCounter
        self.ledger: AppLedger
        self.reset()

    @property
    def corp_id(self) -> str:
        return self.config.corp_id

    @property
    def switches(self) -> Switches:
        return self.settings.switches

    def reset(self) -> None:
        """Go back to the configuration the corp was created with: no jobs, files or bans."""
        with self.lock:
            self.settings = self.config
            seeding = {name: getattr(self.config, name) for name in {*SEEDING, "creator"}}
            self.directory = build_directory(**seeding)
            self.jobs = JobBoard()
            self.media = MediaStore()
            self.messages = []
            self.bans = Bans()
            self.calls = CallCounter()
            self.ledger = AppLedger()

    def change(self, values: Mapping[str, Any]) -> None:
        """Change switches, secrets, addresses, creator; raises ControlError, then unchanged."""
        seeding = values.keys() & (SEEDING | {"corp_id"})
        if seeding:
            raise ControlError(f"{sorted(seeding)} can only be set by creating the corp again")
        current = {name: getattr(self.settings, name) for name in CHANGEABLE}
        merged = current | dict(values) | {"corp_id": self.corp_id}
        with self.lock:
            self.settings = CorpConfig.parse(merged, self.switches)
            if values.get("creator") is not None:
                self.directory.creator = values["creator"]

    def secret_name(self, secret: str) -> str | None:
        """Return ``contact``, ``app-1000002``, ... or None for a wrong secret."""
        if secret == self.settings.contact_secret:
            return CONTACT
        return next((it.secret_name for it in self.settings.apps if it.secret == secret), None)

    def allows(self, address: str) -> bool:
        """Tell whether calls may come from *address* (企业可信IP, doc/90664)."""
        if self.settings.allowed_ips is None:
            return True
        networks = (ipaddress.ip_network(it, strict=False) for it in self.settings.allowed_ips)
        return any(ipaddress.ip_address(address) in network for network in networks)

    def described(self) -> dict[str, Any]:
        with self.lock:
            return {
                "corp_id": self.corp_id,
                "alias": self.settings.alias,
                "creator": self.directory.creator,
                "allowed_ips": self.settings.allowed_ips,
                "robots": len(self.settings.robots),
                "apps": [app.agent_id for app in self.settings.apps],
                "switches": {name: getattr(self.switches, name) for name in sorted(NAMES)},
                "counts": self.counts(),
            }

    def counts(self) -> dict[str, int]:
        with self.lock:
            return {
                "members": len(self.directory.members),
                "departments": len(self.directory.departments),
                "invited": len(self.directory.invited()),
                "jobs": len(self.jobs.listed()),
            }


def _check_addresses(addresses: tuple[str, ...]) -> None:
    for item in addresses:
        try:
            ipaddress.ip_network(item, strict=False)
        except ValueError as error:
            raise ControlError(f"allowed_ips: {error}") from error
