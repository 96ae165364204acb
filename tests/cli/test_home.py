"""The home of a local stack has one owner at a time, and its note names a stack that is up."""

import json
import os
from pathlib import Path

import pytest

from wecom_sync_tools.console.errors import UsageError
from wecom_sync_tools.stack.home import DEFAULT_HOME, Home, StackNote

NOTE = StackNote(
    aws_endpoint="http://127.0.0.1:4566", region="us-east-1", access_key="test", secret_key="test",
    drop_bucket="drops", report_bucket="reports", table="runs",
    callback_base_url="http://127.0.0.1:4566/_aws/execute-api/wecomsync/prod",
    wecom_url="http://127.0.0.1:8070", stack_name="wecom-sync",
)  # fmt: skip


def test_a_note_lasts_as_long_as_its_owner(tmp_path: Path) -> None:
    home = Home(tmp_path / "home")

    with home.owned():
        assert home.note() is None
        home.write(NOTE)
        assert Home(tmp_path / "home").note() == NOTE
        assert home.owner() == os.getpid()

    assert home.note() is None
    assert home.owner() is None


def test_a_home_has_one_owner(tmp_path: Path) -> None:
    with Home(tmp_path).owned():
        with pytest.raises(UsageError) as caught, Home(tmp_path).owned():
            pass
        assert caught.value.code == "home_in_use"
        assert Home(tmp_path).owner() == os.getpid()

    with Home(tmp_path).owned():
        pass


def test_the_nearest_wish_decides_the_home(tmp_path: Path) -> None:
    environ = {"WECOM_SYNC_HOME": str(tmp_path / "environment")}

    assert Home.chosen(str(tmp_path / "option"), environ).path == tmp_path / "option"
    assert Home.chosen(None, environ).path == tmp_path / "environment"
    assert Home.chosen(None, {}).path == DEFAULT_HOME


def test_what_a_crash_left_fools_nobody_and_is_gone_before_the_next_stack(tmp_path: Path) -> None:
    (tmp_path / "stack.json").write_text(json.dumps(NOTE.document()))
    (tmp_path / "lock").write_text(str(os.getpid()))
    home = Home(tmp_path)
    left = home.folder("s3") / "object"
    left.write_text("x")

    assert (home.note(), home.owner()) == (None, None)
    with home.owned():
        assert not left.exists()
        data = home.folder("s3") / "object"
        data.write_text("x")
        home.log("deploy").write_text("y")

    assert not data.exists()
    assert home.log("deploy").read_text() == "y"
