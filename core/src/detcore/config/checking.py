"""What can be known about an experiment before data and devices are touched: do its parts fit?"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Literal

from attrs import frozen

from detcore.config.facts import DataFacts, data_facts
from detcore.config.sections import DataConfig, EvaluationConfig, WeightsConfig
from detcore.config.structuring.fields import fields_of
from detcore.config.text.nodes import Node, Path, at, dotted, nearest
from detcore.config.text.problems import Finding
from detcore.errors import DetcoreError, PluginError
from detcore.plugins import Registry, guarded
from detcore.specs import (
    ArchitectureConfig,
    DataSpec,
    EvaluatorConfig,
    Problem,
    under,
)

__all__ = ["Checked", "Source", "check_parts", "sorted_problems"]

Source = Literal["data", "weights"]
"""What a run reads besides its config."""


@frozen
class Checked:
    """The outcome of a check."""

    findings: list[Finding]
    unchecked: list[str]
    """One line for each thing that only the run will tell."""

    doubtful: list[Problem]
    """What can be run and is seldom meant."""

    def joined(self, other: "Checked") -> "Checked":
        """Both outcomes as one."""
        return Checked(
            [*self.findings, *other.findings],
            [*self.unchecked, *other.unchecked],
            [*self.doubtful, *other.doubtful],
        )


def check_parts(
    *,
    data: DataConfig | None,
    model: ArchitectureConfig | None,
    weights: WeightsConfig | None,
    evaluation: EvaluationConfig | None,
    root: Node,
    registry: Registry,
    doubted: Collection[Path] = (),
    may_lack: Collection[Source] = (),
) -> Checked:
    """Check the parts that could be read (``None``: could not) against each other.

    ``doubted`` are the paths already known to be wrong. Defaults stand in for their values, so problems with them, and
    with anything that nobody wrote, may be no more than consequences, and are not reported. What ``may_lack`` names
    is not wrong where it cannot be found; of datasets, that is told as unchecked.
    """
    try:
        facts = (
            data_facts(data, root, registry, absent="data" in may_lack) if data else DataFacts(DataSpec(), None, [], [])
        )
        lacking = set(_lacking({"data": data, "model": model, "evaluation": evaluation}, doubted))
        if ("data",) in lacking and data and data.test is None:
            evaluation = None  # nobody knows what it would be measured on
        problems = _problems(facts, data, model, evaluation, registry)
        if weights and weights.path and "weights" not in may_lack:
            from detcore.config.weights_check import check_weights  # most runs start fresh

            problems += under(check_weights(weights.path, registry), "weights", "path")
        checked = Checked(facts.findings, facts.unchecked, []).joined(sorted_problems(problems, root))
    except PluginError:
        if not doubted:
            raise
        return Checked([], [], [])
    stands = [found for found in checked.findings if not doubted or _stands(found.path, root, {*doubted, *lacking})]
    return Checked(stands, checked.unchecked, checked.doubtful)


def _problems(
    facts: DataFacts,
    data: DataConfig | None,
    model: ArchitectureConfig | None,
    evaluation: EvaluationConfig | None,
    registry: Registry,
) -> list[Problem]:
    problems = under(_problems_of(model, facts.spec, registry), "model") if model else []
    if evaluation and data:
        predicted = _outputs_of(model, registry) if model else None
        for index, evaluator in enumerate(evaluation.evaluators):
            found = _evaluator_problems(evaluator, data, facts, predicted, registry)
            problems += under(found, "evaluation", "evaluators", index)
    return problems


def sorted_problems(problems: Sequence[Problem], root: Node) -> Checked:
    """Problems by what they mean for a run; ``root`` knows their places."""
    errors = [problem for problem in problems if problem.severity == "error"]
    notes = [f"{dotted(problem.path)}: {problem.message}" for problem in problems if problem.severity == "unchecked"]
    findings = [Finding(nearest(root, error.path).origin, error.path, error.message) for error in errors]
    doubtful = [problem for problem in problems if problem.severity == "doubtful"]
    return Checked(findings, notes, doubtful)


def _lacking(parts: Mapping[str, object], doubted: Collection[Path]) -> Iterator[Path]:
    """The objects that have nothing where something was written that could not be read."""
    for path in doubted:
        part, depth = parts.get(str(path[0])) if path else None, 1
        while part is not None and depth < len(path):
            owner, part, depth = path[:depth], _entry(part, path[depth]), depth + 1
            if part is None:
                yield owner


def _entry(part: object, step: str | int) -> object:
    field = fields_of(type(part)).get(str(step))
    if field is not None:
        return getattr(part, field.name)
    if isinstance(part, Sequence) and isinstance(step, int) and -len(part) <= step < len(part):
        entry: object = part[step]
        return entry
    return None


def _stands(path: Path, root: Node, doubted: Collection[Path]) -> bool:
    """Whether a problem at ``path`` is worth telling beside those at ``doubted``."""
    depends = any(path[: len(other)] == other[: len(path)] for other in doubted if other)
    return at(root, path) is not None and not depends


def _problems_of(model: ArchitectureConfig, data: DataSpec, registry: Registry) -> Iterable[Problem]:
    try:
        with guarded(registry.component_of(type(model)), "checking whether its parts fit"):
            return model.check(data)
    except PluginError:
        raise
    except DetcoreError as error:
        return [Problem(str(error))]


def _outputs_of(model: ArchitectureConfig, registry: Registry) -> frozenset[str] | None:
    with guarded(registry.component_of(type(model)), "telling what it predicts"):
        return model.outputs()


def _evaluator_problems(
    config: EvaluatorConfig, data: DataConfig, facts: DataFacts, predicted: frozenset[str] | None, registry: Registry
) -> Iterable[Problem]:
    if data.test is None:
        return [Problem("there is nothing to evaluate on: the config has no data.test")]
    with guarded(registry.component_of(type(config)), "telling what it needs"):
        needs = config.needs()
        problems = [*config.check(metadata=facts.test, predicted=predicted)] if facts.test else []
    if facts.test:
        problems += [_missing(name) for name in sorted(needs.metadata) if not getattr(facts.test, name, None)]
    if facts.test and facts.test.has_masks is False and "instances.pred_masks" in needs.outputs:
        problems.append(Problem("measures masks, but the test data has none"))
    if predicted is not None and (lacking := needs.outputs - predicted):
        problems.append(Problem(f"needs {', '.join(sorted(lacking))}, which the model does not predict"))
    return problems


def _missing(name: str) -> Problem:
    return Problem(f"needs the test data's {name}, but it has none")
