"""Mistakes of config classes and of the modules that define them, as text: an import happens once.

A mutant derives from the healthy class, in a module of its own.
"""

import sys
from importlib import import_module, invalidate_caches
from pathlib import Path
from typing import Any, Final

import attrs
from attrs import frozen

from mutants.healthy import HEALTHY

__all__ = ["CONFIG_OPERATORS", "TextOperator", "Texts"]

EVERY: Final = tuple(HEALTHY)

SLOW: Final = ("backbone",)
"""For what takes seconds to import, each time anew."""


@frozen
class TextOperator:
    """One way to be wrong; its text stands in the module of a mutant."""

    name: str
    caught_by: str
    head: str = ""
    """Statements before the class."""

    arguments: str = ""
    """Of ``frozen``, besides ``kw_only``."""

    docstring: str = '"""Settings of a mutant."""'
    body: str = ""
    """Statements inside the class."""

    kinds: tuple[str, ...] = EVERY


LIGHT: Final = "test_config_module_is_light"
IMPORTED: Final = "test_importing_the_config_has_no_side_effects"
READ: Final = "test_settings_survive_being_written_and_read"

CONFIG_OPERATORS: Final = (
    TextOperator("imports torch in the config", LIGHT, head="import torch", kinds=SLOW),
    TextOperator("imports torch through a neighbour", LIGHT, head="import detcore.interfaces.data", kinds=SLOW),
    TextOperator("imports NumPy in the config", LIGHT, head="import numpy"),
    TextOperator("prints at import", IMPORTED, head="print('hello')"),
    TextOperator("writes a file at import", IMPORTED, head="open('cache.txt', 'w').close()"),
    TextOperator("seeds Python's generator at import", IMPORTED, head="import random\nrandom.seed(0)"),
    TextOperator("sets an environment variable at import", IMPORTED, head="import os\nos.environ['MUTANT'] = '1'"),
    TextOperator("silences warnings at import", IMPORTED, head="import warnings\nwarnings.simplefilter('ignore')"),
    TextOperator("logs at import", IMPORTED, head="import logging\nlogging.basicConfig()"),
    TextOperator("leaves a setting undocumented", "test_every_setting_is_documented", body="undocumented: int = 3"),
    TextOperator("has no docstring", "test_class_is_documented", docstring="pass"),
    TextOperator(
        "changes a setting each time it is read",
        READ,
        body='drifting: int = field(default=1, converter=lambda value: value + 1)\n    """Never the same."""',
    ),
    TextOperator(
        "compares by identity",
        READ,
        arguments=", eq=False",
        body="__eq__ = object.__eq__\n    __hash__ = object.__hash__",
    ),
    TextOperator(
        "takes any keyword",
        "test_an_unknown_setting_is_refused",
        arguments=", init=False",
        body="def __init__(self, no_such_setting=None, **settings):\n        self.__attrs_init__(**settings)",
    ),
    TextOperator(
        "holds a list",
        "test_config_is_hashable",
        body='several: list[int] = field(factory=lambda: [1])\n    """Some."""',
    ),
    TextOperator(
        "holds what cannot be pickled",
        "test_config_can_be_pickled",
        body='function: object = field(factory=lambda: lambda: 0)\n    """A function."""',
    ),
    TextOperator(
        "cannot be built from its defaults",
        "test_defaults_build",
        body='absent: str = "no_such_package"\n    """What to import."""\n\n'
        "    def build(self, **arguments):\n        __import__(self.absent)",
        # The defaults of the two others are for five levels, and are not tried on three.
        kinds=tuple(kind for kind in EVERY if kind not in {"anchor generator", "architecture"}),
    ),
)

TEMPLATE: Final = """from attrs import field, frozen
from {module} import {name} as Healthy

{head}

@frozen(kw_only=True{arguments})
class Mutant(Healthy):
    {docstring}
    {body}
"""


class Texts:
    """Writes the modules of mutants into a folder that Python imports from."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def mutant(self, operator: TextOperator, config: Any) -> Any:
        """The healthy config's settings in a mutant's class."""
        healthy = type(config)
        name = f"mutant_{abs(hash((operator.name, healthy.__name__)))}"
        text = TEMPLATE.format(
            module=healthy.__module__,
            name=healthy.__name__,
            head="",
            arguments=operator.arguments,
            docstring=operator.docstring,
            body=operator.body,
        )
        (self._folder / f"{name}.py").write_text(text)
        invalidate_caches()
        mutant = import_module(name).Mutant
        # What happens at import must not happen to the tests themselves, but where the kit looks.
        (self._folder / f"{name}.py").write_text(f"{operator.head}\n{text}")
        fields = [field for field in attrs.fields(healthy) if field.init]
        return mutant(**{field.alias: getattr(config, field.name) for field in fields})

    def forget(self) -> None:
        """Take the modules out of this process."""
        for name in [name for name in sys.modules if name.startswith("mutant_")]:
            del sys.modules[name]
