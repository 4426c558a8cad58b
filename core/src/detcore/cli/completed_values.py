"""The words that may stand for an argument, by what its help calls it."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from detcore.config.completing import Completer

__all__ = ["switch_values", "values_of"]

Typed = Mapping[str, Sequence[str]]
"""What stands on the command line already, by argument."""


def values_of(metavar: str, begun: str, typed: Typed) -> Iterable[str]:
    """What may stand where the help says ``metavar``; nothing where a file or free text may."""
    found = _BY_METAVAR.get(metavar)
    return found(begun, typed) if found else ()


def switch_values(switch: str, begun: str) -> Iterable[str]:
    """What ``--allow``, ``--deny`` or ``--prefer`` may be about."""
    return _preferences(begun) if switch == "--prefer" else _distributions()


def _ids(begun: str, _: Typed) -> Iterator[str]:
    """Names and distributions; in full from the colon on, as long lists help nobody."""
    from detcore.plugins import installed_registry

    for row in installed_registry().rows:
        component = row.component
        yield from (component.name, component.distribution, component.id)
        kind = f"{component.kind}:"
        yield from (component.full_id, f"{kind}{component.name}") if begun.startswith(kind) else (kind,)


def _kinds(_: str, __: Typed) -> list[str]:
    from detcore.plugins import CORE_GROUPS, installed_registry, kind_of

    return [*map(kind_of, CORE_GROUPS), *(row.component.kind for row in installed_registry().rows)]


def _distributions() -> Iterator[str]:
    from detcore.plugins import installed_registry

    return (row.component.distribution for row in installed_registry().rows)


def _preferences(begun: str) -> Iterator[str]:
    """``kind.name=``, and then each distribution that offers it."""
    from detcore.plugins import installed_registry

    for component in (row.component for row in installed_registry().rows if row.component.name):
        key = f"{component.kind}.{component.name}="
        yield f"{key}{component.distribution}" if begun.startswith(key) else key


def _settings(begun: str, typed: Typed) -> Iterator[str]:
    """``path=``, and then each value."""
    completer = _completer(typed)
    path, equals, _ = begun.partition("=")
    if equals:
        yield from (f"{path}={value}" for value in completer.values(path))
    else:
        yield from (found if found.endswith(".") else f"{found}=" for found in completer.paths(begun))


def _paths(begun: str, typed: Typed) -> Iterator[str]:
    return _completer(typed).paths(begun)


def _completer(typed: Typed) -> "Completer":
    from detcore.config.completing import Completer
    from detcore.plugins import installed_registry

    config = next((typed[name][0] for name in ("config", "folder", "before") if name in typed), "")
    return Completer(config, typed.get("overrides", ()), installed_registry())


_BY_METAVAR: dict[str, Callable[[str, Typed], Iterable[str]]] = {
    "ID": _ids,
    "KEY=VALUE": _settings,
    "KIND": _kinds,
    "PATH": _paths,
    "PATH=V,V": _settings,
}
