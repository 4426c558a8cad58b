"""The conformance kits notice: operators break one thing in a healthy component, and a check of the kit says so."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import cycle

import pytest
from mutants import CONFIG_OPERATORS, HEALTHY, KIND_OPERATORS, MODULE_OPERATORS, Texts

OPERATORS = (*MODULE_OPERATORS, *KIND_OPERATORS)

pytestmark = pytest.mark.traced  # wrapped methods and odd values, which the run-time shape checker would refuse first


KINDS_BY_DEFAULT = 3
"""On so many of its kinds an operator is tried in the default run, on others each time; the heavy run tries all."""


def mutations(operators):
    """Every operator on every kind that it fits."""
    return [
        pytest.param(
            operator, kind, id=f"{kind} {operator.name}", marks=[] if (operator, kind) in DEFAULT else pytest.mark.heavy
        )
        for operator in operators
        for kind in operator.kinds
    ]


def default_mutations(operators):
    """Each operator on a few kinds: on all others it breaks the same line of the same check."""
    turn = cycle(HEALTHY)
    for operator in operators:
        left = set(operator.kinds)
        while left and len(operator.kinds) - len(left) < KINDS_BY_DEFAULT:
            if (kind := next(turn)) in left:
                left.remove(kind)
                yield operator, kind


DEFAULT = list(default_mutations((*OPERATORS, *CONFIG_OPERATORS)))


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


def healthy_checks():
    """Every check that is to catch a mutant, on the component that the mutant is made of."""
    mutants = [(operator, kind) for operator in (*OPERATORS, *CONFIG_OPERATORS) for kind in operator.kinds]
    by_default = {(kind, operator.caught_by) for operator, kind in DEFAULT}
    return [
        pytest.param(*pair, marks=[] if pair in by_default else pytest.mark.heavy)
        for pair in sorted({(kind, operator.caught_by) for operator, kind in mutants})
    ]


@pytest.mark.parametrize(("kind", "check"), healthy_checks())
def test_the_unmutated_component_passes(kind, check):
    with kit_of(kind) as kit:
        getattr(kit, check)(HEALTHY[kind].config)


def test_the_default_run_has_every_operator_and_mutants_of_every_kind():
    operators = (*OPERATORS, *CONFIG_OPERATORS)

    assert {operator.name for operator, _ in DEFAULT} == {operator.name for operator in operators}
    assert {kind for operator, kind in DEFAULT if operator in OPERATORS} == set(HEALTHY)
    assert {kind for operator, kind in DEFAULT if operator in CONFIG_OPERATORS} == set(HEALTHY)
    assert len({operator.name for operator in operators}) >= 40
    assert len(DEFAULT) >= 40
