"""What helps when WeCom does not do as it is told: one table, a remedy for every call and code."""

from collections.abc import Mapping
from enum import StrEnum

from wecom_sync.reporting.error_codes import ERRCODES

PREFIX = "/cgi-bin/"


class Call(StrEnum):
    """WeCom's calls by their paths; the three imports are one."""

    TOKEN = "gettoken"  # noqa: S105
    MEMBERS = "user/list_id"
    DEPARTMENTS = "department/simplelist"
    UPLOAD = "media/upload"
    SUBMIT = "batch"
    RESULT = "batch/getresult"

    @classmethod
    def of(cls, path: str) -> "Call":
        """Return the call of a path; one that we do not know is judged as a submit."""
        name = path.removeprefix(PREFIX)
        return cls(name) if name in cls else cls.SUBMIT


class Trouble(StrEnum):
    """What there is in place of an errcode when WeCom gave none."""

    UNREACHABLE = "unreachable"
    NO_ANSWER = "no_answer"


class Remedy(StrEnum):
    """What the client, and then the run, does about it."""

    REPEAT = "repeat"
    LATER = "later"
    WINDOW = "window"
    LANE = "lane"
    FEW = "few"
    NEW_TOKEN = "new_token"  # noqa: S105
    REMEMBER = "remember"
    GIVE_UP = "give_up"
    OUTCOME = "outcome"
    LOST = "lost"
    FIND_OUT = "find_out"


_EVERYWHERE: Mapping[int | Trouble, Remedy] = {
    -1: Remedy.REPEAT,
    6000: Remedy.LATER,
    45009: Remedy.WINDOW,
    45033: Remedy.LATER,
    40001: Remedy.NEW_TOKEN,
    40014: Remedy.NEW_TOKEN,
    42001: Remedy.NEW_TOKEN,
    Trouble.UNREACHABLE: Remedy.LATER,
    Trouble.NO_ANSWER: Remedy.LATER,
}
_DENIED = (40013, 40058, 40091, 41001, 41002, 41004, 45029, 48002, 48006, 48009, 50003, 60011,
           60020, 60031, 301002)  # fmt: skip
"""What a call is refused for, whatever it asks: the token, the right, the address, the form."""
_HERE: Mapping[Call, Mapping[int | Trouble, Remedy]] = {
    Call.TOKEN: {
        # Asked again too often, an address is banned (45009): neither repeated nor refreshed.
        -1: Remedy.LATER,
        **dict.fromkeys((40001, 40013, 40091, 41002, 41004), Remedy.REMEMBER),
        **dict.fromkeys((40014, 42001), Remedy.GIVE_UP),
    },
    Call.MEMBERS: {},
    Call.DEPARTMENTS: {},
    Call.UPLOAD: {},
    Call.SUBMIT: {
        40007: Remedy.FEW,
        302005: Remedy.LATER,
        302008: Remedy.LANE,
        Trouble.NO_ANSWER: Remedy.FIND_OUT,
    },
    Call.RESULT: {
        **dict.fromkeys(_DENIED, Remedy.GIVE_UP),
        **dict.fromkeys((40088, 40089), Remedy.LOST),
    },
}
_KNOWN = {**dict.fromkeys(Call, Remedy.GIVE_UP), Call.RESULT: Remedy.OUTCOME}
"""For a code that stands in neither table: what getresult is not refused for, the import is."""
_UNKNOWN = {
    **dict.fromkeys(Call, Remedy.GIVE_UP),
    # Reading again does no harm, but a person should hear of it while the morning is young.
    Call.MEMBERS: Remedy.FEW,
    Call.DEPARTMENTS: Remedy.FEW,
    # The import is under way, and only its result can tell what became of it.
    Call.RESULT: Remedy.LATER,
}
"""For a code that is not in `ERRCODES`."""

REMEDIES: Mapping[Call, Mapping[int | Trouble, Remedy]] = {
    call: {
        cause: _HERE[call].get(cause) or _EVERYWHERE.get(cause) or _KNOWN[call]
        for cause in (*ERRCODES, *Trouble)
    }
    for call in Call
}
"""Every call with every code we know, and with no answer at all. Sources: doc/90313, doc/90454."""


def remedy(call: Call, cause: int | Trouble) -> Remedy:
    """Return what helps; of a code that nobody knows, what does the least harm on that call."""
    return REMEDIES[call].get(cause) or _UNKNOWN[call]


_NEVER_OF_IMPORT = frozenset({-1, 40001, 40014, 42001, 40088, 40089, 45009, 45033})
"""Whatever stands beside them, these speak of the call."""


def is_of_import(errcode: int, *, names_type: bool) -> bool:
    """Whether an errcode of getresult is the import's own and not the call's.

    An import that failed as a whole names its `type` (recorded with 302005).
    """
    if errcode in _NEVER_OF_IMPORT:
        return False
    return names_type or remedy(Call.RESULT, errcode) is Remedy.OUTCOME
