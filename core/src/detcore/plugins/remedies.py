"""How to have again what a record names and what is not here."""

import shlex
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

__all__ = ["GIVE_FILE", "is_of_program", "remedy"]

GIVE_FILE: Final = "give that with --local FILE (a run keeps a copy in its folder 'local')"
"""The way back to what was declared by a user's own file."""


_OF_ONES_OWN: Final = {
    "editable": "a folder, to be edited",
    "folder": "a folder",
    "wheel": "a file",
    "archive": "a file",
}
"""Where what no index need know comes from; the record holds no places of a machine."""


def remedy(distribution: Mapping[str, Any], target: str, copies: Path | None) -> str:
    """What to install, or which file to give.

    ``distribution`` and ``target`` are a record's; ``copies`` is where the run keeps those of its users' own files.
    """
    name, version = distribution["name"], distribution["version"]
    if is_of_program(distribution):
        return _of_program(target, copies)
    if "commit" in distribution:
        return f"pip install '{name} @ {distribution['origin']}+{distribution['url']}@{distribution['commit']}'"
    if origin := _OF_ONES_OWN.get(distribution["origin"]):  # a stranger may have published something under that name
        return f"it was installed from {origin}: install {name} {version} from there again"
    return f"pip install '{name}=={version}'"


def is_of_program(distribution: Mapping[str, Any]) -> bool:
    """Whether what it offers was declared while the program ran, by a file or a notebook."""
    return bool(distribution["origin"] == "registered")


def _of_program(target: str, copies: Path | None) -> str:
    files = sorted(copies.glob("*.py")) if copies else []
    own = [file for file in files if file.stem == target.partition(":")[0]]
    if not (own or files):
        return f"it was declared while the program ran; declare it again, or, if it came from a file, {GIVE_FILE}"
    given = own or files  # the file may have made it of what another module holds
    names = " or ".join(file.name for file in given)
    options = " ".join(f"--local {shlex.quote(str(file))}" for file in given)
    return f"it came from the local file {names}: give the copy that the run keeps, with {options}"
