"""A config as the text of a file, and back, under a name that nothing installed has."""

from typing import Any, Final

from detcore.config.dumping import to_dict
from detcore.config.structuring.gathering import UnreadableError
from detcore.config.structuring.structurer import Structurer
from detcore.config.text.comments import Comments
from detcore.config.text.reading import parse
from detcore.config.text.toml_writing import write_toml
from detcore.plugins import Registry, installed_registry
from detcore.specs import ComponentConfig

__all__ = ["read", "written"]

_NAME: Final = "component-under-test"


def written(config: ComponentConfig) -> str:
    """The config as TOML, complete."""
    return write_toml(to_dict(config, registry=_registry(type(config))), Comments())


def read(text: str, config_class: type[ComponentConfig]) -> tuple[Any, list[str]]:
    """The config that :func:`written` text holds, and every mistake in it; ``None`` where it cannot be read."""
    structurer = Structurer(_registry(config_class))
    try:
        config = structurer.read(parse(text, ".toml", "config"), config_class, ())
    except UnreadableError:
        config = None
    return config, [finding.message for finding in structurer.findings]


def _registry(config_class: type[ComponentConfig]) -> Registry:
    """Everything installed, for what the config holds, and the class itself, which may not be installed yet."""
    registry = installed_registry().restricted()
    registry.add(_NAME, config_class)
    return registry
