"""The table of remedies, as WeCom's documents have it, and how long each remedy waits."""

import pytest

from wecom_sync.domain.errors import (
    SecretInvalidError,
    UnknownOutcomeError,
    UnreachableError,
    WeComError,
)
from wecom_sync.domain.run import Reason
from wecom_sync.reporting.documents import failure_text
from wecom_sync.reporting.error_codes import ERRCODES
from wecom_sync.reporting.language import Language
from wecom_sync.reporting.wecom_refusal import refusal
from wecom_sync.wecom.remedies import Call, NoResult, Remedy, is_of_import, remedy
from wecom_sync.wecom.retry import FEW_TRIES, LANE_TRIES, Retry, retry_check, retry_submit

BASE = 30
SUBMIT_DEADLINE = 21_600
SWEEP = 300

PASSING = {
    -1: Remedy.REPEAT, 6000: Remedy.LATER, 45009: Remedy.WINDOW, 45033: Remedy.LATER,
    40001: Remedy.NEW_TOKEN, 40014: Remedy.NEW_TOKEN, 42001: Remedy.NEW_TOKEN,
}  # fmt: skip
SPECIAL = {
    Call.TOKEN: {
        **PASSING,
        -1: Remedy.LATER,
        **dict.fromkeys((40001, 40013, 40091, 41002, 41004), Remedy.REMEMBER),
        **dict.fromkeys((40014, 42001), Remedy.GIVE_UP),
    },
    Call.MEMBERS: PASSING,
    Call.DEPARTMENTS: PASSING,
    Call.UPLOAD: PASSING,
    Call.SUBMIT: {**PASSING, 40007: Remedy.FEW, 302005: Remedy.LATER, 302008: Remedy.LANE},
    Call.RESULT: {
        **PASSING,
        40088: Remedy.LOST,
        40089: Remedy.LOST,
        **dict.fromkeys(
            (40013, 40058, 40091, 41001, 41002, 41004, 45029, 48002, 48006, 48009, 50003, 60011,
             60020, 60031, 301002), Remedy.GIVE_UP,
        ),
    },
}  # fmt: skip
OTHERWISE = {**dict.fromkeys(Call, Remedy.GIVE_UP), Call.RESULT: Remedy.OUTCOME}


@pytest.mark.parametrize("call", Call)
def test_each_call_has_its_remedies(call: Call) -> None:
    expected = {code: SPECIAL[call].get(code, OTHERWISE[call]) for code in ERRCODES}

    assert {code: remedy(call, code) for code in ERRCODES} == expected


@pytest.mark.parametrize("call", Call)
def test_a_missing_answer_leaves_only_a_submit_in_doubt(call: Call) -> None:
    assert remedy(call, NoResult.UNREACHABLE) is Remedy.LATER
    in_doubt = call is Call.SUBMIT
    assert remedy(call, NoResult.NO_ANSWER) is (Remedy.FIND_OUT if in_doubt else Remedy.LATER)


def test_an_unknown_code_ends_nothing_that_a_second_look_could_save() -> None:
    assert {call: remedy(call, 987654) for call in Call} == {
        Call.TOKEN: Remedy.GIVE_UP, Call.MEMBERS: Remedy.FEW, Call.DEPARTMENTS: Remedy.FEW,
        Call.UPLOAD: Remedy.GIVE_UP, Call.SUBMIT: Remedy.GIVE_UP, Call.RESULT: Remedy.LATER,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("path", "call"),
    [
        ("/cgi-bin/gettoken", Call.TOKEN), ("/cgi-bin/user/list_id", Call.MEMBERS),
        ("/cgi-bin/department/simplelist", Call.DEPARTMENTS),
        ("/cgi-bin/media/upload", Call.UPLOAD), ("/cgi-bin/batch/replaceparty", Call.SUBMIT),
        ("/cgi-bin/batch/replaceuser", Call.SUBMIT), ("/cgi-bin/batch/syncuser", Call.SUBMIT),
        ("/cgi-bin/batch/getresult", Call.RESULT), ("/somewhere", Call.SUBMIT),
    ],
)  # fmt: skip
def test_a_path_names_its_call(path: str, call: Call) -> None:
    assert Call.of(path) is call


@pytest.mark.parametrize("code", [*ERRCODES, 987654])
def test_without_a_type_only_what_a_call_cannot_be_refused_for_is_the_imports_own(
    code: int,
) -> None:
    own = remedy(Call.RESULT, code) is Remedy.OUTCOME

    assert is_of_import(code, names_type=False) is own


def test_with_a_type_everything_is_the_imports_own_that_a_call_does_not_pass_through() -> None:
    of_calls = {code for code in ERRCODES if not is_of_import(code, names_type=True)}

    assert of_calls == {-1, 40001, 40014, 42001, 40088, 40089, 45009, 45033}
    assert is_of_import(987654, names_type=True)


