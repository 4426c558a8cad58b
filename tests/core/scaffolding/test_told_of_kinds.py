"""The README of a distribution says when its entry point is imported, what shows it, and how it is tested."""

import pytest

from detcore.scaffolding import find_kind, new_distribution


@pytest.mark.parametrize(
    ("kind", "imported", "shown", "tested"),
    [
        ("backbone", "when a config that names it is checked or run", "what can be set", "derive"),
        ("hooks", "when a config that lists it is checked or run", "where it comes from", "call it as detcore does"),
        ("command", "when the command is typed", "where it comes from", "derive"),
        ("interface", "together with each component of the group that it opens", "where it comes from", "derive"),
        ("resolver", "when something with an address of its scheme is looked for", "where it comes from", "derive"),
        ("config-translator", "when a config is converted with `--from`", "where it comes from", "derive"),
        (
            "weight-format", "when a config with a file of weights, of whatever format, is checked or run",
            "what can be set", "derive",
        ),
    ],
)  # fmt: skip
def test_the_readme_says_what_is_true_of_the_kind(tmp_path, kind, imported, shown, tested):
    folder = new_distribution("detcore-zebra", find_kind(kind), tmp_path)

    text = " ".join((folder / "README.md").read_text().split())
    assert f"names as an entry point is imported {imported}, and imports nothing heavy" in text
    assert f"`detcore plugins show zebra` tells {shown}." in text
    assert f"The tests {tested}" in text
