"""What a text for people is as data: its code, and what fills its blanks."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import field, replace
from typing import Self

from wecom_sync.domain.values import dataclass

type TextCode = str
"""Names a text of `reporting/texts/`. mypy knows the codes: `tools/text_codes.py`."""

_QUOTED = frozenset({"value", "values", "example", "examples", "arrows"})
"""Blanks for what a text quotes of a file: names of departments, or of people in any column."""
_MOST = 10
"""How many names a text lists when nothing else is said."""


@dataclass(frozen=True, slots=True)
class Listing:
    """What a text lists: the first names or ids, and how many there are in all."""

    first: tuple[str, ...]
    total: int
    names: tuple[str, ...] = ()
    """Of those in `first`, blank where nobody knows; empty for what has no names."""

    @classmethod
    def of(cls, names: Iterable[str], most: int | None = _MOST) -> Self:
        """List the first names, all when `most` is None."""
        listed = tuple(names)
        return cls(listed[:most], len(listed))

    def cut(self, most: int) -> Self:
        return replace(self, first=self.first[:most], names=self.names[:most])

    def named(self, name_of: Callable[[str], str]) -> Self:
        names = tuple(map(name_of, self.first))
        return replace(self, names=names if any(names) else ())


type Param = str | int | Listing
type Params = Mapping[str, Param]
"""What fills the blanks of a text, by the blank's name."""


def with_names(params: Params, name_of: Callable[[str], str]) -> Params:
    """Return parameters with the names of who or what is `named`."""
    named = params.get("named")
    return {**params, "named": named.named(name_of)} if isinstance(named, Listing) else params


def nameless(params: Params) -> Params:
    """Return parameters without names, and without what is quoted of a file."""

    def bare(name: str, value: Param) -> Param:
        # The names of authors are what they have brought.
        if isinstance(value, Listing) and name != "authors":
            return replace(value, names=())
        return value

    return {name: "…" if name in _QUOTED else bare(name, it) for name, it in params.items()}


@dataclass(frozen=True, slots=True)
class Sentence:
    """A text for people, told by itself."""

    code: TextCode
    blanks: Params = field(default_factory=dict)

    @property
    def is_example(self) -> bool:
        """Whether it does nothing but quote."""
        return "examples" in self.blanks

    def unnamed(self) -> Self:
        """Return it for whom no name is meant."""
        return replace(self, blanks=nameless(self.blanks))
