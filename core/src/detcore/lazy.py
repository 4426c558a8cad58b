"""Front doors that open only the room a caller asks for (PEP 562).

A package's ``__init__`` lists its public names and the module that defines each; importing one name imports that one
module. This is what keeps ``import detcore.specs`` free of everything the other names would pull in.
"""

from collections.abc import Callable, Mapping
from importlib import import_module

__all__ = ["front_door"]


def front_door(package: str, homes: Mapping[str, str]) -> tuple[Callable[[str], object], Callable[[], list[str]]]:
    """``__getattr__`` and ``__dir__`` for a package whose public names live in the modules of ``homes``.

    ``homes`` maps each public name to the absolute name of its defining module, and a public submodule to
    ``package`` itself.
    """

    def __getattr__(name: str) -> object:
        if name == "__all__":  # what a star imports
            return sorted(homes)
        if name not in homes:
            raise AttributeError(f"module {package!r} has no attribute {name!r}")
        if homes[name] == package:
            return import_module(f"{package}.{name}")
        return getattr(import_module(homes[name]), name)

    def __dir__() -> list[str]:
        return sorted(homes)

    return __getattr__, __dir__
