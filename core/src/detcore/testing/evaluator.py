"""What is asked of an evaluator."""

import json
import pickle
from collections.abc import Mapping, Sequence
from typing import Any

from attrs import fields_dict

from detcore.evaluation import without_nan
from detcore.interfaces import EvaluationResult, Evaluator
from detcore.specs import DatasetMetadata, EvaluatorConfig
from detcore.structures import ModelInput, ModelOutput
from detcore.testing.comparing import difference
from detcore.testing.component import ComponentConformance
from detcore.testing.evaluated_pictures import seen_pictures
from detcore.testing.examples import METADATA

__all__ = ["EvaluatorConformance"]

Seen = Sequence[tuple[ModelInput, ModelOutput]]


class EvaluatorConformance(ComponentConformance[EvaluatorConfig, Evaluator]):
    """Checks of an evaluator: the same numbers whatever the batches and the ranks, and some for no pictures at all.

    ::

        class TestMyMetric(EvaluatorConformance):
            configs = (MyMetricConfig(threshold=0.5),)
    """

    interface = EvaluatorConfig
    component = Evaluator

    metadata: DatasetMetadata = METADATA
    """Of the data that is measured."""

    def pictures(self) -> Seen:
        """What a model saw and said; several pictures, one of them without objects, one without detections."""
        return seen_pictures()

    def build(self, config: EvaluatorConfig) -> Evaluator:
        """As an evaluation does."""
        return config.build(metadata=self.metadata)

    def examples(self, config: EvaluatorConfig) -> Seen:
        """All pictures."""
        return self.pictures()

    def behaviour(self, component: Evaluator, examples: Any) -> EvaluationResult:
        """The measure of all pictures."""
        component.reset()
        _show(component, examples)
        return component.evaluate()

    def test_needs_are_words_that_exist(self, config: EvaluatorConfig) -> None:
        """What the evaluator needs can be compared with what a model predicts and a dataset knows."""
        needs = config.needs()
        unknown = sorted(needs.metadata - fields_dict(DatasetMetadata).keys())
        assert not unknown, f"{type(config).__name__}.needs() asks for {unknown}, which no DatasetMetadata has"
        heads = {each.partition(".")[0] for each in needs.outputs} - ModelOutput.__annotations__.keys()
        assert not heads, f"{type(config).__name__}.needs() asks for {sorted(heads)}, which no model output has"

    def test_no_pictures_have_a_measure(self, config: EvaluatorConfig) -> None:
        """Before anything is seen, values are not-a-number, and nothing fails."""
        try:
            result = self.built(config).evaluate()
        except Exception as error:
            raise AssertionError(
                f"{type(config).__name__} fails on no pictures ({type(error).__name__}: {error}): return NaN where"
                " there is nothing to measure"
            ) from error
        _expect_numbers(config, result)

    def test_pictures_without_objects_have_a_measure(self, config: EvaluatorConfig) -> None:
        """Nor does it fail where nothing is to be found, or nothing was."""
        for shown in self.pictures():
            try:
                result = self.behaviour(self.built(config), [shown])
            except Exception as error:
                raise AssertionError(
                    f"{type(config).__name__} fails on a picture with {len(shown[0]['annotations'])} objects"
                    f" ({type(error).__name__}: {error}): count what is not there as nothing"
                ) from error
            _expect_numbers(config, result)

    def test_results_are_json(self, config: EvaluatorConfig) -> None:
        """Nested names to numbers; not-a-number where nothing is defined, never infinity."""
        result = self.behaviour(self.built(config), self.pictures())
        _expect_numbers(config, result)
        json.dumps(without_nan(result), allow_nan=False)

    def test_batches_are_no_matter(self, config: EvaluatorConfig) -> None:
        """One by one or all at once."""
        evaluator, pictures = self.built(config), self.pictures()
        expected = self.behaviour(evaluator, pictures)
        evaluator.reset()
        for shown in pictures:
            _show(evaluator, [shown])
        differs = difference(evaluator.evaluate(), expected)
        assert not differs, (
            f"{type(config).__name__} measures otherwise in batches of one ({differs}): sum over pictures"
        )

    def test_parts_are_the_whole(self, config: EvaluatorConfig) -> None:
        """Ranks that saw a part each, put together, measure what one process does; parts may be empty."""
        pictures = self.pictures()
        expected = self.behaviour(self.built(config), pictures)
        found = self._merged(config, [pictures[0::2], pictures[1::2], []])
        differs = difference(found, expected)
        assert not differs, (
            f"{type(config).__name__} measures otherwise from the states of three ranks ({differs}): let state() hold"
            " all that was seen and merge() put all states together"
        )

    def test_a_picture_seen_twice_counts_once(self, config: EvaluatorConfig) -> None:
        """Ranks are padded to equal length by pictures that another one has too."""
        pictures = self.pictures()
        expected = self.behaviour(self.built(config), pictures)
        found = self._merged(config, [pictures[:3], [pictures[0], *pictures[2:]]])
        differs = difference(found, expected)
        assert not differs, (
            f"{type(config).__name__} counts a picture twice that two ranks have seen ({differs}): remember pictures by"
            " detcore.evaluation.picture_key"
        )

    def test_reset_forgets(self, config: EvaluatorConfig) -> None:
        """A second evaluation is about its own pictures; a state that was handed out stays."""
        evaluator, pictures = self.built(config), self.pictures()
        expected = self.behaviour(self.built(config), pictures[1:])
        _show(evaluator, pictures[:1])
        state = evaluator.state()
        kept = pickle.dumps(state)
        evaluator.reset()
        _show(evaluator, pictures[1:])
        differs = difference(evaluator.evaluate(), expected)
        assert not differs, (
            f"{type(config).__name__} remembers pictures from before reset() ({differs}): forget them all"
        )
        unchanged = pickle.loads(kept)  # noqa: S301  # just pickled here
        differs = difference(state, unchanged)
        assert not differs, f"{type(config).__name__}: reset() changes a state that was handed out ({differs})"

    def test_measuring_twice_gives_the_same(self, config: EvaluatorConfig) -> None:
        """``evaluate`` only looks."""
        evaluator = self.built(config)
        expected = self.behaviour(evaluator, self.pictures())
        differs = difference(evaluator.evaluate(), expected)
        assert not differs, (
            f"{type(config).__name__} measures otherwise the second time ({differs}): do not change state"
        )

    def test_predictions_matter(self, config: EvaluatorConfig) -> None:
        """Two models that say different things have different numbers."""
        pictures = self.pictures()
        swapped = [(shown, said) for (shown, _), (_, said) in zip(pictures, reversed(pictures), strict=True)]
        first, second = (self.behaviour(self.built(config), each) for each in (pictures, swapped))
        assert difference(first, second), f"{type(config).__name__} measures the same whatever a model predicts"

    def _merged(self, config: EvaluatorConfig, shares: Sequence[Seen]) -> EvaluationResult:
        states = []
        for share in shares:
            rank = self.built(config)
            _show(rank, share)
            states.append(_sent(rank))
        main = self.built(config)
        main.merge(states)
        return main.evaluate()


def _show(evaluator: Evaluator, pictures: Seen) -> None:
    evaluator.process([shown for shown, _ in pictures], [said for _, said in pictures])


def _sent(rank: Evaluator) -> object:
    try:
        return pickle.loads(pickle.dumps(rank.state()))  # noqa: S301  # just pickled here
    except Exception as error:
        raise AssertionError(
            f"{type(rank).__name__}.state() cannot be pickled ({error}): ranks send it to each other"
        ) from error


def _expect_numbers(config: EvaluatorConfig, result: object, place: str = "") -> None:
    name = type(config).__name__
    if isinstance(result, Mapping):
        for key, value in result.items():
            assert isinstance(key, str), f"{name} names a value {key!r}: name values by texts"
            _expect_numbers(config, value, f"{place}.{key}".lstrip("."))
        return
    assert place, f"{name}.evaluate() returns a {type(result).__name__}: return a table of names to numbers"
    is_number = type(result) in (float, int) and abs(float(result)) != float("inf")  # type: ignore[arg-type]  # is one
    assert is_number, (
        f"{name} says that {place!r} is {result!r} ({type(result).__name__}): make it a float, NaN where nothing is"
        " defined"
    )
