"""Whatever happens on a day, everything is right; and what is not right would be found."""

import shlex
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from days.runner import days, main, play
from support.console import Capsys
from support.fakes import InMemoryStore
from wecom_simulator import AddressBook
from wecom_sync.files.roster import Roster
from wecom_sync.use_cases.publication import Publication
from wecom_sync.use_cases.sweep import Sweep

PARTS, DAYS = 5, 10
FEW = 30
"""Days within which each mistake shows."""


@pytest.mark.parametrize("part", range(PARTS))
def test_on_no_day_is_anything_wrong(part: int) -> None:
    figures, failed = days(1 + part * DAYS, DAYS)

    assert [day.line for day in failed] == []
    assert {"deaths", "functions meet", "WeCom fails", "messages lost"} <= {*figures["happened"]}
    assert figures["runs"]["SUCCEEDED"] >= DAYS


def other_mobile(put: Callable[..., None]) -> Callable[..., None]:
    return lambda self, member: put(self, replace(member, mobile=member.mobile[:-1] + "9"))


def other_codes(put: Callable[..., None]) -> Callable[..., None]:
    return lambda self, run, rows: put(self, run, [row._replace(errcode=7) for row in rows])


def other_name(to_csv: Callable[..., bytes]) -> Callable[..., bytes]:
    return lambda self: to_csv(self).replace("员工".encode(), "职工".encode())


def not_at_all(_: object) -> Callable[..., None]:
    return lambda *_, **__: None


@pytest.mark.parametrize(
    ("owner", "name", "breaks", "sentence"),
    [
        (AddressBook, "put", other_mobile, " in the book, and "),
        (InMemoryStore, "put_outcomes", other_codes, ", and WeCom says "),
        (InMemoryStore, "_leave", not_at_all, " wait"),
        (Roster, "to_csv", other_name, ", whom it does not name"),
        (Publication, "_announce", not_at_all, "nobody was told that "),
        (Publication, "_write_page", not_at_all, " is still "),
        (Sweep, "sweep", not_at_all, " is still "),
    ],
)
def test_what_is_not_right_is_found(
    owner: type,
    name: str,
    breaks: Callable[[Any], Any],
    sentence: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(owner, name, breaks(getattr(owner, name)))

    assert any(sentence in play(seed).wrong for seed in range(1, FEW))


def test_a_day_shrinks_to_what_has_to_happen_and_a_command_plays_it_again(
    capsys: Capsys, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Sweep, "sweep", not_at_all(None))
    seed = next(seed for seed in range(1, FEW) if play(seed).wrong)

    assert main(["--seed", f"{seed}", "--days", "1", "--workers", "1"]) == 1
    command = capsys.readouterr().out.splitlines()[1].partition("python -m days ")[2]
    assert len(command.split()) < 8
    assert main(shlex.split(command)) == 1
    monkeypatch.undo()
    assert main(shlex.split(command)) == 0
