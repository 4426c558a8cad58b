"""What is asked of every component, whatever its kind."""

import copy
import inspect
import pickle
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Generic, TypeVar, cast

import attrs
import torch

from detcore.config.documentation import texts_of
from detcore.plugins.enumerating import enumerated
from detcore.plugins.probing.shared_state import TORCH_RANDOMNESS, changed_parts, shared_state
from detcore.specs import ComponentConfig, Problem
from detcore.testing.comparing import difference
from detcore.testing.files import read, written
from detcore.testing.imports import expect_light_import, expect_quiet_import
from detcore.testing.seeding import seeded

if TYPE_CHECKING:
    import pytest

__all__ = ["ComponentConformance"]

ConfigT = TypeVar("ConfigT", bound=ComponentConfig)
ComponentT = TypeVar("ComponentT")


class ComponentConformance(Generic[ConfigT, ComponentT]):
    """The checks that components of every kind pass; a kit of one kind adds its own.

    A plugin's test suite derives a class from the kit of the kind and says which configs to try, at sizes that a test
    can afford. Every check then runs once for each of them::

        class TestMyBackbone(BackboneConformance):
            configs = (MyBackboneConfig(width=8), MyBackboneConfig(width=8, depth=3))

    A check that cannot hold is named in ``exceptions`` with the reason, and skipped with it; those of the kit itself
    stay.

    To write the kit of a kind, say its ``interface`` and ``component``, how to ``build`` one, on which ``examples``
    to try it, and what its ``behaviour`` on them is.
    """

    interface: type[ComponentConfig]
    """The config base class of the kind; a kit says it."""

    component: type
    """The base class of what is built; a kit says it."""

    config: "ConfigT | type[ConfigT]"
    """The config to try, or a class whose defaults are small enough."""

    configs: "Sequence[ConfigT | type[ConfigT]]" = ()
    """Several of them, instead."""

    exceptions: Mapping[str, str] = {}  # replaced, never changed
    """Names of checks that are not to hold here, and why; added to those of the classes that this one derives from."""

    may_change: frozenset[str] = frozenset()
    """Parts of what all modules share that components of a kind change by their nature, by the names of messages."""

    def build(self, config: ConfigT) -> ComponentT:
        """The component, with whatever else its ``build`` asks for."""
        raise NotImplementedError

    def examples(self, config: ConfigT) -> Any:
        """What to try the component on: the same each time."""
        raise NotImplementedError

    def behaviour(self, component: ComponentT, examples: Any) -> object:
        """What it makes of them: tensors, arrays, numbers, and tables or lists of these."""
        raise NotImplementedError

    def problems(self, config: ConfigT) -> Iterable[Problem]:
        """What the config's own ``check`` says, where its kind has one, of what it is tried on here."""
        return ()

    def pytest_generate_tests(self, metafunc: "pytest.Metafunc") -> None:
        """Run each check for each config."""
        import pytest

        exceptions = self._all_exceptions()
        if unknown := [name for name in exceptions if not hasattr(self, name)]:
            raise pytest.UsageError(
                f"{type(self).__name__}.exceptions names {unknown}, which are no checks of this kit"
            )
        if "config" in metafunc.fixturenames:
            reason = exceptions.get(metafunc.function.__name__)
            marks = [] if reason is None else [pytest.mark.skip(reason=reason)]
            tried = [pytest.param(each, marks=marks) for each in self.tried()]
            metafunc.parametrize("config", tried, ids=[str(number) for number in range(len(tried))])

    def _all_exceptions(self) -> dict[str, str]:
        """Of every class, the most derived last: a kit knows of its kind what an author need not repeat."""
        found: dict[str, str] = {}
        for each in reversed(type(self).__mro__):
            found |= vars(each).get("exceptions", {})
        return found

    def tried(self) -> list[ConfigT]:
        """Every config to try."""
        given = self.configs or (self.config,)
        return [each() if isinstance(each, type) else each for each in given]

    def built(self, config: ConfigT, *, seed: int = 0) -> ComponentT:
        """The component as it is built when every generator starts from ``seed``."""
        with seeded(seed):
            return self.build(config)

    # The config class

    def test_config_is_of_its_interface(self, config: ConfigT) -> None:
        """It derives from the interface, and cannot be changed once it is made."""
        name, interface = type(config).__name__, self.interface.__name__
        assert isinstance(config, self.interface), f"{name} is no {interface}: derive it from {interface}"
        for setting in attrs.fields(type(config)):
            try:
                setattr(config, setting.name, getattr(config, setting.name))
            except AttributeError:
                continue
            raise AssertionError(f"{name}.{setting.name} can be changed: decorate the class with @frozen(kw_only=True)")

    def test_settings_survive_being_written_and_read(self, config: ConfigT) -> None:
        """A config written to a file reads back to an equal one."""
        text = written(config)
        again, mistakes = read(text, type(config))
        assert not mistakes, f"{type(config).__name__} refuses what it wrote itself: {'; '.join(mistakes)}"
        assert again == config, (
            f"{type(config).__name__} is another config after it was written to a file and read again, {again} instead"
            f" of {config}: let it be compared by value, and let no converter change what it has already converted"
        )

    def test_check_finds_nothing_wrong(self, config: ConfigT) -> None:
        """The configs to try are good ones, and fit what they are tried on."""
        errors = _errors(self.problems(config))
        assert not errors, f"{type(config).__name__}.check() refuses a config that is to be tried: {'; '.join(errors)}"

    def test_config_is_hashable(self, config: ConfigT) -> None:
        """A config may stand in a set and be the key of a table."""
        try:
            hash(config)
        except TypeError as error:
            raise AssertionError(f"{type(config).__name__} has no hash ({error}): hold tuples, not lists") from error

    def test_an_unknown_setting_is_refused(self, config: ConfigT) -> None:
        """A misspelt setting is a mistake, in a file and in Python."""
        name, config_class = type(config).__name__, cast("Callable[..., object]", type(config))
        _, mistakes = read("no_such_setting = 1\n" + written(config), type(config))
        assert mistakes, f"{name} reads a file with a setting that it does not have: declare every setting as a field"
        try:
            config_class(**_settings(config), no_such_setting=1)
        except TypeError:
            return
        raise AssertionError(f"{name}(no_such_setting=1) is accepted: leave __init__ to attrs, which refuses it")

    def test_defaults_build(self, config: ConfigT) -> None:
        """What a user gets who sets only what must be set can be built; on the meta device, so that size is no matter.

        Settings without a default are taken from the config that is tried. Defaults that do not fit what is tried here,
        as the class itself says by its ``check``, are for other surroundings, and are not built.
        """
        plain = _plainest(config)
        if _errors(self.problems(plain)):
            return
        try:
            with torch.device("meta"):
                self.built(plain)
        except Exception as error:
            raise AssertionError(
                f"{type(config).__name__} cannot be built from its defaults: {type(error).__name__}: {error}"
            ) from error

    def test_class_is_documented(self, config: ConfigT) -> None:
        """The class says what the component is: ``detcore plugins show`` prints it."""
        text = vars(type(config)).get("__doc__") or ""
        # attrs and dataclasses write one of their own where there is none.
        is_generated = text.startswith(f"{type(config).__name__}(")
        assert text.strip(), f"{type(config).__name__} has no docstring: say in a sentence what the component is"
        assert not is_generated, f"{type(config).__name__} has no docstring of its own: say what the component is"

    def test_every_setting_is_documented(self, config: ConfigT) -> None:
        """Each setting has a text under it, in a string of its own: completion and ``plugins show`` print it."""
        texts = texts_of(type(config))
        silent = [setting.name for setting in attrs.fields(type(config)) if not texts.get(setting.name)]
        assert not silent, f"{type(config).__name__} has settings without a text under them: {', '.join(silent)}"

    def test_config_can_be_pickled(self, config: ConfigT) -> None:
        """Workers and ranks get configs by pickle."""
        again = _unpickled(config, type(config).__name__)
        assert again == config, f"{type(config).__name__} is another config after pickling: {again} instead of {config}"

    # Imports

    def test_config_module_is_light(self, config: ConfigT) -> None:
        """Listing, checking and completing read config classes without loading torch and the like."""
        expect_light_import(type(config).__module__, "import them in build(), or under TYPE_CHECKING")

    def test_importing_the_config_has_no_side_effects(self, config: ConfigT) -> None:
        """Naming a component in a config changes nothing but what is imported."""
        expect_quiet_import(type(config).__module__, with_torch=False)

    def test_importing_the_component_has_no_side_effects(self, config: ConfigT) -> None:
        """Nor does importing what builds it."""
        expect_quiet_import(type(self.built(config)).__module__, with_torch=True)

    # The component

    def test_it_builds_a_component_of_its_kind(self, config: ConfigT) -> None:
        """What is built is what the interface promises."""
        with seeded(0):
            built = self.build(config)
        assert isinstance(built, self.component), (
            f"{type(config).__name__}.build() returns a {type(built).__name__}, not a {self.component.__name__}"
        )

    def test_building_has_no_side_effects(self, config: ConfigT) -> None:
        """Two components can be built in any order; fresh weights may draw from torch's random generator."""
        before = shared_state()
        self.build(config)
        changed = [name for name in self._changed_parts(before) if name != TORCH_RANDOMNESS]
        assert not changed, f"{type(config).__name__}.build() changes {enumerated(changed)}: keep such things to itself"

    def test_one_seed_builds_one_component(self, config: ConfigT) -> None:
        """A run can be repeated: what is built depends on the settings and the seed."""
        found = self.behaviour(self.built(config), self.examples(config))
        expected = self.behaviour(self.built(config), self.examples(config))
        differs = difference(found, expected)
        assert not differs, (
            f"{type(config).__name__} built twice from one seed behaves in two ways ({differs}): draw from torch's"
            " global generator when building, and from nothing else"
        )

    def test_behaviour_depends_on_its_input_alone(self, config: ConfigT) -> None:
        """It neither reads nor moves any global random generator, and gives the same answer twice."""
        component = self.built(config)
        before = shared_state()
        with seeded(1):
            begun = shared_state()
            found = self.behaviour(component, self.examples(config))
            moved = self._changed_parts(begun)
        changed = self._changed_parts(before)
        assert not moved, f"{_named(component)} changes {enumerated(moved)} when it is used: draw from what it is given"
        assert not changed, f"{_named(component)} changes {enumerated(changed)} when it is used"
        differs = difference(self.behaviour(component, self.examples(config)), found)
        assert not differs, f"{_named(component)} gives two answers to one question ({differs}): it keeps something"

    def test_inputs_are_left_as_they_were(self, config: ConfigT) -> None:
        """What it is given belongs to others."""
        component, examples = self.built(config), self.examples(config)
        expected = copy.deepcopy(examples)
        self.behaviour(component, examples)
        differs = difference(examples, expected)
        assert not differs, f"{_named(component)} changes its input ({differs}): copy what it changes"

    def test_component_can_be_pickled(self, config: ConfigT) -> None:
        """Workers and ranks get components by pickle, and they behave there as they do here."""
        component = self.built(config)
        expected = self.behaviour(component, self.examples(config))
        again = _unpickled(self.built(config), _named(component))
        differs = difference(self.behaviour(again, self.examples(config)), expected)
        assert not differs, f"{_named(component)} behaves in another way after pickling ({differs})"

    def _changed_parts(self, before: Mapping[str, object]) -> list[str]:
        return [name for name in changed_parts(before) if name not in self.may_change]


def _settings(config: ComponentConfig, *, required_only: bool = False) -> dict[str, Any]:
    fields = [field for field in attrs.fields(type(config)) if field.init]
    return {
        field.alias: getattr(config, field.name)
        for field in fields
        if not required_only or field.default is attrs.NOTHING
    }


def _plainest(config: ConfigT) -> ConfigT:
    """The config with every other setting at its default, where what must be set agrees to that."""
    required = _settings(config, required_only=True)
    try:
        return type(config)(**required)
    except ValueError:
        if required:
            return config
        raise


def _errors(problems: Iterable[Problem]) -> list[str]:
    return [problem.message for problem in problems if problem.severity == "error"]


def _unpickled(value: Any, name: str) -> Any:
    try:
        return pickle.loads(pickle.dumps(value))  # noqa: S301  # just pickled here
    except Exception as error:
        raise AssertionError(
            f"{name} cannot be pickled ({error}): keep no lambda, local function or open file in it"
        ) from error


def _named(component: object) -> str:
    return component.__name__ if inspect.isfunction(component) else type(component).__name__
