"""The conformance kits notice: operators break one thing in a healthy component, and a check of the kit says so."""

import os
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from mutants import CONFIG_OPERATORS, HEALTHY, KIND_OPERATORS, MODULE_OPERATORS, Texts

OPERATORS = (*MODULE_OPERATORS, *KIND_OPERATORS)

pytestmark = pytest.mark.traced  # wrapped methods and odd values, which the run-time shape checker would refuse first


def mutations(operators):
    pairs = [(operator, kind) for operator in operators for kind in operator.kinds]
    return [pytest.param(operator, kind, id=f"{kind} {operator.name}") for operator, kind in pairs]


@contextmanager
def kit_of(kind) -> Iterator[object]:
    """The kit of a kind, as pytest would use it."""
    kit, environment = HEALTHY[kind].kit(), dict(os.environ)
    if hasattr(kit, "setup_method"):
        kit.setup_method()
    try:
        yield kit
    finally:
        if hasattr(kit, "teardown_method"):
            kit.teardown_method()
        os.environ.clear()
        os.environ.update(environment)


@pytest.fixture
def texts(tmp_path, monkeypatch):
    monkeypatch.syspath_prepend(tmp_path)
    texts = Texts(tmp_path)
    yield texts
    texts.forget()


@pytest.mark.parametrize(("operator", "kind"), mutations(OPERATORS))
def test_a_mutant_is_caught_by_name(operator, kind):
    mutant = operator.change(HEALTHY[kind].config)

    with kit_of(kind) as kit, pytest.raises(AssertionError):
        getattr(kit, operator.caught_by)(mutant)


@pytest.mark.parametrize(("operator", "kind"), mutations(CONFIG_OPERATORS))
def test_a_mutant_of_a_config_is_caught_by_name(operator, kind, texts):
    mutant = texts.mutant(operator, HEALTHY[kind].config)

    with kit_of(kind) as kit, pytest.raises(AssertionError):
        getattr(kit, operator.caught_by)(mutant)


HEALTHY_CHECKS = sorted(
    {(kind, operator.caught_by) for operator in (*OPERATORS, *CONFIG_OPERATORS) for kind in operator.kinds}
)


@pytest.mark.parametrize(("kind", "check"), HEALTHY_CHECKS)
def test_the_unmutated_component_passes(kind, check):
    with kit_of(kind) as kit:
        getattr(kit, check)(HEALTHY[kind].config)


def test_there_are_mutants_of_every_kind():
    count = sum(len(operator.kinds) for operator in (*OPERATORS, *CONFIG_OPERATORS))

    assert {kind for operator in OPERATORS for kind in operator.kinds} == set(HEALTHY)
    assert len({operator.name for operator in (*OPERATORS, *CONFIG_OPERATORS)}) >= 40
    assert count >= 40
