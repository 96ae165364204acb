"""A restored drop bucket, as docs/*/how-to/restore.md says: no old file is imported by itself."""

import pytest

from e2e.conftest import LocalStack, eventually
from support.world import members

KEY = "restored/replaceuser/members.csv"
NIGHTS = [members("a", "b"), members("a", "b", "c"), members("a", "b", "c", "d")]
IMPORTS = "/cgi-bin/batch/replaceuser"


@pytest.fixture(scope="module")
def versions(stack: LocalStack) -> list[str]:
    """Import a file a night; return the versions, the oldest first."""
    for content in NIGHTS:
        put = stack.client("s3").put_object(
            Bucket=stack.info["drop_bucket"], Key=KEY, Body=content.encode()
        )
        assert run_of(stack, put["VersionId"], "SUCCEEDED")
    kept = stack.client("s3").list_object_versions(Bucket=stack.info["drop_bucket"], Prefix=KEY)
    return [each["VersionId"] for each in reversed(kept["Versions"])]


def run_of(stack: LocalStack, version: str, *states: str) -> dict[str, str]:
    """Wait until the run of a version is in one of these states."""
    runs: list[dict[str, str]] = []

    def there() -> bool:
        listed = stack.command("runs", "--limit", "100", "--corp", "restored")
        runs[:] = [run for run in listed if run["version"] == version and run["state"] in states]
        return bool(runs)

    eventually(there, lambda: stack.command("runs", "--corp", "restored"))
    return runs[0]


@pytest.mark.parametrize("newest_first", [False, True])
def test_old_versions_that_are_copied_back_import_nothing(
    stack: LocalStack, versions: list[str], newest_first: bool
) -> None:
    before = stack.calls("restored", IMPORTS)
    order = versions[::-1] if newest_first else versions
    last = ""

    for version in order:
        source = {"Bucket": stack.info["drop_bucket"], "Key": KEY, "VersionId": version}
        copied = stack.client("s3").copy_object(
            Bucket=stack.info["drop_bucket"], Key=KEY, CopySource=source
        )
        expected = "UNCHANGED" if version == versions[-1] else "HELD"
        last = run_of(stack, copied["VersionId"], expected, "SUPERSEDED")["run_id"]

    run = stack.command("show", last)
    held = stack.command("runs", "--state", "HELD", "--corp", "restored")
    assert stack.calls("restored", IMPORTS) == before
    assert len(held) == newest_first
    assert [hold["code"] for hold in run["holds"]] == ["hold_same_again"] * newest_first
