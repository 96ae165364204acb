"""The command line and the simulator as wheels, each in an environment that holds nothing else."""

import re
from pathlib import Path

from support.template import ROOT
from support.wheels import installed, run

SIMULATOR = "tools/wecom_simulator"
PAGE = """
from wecom_sync.reporting.pages.shell import html_page
told = {"en": "", "zh-CN": ""}
for kind in ("report", "index"):
    page = html_page(kind, {}, "en", title=told, headline=told)
print(page.decode().splitlines()[0])
"""
"""Makes pages, so their parts have to be in the wheel."""


def blocks(readme: str, language: str) -> list[str]:
    """Return the code blocks of a language in one of the simulator's READMEs."""
    text = (ROOT / SIMULATOR / readme).read_text("utf-8")
    return re.findall(rf"^```{language}\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)


def test_the_simulators_example_runs_word_for_word_from_its_wheel(tmp_path: Path) -> None:
    programs = installed(SIMULATOR, tmp_path / "wheel")
    example = blocks("README.md", "python")[0]
    (tmp_path / "example.py").write_text(example, "utf-8")

    done = run([programs / "python", "example.py"], tmp_path)

    assert (done.returncode, done.stdout) == (0, blocks("README.md", "text")[0]), done.stderr
    assert blocks("README.zh-CN.md", "python")[0] == example
    for command in ([programs / "wecom-simulator"], [programs / "python", "-m", "wecom_simulator"]):
        version = run([*command, "--version"], tmp_path).stdout
        assert re.fullmatch(r"wecom-simulator \d+\.\d+\.\d+\n", version)


def test_the_command_line_works_from_its_wheel(tmp_path: Path) -> None:
    command = installed(".", tmp_path / "wheel") / "wecom-sync"
    (tmp_path / "settings.toml").write_text("[limits]\nremovals = 50\n")

    version = run([command, "--version"], tmp_path)
    checked = run([command, "settings", "check", "settings.toml"], tmp_path)
    replayed = run([command, "replay", ROOT / "examples", "--job", "company"], tmp_path)
    unnamed = run([command, "runs"], tmp_path)
    nowhere = run([command, "runs", "--stack", "x"], tmp_path, AWS_DEFAULT_REGION="us-east-1")
    simulator = run([command, "simulator"], tmp_path)

    page = run([command.with_name("python"), "-c", PAGE], tmp_path)
    assert (page.returncode, page.stdout) == (0, "<!doctype html>\n"), page.stderr
    assert re.fullmatch(r"wecom-sync \d+\.\d+\.\d+\n", version.stdout), version.stderr
    assert checked.returncode == 0, checked.stderr
    assert replayed.returncode == 0, replayed.stderr
    assert (unnamed.returncode, simulator.returncode) == (2, 2)
    assert "--stack" in unnamed.stderr
    assert (nowhere.returncode, "no AWS credentials" in nowhere.stderr) == (2, True)
    assert "wecom-simulator" in simulator.stderr
    for line in ("demo", "local up --json", "local down", "local env-vars", "local up --help"):
        for language, words in (("en", "repository"), ("zh-CN", "代码仓库")):
            done = run([command, "--lang", language, *line.split()], tmp_path)
            assert (done.returncode, done.stdout) == (2, "")
            assert done.stderr.startswith("✗ wecom-sync demo"), done.stderr
            assert words in done.stderr
            assert done.stderr.count("\n") == 1
