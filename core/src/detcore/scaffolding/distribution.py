"""A complete distribution with one component: package, tests, documentation and workflows."""

from datetime import UTC, datetime
from pathlib import Path

import detcore
from detcore.errors import DetcoreError
from detcore.files import new_folder
from detcore.scaffolding.kinds import Kind
from detcore.scaffolding.naming import Names, names_for
from detcore.scaffolding.templates import Rendered, rendered
from detcore.scaffolding.told import told_of

__all__ = ["core_range", "new_distribution"]

SKELETON = Path(__file__).parent / "distribution.txt"
"""What distributions of all kinds have."""

USE = "use"
"""The part of a kind's template that shows the component in a config or a command; it goes into the README."""

ENTRY_POINTS = "entry-points"
"""The part that holds further entry points, where a kind needs them; it goes into ``pyproject.toml``."""


def new_distribution(name: str, kind: Kind, directory: Path) -> Path:
    """Write a new folder ``directory/name``, whole or not at all; the folder.

    Raises:
        DetcoreError: the name will not do, or something of this name is there already.
    """
    names = names_for(name, kind)
    folder = directory / names.distribution
    if folder.exists() or folder.is_symlink():
        raise DetcoreError(f"{folder} is there already: choose another name, or another place with --directory")
    try:
        with new_folder(folder) as made:
            for path, text in _files(names, kind).items():
                (made / path).parent.mkdir(parents=True, exist_ok=True)
                (made / path).write_text(text, encoding="utf-8")
    except OSError as error:
        raise DetcoreError(f"{folder} cannot be written: {error.strerror}") from error
    return folder


def _files(names: Names, kind: Kind) -> dict[str, str]:
    fields = names._asdict() | {
        "group": kind.group,
        "kind": kind.word,
        "variable": names.package.upper(),
        "core": core_range(detcore.__version__),
        "year": str(datetime.now(tz=UTC).year),
    }
    component = rendered(kind.template, fields)
    told = told_of(kind.group)
    common = rendered(SKELETON, fields | told | _facts(component, names.package, fields["core"]))
    return common.files | {path: text for path, text in component.files.items() if path not in {USE, ENTRY_POINTS}}


def _facts(component: Rendered, package: str, core: str) -> dict[str, str]:
    """What a kind's template adds to the fields of the skeleton."""
    facts = component.facts
    requirements = [f"det-core{core}", *_listed(facts.get("requires", ""), core)]
    module, _, offered = facts["target"].partition(":")
    return {
        "what": facts["what"],
        "target": facts["target"],
        "offered": offered or module,
        "home": f"{package}.{module}" if offered else package,
        "use": component.files[USE].strip(),
        "more_entry_points": f"\n{more}" if (more := component.files.get(ENTRY_POINTS, "")) else "",
        "dependencies": _items(requirements),
        "test_dependencies": _items(_listed(facts.get("test_requires", ""), core)),
    }


def _listed(requirements: str, core: str) -> list[str]:
    """Those of a template; a first-party distribution without bounds has core's, as they are released together."""
    each = [requirement.strip() for requirement in requirements.split(";") if requirement.strip()]
    return [f"{one}{core}" if one.startswith("det-") else one for one in each]


def _items(requirements: list[str]) -> str:
    """Of an array in TOML, one a line."""
    return "".join(f'  "{each}",\n' for each in requirements)


def core_range(version: str) -> str:
    """The versions of core that promise what this one does: until the next that may break something.

    >>> core_range("0.3.1"), core_range("2.0.0")
    ('>=0.3.1,<0.4', '>=2.0.0,<3')
    """
    major, minor = (int(part) for part in version.split(".")[:2])
    return f">={version},<{f'0.{minor + 1}' if major == 0 else major + 1}"
