"""The shell of every page: whole in itself, and nothing of its data is ever code."""

import base64
import hashlib
import re
from html.parser import HTMLParser
from typing import get_args

import pytest

from support.runs import data_of
from support.template import ROOT
from wecom_sync.reporting.language import Language
from wecom_sync.reporting.pages.headlines import HEADLINES
from wecom_sync.reporting.pages.shell import LIBRARIES, PAGE_TEXTS, Kind, html_page

ASSETS = ROOT / "layers/wecom_sync/wecom_sync/reporting/pages/assets"
SCRIPTS = "".join(path.read_text("utf-8") for path in sorted(ASSETS.glob("*.js")))
HOSTILE = "</script><script>alert(1)</script><!-- ]]> {{script}} {{data}} <img src=x onerror=a()>"
KINDS: tuple[Kind, ...] = get_args(Kind.__value__)
MOST_BYTES = 300_000


class Elements(HTMLParser):
    """What a browser finds: each element with its attributes and its text."""

    def __init__(self, page: bytes) -> None:
        super().__init__()
        self._open = False
        self.elements: list[tuple[str, dict[str, str | None], str]] = []
        self.feed(page.decode())

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs), ""))
        self._open = True

    def handle_endtag(self, tag: str) -> None:
        self._open = False

    def handle_data(self, data: str) -> None:
        if self._open:
            tag, attributes, text = self.elements[-1]
            self.elements[-1] = (tag, attributes, text + data)

    def named(self, tag: str) -> list[tuple[dict[str, str | None], str]]:
        return [(attributes, text) for name, attributes, text in self.elements if name == tag]


def content_of(kind: Kind = "index", words: str = "Hello") -> bytes:
    texts = {"en": words, "zh-CN": f"你好 {words}"}
    return html_page(kind, {"words": words}, Language.CHINESE, title=texts, headline=texts)


def digest(source: str) -> str:
    return base64.b64encode(hashlib.sha256(source.encode()).digest()).decode()


@pytest.mark.parametrize("kind", KINDS)
def test_the_policy_allows_the_pages_own_script_and_style_and_nothing_else(kind: Kind) -> None:
    page = Elements(content_of(kind))

    (policy,) = [each["content"] for each, _ in page.named("meta") if each.get("http-equiv")]
    scripts = [text for attributes, text in page.named("script") if "type" not in attributes]
    styles = [text for _, text in page.named("style")]
    assert len(scripts) == len(styles) == 1
    assert policy == (
        f"default-src 'none'; script-src 'sha256-{digest(scripts[0])}'; "
        f"style-src 'sha256-{digest(styles[0])}'; img-src data:; base-uri 'none'; "
        "form-action 'none'"
    )
    assert not any({"src", "style"} & attributes.keys() for _, attributes, _ in page.elements)
    assert [each["href"] for each, _ in page.named("link")] == ["data:,"]


@pytest.mark.parametrize("kind", KINDS)
def test_words_of_somebody_else_stay_words(kind: Kind) -> None:
    plain, hostile = Elements(content_of(kind)), Elements(content_of(kind, HOSTILE))

    assert [tag for tag, _, _ in hostile.elements] == [tag for tag, _, _ in plain.elements]
    assert data_of(content_of(kind, HOSTILE)) == {"words": HOSTILE}
    assert hostile.named("h1")[0][1].strip() == f"你好 {HOSTILE}"


def test_who_runs_no_script_reads_the_headline_in_the_pages_language() -> None:
    page = Elements(content_of(words="Nobody was changed."))

    assert page.named("html")[0][0]["lang"] == "zh-CN"
    assert page.named("p")[0][1] == "你好 Nobody was changed."
    assert page.named("p")[1][1] == PAGE_TEXTS["no_script"].zh


@pytest.mark.parametrize("kind", KINDS)
def test_a_page_without_data_is_small(kind: Kind) -> None:
    assert len(content_of(kind)) < MOST_BYTES


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_vendored_library_is_as_its_makers_published_it(language: str) -> None:
    page = (ROOT / "docs" / language / "explanation/dependencies.md").read_text("utf-8")
    listed = re.findall(r"\| `(\w+\.mjs)` \| [\d.]+ \| `(\w+)` \|.* `(\w{64})` \|\n", page)

    assert [name for name, *_ in listed] == [*LIBRARIES]
    for name, package, digest in listed:
        content = (ASSETS / "vendor" / name).read_bytes()
        assert hashlib.sha256(content).hexdigest() == digest
        assert (ASSETS / "vendor" / f"{package}.LICENSE").read_text("utf-8")


def test_the_scripts_name_texts_that_exist_and_no_text_is_dead() -> None:
    named = set(re.findall(r'(?:^|\W)t\("(\w+)"', SCRIPTS))
    begun = tuple(re.findall(r"\Wt\(`(\w+)\$\{", SCRIPTS))
    modules = (path for path in ASSETS.parent.glob("*.py") if not path.name.endswith("texts.py"))
    sources = SCRIPTS + "".join(path.read_text("utf-8") for path in modules)

    assert named <= PAGE_TEXTS.keys()
    assert all(any(code.startswith(start) for code in PAGE_TEXTS) for start in begun)
    whole = (code for code in PAGE_TEXTS if not code.startswith(begun))
    assert [
        code for code in whole if f'"{re.sub(r"(_desk)?(_one)?$", "", code)}"' not in sources
    ] == []


def test_a_step_that_goes_with_a_command_has_other_words_at_the_desk() -> None:
    steps = {headline.step for headline in HEADLINES} | {"step_fix"}

    ends = {PAGE_TEXTS.get(f"{step}_desk", PAGE_TEXTS[step]).en[-1] for step in steps - {""}}
    assert ends == {"."}
