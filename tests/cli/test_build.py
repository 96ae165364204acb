"""The same content is built once, and a build that failed leaves nothing that looks built."""

from pathlib import Path

import pytest

from wecom_sync_tools.console.errors import CommandError
from wecom_sync_tools.local.build import Build, content_hash

SAM = """#!/bin/sh
echo built >> "$(dirname "$0")/builds"
mkdir -p .build/aws-sam
cat template.yaml > .build/aws-sam/template.yaml
echo "the compiler says no"
exit $(cat "$(dirname "$0")/exit" 2>/dev/null || echo 0)
"""


@pytest.fixture
def root(tmp_path: Path) -> Path:
    root = tmp_path / "checkout"
    (root / "functions/submit").mkdir(parents=True)
    (root / "layers/wecom_sync").mkdir(parents=True)
    (root / "template.yaml").write_text("one")
    (root / "functions/submit/submit.py").write_text("pass")
    return root


@pytest.fixture
def sam(tmp_path: Path) -> Path:
    sam = tmp_path / "sam"
    sam.write_text(SAM)
    sam.chmod(0o755)
    return sam


def build(root: Path, sam: Path) -> str:
    with Build(root, root.with_name("build.log"), sam).current() as folder:
        return (folder / "template.yaml").read_text()


def builds(sam: Path) -> int:
    return len(sam.with_name("builds").read_text().splitlines())


def test_a_failed_build_shows_its_log_and_is_tried_again(root: Path, sam: Path) -> None:
    sam.with_name("exit").write_text("1")
    with pytest.raises(CommandError) as failed:
        build(root, sam)
    sam.with_name("exit").unlink()

    assert failed.value.code == "step_failed"
    assert "the compiler says no" in failed.value.details
    assert failed.value.params["log"] == root.with_name("build.log")
    assert build(root, sam) == "one"
    assert builds(sam) == 2


def test_a_build_that_fails_after_a_good_one_is_not_taken_for_it(root: Path, sam: Path) -> None:
    build(root, sam)
    (root / "template.yaml").write_text("two")
    sam.with_name("exit").write_text("1")
    with pytest.raises(CommandError):
        build(root, sam)
    (root / "template.yaml").write_text("one")
    sam.with_name("exit").unlink()

    assert build(root, sam) == "one"
    assert builds(sam) == 3


def test_the_same_content_is_built_once(root: Path, sam: Path) -> None:
    assert [build(root, sam), build(root, sam)] == ["one", "one"]
    assert builds(sam) == 1
    (root / "template.yaml").write_text("two")

    assert build(root, sam) == "two"
    assert builds(sam) == 2


@pytest.mark.parametrize(
    ("path", "counts"),
    [
        ("template.yaml", True), ("functions/submit/submit.py", True), ("README.md", False),
        ("functions/submit/new.py", True), ("layers/wecom_sync/Makefile", True),
        ("functions/submit/__pycache__/submit.cpython-313.pyc", False), ("layers/.cache/x", False),
    ],
)  # fmt: skip
def test_every_source_counts_and_nothing_else(root: Path, path: str, counts: bool) -> None:
    before = content_hash(root, "arm64")
    (root / path).parent.mkdir(parents=True, exist_ok=True)
    (root / path).write_text("other")

    assert (content_hash(root, "arm64") != before) is counts


def test_names_and_processors_count_too(root: Path) -> None:
    before = content_hash(root, "arm64")
    source = root / "functions/submit/submit.py"

    assert content_hash(root, "x86_64") != before
    source.rename(source.with_name("other.py"))
    assert content_hash(root, "arm64") != before
