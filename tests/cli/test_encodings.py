"""Commands print also where not every character can be shown: other encodings, and pipes."""

import io
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from wecom_sync.reporting.language import Language
from wecom_sync_tools.console.encodings import never_fail
from wecom_sync_tools.console.terminal import Terminal


def stream(encoding: str) -> io.TextIOWrapper:
    return io.TextIOWrapper(io.BytesIO(), encoding=encoding)


def run(*arguments: str, **environ: str) -> subprocess.CompletedProcess[bytes]:
    paths = {"PATH": os.environ["PATH"], "PYTHONPATH": os.pathsep.join(sys.path)}
    command = [sys.executable, "-m", "wecom_sync_tools.cli", *arguments]
    return subprocess.run(command, env=paths | environ, capture_output=True, check=False)


@pytest.mark.parametrize("encoding", ["ascii", "gbk", "cp936", "latin-1"])
@pytest.mark.parametrize("language", ["en", "zh"])
def test_no_command_ends_with_a_traceback(tmp_path: Path, encoding: str, language: str) -> None:
    settings = tmp_path / "设置.toml"
    settings.write_text('[columns]\n"工号" = "帐号"\n', "utf-8")
    environ = {"PYTHONIOENCODING": encoding, "PYTHONUTF8": "1", "WECOM_SYNC_LANG": language}

    for arguments in (["--help"], ["settings", "check", str(settings)], ["show", "✓"]):
        done = run(*arguments, **environ, WECOM_SYNC_HOME=str(tmp_path))
        assert done.returncode in {0, 2}, done.stderr
        assert b"Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("encoding", "spoken"), [("gbk", "把人事数据"), ("ascii", "Push HR data into")]
)
def test_chinese_is_spoken_where_it_can_be_shown(encoding: str, spoken: str) -> None:
    done = run("--help", PYTHONIOENCODING=encoding, WECOM_SYNC_LANG="zh")

    assert spoken in done.stdout.decode(encoding)


@pytest.mark.parametrize(
    ("encoding", "shown"),
    [
        ("ascii", '+ x . ... -> "??" .'),
        ("cp936", "+ x · … → 「通讯」 ."),
        ("utf-8", "✓ ✗ · … → 「通讯」 ⠋"),
    ],
)
def test_what_a_stream_cannot_carry_becomes_what_looks_alike(encoding: str, shown: str) -> None:
    out = stream(encoding)
    never_fail(out)

    out.write("✓ ✗ · … → 「通讯」 ⠋")

    assert read(out) == shown


@pytest.mark.parametrize("encoding", ["ascii", "gbk", "utf-8"])
def test_json_stays_whole_in_every_encoding(encoding: str) -> None:
    document = {"key": "acme/张三 ✓.csv", "lone": "\udc80" if encoding != "utf-8" else "x"}
    out = stream(encoding)

    Terminal(Language.ENGLISH, out).json(document)

    assert json.loads(read(out)) == document


def read(out: io.TextIOWrapper) -> str:
    out.seek(0)
    return out.read()
