"""What a corp's settings say."""

import re
from collections.abc import Callable, Mapping
from dataclasses import field, fields, replace
from fnmatch import translate
from functools import lru_cache
from typing import Any, Self

from wecom_sync.domain.principals import Desk
from wecom_sync.domain.stored import Stored
from wecom_sync.domain.texts import TextCode
from wecom_sync.domain.values import dataclass

_WILDCARDS = frozenset("*?[")
FILES_KEPT = 200
"""Of how many files with settings a corp's are told from those before."""


def _limit(default: int, highest: int = 100) -> int:
    """Return a field that is a key of `[limits]`: a whole number from 0 to `highest`."""
    metadata = {"highest": highest, "section": "limits", "weaker": int.__gt__}
    limit: int = field(default=default, metadata=metadata)
    return limit


def _guard[Value](section: str, default: Value, weaker: Callable[[Any, Any], bool]) -> Value:
    """Return a field that guards something. `weaker(after, before)`: whether it guards less."""
    guard: Value = field(default=default, metadata={"section": section, "weaker": weaker})
    return guard


def _lacks(after: tuple[str, ...], before: tuple[str, ...]) -> bool:
    return not set(before) <= set(after)


def _gains(after: tuple[str, ...], before: tuple[str, ...]) -> bool:
    """Whether user ids, in either case, came to a list."""
    return not {*map(str.casefold, after)} <= {*map(str.casefold, before)}


ACTING = frozenset(
    (
        *("columns", "attributes", "rows", "left_out", "key", "newcomers", "company"),
        *("accounts_unmanaged", "departments_unmanaged"),
    )
)
"""Settings by which a file of HR's does something else."""
DOMAIN_FILE_NAME = r"WW_verify_[0-9A-Za-z]{1,64}\.txt"
"""What WeCom calls the file by which it checks whose a domain is (doc/90315)."""


def days_of(leavers: str) -> int:
    """Return how many days a leaver's account stays disabled, 0 if it is removed at once."""
    return int(leavers.partition(" ")[2] or 0)


UNTIL = "!until"
"""Stands in `rows` for days: a row is taken until the day in its cell is past. No value of a file's
begins with such a mark (see `settings_file.LEFT_OUT`)."""


@dataclass(frozen=True, slots=True)
class Reading(Stored):
    """How a corp's files are read. A run keeps it: a file that comes again is read as before."""

    columns: Mapping[str, str] = field(default_factory=dict)
    """HR header to WeCom's; blank for a column that is left out without a word."""
    attributes: tuple[str, ...] = ()
    """Custom attributes of WeCom's console that are sent."""
    rows: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Header of a member file to its values: only rows with one of these are taken."""
    key: str = ""
    """The header of HR's own name for a person, blank where the files name accounts."""
    today: str = ""
    """The day as of which `UNTIL` counts, such as 2026-11-30; blank where nothing depends on it."""
    filed: str = ""
    """The day on which the file was dropped, blank where nobody knows."""

    def takes_blanks_only(self, header: str) -> bool:
        """Whether a row is taken only if it has nothing in a column of `rows`, such as a date."""
        values = self.rows.get(header, ())
        return bool(values) and not any(map(str.strip, values))

    def takes_until(self, header: str) -> bool:
        """Whether a row is taken until the day in a column of `rows` is past."""
        return UNTIL in self.rows.get(header, ())

    def as_of(self, day: str, filed: str = "") -> Self:
        """Return how files are read on a day, which is that of the drop if nothing else is known.

        `filed`: see there.
        """
        if not any(map(self.takes_until, self.rows)):
            return self
        return replace(self, today=day, filed=filed or self.filed or day)


