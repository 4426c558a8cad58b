"""Whether an entry point names an object that exists already; nothing is imported to find out."""

import sys

__all__ = ["names_class"]


def names_class(target: str, wanted: type) -> bool:
    """Whether ``"package:Name"`` means a class, which another module may define and the package only hands on."""
    module, _, qualname = target.partition(":")
    *outer, last = qualname.split(".")
    found: object = sys.modules.get(module)
    for attribute in outer:
        found = getattr(found, "__dict__", {}).get(attribute)
    held = getattr(found, "__dict__", {})
    if last not in held and "__getattr__" in held:
        return _hands_on(found, last, wanted)
    return held.get(last) is wanted


def _hands_on(package: object, name: str, wanted: type) -> bool:
    """Of a front door that imports what it is asked for: its own class of that name, which has been imported."""
    root = wanted.__module__.partition(".")[0]
    if name != wanted.__name__ or getattr(package, "__name__", "").partition(".")[0] != root:
        return False
    try:
        return getattr(package, name) is wanted
    except Exception:  # noqa: BLE001  # a plugin's code
        return False
