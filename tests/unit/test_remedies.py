"""The table of remedies, as WeCom's documents have it, and how long each remedy waits."""

import pytest

from wecom_sync.domain.errors import (
    SecretInvalidError,
    UnknownOutcomeError,
    UnreachableError,
    WeComError,
)
from wecom_sync.domain.states import MAX_DELAY_SECONDS
from wecom_sync.domain.timeline import wecom_refusal
from wecom_sync.reporting.error_codes import ERRCODES
from wecom_sync.wecom.remedies import Call, Remedy, is_of_import, remedy
from wecom_sync.wecom.retry import (
    FEW_TRIES,
    LANE_TRIES,
    WAIT_SECONDS,
    Retry,
    retry_check,
    retry_submit,
)

BASE = 30
SWEEP = 300
PASSING = {
    **dict.fromkeys((40001, 40014, 42001), Remedy.NEW_TOKEN),
    **dict.fromkeys((6000, 45033), Remedy.LATER),
    -1: Remedy.REPEAT,
    45009: Remedy.WINDOW,
}
REFUSED = (40013, 40091, 41002, 41004, 48002, 48006, 50003, 60011, 60020, 60031, 301002)
PASSING |= dict.fromkeys(REFUSED, Remedy.WAIT)
"""What time mends, or a person."""
SPECIAL = {
    **dict.fromkeys(Call, PASSING),
    Call.TOKEN: {
        **PASSING,
        -1: Remedy.LATER,
        **dict.fromkeys((40001, 40013, 40091, 41002, 41004), Remedy.REMEMBER),
        **dict.fromkeys((40014, 42001), Remedy.WAIT),
    },
    Call.SUBMIT: {**PASSING, 40007: Remedy.FEW, 302005: Remedy.LATER, 302008: Remedy.LANE},
    Call.RESULT: {
        **PASSING,
        **dict.fromkeys((40088, 40089), Remedy.LOST),
        **dict.fromkeys((40058, 41001, 45029, 48009), Remedy.WAIT),
    },
}
FILELESS = (Call.TOKEN, Call.MEMBERS, Call.DEPARTMENTS)
OTHERWISE = {
    **dict.fromkeys(Call, Remedy.GIVE_UP),
    **dict.fromkeys(FILELESS, Remedy.WAIT),
    Call.RESULT: Remedy.OUTCOME,
}


@pytest.mark.parametrize("call", Call)
def test_each_call_has_its_remedies(call: Call) -> None:
    expected = {code: SPECIAL[call].get(code, OTHERWISE[call]) for code in ERRCODES}

    assert {code: remedy(call, code) for code in ERRCODES} == expected


def test_an_unknown_code_ends_nothing_that_a_second_look_could_save() -> None:
    assert {call: remedy(call, 987654) for call in Call} == {
        **dict.fromkeys(Call, Remedy.GIVE_UP),
        **dict.fromkeys(FILELESS, Remedy.WAIT),
        Call.RESULT: Remedy.LATER,
    }


def refused(code: int, path: str = "/cgi-bin/batch/replaceuser") -> WeComError:
    return WeComError(code, "no", path)


def test_a_block_is_waited_out_within_the_deadline_and_never_asked_about_early() -> None:
    retries = waits(refused(45009), 7)

    for retry, window in zip(retries, [60, 300, *[3600] * 5], strict=True):
        assert window < retry.seconds < 1.15 * window
    late = SWEEP * sum(retry.seconds > MAX_DELAY_SECONDS for retry in retries)
    assert sum(retry.seconds for retry in retries) + late < WAIT_SECONDS


def test_somebody_elses_import_costs_neither_attempts_nor_time_for_a_day() -> None:
    retries = waits(refused(302008), LANE_TRIES + 1)

    assert not any(retry.is_late for retry in retries[:-1])
    assert 0.75 * 86_400 < sum(retry.seconds for retry in retries[:-1]) < 86_400
    assert retries[-1].is_late


def test_a_few_times_are_three_and_other_trouble_does_not_use_them_up() -> None:
    assert len(waits(refused(40007), 10)) == FEW_TRIES

    tries = waits(refused(-1), 10)[-1].tries
    assert retry_submit(refused(40007), tries, BASE) is not None


def test_a_result_that_no_waiting_seems_to_bring_is_asked_for_hour_by_hour() -> None:
    retry = retry_check(SecretInvalidError(details="x"), {}, BASE)

    assert 3600 <= retry.seconds <= 3780
    assert [*retry.tries.values()] == [1]


def test_what_is_the_imports_own_depends_on_a_type_beside_the_code() -> None:
    codes = [*ERRCODES, 987654]

    without = {code for code in codes if is_of_import(code, names_type=False)}
    of_calls = {code for code in codes if not is_of_import(code, names_type=True)}

    assert without == {code for code in codes if remedy(Call.RESULT, code) is Remedy.OUTCOME}
    assert of_calls == {-1, 40001, 40014, 42001, 40088, 40089, 45009, 45033}


type Refusal = WeComError | UnreachableError | UnknownOutcomeError


def waits(error: Refusal, count: int) -> list[Retry]:
    """Return what a submission that is refused again and again does."""
    retries: list[Retry] = []
    for _ in range(count):
        retry = retry_submit(error, retries[-1].tries if retries else {}, BASE)
        if retry is None:
            break
        retries.append(retry)
    return retries


WAITED_FOR = [UnreachableError(), UnknownOutcomeError(), *map(refused, (6000, 60020, 40001))]


@pytest.mark.parametrize("error", WAITED_FOR)
def test_later_doubles_up_to_a_quarter_of_an_hour(error: Refusal) -> None:
    retries = waits(error, 8)

    for retry, most in zip(retries, [30, 60, 120, 240, 480, 900, 900, 900], strict=True):
        assert 0.75 * most <= retry.seconds <= most
        assert retry.is_late
    assert len({waits(error, 1)[0].seconds for _ in range(20)}) > 1


REFUSAL = "no, hint: [1_2_3], from ip: 1.2.3.4, more info at x"
ADDRESSES = [
    (60020, REFUSAL, {"address": "1.2.3.4"}),
    (60020, "not allow, from ip: 240e:3a1::1", {"address": "240e:3a1::1"}),
    (60020, "from ip: 10.0.0.7.", {"address": "10.0.0.7"}),
    *((60020, text, {"errmsg": text}) for text in ("", "not allow")),
    *((60020, f"from ip: {other}", {}) for other in (", more", "{secret}")),
    (40058, REFUSAL, {"errmsg": "no"}),
    (40058, "x" * 1000, {"errmsg": "x" * 200}),
]


@pytest.mark.parametrize(("errcode", "errmsg", "params"), ADDRESSES)
def test_the_address_is_read(errcode: int, errmsg: str, params: dict[str, str]) -> None:
    reason = wecom_refusal(errcode, errmsg)

    assert reason.code == ("wecom_refused_address" if "address" in params else "wecom_refused")
    assert reason.params.items() >= params.items()
