"""What a text for people is as data: its code, and what fills its blanks."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any, Literal, Self, TypeIs, get_args

type TextCode = Literal[
    "address_not_remembered", "advice_answer", "advice_network", "also_beyond", "approval_outdated",
    "approval_unnamed", "approved_alone", "asked_before", "awaits_departments", "begun",
    "call_departments", "call_failed", "call_members", "call_other", "call_refused", "call_result",
    "call_submit", "call_token", "call_upload", "callback_invalid", "cancelled",
    "cell_character_lost", "cell_digits_lost", "cell_error_value", "cell_formatted", "cell_garbled",
    "cell_huge", "cell_invisible", "cell_missing", "cell_prefix", "cell_scrambled",
    "cell_separator", "cell_swallowed", "cell_too_long", "cell_uncomputed", "cell_unsafe",
    "cells_merged", "cells_too_many", "change_added", "change_disabled", "change_emptied",
    "change_enabled", "change_moved", "change_removed", "change_unchanged", "change_updated",
    "column_advice", "column_candidate", "column_candidates", "column_change", "column_column",
    "column_comment", "column_comment_advice", "column_errcode", "column_explanation", "column_id",
    "column_line", "column_message", "column_missing", "column_name", "column_outcome",
    "column_unmapped", "configuration_invalid", "contact_missing", "corp_invalid", "corp_unknown",
    "decision_invalid", "decision_key", "decision_no_run", "decision_of_plan", "decision_overtaken",
    "decision_too_late", "department_ambiguous", "department_code_damaged",
    "department_code_duplicate", "department_code_or_id", "department_code_unknown",
    "department_cycle", "department_damaged", "department_id_duplicate", "department_id_invalid",
    "department_list_blank", "department_list_invalid", "department_missing",
    "department_name_invalid", "department_name_twice", "department_names_unknown",
    "department_own_parent", "department_slash", "department_too_deep", "department_twice",
    "department_unknown", "departments_of_member_too_many", "departments_too_many",
    "disabled_invalid", "drift_added", "drift_moved", "drift_removed", "earlier_unknown",
    "email_duplicate", "email_invalid", "email_too_long", "encoding_unknown", "file_empty",
    "file_has_no_rows", "file_is_not_text", "file_is_spreadsheet", "file_rejected",
    "file_too_large", "file_too_many_rows", "gender_invalid", "header_below", "header_blank",
    "header_duplicate", "header_level_missing", "header_missing", "header_of_departments",
    "header_of_members", "header_synonyms", "header_too_wide", "header_unmapped",
    "header_unreadable", "hold_added", "hold_came_back", "hold_columns", "hold_contacts",
    "hold_expired", "hold_first", "hold_first_names", "hold_gone", "hold_gone_departments",
    "hold_incomplete", "hold_invited", "hold_left_accounts", "hold_left_out", "hold_mixed",
    "hold_mixed_departments", "hold_moved", "hold_moved_departments", "hold_new_reason",
    "hold_older", "hold_other_person", "hold_protected", "hold_protected_departments",
    "hold_renamed", "hold_renamed_departments", "hold_repeated", "hold_same_again",
    "hold_second_account", "hold_second_account_departments", "hold_unknown", "hold_unlikely",
    "hold_worse", "how_broken", "how_foreign", "how_incomplete", "how_late", "how_no_address",
    "how_no_connection", "how_not_json", "how_proxy", "how_refused", "how_status", "how_tls",
    "how_too_large", "internal_error", "job_unknown", "key_malformed", "kind_add", "kind_also",
    "kind_also_departments", "kind_also_people", "kind_disable", "kind_emptied", "kind_enable",
    "kind_invite", "kind_move", "kind_none", "kind_remove", "kind_unchanged", "kind_update",
    "leader_list_invalid", "letter_applied", "letter_approve", "letter_by", "letter_cancel",
    "letter_decide", "letter_failed", "letter_file", "letter_more", "letter_not_applied",
    "letter_page", "letter_planned", "letter_results", "letter_rows", "letter_run", "letter_show",
    "letter_state", "letter_unreported", "letter_weakened", "letter_would_change", "level_blank",
    "level_unknown", "line_is_no_row", "line_prefix", "lines_prefix", "list_not_parallel",
    "mobile_damaged", "mobile_duplicate", "mobile_invalid", "mobile_length", "mobile_letters",
    "mobile_starred", "more_problems", "name_formula", "name_in_parts", "name_is_contact",
    "name_number", "name_placeholder", "name_question_mark", "named", "named_first", "next_address",
    "next_check", "next_drop", "next_plan", "next_repair", "next_result", "next_submit",
    "next_unanswered", "next_unknown", "not_csv", "nothing_reported", "object_gone",
    "object_unreadable", "order_invalid", "order_list_invalid", "outcome_applied",
    "outcome_disabled", "outcome_failed", "outcome_not_applied", "outcome_not_sent",
    "outcome_rejected", "outcome_unchanged", "outcome_unknown", "outcome_unreported",
    "parent_ambiguous", "parent_missing", "path_without_name", "plan_awaits_departments",
    "quotes_unbalanced", "remark_alike", "remark_awaited", "remark_begin", "remark_counted_up",
    "remark_domain", "remark_guard", "remark_guard_few", "remark_no_names", "remark_recent",
    "remark_strangers", "removals_refused", "result_deadline", "result_lost", "root_has_parent",
    "root_missing", "root_not_found", "root_second", "root_unnamed", "row_in_grace",
    "row_not_in_file", "row_not_sent", "row_refused_whole", "row_unchanged", "row_unreported",
    "rows_column_missing", "rows_failed", "rows_failed_and_unreported", "rows_none_taken",
    "rows_unreported", "run_moved", "run_not_sent", "second_person_needed", "second_person_refused",
    "second_person_unknown", "secret_invalid", "secret_rests", "secret_unreadable",
    "separated_by_semicolons", "separated_by_tabs", "settings_again", "settings_attributes_wrong",
    "settings_choice_wrong", "settings_column_known", "settings_column_twice",
    "settings_header_twice", "settings_in_force", "settings_key_gone", "settings_key_unknown",
    "settings_mention_wrong", "settings_not_utf8", "settings_number_wrong", "settings_punctuation",
    "settings_rows_wrong", "settings_section_unknown", "settings_states_wrong",
    "settings_superseded", "settings_syntax", "settings_too_large", "settings_truth",
    "settings_twice", "settings_unquoted", "settings_users_wrong", "settings_value_wrong",
    "submit_deadline", "superseded", "superseded_changes", "telephone_invalid", "unchanged",
    "unsafe_to_repeat", "user_id_damaged", "user_id_duplicate", "user_id_invalid", "warning_blank",
    "warning_column_gone", "warning_columns_left_out", "warning_department_code",
    "warning_email_taken", "warning_fix_file", "warning_ids_respelt", "warning_left_out",
    "warning_level_blank", "warning_many_departments", "warning_mobile_taken", "warning_replaced",
    "warning_rows_hidden", "warning_sheets_unread", "warning_spared", "warning_titles",
    "warning_user_id_date", "warning_user_id_rounded", "wecom_no_answer", "wecom_refused",
    "wecom_refused_address", "wecom_unreachable", "word_added", "word_came_back", "word_columns",
    "word_contacts", "word_first", "word_gone", "word_incomplete", "word_invited", "word_left_out",
    "word_mixed", "word_moved", "word_older", "word_other_person", "word_protected", "word_renamed",
    "word_repeated", "word_same_again", "word_second_account", "word_unknown", "word_unlikely",
    "workbook_broken", "workbook_sheets", "workbook_too_large",
]  # fmt: skip
"""Names a text of the catalogue, which has it in every language."""

_CODES: frozenset[object] = frozenset(get_args(TextCode.__value__))
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
        """Return a listing of the first names, of all when `most` is None."""
        listed = tuple(names)
        return cls(listed[:most], len(listed))

    def named(self, name_of: Callable[[str], str]) -> Self:
        """Return the listing with names."""
        names = tuple(map(name_of, self.first))
        return replace(self, names=names if any(names) else ())


type Param = str | int | Listing
type Params = Mapping[str, Param]
"""What fills the blanks of a text, by the blank's name."""


def is_code(value: object) -> TypeIs[TextCode]:
    """Whether a value that was stored names a text."""
    return value in _CODES


def with_names(params: Params, name_of: Callable[[str], str]) -> Params:
    """Return parameters with the names of who or what is `named`."""
    named = params.get("named")
    return {**params, "named": named.named(name_of)} if isinstance(named, Listing) else params


def stored_params(params: Params) -> dict[str, Any]:
    """Return parameters as JSON and the table keep them."""
    return {
        name: asdict(value) if isinstance(value, Listing) else value
        for name, value in params.items()
    }


def params_of(stored: Mapping[str, Any]) -> dict[str, Param]:
    """Return parameters as they were before they were stored."""
    return {
        name: Listing(tuple(value["first"]), value["total"], tuple(value.get("names", ())))
        if isinstance(value, dict)
        else value
        for name, value in stored.items()
    }
