"""One slip in any word that plugins know: the right one is suggested."""

import random
from collections.abc import Iterator
from contextlib import suppress
from string import ascii_lowercase

import attrs
import pytest
from config_classes import config_classes
from repository import ROOT

from detcore.cli.main import main
from detcore.config import load
from detcore.config.structuring.fields import fields_of
from detcore.config.structuring.gathering import UnreadableError
from detcore.config.structuring.structurer import Structurer
from detcore.config.text.nodes import Origin
from detcore.config.text.reading import from_plain
from detcore.errors import ConfigError, UnknownComponentError
from detcore.plugins import CORE_GROUPS, Distribution, EntryPoint, installed_registry, scan, survey
from detcore.plugins.first_party import FIRST_PARTY
from detcore.plugins.groups import kinds_meant
from detcore.specs import ComponentConfig

QUICKSTART = ROOT / "configs/quickstart.toml"

SEED = 5
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


@pytest.mark.parametrize("form", ["name", "id", "full_id", "distribution"])
def test_names_on_the_command_line(form, capsys):
    rows = installed_registry().rows
    words = {getattr(row.component, form) for row in rows}
    known = {
        word
        for row in rows
        for word in (row.component.name, row.component.id, row.component.full_id, row.component.distribution)
    }

    answers = [
        (wrong, word, f"did you mean {word!r}?" in told_by(capsys, "plugins", "show", "--", wrong))
        for wrong, word in misspelt(list(words), known)
    ]

    assert len(answers) > 3 * len(words)
    assert share(answers) >= WANTED


def told_by(capsys, *words: str) -> str:
    assert main(list(words)) == 1
    return capsys.readouterr().err


def test_kinds_on_the_command_line(capsys):
    groups = {group for group, _ in FIRST_PARTY} | CORE_GROUPS
    kinds = {group.rpartition(".")[2] for group in groups}

    answers = [
        (wrong, word, f"did you mean {word!r}?" in told_by(capsys, "plugins", "list", f"--kind={wrong}"))
        for wrong, word in misspelt(list(kinds), kinds)
        if not kinds_meant(wrong) & kinds
    ]

    assert len(answers) > 3 * len(kinds)
    assert share(answers) >= WANTED


def test_distributions_that_are_allowed_on_the_command_line(capsys):
    distributions = {row.component.distribution for row in installed_registry().rows}

    answers = [
        (wrong, word, f"did you mean {word!r}?" in told_by(capsys, f"--allow={wrong}", "plugins", "list"))
        for wrong, word in misspelt(list(distributions), distributions)
    ]

    assert len(answers) > 3 * len(distributions)
    assert share(answers) >= WANTED


def test_names_that_are_preferred_on_the_command_line(capsys):
    components = [row.component for row in installed_registry().rows]
    owners = {f"{component.kind}.{component.name}": component.distribution for component in components}

    answers = []
    for wrong, word in misspelt(list(owners), set(owners)):
        if all(wrong.partition(".")):  # else it has no form of a preference
            told = told_by(capsys, f"--prefer={wrong}={owners[word]}", "plugins", "list")
            answers.append((wrong, word, f"did you mean {word!r}?" in told))

    assert len(answers) > 3 * len(owners)
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


def test_keys_on_the_command_line():
    """Those of the tables that the quickstart writes, and of those that need no ``type``."""
    loaded = load(QUICKSTART)
    answers = []
    for path, config_class in tables_in(loaded.experiment):
        keys = set(fields_of(config_class))
        if issubclass(config_class, ComponentConfig) and loaded.origin(*path) is None:
            continue
        for wrong, word in misspelt(list(keys), keys):
            if wrong.isidentifier():  # else it has no form of a setting
                told = refusal_of(".".join((*path, wrong)))
                answers.append((wrong, word, f"did you mean {word!r}?" in told))

    assert len(answers) > 400
    assert share(answers) >= WANTED


def tables_in(config: object, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], type]]:
    if attrs.has(type(config)):
        yield path, type(config)
        for name, field in fields_of(type(config)).items():
            yield from tables_in(getattr(config, field.name), (*path, name))


def refusal_of(setting: str) -> str:
    with pytest.raises(ConfigError) as caught:
        load(QUICKSTART, overrides=[f"{setting}=1"])
    return str(caught.value)


def findings(config_class: type, key: str) -> str:
    structurer = Structurer(installed_registry())
    with suppress(UnreadableError):
        structurer.read_fields(from_plain({key: 1}, lambda _: Origin()), config_class, ())
    return "\n".join(finding.message for finding in structurer.findings if finding.path == (key,))
