"""A rule about a cell, and the rules that need only a number or a pattern."""

import re
from collections.abc import Callable
from dataclasses import dataclass

from wecom_sync.domain.texts import Params, TextCode

_NO_PARAMS: Params = {}


@dataclass(frozen=True, slots=True)
class Rule:
    """One thing that WeCom requires of a cell.

    `code`: of the text; `source`: WeCom's document or error code, or what makes such cells;
    `broken`: returns None for a correct value, else what fills the text's blanks besides the
    column and the value.
    """

    code: TextCode
    source: str
    broken: Callable[[str], Params | None]


def at_most(limit: int) -> Callable[[str], Params | None]:
    """Return the check of a length in characters."""
    return lambda value: {"length": len(value), "limit": limit} if len(value) > limit else None


def at_most_bytes(limit: int) -> Callable[[str], Params | None]:
    """Return the check of a length in bytes of UTF-8."""

    def check(value: str) -> Params | None:
        length = len(value) if value.isascii() else len(value.encode())
        return {"length": length, "limit": limit} if length > limit else None

    return check


def matching(pattern: str) -> Callable[[str], Params | None]:
    """Return the check that the whole value fits a pattern."""
    fits = re.compile(pattern).fullmatch
    return lambda value: None if fits(value) else _NO_PARAMS


def without(pattern: str) -> Callable[[str], Params | None]:
    """Return the check that no part of the value fits a pattern."""
    finds = re.compile(pattern).search
    return lambda value: _NO_PARAMS if finds(value) else None


def one_of(*values: str) -> Callable[[str], Params | None]:
    """Return the check that the value is one of a few."""
    return lambda value: None if value in values else _NO_PARAMS
