"""What plugins may add besides components with a config: subcommands, URI schemes and readers of others' configs."""

from argparse import ArgumentParser, Namespace
from pathlib import Path
from typing import Protocol, runtime_checkable

from detcore.specs.translation import Translation

__all__ = ["Command", "ConfigTranslator", "Resolver"]


@runtime_checkable
class Command(Protocol):
    """A subcommand of ``detcore``, offered in the group ``detcore.commands``; imported only when it is typed."""

    summary: str
    """One line for ``detcore --help``."""

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the subcommand's arguments."""

    def run(self, arguments: Namespace) -> int:
        """Do the work; the exit status."""


@runtime_checkable
class Resolver(Protocol):
    """A URI scheme, offered in the group ``detcore.resolvers`` under the scheme's name."""

    def __call__(self, uri: str) -> Path:
        """The local file that ``uri`` stands for."""


@runtime_checkable
class ConfigTranslator(Protocol):
    """Reads another program's configs, offered in the group ``detcore.config_translators`` under its name."""

    def __call__(self, path: Path) -> Translation:
        """What the file says, as an experiment.

        Raises:
            ConfigError: the file cannot be read, or is wrong by the other program's own rules.
        """
