"""What pages say lies in the repository does lie there."""

import re
from pathlib import Path

import pytest
from repository import CORE, PLUGINS, ROOT

PAGES = sorted(
    [
        *(path for path in ROOT.glob("*.md") if path.name != "CHANGELOG.md"),  # which also tells of what is gone
        *ROOT.glob("docs/**/*.md"),
        *ROOT.glob("configs/**/*.md"),
        *(folder / "README.md" for folder in (CORE, *PLUGINS)),
    ]
)

OF_THE_READER = {"docs/plugin_guide.md", "docs/testing_plugins.md"}
"""Pages whose folders are those of a distribution that the reader makes."""

NAMED = re.compile(r"(?<![\w./:~-])(?:benchmarks|configs|core|docs|plugins|src|tests)/[\w./-]*\w")
"""Paths that begin with a folder of the repository, or of a distribution."""

NAMED_BY_GUIDES = re.compile(r"(?<![\w./:~-])(?:benchmarks|configs|core|docs|plugins)/[\w./-]*\w")
"""The same, without those folders that every distribution has."""

PLACEHOLDER = re.compile(r"\b(?:X|NAME|FILE|mine)\b")
"""Stands for a name of the reader's own."""


def missing_paths(page: Path, text: str) -> list[str]:
    """Paths in the text of a page that are neither below the repository nor beside the page."""
    ours = NAMED if page.relative_to(ROOT).as_posix() not in OF_THE_READER else NAMED_BY_GUIDES
    named = dict.fromkeys(path for path in ours.findall(text) if not PLACEHOLDER.search(path))
    return [path for path in named if not any((folder / path).exists() for folder in (ROOT, page.parent))]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_every_path_that_a_page_names_is_there(page):
    assert missing_paths(page, page.read_text(encoding="utf-8")) == []


def test_a_path_that_is_not_there_is_found():
    text = "`tests/core/test_named_paths.py`, `tests/core/test_nothing.py`, plugins/X/tests and runs/tests/x"

    assert missing_paths(ROOT / "README.md", text) == ["tests/core/test_nothing.py"]
