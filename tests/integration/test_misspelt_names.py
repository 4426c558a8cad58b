"""One slip in any word that plugins know: the right one is suggested."""

import random
from collections.abc import Iterator
from contextlib import suppress
from string import ascii_lowercase

import pytest
from config_classes import config_classes

from detcore.config.structuring.fields import fields_of
from detcore.config.structuring.gathering import UnreadableError
from detcore.config.structuring.structurer import Structurer
from detcore.config.text.nodes import Origin
from detcore.config.text.reading import from_plain
from detcore.errors import UnknownComponentError
from detcore.plugins import CORE_GROUPS, Distribution, EntryPoint, installed_registry, scan, survey
from detcore.plugins.first_party import FIRST_PARTY

SEED = 5
EACH = 4
"""Slips for each word, each of another sort."""

WANTED = 0.95


def slips(word: str, random: random.Random) -> Iterator[str]:
    """A letter lost, one too many, another one, and two swapped, each anywhere in the word."""
    letters = ascii_lowercase + "_-."
    at = random.randrange(len(word))
    yield word[:at] + word[at + 1 :]
    at = random.randrange(len(word) + 1)
    yield word[:at] + random.choice(letters) + word[at:]
    at = random.randrange(len(word))
    yield word[:at] + random.choice(letters.replace(word[at], "")) + word[at + 1 :]
    at = random.randrange(max(1, len(word) - 1))
    yield word[:at] + word[at : at + 2][::-1] + word[at + 2 :]


def misspelt(words: list[str], known: set[str]) -> list[tuple[str, str]]:
    """Every slip of every word with the word, where it makes neither another word nor none at all."""
    seeded = random.Random(SEED)
    pairs = [(wrong, word) for word in sorted(words) for wrong in slips(word, seeded)]
    return [(wrong, word) for wrong, word in pairs if wrong.strip() and wrong not in known]


def share(answers: list[tuple[str, str, bool]]) -> float:
    missed = [(wrong, word) for wrong, word, is_right in answers if not is_right]
    print(f"{len(answers) - len(missed)} of {len(answers)}; not: {missed}")
    return 1 - len(missed) / len(answers)


def test_groups():
    groups = {group for group, _ in FIRST_PARTY} | CORE_GROUPS
    pairs = misspelt(list(groups), groups)
    header = "Metadata-Version: 2.4\nName: slip\n"
    entries = tuple(EntryPoint(wrong, f"slip-{number}", "json:X") for number, (wrong, _) in enumerate(pairs))
    slip = Distribution(name="slip", version="1", entry_points=entries, location="slip", read=lambda _: header)
    reasons = {
        row.component.name: row.reason for row in survey([*scan(), slip]) if row.component.distribution == "slip"
    }

    answers = [
        (wrong, word, f"did you mean {word!r}?" in reasons.get(f"slip-{number}", ""))
        for number, (wrong, word) in enumerate(pairs)
    ]

    assert len(answers) > 3 * len(groups)
    assert share(answers) >= WANTED


def message(resolve, *words) -> str:
    with pytest.raises(UnknownComponentError) as caught:
        resolve(*words)
    return str(caught.value)


@pytest.mark.parametrize("form", ["name", "id", "full_id"])
def test_names_in_a_config(form):
    registry = installed_registry()
    components = [row.component for row in registry.rows if row.status == "ok"]
    answers = []
    for component in components:
        known = {getattr(other, form) for other in components}
        for wrong, word in misspelt([getattr(component, form)], known):
            told = message(registry.resolve, component.group, wrong)
            rights = (word, component.id, component.name)
            answers.append((wrong, word, any(f"did you mean {right!r}?" in told for right in rights)))

    assert len(answers) > 3 * len(components)
    assert share(answers) >= WANTED


@pytest.mark.parametrize("form", ["full_id", "distribution"])
def test_names_on_the_command_line(form):
    """One slip of the four for each word: every answer compares it with all words there are."""
    registry = installed_registry()
    words = {getattr(row.component, form) for row in registry.rows}
    known = {
        word
        for row in registry.rows
        for word in (row.component.name, row.component.id, row.component.full_id, row.component.distribution)
    }

    answers = [
        (wrong, word, f"did you mean {word!r}?" in message(registry.rows_of, wrong))
        for wrong, word in misspelt(list(words), known)[:: EACH + 1]
    ]

    assert share(answers) >= WANTED


def test_keys():
    answers = []
    for config_class in config_classes():
        keys = set(fields_of(config_class))
        for wrong, word in misspelt(list(keys), keys):
            told = findings(config_class, wrong)
            answers.append((f"{config_class.__name__}.{wrong}", word, f"did you mean {word!r}?" in told))

    assert len(answers) > 1000
    assert share(answers) >= WANTED


def findings(config_class: type, key: str) -> str:
    structurer = Structurer(installed_registry())
    with suppress(UnreadableError):
        structurer.read_fields(from_plain({key: 1}, lambda _: Origin()), config_class, ())
    return "\n".join(finding.message for finding in structurer.findings if finding.path == (key,))