def waits(error: WeComError | UnreachableError | UnknownOutcomeError, count: int) -> list[Retry]:
    """Return what a submission that is refused again and again does."""
    found: list[Retry] = []
    for _ in range(count):
        retry = retry_submit(error, found[-1].tries if found else {}, BASE)
        if retry is None:
            break
        found.append(retry)
    return found


def refused(code: int, path: str = "/cgi-bin/batch/replaceuser") -> WeComError:
    return WeComError(code, "no", path)


@pytest.mark.parametrize("error", [UnreachableError(), UnknownOutcomeError(), refused(6000)])
def test_later_doubles_up_to_what_a_message_can_wait(
    error: WeComError | UnreachableError | UnknownOutcomeError,
) -> None:
    found = waits(error, 8)

    longest = [30, 60, 120, 240, 480, 900, 900, 900]
    for retry, most in zip(found, longest, strict=True):
        assert 0.75 * most <= retry.seconds <= most
        assert (retry.counts, retry.by_message, retry.prolongs) == (True, True, 0)


def test_pauses_are_spread() -> None:
    assert len({waits(refused(45033), 1)[0].seconds for _ in range(20)}) > 1
    assert len({waits(refused(45009), 1)[0].seconds for _ in range(20)}) > 1


def test_a_block_is_waited_out_within_the_deadline_and_never_asked_about_early() -> None:
    found = waits(refused(45009), 7)

    for retry, window in zip(found, [60, 300, *[3600] * 5], strict=True):
        assert window < retry.seconds < 1.15 * window
    late = SWEEP * sum(not retry.by_message for retry in found)
    assert sum(retry.seconds for retry in found) + late < SUBMIT_DEADLINE
    assert [retry.by_message for retry in found] == [True, True, *[False] * 5]


def test_somebody_elses_import_costs_neither_attempts_nor_time_for_a_day() -> None:
    found = waits(refused(302008), LANE_TRIES + 1)

    assert {retry.counts for retry in found[:-1]} == {False}
    assert all(retry.prolongs == retry.seconds <= 600 for retry in found[:-1])
    assert 0.75 * 86_400 < sum(retry.prolongs for retry in found) < 86_400
    assert (found[-1].counts, found[-1].prolongs) == (True, 0)


def test_a_few_times_are_three_and_other_trouble_does_not_use_them_up() -> None:
    assert len(waits(refused(40007), 10)) == FEW_TRIES

    tries = waits(refused(-1), 10)[-1].tries
    assert retry_submit(refused(40007), tries, BASE) is not None


@pytest.mark.parametrize("code", [40001, 60020, 45026, 987654])
def test_what_needs_a_person_is_not_tried_again(code: int) -> None:
    assert retry_submit(refused(code), {}, BASE) is None


@pytest.mark.parametrize(
    "error", [refused(60020, "/cgi-bin/batch/getresult"), SecretInvalidError(details="x")]
)
def test_a_refused_result_is_asked_for_hour_by_hour(error: WeComError | SecretInvalidError) -> None:
    retry = retry_check(error, {}, BASE)

    assert 3600 <= retry.seconds <= 3780
    assert not retry.by_message
    assert [*retry.tries.values()] == [1]


@pytest.mark.parametrize(
    ("errmsg", "address"),
    [
        ("not allow, hint: [1_2_3], from ip: 1.2.3.4, more info at x", "1.2.3.4"),
        ("not allow to access from your ip, from ip: 240e:3a1::1", "240e:3a1::1"),
        ("from ip: 10.0.0.7.", "10.0.0.7"),
    ],
)
def test_the_address_that_wecom_saw_is_read_from_its_message(errmsg: str, address: str) -> None:
    reason = refusal(60020, errmsg)

    assert (reason.code, reason.params["address"]) == ("wecom_refused_address", address)


@pytest.mark.parametrize("errmsg", ["", "not allow", "from ip: , more", "from ip: {secret}"])
def test_a_message_without_an_address_is_a_plain_refusal(errmsg: str) -> None:
    assert refusal(60020, errmsg).code == "wecom_refused"


def test_an_address_is_shown_only_where_it_is_the_reason() -> None:
    reason = refusal(40058, "no, hint: [1_2_3], from ip: 1.2.3.4, more info at x")

    assert reason == Reason("wecom_refused", {"errcode": 40058, "errmsg": "no"})


def test_wecoms_words_are_cut() -> None:
    assert len(str(refusal(40058, "x" * 1000).params["errmsg"])) == 200


@pytest.mark.parametrize("language", Language)
def test_a_plan_that_wecom_refuses_names_the_address_too(language: Language) -> None:
    error = WeComError(60020, "not allow, hint: [1], from ip: 1.2.3.4", "/cgi-bin/gettoken")

    assert "1.2.3.4" in failure_text(error, language)
