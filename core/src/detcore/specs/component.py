"""The base of every config class."""

from abc import ABC
from collections.abc import Iterable
from typing import ClassVar

from attrs import frozen

from detcore.specs.deprecation import Deprecated
from detcore.specs.problems import Problem

__all__ = ["ComponentConfig"]


@frozen(kw_only=True)
class ComponentConfig(ABC):
    """Settings of one component, and the way to build it.

    A config class is at once the component's schema, its documentation, its Python API and its TOML table. It holds
    data only, and the module that defines it imports neither torch nor anything else that is heavy: ``build`` imports
    the component when it is called. In a file the key ``type`` (the name of the plugin's entry point) chooses the
    class; the other keys are its fields.
    """

    group: ClassVar[str]
    """The entry-point group in which plugins offer this kind of component, e.g. ``"detcore.backbones"``."""

    deprecated: ClassVar[tuple[Deprecated, ...]] = ()
    """Keys that files still may use for settings which are called otherwise by now."""

    def check_fresh(self) -> Iterable[Problem]:
        """What is doubtful about training this part of a model from fresh weights.

        For statistics that stay as they are made, and layers that never learn.
        """
        return ()
