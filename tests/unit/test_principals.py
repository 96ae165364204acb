"""What a user of WeCom may do at the desk."""

import pytest

from wecom_sync.domain.principals import Desk, Rights, rights

DESK = Desk(("Zhang.San", "both"), ("lisi", "both"), ("wangwu",), {"x": "zhaoliu"})
NOTHING = Rights(see=False, drop=False, decide=False)
USERS = {
    "zhang.san": Rights(see=True, drop=False, decide=True),
    "LISI": Rights(see=True, drop=True, decide=False),
    "both": Rights(see=True, drop=True, decide=True),
    "wangwu": Rights(see=True, drop=False, decide=False),
    **dict.fromkeys(("zhaoliu", "x", "zhang", "", "*", "other/lisi"), NOTHING),
}


@pytest.mark.parametrize(("user_id", "expected"), USERS.items())
def test_rights_are_those_of_the_lists(user_id: str, expected: Rights) -> None:
    assert rights(user_id, DESK) == expected
    assert rights(user_id, Desk((), (), (), {})) == NOTHING
