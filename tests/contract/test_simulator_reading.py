"""What can be read of the address book, and by whom."""

import pytest

from contract.simulator_driver import Driver
from wecom_simulator import Simulator

TREE = ((2, "总办", 1), (3, "产品部", 1), (4, "开发组", 3))
DEPARTMENTS = [{"id": at, "name": name, "parent_id": parent} for at, name, parent in TREE]
MEMBERS = [
    {"userid": "a", "name": "甲", "departments": [2, 3], "leads": [3], "mobile": "13900000001"},
    {"userid": "b", "name": "乙", "departments": [4], "email": "b@corp.example"},
]


@pytest.fixture
def corp(simulator: Simulator) -> Driver:
    return Driver(simulator, departments=DEPARTMENTS, members=MEMBERS)


@pytest.mark.parametrize("limit", [1, 2, 3])
def test_pages_of_ids_join_without_loss_or_repetition(corp: Driver, limit: int) -> None:
    rows, cursor = [], ""
    for _ in range(4):
        page = corp.post("user/list_id", {"cursor": cursor, "limit": limit})
        assert len(page["dept_user"]) <= limit
        rows += [(row["userid"], row["department"]) for row in page["dept_user"]]
        cursor = page["next_cursor"]
        if not cursor:
            break

    assert rows == [("a", 2), ("a", 3), ("b", 4)]


@pytest.mark.parametrize(
    "body", [{"limit": 0}, {"limit": 10_001}, {"limit": "5"}, {"cursor": "invented"}, {"cursor": 7}]
)
def test_a_bad_page_request_is_refused(corp: Driver, body: dict[str, object]) -> None:
    assert corp.post("user/list_id", body)["errcode"] == 40058


SUBTREES = {"": [1, 2, 3, 4], "3": [3, 4], "2": [2]}


@pytest.mark.parametrize("root", SUBTREES)
def test_ids_of_a_subtree(corp: Driver, root: str) -> None:
    answer = corp.get("department/simplelist", **({"id": root} if root else {}))

    assert answer["errcode"] == 0
    assert [item["id"] for item in answer["department_id"]] == SUBTREES[root]
    assert all(set(item) == {"id", "parentid", "order"} for item in answer["department_id"])


@pytest.mark.parametrize(("root", "errcode"), [("99", 60123), ("x", 40058), ("-1", 40058)])
def test_an_unknown_department_has_no_subtree(corp: Driver, root: str, errcode: int) -> None:
    answer = corp.get("department/simplelist", id=root)

    assert (answer["errcode"], answer["department_id"]) == (errcode, [])


@pytest.mark.parametrize("path", ["getcallbackip", "get_api_domain_ip"])
def test_addresses_of_wecom(corp: Driver, path: str) -> None:
    assert corp.get(path)["ip_list"] == ["127.0.0.1"]
