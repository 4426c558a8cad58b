"""Checks that cannot hold: those of the kit stay when an author names more."""

from types import SimpleNamespace
from typing import ClassVar

import pytest

from detcore.testing import WriterConformance


class Kit(WriterConformance):
    config = SimpleNamespace()  # is only passed on here
    exceptions: ClassVar = {"test_config_is_hashable": "holds a list", "test_class_is_documented": "not yet"}


class Derived(Kit):
    exceptions: ClassVar = {"test_class_is_documented": "never", "test_defaults_build": "needs a server"}


class Misspelt(Kit):
    exceptions: ClassVar = {"test_config_is_hashabel": "holds a list"}


def reasons(kit, check) -> list[str]:
    """Why a check is skipped, as pytest is told."""
    asked = []
    metafunc = SimpleNamespace(
        fixturenames=["config"],
        function=getattr(kit, check),
        parametrize=lambda _, parameters, **__: asked.extend(parameters),
    )
    kit().pytest_generate_tests(metafunc)
    return [mark.kwargs["reason"] for parameter in asked for mark in parameter.marks]


@pytest.mark.parametrize(
    ("check", "reason"),
    [
        pytest.param("test_component_can_be_pickled", "a writer holds files", id="of the kit"),
        pytest.param("test_config_is_hashable", "holds a list", id="of the class that is derived from"),
        pytest.param("test_defaults_build", "needs a server", id="of its own"),
        pytest.param("test_class_is_documented", "never", id="of both: its own"),
    ],
)
def test_exceptions_of_a_class_are_added_to_those_it_derives_from(check, reason):
    assert reasons(Derived, check) == [reason]


def test_other_checks_run():
    assert reasons(Derived, "test_config_is_of_its_interface") == []


def test_a_name_that_is_no_check_is_an_error_in_every_class():
    with pytest.raises(pytest.UsageError, match=r"exceptions names \['test_config_is_hashabel'\], which are no checks"):
        reasons(Misspelt, "test_config_is_hashable")
