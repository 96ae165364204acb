"""What a sync asks of AWS. The bounds are a little above what it takes today."""

from performance.cost import SYNC, bill_of
from performance.meter import metered
from support.world import members

BOUNDS = {
    "lambda_request": 13, "s3_write": 26, "s3_read": 28, "sqs_request": 24, "api_request": 1,
    "dynamodb_write": 110, "dynamodb_read": 44, "secret_read": 6, "event": 1, "topic_request": 8,
}  # fmt: skip


def test_a_sync_of_1000_rows_asks_for_little() -> None:
    with metered() as stack:
        used = stack.sync("syncuser/m.csv", members(*(f"m{n}" for n in range(1, 1_001))).encode())

    counts = bill_of(used, *SYNC)
    assert counts.keys() == BOUNDS.keys() | {"lambda_gb_second", "log_gb"}
    assert {name: counts[name] for name in BOUNDS if counts[name] > BOUNDS[name]} == {}
