"""Values that came as JSON, checked against the fields of a dataclass."""

from collections.abc import Callable, Collection, Mapping
from types import UnionType
from typing import Any, Final, get_args, get_type_hints

from wecom_simulator.state.errors import ControlError


def is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _are_texts(value: Any) -> bool:
    return isinstance(value, list | tuple) and all(isinstance(item, str) for item in value)


_FORMS: Final[Mapping[Any, tuple[str, Callable[[Any], bool]]]] = {
    bool: ("true or false", lambda value: isinstance(value, bool)),
    float: ("a number from 0", lambda value: is_number(value) and value >= 0),
    int: ("a whole number", lambda value: is_number(value) and value == int(value)),
    str: ("a text", lambda value: isinstance(value, str)),
    tuple[str, ...]: ("a list of texts", _are_texts),
}


def checked(kind: type, values: Mapping[str, Any], names: Collection[str]) -> dict[str, Any]:
    """Return values for the fields *names* of *kind*; raises ControlError for what does not fit."""
    hints, fitting = get_type_hints(kind), dict(values)
    for name, value in values.items():
        if name not in names:
            raise ControlError(f"there is no {name!r}; there are {', '.join(sorted(names))}")
        hint = hints[name]
        wanted, *others = get_args(hint) if isinstance(hint, UnionType) else (hint,)
        if wanted is Any or (value is None and others):
            continue
        expected, fits = _FORMS[wanted]
        if not fits(value):
            raise ControlError(f"{name} cannot be {value!r}: expected {expected}")
        fitting[name] = tuple(value) if isinstance(value, list) else value
    return fitting