@dataclass(frozen=True, slots=True)
class Weakening:
    """A setting that guards less, or tells people less, than before."""

    setting: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Policy(Stored):
    """One corp's settings. When in doubt, the defaults ask a person.

    `*_percent`: shares of what is there now. `attributes`, `columns`, `rows`, `key`: see `Reading`.
    `newcomers`: how somebody without an account gets one; `company`: the root's name;
    `*_unmanaged`: what company files leave as it is; `desk_*`: see `Desk`
    and `domain_file`.
    """

    removals: int = _limit(50, 1_000_000)
    removal_percent: int = _limit(10)
    additions_percent: int = _limit(15)
    invitations: int = _limit(50, 1_000_000)
    first_replace: str = _guard("limits", "hold", lambda after, _: after == "apply")
    hold_hours: int = 72
    second_person: bool = _guard("limits", default=False, weaker=lambda after, _: not after)
    invite: bool = _guard("members", default=False, weaker=lambda after, _: after)
    protected: tuple[str, ...] = _guard("members", (), _lacks)
    leavers: str = _guard("members", "disable 30", lambda *both: int.__lt__(*map(days_of, both)))
    """Of company files: `remove`, or `disable` and the days until an account may be removed."""
    attributes: tuple[str, ...] = ()
    columns: Mapping[str, str] = field(default_factory=dict)
    rows: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    left_out: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Values of headers of `rows` that are known: nobody who has no account is asked about."""
    key: str = ""
    newcomers: str = "key"
    accounts_unmanaged: tuple[str, ...] = _guard("accounts", (), _lacks)
    company: str = ""
    departments_unmanaged: tuple[str, ...] = _guard("departments", (), _lacks)
    desk_approvers: tuple[str, ...] = _guard("desk", (), _gains)
    desk_droppers: tuple[str, ...] = _guard("desk", (), _gains)
    desk_readers: tuple[str, ...] = _guard("desk", (), _gains)
    desk_people: Mapping[str, str] = field(
        # Whichever way it changes: two principals may become two people.
        default_factory=dict,
        metadata={"section": "desk", "weaker": lambda *_: True},
    )
    desk_domain_file: str = ""
    notify_contacts: bool = _guard("notify", default=True, weaker=lambda after, _: not after)
    notify_names: bool = True
    notify_on: tuple[str, ...] = _guard("notify", ("HELD", "REJECTED", "PARTIAL", "FAILED"), _lacks)

    @property
    def leaver_days(self) -> int:
        return days_of(self.leavers)

    @property
    def reading(self) -> Reading:
        return Reading(self.columns, self.attributes, self.rows, self.key)

    @property
    def desk(self) -> Desk:
        return Desk(self.desk_approvers, self.desk_droppers, self.desk_readers, self.desk_people)

    @property
    def locks_desk(self) -> bool:
        """Whether nobody at the desk may approve what anybody drops by AWS."""
        return bool(self.second_person and self.desk_approvers) and not self.desk_people

    @property
    def domain_file(self) -> tuple[str, str]:
        """Return name and text of WeCom's file for the desk's domain, both blank without one."""
        name, _, text = self.desk_domain_file.partition(": ")
        return name, text

    @classmethod
    def limits(cls) -> dict[str, int]:
        """Return every limit with the highest value that a file may give it."""
        return {
            setting.name: setting.metadata["highest"]
            for setting in fields(cls)
            if "highest" in setting.metadata
        }

    def weakened(self, before: "Policy") -> tuple[Weakening, ...]:
        """Return which settings guard less than they did before, or tell people less."""
        return tuple(
            Weakening(
                f"{section}.{setting.name.removeprefix(f'{section}_')}", _shown(was), _shown(now)
            )
            for setting in fields(self)
            if (section := setting.metadata.get("section"))
            and (now := getattr(self, setting.name)) != (was := getattr(before, setting.name))
            and setting.metadata["weaker"](now, was)
        )

    @property
    def below_defaults(self) -> tuple[Weakening, ...]:
        """Return which settings guard less than the defaults. Who decides at a desk has none."""
        weakened = self.weakened(Policy())
        return tuple(it for it in weakened if not it.setting.startswith("desk."))

    def frees(self, before: "Policy") -> TextCode | None:
        """Say how one person alone might decide where two had to before, None if nobody can.

        Whoever guards less, or changes what HR's file does, brings about what others drop.
        """
        if not before.second_person:
            return None
        if not self.second_person:
            return "second_person_off"
        if _gains(self.desk_approvers, before.desk_approvers):
            return "second_person_desk"
        changed = self.changed(before).keys()
        if "desk_people" in changed:
            return "second_person_desk"
        acts = self.weakened(before) or changed & ACTING
        return "second_person_settings" if acts else None

    def only_names_columns(self, before: "Policy") -> bool:
        """Whether nothing is different but columns that were not named before."""
        is_alone = self.changed(before).keys() == {"columns"}
        return is_alone and before.columns.items() <= self.columns.items()

    def changed(self, before: "Policy") -> dict[str, tuple[str, str]]:
        """Return what each setting that says something else said before, and says now."""
        pairs = {it.name: (getattr(before, it.name), getattr(self, it.name)) for it in fields(self)}
        return {
            name: (_shown(was), _shown(now)) for name, (was, now) in pairs.items() if was != now
        }

    def protects(self, user_id: str) -> bool:
        """Whether a person must be asked before an account comes, goes or gets another sign-in.

        So it is of whoever decides at the desk, or brings files there.
        """
        desk = map(str.casefold, (*self.desk_approvers, *self.desk_droppers))
        return user_id.casefold() in desk or _fits(user_id, self.protected)

    def leaves_alone(self, user_id: str) -> bool:
        """Whether company files leave an account as it is."""
        return _fits(user_id, self.accounts_unmanaged)


def _fits(user_id: str, patterns: tuple[str, ...]) -> bool:
    names, others = _compiled(patterns)
    return (name := user_id.casefold()) in names or others.match(name) is not None


@lru_cache(maxsize=16)
def _compiled(patterns: tuple[str, ...]) -> tuple[frozenset[str], re.Pattern[str]]:
    """Keep what is written out apart, of which there may be thousands: it is looked up."""
    names = frozenset(map(str.casefold, patterns))
    others = filter(is_pattern, names)
    return names, re.compile("|".join(map(translate, others)) or "(?!)")


def is_pattern(name: str) -> bool:
    """Whether a name stands for others as well."""
    return not _WILDCARDS.isdisjoint(name)


def _shown(value: object) -> str:
    if isinstance(value, tuple):
        return "until" if value == (UNTIL,) else ", ".join(map(str, value)) or "-"
    if isinstance(value, Mapping):
        return _shown(tuple(f"{name} = {_shown(it)}" for name, it in value.items()))
    return str(value).lower() if isinstance(value, bool) else str(value)


@dataclass(frozen=True, slots=True)
class SettingsInForce(Stored):
    """A corp's settings, when their file was dropped (None when there is none), and by whom."""

    policy: Policy = field(default_factory=Policy)
    dropped: float | None = None
    principal: str = ""
    files: Mapping[str, float] = field(default_factory=dict)
    """Digests of files that were put in force, and when they were dropped."""
    people: Mapping[str, float] = field(default_factory=dict)
    """Who dropped settings before these, and when each did so last; so many of the newest ones."""
    weakened: Mapping[str, float] = field(default_factory=dict)
    """Who dropped settings that guard less than those before, and when last; so many of them."""

    @property
    def authors(self) -> Mapping[str, float]:
        """Everybody who dropped settings, and when last: what they said may still be there."""
        return {**self.people, self.principal: self.dropped or 0}

    def followed(self, policy: Policy, dropped: float, by: str, digest: str) -> Self:
        """Return the settings of the next file."""
        named = {name: at for name, at in self.authors.items() if name}
        guards_less = bool(policy.weakened(self.policy))
        return replace(
            self,
            policy=policy,
            dropped=dropped,
            principal=by,
            files=newest_with(self.files, digest, dropped),
            people=newest_with(named),
            weakened=newest_with(self.weakened, by if guards_less else "", dropped),
        )

    def overlaid(self, digest: str) -> float | None:
        """Return when a file was dropped over which another one has gone, None if none has."""
        dropped = self.files.get(digest)
        return dropped if dropped != self.dropped else None


def newest_with(files: Mapping[str, float], name: str = "", at: float = 0) -> Mapping[str, float]:
    """Return files or people and their times with one more; so many of the newest ones."""
    files = {**files, name: at} if name else files
    return {it: files[it] for it in sorted(files, key=files.__getitem__)[-FILES_KEPT:]}
