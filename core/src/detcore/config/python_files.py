"""A Python file that is an experiment: its ``experiment`` is one, or is a function without arguments that returns one.

Such a file is executed only where it is itself what a user asked for; no ``extends`` leads to it. What it returns then
goes the way of every other config: overrides, strict reading, checks.
"""

import ast
import runpy
import sys
import traceback
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path as FilePath
from typing import Any, cast

from detcore.config.dumping import to_dict
from detcore.config.plugin_choice import registry_chosen_by
from detcore.config.sections import ExperimentConfig
from detcore.config.text.nodes import Node, Origin
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
    experiment = _experiment(path)
    place = Origin(str(path), _line_of_definition(path))
    try:
        tables = to_dict(experiment, registry=registry_chosen_by(experiment.plugins, registry))
        return from_plain(tables, lambda _: place)
    except UnknownComponentError as error:
        raise UnknownComponentError(f"{place}: {error}") from error
    except TypeError as error:  # an object that no file could hold, in place of a setting
        raise ConfigError(f"{place}: {error}") from error


def _experiment(path: FilePath) -> ExperimentConfig:
    with _failures_told(path), _folder_importable(path.resolve().parent):
        # A name that is no module's: nothing else is shadowed, and `if __name__ == "__main__":` stays asleep.
        values = runpy.run_path(str(path), run_name=path.name)
        if _NAME not in values:
            raise ConfigError(
                f"{path}: defines no {_NAME!r}; it must be an ExperimentConfig, or a function that returns one"
            )
        defined = values[_NAME]
        experiment = cast("Callable[[], object]", defined)() if callable(defined) else defined
    if not isinstance(experiment, ExperimentConfig):
        place = Origin(str(path), _line_of_definition(path))
        raise ConfigError(f"{place}: {_NAME} must be an ExperimentConfig, not {_told(experiment)}")
    return experiment


def _told(value: object) -> str:
    return "None" if value is None else f"of type {type(value).__name__}"


@contextmanager
def _folder_importable(folder: FilePath) -> Iterator[None]:
    """Let the file import its neighbours while it runs, and forget them afterwards, so that each file reads its own."""
    before = dict(sys.modules)
    sys.path.insert(0, str(folder))
    try:
        yield
    finally:
        sys.path.remove(str(folder))
        for name in _modules_in(folder, sys.modules):
            if name not in before:
                del sys.modules[name]


def _modules_in(folder: FilePath, modules: Mapping[str, Any]) -> list[str]:
    files = {name: getattr(module, "__file__", None) for name, module in modules.items()}
    return [name for name, file in files.items() if file and folder in FilePath(file).parents]


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
    except FileNotFoundError as error:
        if path.exists():
            raise ConfigError(_message(path, error)) from error
        raise ConfigError(f"{path}: there is no such file") from error
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


def _line_of_definition(path: FilePath) -> int:
    """Where the file's own text defines the experiment; 0 where it comes from elsewhere."""
    for statement in reversed(ast.parse(path.read_bytes()).body):
        if _NAME in _names_defined(statement):
            return statement.lineno
    return 0


def _names_defined(statement: ast.stmt) -> list[str]:
    match statement:
        case ast.FunctionDef(name=name):
            return [name]
        case ast.Assign(targets=targets):
            return [target.id for target in targets if isinstance(target, ast.Name)]
        case ast.AnnAssign(target=ast.Name(id=name)):
            return [name]
    return []
