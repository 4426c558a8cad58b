"""A config object as the Python a person would write for it."""

import enum
from importlib import import_module
from typing import Any

import attrs

from detcore.specs import FrozenTable

__all__ = ["executed", "python_source"]


def python_source(config: object) -> str:
    """A module that imports the classes from their packages' front doors and builds ``experiment`` with them."""
    imports: dict[str, str] = {}
    value = _expression(config, imports)
    lines = [f"from {package} import {name}" for name, package in sorted(imports.items())]
    return "\n".join([*lines, "", f"experiment = {value}", ""])


def executed(source: str) -> Any:
    """What a module calls ``experiment``."""
    namespace: dict[str, Any] = {}
    exec(compile(source, "experiment.py", "exec"), namespace)
    return namespace["experiment"]


def _expression(value: object, imports: dict[str, str]) -> str:
    kind = type(value)
    if attrs.has(kind):
        imports[kind.__name__] = _front_door(kind)
        fields = [field for field in attrs.fields(kind) if field.init]
        arguments = [f"{f.alias}={_expression(getattr(value, f.name), imports)}" for f in fields]
        return f"{kind.__name__}({', '.join(arguments)})"
    if isinstance(value, enum.Enum):
        imports[kind.__name__] = _front_door(kind)
        return f"{kind.__name__}.{value.name}"
    if isinstance(value, FrozenTable):
        imports["FrozenTable"] = _front_door(FrozenTable)
        return f"FrozenTable({ {str(key): entry for key, entry in value.items()}!r})"
    if isinstance(value, tuple):
        return f"({''.join(_expression(item, imports) + ', ' for item in value)})"
    return repr(value)


def _front_door(kind: type) -> str:
    """The highest package that offers the class: where a reader of the documentation imports it from."""
    package = ""
    for part in kind.__module__.split("."):
        package = f"{package}.{part}".strip(".")
        if getattr(import_module(package), kind.__name__, None) is kind:
            return package
    raise AssertionError(f"{kind.__name__} is offered by no package")
