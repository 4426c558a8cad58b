"""What a tracker keeps in, and reads from, the folder of a run."""

import json
import tomllib
from collections.abc import Iterator, Mapping
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from detcore.specs import Problem

__all__ = ["flattened", "lacking_package", "remember", "remembered", "settings_of"]


def settings_of(directory: Path) -> dict[str, Any]:
    """The run's resolved config: what a tracker shows beside the curves."""
    return tomllib.loads((directory / "config.toml").read_text(encoding="utf-8"))


def flattened(settings: object, path: str = "") -> Iterator[tuple[str, object]]:
    """Settings by dotted path, entries of lists by their position."""
    if isinstance(settings, Mapping):
        inner: list[tuple[str, object]] = [(str(key), value) for key, value in settings.items()]
    elif isinstance(settings, list) and any(isinstance(entry, Mapping) for entry in settings):
        inner = [(str(index), value) for index, value in enumerate(settings)]
    else:
        yield path, settings
        return
    for key, value in inner:
        yield from flattened(value, f"{path}.{key}" if path else key)


def remembered(directory: Path, tracker: str) -> str | None:
    """The tracker's own name for this run, where it has been tracked before: what continues goes on in one curve."""
    stored = directory / f"{tracker}.json"
    if not stored.exists():
        return None
    name: str = json.loads(stored.read_text(encoding="utf-8"))["id"]
    return name


def remember(directory: Path, tracker: str, name: str) -> None:
    """Keep the tracker's name for this run."""
    (directory / f"{tracker}.json").write_text(json.dumps({"id": name}) + "\n", encoding="utf-8")


def lacking_package(module: str, extra: str) -> list[Problem]:
    """A problem where the tracker's own package is not installed: told before anything runs."""
    found = find_spec(module)
    if found is not None and found.origin is not None:  # a folder of that name, such as W&B's own, is no package
        return []
    message = f"{extra} needs a package that is not installed: pip install 'det-plugin-trackers[{extra}]'"
    return [Problem(message, ("plugins", "hooks"))]
