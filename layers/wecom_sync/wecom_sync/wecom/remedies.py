"""What helps when a call of WeCom fails: one table with a remedy for every call and errcode."""

from collections.abc import Mapping
from enum import StrEnum

from wecom_sync.reporting.error_codes import ERRCODES

PREFIX = "/cgi-bin/"


class Call(StrEnum):
    """WeCom's calls by their paths; the three imports are one."""

    TOKEN = "gettoken"  # noqa: S105
    MEMBERS = "user/list_id"
    DEPARTMENTS = "department/simplelist"
    UPDATE = "user/update"
    REMOVE = "user/batchdelete"
    REMOVE_ONE = "user/delete"
    UPLOAD = "media/upload"
    SUBMIT = "batch"
    RESULT = "batch/getresult"
    USER = "auth/getuserinfo"
    SEND = "message/send"
    APP = "agent/get"

    @classmethod
    def of(cls, path: str) -> "Call":
        """Return the call of a path. An unknown one counts as a submit, the most careful choice."""
        name = path.removeprefix(PREFIX)
        return cls(name) if name in cls else cls.SUBMIT


class NoResult(StrEnum):
    UNREACHABLE = "unreachable"
    NO_ANSWER = "no_answer"


class Remedy(StrEnum):
    """What the client does, and then the run."""

    REPEAT = "repeat"
    LATER = "later"
    WINDOW = "window"
    LANE = "lane"
    FEW = "few"
    NEW_TOKEN = "new_token"  # noqa: S105
    WAIT = "wait"
    REMEMBER = "remember"
    GIVE_UP = "give_up"
    OUTCOME = "outcome"
    LOST = "lost"
    FIND_OUT = "find_out"


_REFUSED = (40013, 40091, 41002, 41004, 48002, 48006, 50003, 60011, 60020, 60031, 301002)
"""Errcodes of every call: about the secret, its rights or our address."""
_EVERYWHERE: Mapping[int | NoResult, Remedy] = {
    **dict.fromkeys(_REFUSED, Remedy.WAIT),
    -1: Remedy.REPEAT,
    6000: Remedy.LATER,
    45009: Remedy.WINDOW,
    45033: Remedy.LATER,
    40001: Remedy.NEW_TOKEN,
    40014: Remedy.NEW_TOKEN,
    42001: Remedy.NEW_TOKEN,
    NoResult.UNREACHABLE: Remedy.LATER,
    NoResult.NO_ANSWER: Remedy.LATER,
}
_DENIED = (*_REFUSED, 40058, 41001, 45029, 48009)
"""Those, and errcodes about the form of any call."""
_FILELESS = (Call.TOKEN, Call.MEMBERS, Call.DEPARTMENTS)
"""Calls that bring nothing of a file: whatever they are refused for, the file may wait."""
_HERE: Mapping[Call, Mapping[int | NoResult, Remedy]] = {
    Call.TOKEN: {
        # Neither repeat nor refresh: WeCom bans an address that asks too often (45009).
        -1: Remedy.LATER,
        **dict.fromkeys((40001, 40013, 40091, 41002, 41004), Remedy.REMEMBER),
        **dict.fromkeys((40014, 42001), Remedy.WAIT),
    },
    Call.SUBMIT: {
        40007: Remedy.FEW,
        302005: Remedy.LATER,
        302008: Remedy.LANE,
        NoResult.NO_ANSWER: Remedy.FIND_OUT,
    },
    Call.RESULT: {
        **dict.fromkeys(_DENIED, Remedy.WAIT),
        **dict.fromkeys((40088, 40089), Remedy.LOST),
    },
}
_KNOWN = {
    **dict.fromkeys(Call, Remedy.GIVE_UP),
    **dict.fromkeys(_FILELESS, Remedy.WAIT),
    Call.RESULT: Remedy.OUTCOME,
}
"""For an errcode in neither table: getresult reports it, and it is about the import."""
_UNKNOWN = {
    **dict.fromkeys(Call, Remedy.GIVE_UP),
    **dict.fromkeys(_FILELESS, Remedy.WAIT),
    # The import runs, and only its result can say what became of it.
    Call.RESULT: Remedy.LATER,
}
"""For a code that is not in `ERRCODES`."""

REMEDIES: Mapping[Call, Mapping[int | NoResult, Remedy]] = {
    call: {
        cause: _HERE.get(call, {}).get(cause) or _EVERYWHERE.get(cause) or _KNOWN[call]
        for cause in (*ERRCODES, *NoResult)
    }
    for call in Call
}
"""Every call with every code we know, and with no answer at all. Sources: doc/90313, doc/90454."""


def remedy(call: Call, cause: int | NoResult) -> Remedy:
    """Return what helps. For an unknown errcode it is what does the least harm."""
    return REMEDIES[call].get(cause) or _UNKNOWN[call]


def refuses_access(call: Call, errcode: int) -> bool:
    """Whether WeCom refuses the secret, its rights or our address, which a person has to mend.

    A refused token counts, because it is raised only when a new one was refused, too.
    """
    is_secret = remedy(call, errcode) in {Remedy.REMEMBER, Remedy.NEW_TOKEN}
    return is_secret or errcode in _REFUSED


def is_of_account(call: Call, errcode: int) -> bool:
    """Whether an errcode of a removal is about an account of it, and about no call as such."""
    is_given_up = remedy(call, errcode) in {Remedy.GIVE_UP, Remedy.OUTCOME}
    return is_given_up and errcode not in _DENIED and not refuses_access(call, errcode)


_NEVER_OF_IMPORT = frozenset({-1, 40001, 40014, 42001, 40088, 40089, 45009, 45033})
"""These errcodes are always about the call."""


def is_of_import(errcode: int, *, names_type: bool) -> bool:
    """Whether an errcode in the answer of getresult is about the import, and not about the call.

    The answer about an import that failed as a whole has a `type` (seen with 302005).
    """
    if errcode in _NEVER_OF_IMPORT:
        return False
    return names_type or remedy(Call.RESULT, errcode) is Remedy.OUTCOME
