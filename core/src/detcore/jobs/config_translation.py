"""Configs of other programs, as experiments: read by a plugin, checked as strictly as our own, and accounted for."""

import os
from collections.abc import Iterable
from pathlib import Path
from typing import cast

from attrs import evolve

from detcore.config.loading import read_tables
from detcore.config.text.nodes import Origin, dotted
from detcore.config.text.nodes import Path as ConfigPath
from detcore.config.text.problems import Finding, raise_all
from detcore.config.text.reading import from_plain
from detcore.errors import UnknownComponentError
from detcore.jobs.condensing import condensed
from detcore.plugins import Registry, guarded, installed_registry, load_extension
from detcore.plugins.groups import TRANSLATORS_GROUP
from detcore.specs import ConfigTranslator, MissingPart, TranslatedKey, Translation

__all__ = ["report_lines", "require_complete", "translate"]


def translate(program: str, path: str | os.PathLike[str], *, registry: Registry | None = None) -> Translation:
    """What a config of another program says, as an experiment; what nothing installed can express is left out.

    Raises:
        UnknownComponentError: no installed plugin reads that program's configs.
        ConfigError: the file cannot be read, or holds values that no experiment may have; lists every mistake.
    """
    registry = registry or installed_registry()
    component = registry.resolve(TRANSLATORS_GROUP, program)
    translator = cast("ConfigTranslator", load_extension(component))
    with guarded(component, f"translating {path}"):
        translation = translator(Path(path))
    return _checked(translation, Origin(str(path)), registry)


def require_complete(translation: Translation, path: str | os.PathLike[str]) -> None:
    """Name everything that is missing in one sentence.

    Raises:
        UnknownComponentError: the experiment has holes.
    """
    if not translation.missing:
        return
    parts = ", ".join(f"{part.what} for {dotted(part.path)}" for part in translation.missing)
    raise UnknownComponentError(f"{path}: nothing installed offers {parts}; everything else was converted")


def report_lines(translation: Translation, *, defaults: bool = False) -> list[str]:
    """What became of every setting, a line each.

    Only how many there are is told of those that no file sets, and of those that went nowhere and make no difference,
    unless ``defaults`` asks for them.
    """
    known = [key for key in translation.keys if key.file or defaults]
    mapped = [key for key in known if key.paths]
    dropped = [key for key in known if not key.paths]
    missed = [key for key in dropped if key.matters or defaults]
    silent, idle = len(translation.keys) - len(known), len(dropped) - len(missed)
    rest = f"{idle} without effect on what is trained or measured; --verbose lists them"
    return [
        *_section("carried over", map(_line_of_mapped, mapped)),
        *_section("not carried over", [*map(_line_of_unmapped, missed), *([rest] if idle else [])], len(dropped)),
        *_section("missing", map(_line_of_missing, translation.missing)),
        *([f"{silent} settings are not set by the file; --verbose lists their defaults too"] if silent else []),
    ]


def _section(title: str, lines: Iterable[str], count: int | None = None) -> list[str]:
    indented = [f"  {line}" for line in lines]
    return [f"{title}: {len(indented) if count is None else count}", *indented] if indented else []


def _line_of_mapped(key: TranslatedKey) -> str:
    note = f" ({key.reason})" if key.reason else ""
    return f"{_told(key)} -> {', '.join(map(dotted, key.paths))}{note}"


def _line_of_unmapped(key: TranslatedKey) -> str:
    return f"{_told(key)}: {key.reason}"


def _line_of_missing(part: MissingPart) -> str:
    return f"{_place(part)}{dotted(part.path)}: {part.what}"


def _told(key: TranslatedKey) -> str:
    return f"{_place(key)}{key.key} = {key.value}"


def _place(part: TranslatedKey | MissingPart) -> str:
    return f"{part.file}:{part.line}: " if part.file else ""


def _checked(translation: Translation, file: Origin, registry: Registry) -> Translation:
    """The translation, known to be read, without what goes without saying.

    Mistakes are told at the lines their values came from; holes where parts are missing are none.
    """
    places = {path: Origin(key.file, key.line) for key in translation.keys if key.file for path in key.paths}

    def origin(path: ConfigPath) -> Origin:
        around = (places[path[:length]] for length in range(len(path), 0, -1) if path[:length] in places)
        within = (place for at, place in places.items() if at[: len(path)] == path)
        return next(around, None) or next(within, file)

    sections, findings = read_tables(from_plain(dict(translation.values), origin), registry)
    raise_all(_traced(finding, translation) for finding in findings if not _is_excused(finding.path, translation))
    values = {
        name: condensed(table, sections.get(name), wanted=(path[1:] for path in places if path[0] == name))
        for name, table in translation.values.items()
    }
    return evolve(translation, values={name: table for name, table in values.items() if table})


def _traced(finding: Finding, translation: Translation) -> Finding:
    """The mistake, told with the setting of the other program that it comes from."""
    keys = {path: key for key in translation.keys for path in key.paths}
    around = (finding.path[:length] for length in range(len(finding.path), 0, -1))
    key = next((keys[path] for path in around if path in keys), None)
    if key is None:
        return finding
    default = "" if key.file else ", which no file sets"
    return evolve(finding, message=f"{finding.message}; it comes from {key.key} = {key.value}{default}")


def _is_excused(path: ConfigPath, translation: Translation) -> bool:
    """Whether a mistake follows from a part that is left out."""
    if translation.is_partial and path and path[0] not in translation.values:
        return True
    holes = [part.path for part in translation.missing]
    return any(path == hole[: len(path)] or hole == path[: len(hole)] for hole in holes)
