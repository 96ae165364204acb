"""The tables about codes: WeCom's, what each means and what is done about it; and ours."""

from collections.abc import Mapping

from wecom_sync.adapters.wecom_access import REFUSED_SECONDS, REPEATS
from wecom_sync.domain.texts import TextCode
from wecom_sync.reporting import catalogue
from wecom_sync.reporting.error_codes import APP_ERRCODES, CALL_ERRCODES, ROW_ERRCODES
from wecom_sync.reporting.language import Language, Text
from wecom_sync.wecom import retry
from wecom_sync.wecom.remedies import Call, Remedy, remedy
from wecom_sync_tools.docs.tables import cell, cells, code, table

UNKNOWN_CODE = 999_999
"""Stands for every code that is neither of calls nor of rows."""
CALLS: Mapping[Call, str] = {
    **{call: str(call) for call in Call},
    Call.SUBMIT: "batch/replace…, syncuser",
}
_CODES = {"calls": CALL_ERRCODES, "rows": ROW_ERRCODES, "app": APP_ERRCODES}
_PARTS: Mapping[str, Mapping[TextCode, Text]] = {
    "problems": catalogue.PROBLEMS,
    "warnings": catalogue.WARNINGS,
    "reasons": catalogue.REASONS,
}
_MINUTE, _MINUTES, _HOUR = retry.WINDOW_SECONDS
_NUMBERS = {
    "repeats": REPEATS,
    "few": retry.FEW_TRIES,
    "longest": retry.MAX_PAUSE_SECONDS // 60,
    "lane": retry.LANE_SECONDS // 60,
    "day": round(retry.LANE_TRIES * retry.LANE_SECONDS / retry.HOUR_SECONDS),
    "minute": _MINUTE,
    "minutes": _MINUTES,
    "hour": _HOUR,
    "refused": ", ".join(f"{seconds / retry.HOUR_SECONDS:g} h" for seconds in REFUSED_SECONDS),
}


def error_codes(language: Language, part: str) -> str:
    """Return WeCom's codes: of calls and imports, of single rows, or of an app's calls."""
    rows = [
        (number, *(cell(text.render(language)) for text in (entry.explanation, entry.advice)))
        for number, entry in sorted(_CODES[part].items())
    ]
    return table("errcodes", language, rows)


def texts(language: Language, part: str) -> str:
    """Return a part of the catalogue; holds have a table of their own."""
    chinese = language is Language.CHINESE
    rows = [
        (code(name), cell(text.zh if chinese else text.en))
        for name, text in _PARTS[part].items()
        if not name.startswith("hold_")
    ]
    return table("texts", language, rows)


def remedies(language: Language) -> str:
    names, texts = cells("remedy_names", language), cells("remedies", language)
    rows = ((names[name], texts[name].format(**_NUMBERS)) for name in Remedy)
    return table("remedies", language, rows)


def code_remedies(language: Language) -> str:
    """Return a table of calls; codes with the same remedies share a line."""
    other = cells("other_codes", language)
    causes = {str(number): number for number in sorted(CALL_ERRCODES)}
    causes[other["row"]] = next(iter(ROW_ERRCODES))
    causes[other["unknown"]] = UNKNOWN_CODE
    names = cells("remedy_names", language)
    lines: dict[tuple[Remedy, ...], list[str]] = {}
    for label, cause in causes.items():
        lines.setdefault(tuple(remedy(call, cause) for call in Call), []).append(label)
    rows = [(", ".join(labels), *(names[it] for it in alike)) for alike, labels in lines.items()]
    return table("code_remedies", language, rows, [code(CALLS[call]) for call in Call])
