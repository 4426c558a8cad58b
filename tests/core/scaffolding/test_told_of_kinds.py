"""The README of a distribution says when its entry point is imported, and what shows it."""

import pytest

from detcore.scaffolding import find_kind, new_distribution


@pytest.mark.parametrize(
    ("kind", "imported", "shown"),
    [
        ("backbone", "when a config that names it is checked or run", "what can be set"),
        ("hooks", "when a config that lists it is checked or run", "where it comes from"),
        ("command", "when the command is typed", "where it comes from"),
        ("interface", "together with each component of the group that it opens", "where it comes from"),
        ("resolver", "when something with an address of its scheme is looked for", "where it comes from"),
        ("config-translator", "when a config is converted with `--from`", "where it comes from"),
        (
            "weight-format", "when a config with a file of weights, of whatever format, is checked or run",
            "what can be set",
        ),
    ],
)  # fmt: skip
def test_the_readme_says_what_is_true_of_the_kind(tmp_path, kind, imported, shown):
    folder = new_distribution("detcore-zebra", find_kind(kind), tmp_path)

    text = " ".join((folder / "README.md").read_text().split())
    assert f"names as an entry point is imported {imported}, and imports nothing heavy" in text
    assert f"`detcore plugins show zebra` tells {shown}." in text
