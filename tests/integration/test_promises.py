"""Promises have dates: a deprecated key of ours is gone once its version has come."""

from collections.abc import Iterator
from typing import Any, ClassVar

import attrs
from attrs import frozen

import detcore
from detcore.config import ExperimentConfig
from detcore.config.structuring.types import config_class_in, field_types
from detcore.config.structuring.upgrading import deprecated_keys
from detcore.plugins import GROUPS_WITHOUT_CONFIG, installed_registry
from detcore.plugins.versions import satisfies
from detcore.specs import ComponentConfig, Deprecated


def config_classes(config_class: type) -> Iterator[type]:
    """A config class and those that its tables always are."""
    yield config_class
    for hint in field_types(config_class).values():
        inner = config_class_in(hint)
        if inner is not None and not issubclass(inner, ComponentConfig):
            yield from config_classes(inner)


def first_party() -> Iterator[type]:
    registry = installed_registry()
    yield from config_classes(ExperimentConfig)
    for row in registry.rows:
        component = row.component
        if component.distribution.startswith("det-") and component.group not in GROUPS_WITHOUT_CONFIG:
            yield from config_classes(registry.load(component, ComponentConfig))


def expired(config_class: type, version: str) -> list[str]:
    """Keys whose time is over, or that are settings as well."""
    names = {field.name for field in attrs.fields(config_class)}
    return [
        f"{config_class.__name__}.{key}"
        for key, deprecated in deprecated_keys(config_class).items()
        if satisfies(version, f">={deprecated.until}") or key in names
    ]


@frozen(kw_only=True)
class AgedConfig:
    deprecated: ClassVar[tuple[Deprecated, ...]] = (
        Deprecated(key="older", since="0.1", until="0.3", instead="size"),
        Deprecated(key="old", since="0.2", until="0.4", instead="size"),
    )

    size: int = 1
    inner: Any = None


def test_a_promise_that_is_over_is_found():
    assert expired(AgedConfig, "0.2.9") == []
    assert expired(AgedConfig, "0.3") == ["AgedConfig.older"]
    assert expired(AgedConfig, "0.4") == ["AgedConfig.older", "AgedConfig.old"]


def test_no_promise_of_ours_is_over():
    classes = {*first_party()}

    assert len(classes) > 30
    assert [key for config_class in classes for key in expired(config_class, detcore.__version__)] == []
