"""What the pages of the repository name exists: pages, anchors, files, commands, targets."""

import re
import shlex
import tomllib
from contextlib import redirect_stdout
from functools import cache
from io import StringIO
from pathlib import Path

import pytest

from support.pages import LANGUAGES, PAGES, steps
from support.template import ROOT
from wecom_sync.reporting.language import Language
from wecom_sync_tools.cli import COMMANDS, parser_in
from wecom_sync_tools.console.arguments import Command

DOCS = ROOT / "docs"
README_LINES = 150
SHELL_ENDS = ("|", ">", "#", ";", "&&")
_FENCED = re.compile(r"^ *```.*?^ *```$", re.MULTILINE | re.DOTALL)
_CODE = re.compile(r"`([^`]+)`")
_LINK = re.compile(r"\]\(([^)\s]+)\)")
_HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)
_PATH = re.compile(
    r"(?<![\w./<>-])(?:docs|events|examples|functions|layers|requirements|tests|tools)/[\w./-]+"
)
_MAKE = re.compile(r"(?<![\w-])make ([a-z][a-z0-9-]*)")

each_page = pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))


def anchors(page: Path) -> set[str]:
    """Return what a page's headings are called in links, on GitHub and on the site."""
    text = _FENCED.sub("", page.read_text("utf-8"))
    plain = [re.sub(r"\[([^]]*)\]\([^)]*\)", r"\1", name) for name in _HEADING.findall(text)]
    slugs = {re.sub(r"[^\w\- ]", "", name.lower()).strip().replace(" ", "-") for name in plain}
    return slugs | set(re.findall(r'<a id="([^"]+)">', text))


def code(page: Path) -> list[str]:
    """Return what a page gives as code: spans, and the lines of commands."""
    text = page.read_text("utf-8")
    spans = _CODE.findall(_FENCED.sub("", text))
    return [" ".join(span.split()) for span in spans] + [step.command for step in steps(page)]


@each_page
def test_every_link_leads_somewhere(page: Path) -> None:
    text = _CODE.sub("", _FENCED.sub("", page.read_text("utf-8")))
    for link in _LINK.findall(text):
        if "://" in link:
            continue
        name, _, anchor = link.partition("#")
        target = (page.parent / name).resolve() if name else page
        assert target.exists(), link
        assert not anchor or anchor in anchors(target), link
        if DOCS in page.parents:
            assert DOCS in target.parents, f"{link} leads out of the site"


@each_page
def test_every_path_exists(page: Path) -> None:
    for span in code(page):
        for path in _PATH.findall(span):
            assert (ROOT / path.rstrip(".")).exists(), path


@each_page
def test_every_command_and_option_exists(page: Path) -> None:
    for span in code(page):
        for command in re.findall(r"(?<![\w/-])wecom-sync (?!wecom)(.*)", span):
            assert_exists(command)


@each_page
def test_every_target_of_make_exists(page: Path) -> None:
    targets = re.findall(r"^([a-z0-9-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE)
    for span in code(page):
        assert set(_MAKE.findall(span)) <= set(targets)


def assert_exists(command: str) -> None:
    words = shlex.split(command, comments=True)
    end = next((n for n, word in enumerate(words) if word in SHELL_ENDS), len(words))
    words = words[:end]
    if not words or not re.fullmatch(r"[a-z][a-z-]+", words[0]):
        return  # the name of the program, of a stack, of a folder
    assert words[0] in COMMANDS, command
    depth = 1 + (not isinstance(COMMANDS[words[0]], Command) and len(words) > 1)
    for option in words[depth:]:
        if option.startswith("--"):
            assert option.partition("=")[0] in help_of(*words[:depth]), command


@cache
def help_of(*names: str) -> frozenset[str]:
    """Return the options that a command's help names."""
    with redirect_stdout(StringIO()) as out, pytest.raises(SystemExit):
        parser_in(Language.ENGLISH).parse_args([*names, "--help"])
    return frozenset(re.findall(r"--[a-z-]+", out.getvalue()))


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_event_stands_in_the_page_about_docker(language: str) -> None:
    page = (DOCS / language / "how-to/run-functions-in-docker.md").read_text("utf-8")

    assert {f"{name}.json" for name in re.findall(r"`([a-z0-9-]+)\.json`", page)} == {
        path.name for path in (ROOT / "events").iterdir()
    }


def test_both_languages_have_the_same_pages_and_commands() -> None:
    pages = {
        language: {path.relative_to(DOCS / language) for path in (DOCS / language).rglob("*.md")}
        for language in LANGUAGES
    }
    pairs = [(DOCS / "en" / page, DOCS / "zh" / page) for page in sorted(pages["en"])]
    pairs.append((ROOT / "README.md", ROOT / "README.zh-CN.md"))

    assert pages["en"] == pages["zh"]
    for english, chinese in pairs:
        commands = [[step.command for step in steps(page)] for page in (english, chinese)]
        assert commands[0] == commands[1], english


@pytest.mark.parametrize("name", ["README.md", "README.zh-CN.md"])
def test_the_front_page_stays_short(name: str) -> None:
    assert len((ROOT / name).read_text("utf-8").splitlines()) <= README_LINES


@pytest.mark.parametrize(
    ("language", "name"), [("en", "zensical.toml"), ("zh", "zensical.zh.toml")]
)
def test_every_page_stands_in_the_contents_and_in_the_index(language: str, name: str) -> None:
    pages = {
        str(path.relative_to(DOCS))
        for path in (DOCS / language).rglob("*.md")
        if path.name != "index.md"
    }
    listed = re.findall(r'"(\w+/[\w-]+/[\w-]+\.md)"', (ROOT / name).read_text())
    linked = _LINK.findall((DOCS / language / "index.md").read_text())

    assert tomllib.loads((ROOT / name).read_text())["project"]["theme"]["language"] == language
    assert set(listed) == pages
    pictures = {f"{language}/../demo.svg", f"{language}/../demo.zh.svg"}
    assert {f"{language}/{link}" for link in linked} - pictures == pages
