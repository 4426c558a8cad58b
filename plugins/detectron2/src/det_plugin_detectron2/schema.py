"""The keys that Detectron2 0.6 and its projects know, with their defaults and the types these stand for.

``defaults.json`` holds what ``get_cfg()`` returns, ``project_defaults.json`` what the projects' ``config.py`` add; a
project's default that is computed there, or a free table, is null.
"""

from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

from det_plugin_detectron2.arithmetic import literal
from det_plugin_detectron2.settings import Setting, Settings, Source
from det_plugin_detectron2.stored import stored
from detcore.errors import ConfigError
from detcore.plugins import did_you_mean

__all__ = ["complete", "defaults", "projects_of", "unknown_key", "with_project"]

_NAMES = ("DATASETS.TRAIN", "DATASETS.TEST", "MODEL.FPN.IN_FEATURES")
"""Keys whose default is an empty list of names."""


@cache
def defaults() -> Mapping[str, Any]:
    """Default by key, of the 192 keys of Detectron2 itself."""
    keys: dict[str, Any] = stored("defaults.json")
    return keys


@cache
def _project_defaults() -> Mapping[str, Mapping[str, Any]]:
    projects: dict[str, dict[str, Any]] = stored("project_defaults.json")
    return projects


def with_project(settings: Settings, project: str) -> Settings:
    """The settings over the defaults of a project too, whose own code would have read them."""
    added = {
        key: Setting(value, (Source(key=key, value=value),)) for key, value in _project_defaults()[project].items()
    }
    return Settings({**added, **{key: settings[key] for key in settings}})


def projects_of(key: str) -> list[str]:
    """The projects that add a key."""
    return [name for name, keys in _project_defaults().items() if _has(keys, key)]


def unknown_key(key: str) -> str:
    """What to say of a key that neither Detectron2 nor a project has."""
    if any(known.startswith(f"{key}.") for known in defaults()):
        return "is a table of settings in Detectron2, not a value"
    return f"Detectron2 has no such key{did_you_mean(key, defaults())}"


def complete(sources: Mapping[str, Source]) -> Settings:
    """What files say, over Detectron2's defaults.

    Raises:
        ConfigError: values of another type than their key's default has; lists all of them.
    """
    found = _unset(defaults())
    refusals = []
    for key, source in sources.items():
        try:
            found[key] = Setting(_typed(source), (source,))
        except ConfigError as error:
            refusals.append(str(error))
    if refusals:
        raise ConfigError("\n".join(refusals))
    return Settings(found)


def _typed(source: Source) -> Any:
    """The value as yacs would take it, lists for tuples.

    Raises:
        ConfigError: it does not fit the type of the key's default.
    """
    default = _default(source.key)
    if default is None or isinstance(default, str):
        return _of_string_key(source) if isinstance(default, str) else _decoded(source.value)
    value = _decoded(source.value)
    if not _fits(value, _example(source.key, default)) or (_is_flat(source.key, default) and _is_nested(value)):
        raise source.refusal(f"must be {_wanted(source.key, default)}, not {value!r}")
    return value


def _unset(keys: Mapping[str, Any]) -> dict[str, Setting]:
    """Defaults as settings that no file sets."""
    return {key: Setting(value, (Source(key=key, value=value),)) for key, value in keys.items()}


def _default(key: str) -> Any:
    """The default of a key, of Detectron2 or else of a project; ``None`` where there is none to compare with."""
    if key in defaults():
        return defaults()[key]
    return next((keys[key] for keys in _project_defaults().values() if key in keys), None)


def _of_string_key(source: Source) -> str:
    decoded = literal(source.value) if isinstance(source.value, str) else source.value
    if isinstance(decoded, str):
        return decoded
    if isinstance(source.value, str):
        return source.value  # a word that happens to spell a number
    raise source.refusal(f"must be a word, not {source.value!r}")


def _decoded(value: Any) -> Any:
    """Strings that spell a literal as that literal; tuples as lists."""
    if isinstance(value, str):
        value = literal(value)
    return [_decoded_item(item) for item in value] if isinstance(value, list | tuple) else value


def _decoded_item(item: Any) -> Any:
    return [_decoded_item(inner) for inner in item] if isinstance(item, list | tuple) else item


def _fits(value: Any, example: Any) -> bool:
    if isinstance(example, list):
        scalars = list(_scalars(value)) if isinstance(value, list) else None
        return scalars is not None and all(_fits(scalar, inner) for scalar in scalars for inner in example[:1])
    if isinstance(example, float):
        return isinstance(value, int | float) and not isinstance(value, bool)
    return type(value) is type(example)


def _example(key: str, default: Any) -> Any:
    """The default, or for a list one scalar of it; whole numbers in a list may be fractions just as well."""
    if not isinstance(default, list):
        return default
    if key in _NAMES:
        return [""]
    first = next(_scalars(default), None)
    return [] if first is None else [float(first) if type(first) is int else first]


def _is_flat(key: str, default: Any) -> bool:
    """Whether a key takes a list without lists in it."""
    return key in _NAMES or (isinstance(default, list) and bool(default) and not _is_nested(default))


def _is_nested(value: Any) -> bool:
    return isinstance(value, list) and any(isinstance(item, list) for item in value)


def _scalars(value: Any) -> Iterator[Any]:
    if isinstance(value, list):
        for item in value:
            yield from _scalars(item)
    else:
        yield value


def _wanted(key: str, default: Any) -> str:
    match _example(key, default):
        case [bool()]:
            return "a list of true and false"
        case [str()]:
            return "a list of words"
        case [float()]:
            return "a list of numbers"
        case list():
            return "a list"
        case bool():
            return "true or false"
        case int():
            return "a whole number"
    return "a number"


def _has(keys: Mapping[str, Any], key: str) -> bool:
    """Whether a project has a key, or a free table that it lies in."""
    return any(known == key or (value is None and key.startswith(f"{known}.")) for known, value in keys.items())
