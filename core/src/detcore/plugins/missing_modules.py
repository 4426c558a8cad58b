"""What to install for a module that a plugin imports and that is not there."""

import re
from collections.abc import Iterable

from detcore.errors import PluginError
from detcore.plugins.component import Component
from detcore.plugins.distribution import normalised
from detcore.plugins.metadata import distribution_at
from detcore.plugins.versions import requirement_on

__all__ = ["MissingExtraError", "extra_for", "what_to_install", "who_imports"]

_EXTRA = re.compile(r"""\bextra\s*==\s*["']([^"']+)["']""")

_BROUGHT_BY = {
    "PIL": "pillow", "attr": "attrs", "cv2": "opencv-python", "mlflow": "mlflow", "skimage": "scikit-image",
    "sklearn": "scikit-learn", "yaml": "pyyaml",
}  # fmt: skip
"""How distributions begin that are called otherwise than what is imported from them."""


class MissingExtraError(PluginError):
    """A plugin needs one of its extras, which is not installed."""


def extra_for(component: Component, error: BaseException) -> str:
    """The extra of the plugin's distribution that brings the module that could not be imported; empty where none is."""
    module = _absent_module(component, error)
    for line in _requirements(component) if module else ():
        extra = _EXTRA.search(line.partition(";")[2])
        if extra and _brings(line, module):
            return extra[1]
    return ",".join(component.extras) if module else ""


def what_to_install(component: Component, error: BaseException) -> str:
    """One sentence, with a space behind it; empty where nobody can tell."""
    if extra := extra_for(component, error):
        named = "extras" if "," in extra else "extra"
        return f"It needs the {named} {extra!r}: pip install '{component.distribution}[{extra}]'. "
    module = _absent_module(component, error)
    for line in _requirements(component) if module else ():
        if _brings(line, module):
            requirement = line.partition(";")[0].strip()
            return f"What it requires has not been installed with it: pip install {requirement!r}. "
    return ""


def who_imports(module: str, components: Iterable[Component]) -> str:
    """The first distribution that requires what brings a module, and how; empty where none does."""
    for component in {each.location: each for each in components}.values():
        for line in _requirements(component):
            if _brings(line, module):
                extra = _EXTRA.search(line.partition(";")[2])
                how = f"with its extra {extra[1]!r}" if extra else f"from {line.partition(';')[0].strip()}"
                return f"{component.distribution} {how}"
    return ""


def _absent_module(component: Component, error: BaseException) -> str:
    """The outermost package that is missing, unless it is the plugin's own."""
    if not isinstance(error, ModuleNotFoundError) or not error.name:
        return ""
    top = error.name.partition(".")[0]
    return "" if top == component.target.partition(":")[0].partition(".")[0] else top


def _requirements(component: Component) -> tuple[str, ...]:
    return distribution_at(component.location).requirements


def _brings(requirement: str, module: str) -> bool:
    parsed = requirement_on(requirement.partition(";")[0])
    name = normalised(parsed[0]) if parsed else ""
    return name == normalised(module) or name.startswith(_BROUGHT_BY.get(module, "-"))
