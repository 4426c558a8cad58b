"""The run-time type checker of ``nox -s shapes``."""

from beartype import BeartypeConf, beartype

__all__ = ["typechecked"]

typechecked = beartype(conf=BeartypeConf(is_pep484_tower=True))
"""Checks arguments and results; an ``int`` is welcome where a ``float`` is asked for, as type checkers have it."""
