"""What a sync asks of AWS. The bounds are a little above what it takes today."""

from performance.cloud import cloud
from support.world import members

BOUNDS = {
    "lambda_request": 13, "s3_write": 30, "s3_read": 28, "sqs_request": 24, "api_request": 1,
    "dynamodb_write": 110, "dynamodb_read": 44, "secret_read": 6, "event": 1, "topic_request": 10,
}  # fmt: skip


def test_a_sync_of_1000_rows_asks_for_little() -> None:
    with cloud() as stack:
        used = stack.sync("syncuser/m.csv", members(*map(str, range(1_000))).encode())

    assert used.billed.keys() == BOUNDS.keys()
    assert {name: count for name, count in used.billed.items() if count > BOUNDS[name]} == {}
