"""A Python file that is an experiment: its ``experiment`` is one, or is a function without arguments that returns one.

Such a file is executed only where it is itself what a user asked for; no ``extends`` leads to it. What it returns then
goes the way of every other config: overrides, strict reading, checks.
"""

import ast
import sys
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path as FilePath
from types import ModuleType
from typing import cast

from detcore.config.dumping import to_dict
from detcore.config.neighbours import folder_importable
from detcore.config.plugin_choice import registry_chosen_by
from detcore.config.sections import ExperimentConfig
from detcore.config.text.nodes import Node, Origin
from detcore.config.text.opening import text_of
from detcore.config.text.reading import from_plain
from detcore.errors import ConfigError, DetcoreError, UnknownComponentError
from detcore.plugins import Registry

__all__ = ["read_python_file"]

_NAME = "experiment"
"""What the file has to define."""


def read_python_file(path: FilePath, registry: Registry) -> Node:
    """The experiment a file defines, as if it had been written in TOML; every value's place is ``experiment``'s.

    Raises:
        ConfigError: there is no such file, it fails, or it defines no experiment; names the line.
        UnknownComponentError: it uses a config class that no installed or registered plugin offers.
    """
    tree = _parsed(path)
    place = Origin(str(path), _line_of_definition(tree))
    experiment = _checked(_defined_by(path, tree, registry), place)
    try:
        tables = to_dict(experiment, registry=registry_chosen_by(experiment.plugins, registry))
        return from_plain(tables, lambda _: place)
    except UnknownComponentError as error:
        raise UnknownComponentError(f"{place}: {error}") from error
    except TypeError as error:  # an object that no file could hold, in place of a setting
        raise ConfigError(f"{place}: {error}") from error


def _parsed(path: FilePath) -> ast.Module:
    text = text_of(path)
    with _failures_told(path):
        return ast.parse(text, str(path))


def _defined_by(path: FilePath, tree: ast.Module, registry: Registry) -> object:
    with _failures_told(path), folder_importable(path.resolve().parent, registry), _module_of(path) as module:
        values = vars(module)
        exec(compile(tree, str(path), "exec"), values)  # noqa: S102  # to execute this file is what a user asked for
        if _NAME not in values:
            raise ConfigError(
                f"{path}: defines no {_NAME!r}; it must be an ExperimentConfig, or a function that returns one"
            )
        defined = values[_NAME]
        return cast("Callable[[], object]", defined)() if callable(defined) else defined


@contextmanager
def _module_of(path: FilePath) -> Iterator[ModuleType]:
    """Where the file runs; while it does, classes that it defines find their module.

    The name is one that no module has: nothing is shadowed, and ``if __name__ == "__main__":`` stays asleep.
    """
    module = ModuleType(path.name)
    module.__file__ = str(path)
    replaced = sys.modules.get(path.name)
    sys.modules[path.name] = module
    try:
        yield module
    finally:
        _put_back(path.name, replaced)


def _put_back(name: str, replaced: ModuleType | None) -> None:
    """The module of a file that reads another of this name, which runs inside it."""
    if replaced is None:
        del sys.modules[name]
    else:
        sys.modules[name] = replaced


def _checked(experiment: object, place: Origin) -> ExperimentConfig:
    if not isinstance(experiment, ExperimentConfig):
        told = "None" if experiment is None else f"of type {type(experiment).__name__}"
        raise ConfigError(f"{place}: {_NAME} must be an ExperimentConfig, not {told}")
    return experiment


@contextmanager
def _failures_told(path: FilePath) -> Iterator[None]:
    """Tell what the file raises in one paragraph; our own errors already are one.

    Raises:
        ConfigError: the file raised something.
    """
    try:
        yield
    except DetcoreError:
        raise
    except (Exception, SystemExit) as error:
        raise ConfigError(_message(path, error)) from error


def _message(path: FilePath, error: BaseException) -> str:
    text = f"{type(error).__name__}: {_words(error)}".removesuffix(": ")
    return f"{path}:{_line_of_failure(path, error)}: the file could not be executed: {text}"


def _words(error: BaseException) -> str:
    # Validators put the attribute and the value behind their sentence.
    told = error.args[0] if isinstance(error, ValueError | TypeError) and error.args else error
    return " ".join((error.msg if isinstance(error, SyntaxError) else str(told)).split())


def _line_of_failure(path: FilePath, error: BaseException) -> int:
    if isinstance(error, SyntaxError) and error.filename == str(path):
        return error.lineno or 1
    frames = traceback.extract_tb(error.__traceback__)
    return next((frame.lineno or 1 for frame in reversed(frames) if frame.filename == str(path)), 1)


def _line_of_definition(tree: ast.Module) -> int:
    """Where the file's own text defines the experiment; 0 where it comes from elsewhere."""
    for statement in reversed(tree.body):
        if _NAME in _names_defined(statement):
            return statement.lineno
    return 0


def _names_defined(statement: ast.stmt) -> list[str]:
    match statement:
        case ast.FunctionDef(name=name):
            return [name]
        case ast.Assign(targets=targets):
            return [name for target in targets for name in _names_set(target)]
        case ast.AnnAssign(target=target):
            return _names_set(target)
        case ast.Import(names=aliases) | ast.ImportFrom(names=aliases):
            return [alias.asname or alias.name for alias in aliases]
    return []


def _names_set(target: ast.expr) -> list[str]:
    """The names of one target, also of one that takes a tuple apart."""
    return [part.id for part in ast.walk(target) if isinstance(part, ast.Name) and isinstance(part.ctx, ast.Store)]
