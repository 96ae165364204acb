"""What an approval of one plan covers of another."""

from types import SimpleNamespace
from typing import Any, cast

import pytest

from wecom_sync.planning.stakes import Stake
from wecom_sync.use_cases.prepared import beyond

GONE, OFF = Stake("people", "remove", "u1"), Stake("people", "disable", "u1")
MOVED = Stake("people", "move", "u1", "7")


@pytest.mark.parametrize(
    ("approved", "planned", "is_covered"),
    [
        (GONE, GONE, True),
        (GONE, OFF, True),
        (OFF, GONE, False),
        (GONE, GONE._replace(id="u2"), False),
        (GONE, GONE._replace(scope="departments"), False),
        (MOVED, MOVED._replace(detail="8"), False),
        (Stake("people", "add", "u1"), Stake("people", "unknown", "u1"), True),
        (Stake("people", "unknown", "u1"), Stake("people", "add", "u1"), False),
        (Stake("departments", "emptied", "7"), Stake("departments", "remove", "7"), True),
        (Stake("departments", "remove", "7"), Stake("departments", "emptied", "7"), True),
        (Stake("departments", "remove", "7"), Stake("departments", "add", "7"), False),
    ],
)
def test_an_approval_covers_the_same_and_what_is_milder(
    approved: Stake, planned: Stake, *, is_covered: bool
) -> None:
    prepared = cast("Any", SimpleNamespace(stakes=[planned]))

    assert beyond(prepared, {approved}) == (() if is_covered else (planned.id,))
