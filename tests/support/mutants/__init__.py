"""Healthy components of every kind, and operators that break one thing in each of those they fit."""

from mutants.healthy import HEALTHY, Healthy
from mutants.of_configs import CONFIG_OPERATORS, Texts
from mutants.of_kinds import KIND_OPERATORS
from mutants.of_modules import MODULE_OPERATORS
from mutants.operators import Operator

__all__ = ["CONFIG_OPERATORS", "HEALTHY", "KIND_OPERATORS", "MODULE_OPERATORS", "Healthy", "Operator", "Texts"]
