"""Functions that could never be called as the hooks they are marked to be are refused."""

import random
import string
import subprocess
import sys
from functools import partial
from pathlib import Path

import pytest

from detcore.errors import DatasetError, PluginError
from detcore.plugins import ActiveHooks, Component, Registry, hookimpl, scan, survey
from detcore.plugins.hooks import HOOK_NAMES, HookSpecifications
from detcore.plugins.implementations import implementations
from detcore.plugins.suggestions import did_you_mean
from detcore.specs import BackboneConfig

COMPONENT = Component("detcore.hooks", "gadget", "det-gadget", "1.2", "det_gadget.hooks")


def activated(plugin):
    hooks = ActiveHooks()
    hooks.add(COMPONENT, plugin)
    return hooks


def refusal(plugin, function):
    """The sentence that refuses a plugin; where its function stands is left out."""
    with pytest.raises(PluginError) as caught:
        activated(plugin)
    return str(caught.value).replace(f"{__file__}:{function.__code__.co_firstlineno}", "HERE")


def misspelt(self, runn):
    pass


def of_another_hook(self, losses):
    pass


def by_keyword(self, *, step, run):
    pass


def many(self, *things):
    pass


def by_position(self, run, /):
    pass


@pytest.mark.parametrize(
    ("implementation", "sentence"),
    [
        (misspelt, "asks for 'runn', which this hook is not given; did you mean 'run'?"),
        (of_another_hook, "asks for 'losses', which this hook is not given; it may ask for run"),
        (by_keyword, "asks for 'step', which this hook is not given; it may ask for run"),
        (many, "takes *things by position; hooks are called by keyword"),
        (by_position, "takes run by position; hooks are called by keyword"),
    ],
    ids=lambda value: getattr(value, "__name__", ""),
)
def test_an_argument_that_is_not_given_is_refused(implementation, sentence):
    class Plugin:
        detcore_after_step = hookimpl(implementation)

    assert refusal(Plugin(), implementation) == f"det-gadget 1.2: detcore_after_step (HERE) {sentence}"


def test_a_misspelt_hook_is_refused_with_the_right_name():
    class Plugin:
        @hookimpl
        def detcore_after_stepp(self):
            pass

    assert refusal(Plugin(), Plugin.detcore_after_stepp) == (
        "det-gadget 1.2: detcore_after_stepp (HERE) implements no hook of detcore; did you mean 'detcore_after_step'?"
    )


def test_a_hook_that_is_nothing_like_any_is_refused_with_all_names():
    class Plugin:
        @hookimpl
        def brew_tea(self):
            pass

    told = refusal(Plugin(), Plugin.brew_tea)
    assert told == (f"det-gadget 1.2: brew_tea (HERE) implements no hook of detcore; there is {', '.join(HOOK_NAMES)}")


def test_a_hook_without_the_mark_is_refused():
    class Plugin:
        def detcore_after_step(self, run):
            pass

    assert refusal(Plugin(), Plugin.detcore_after_step) == (
        "det-gadget 1.2: detcore_after_step (HERE) is named like a hook and would never be called: "
        "mark it with detcore.plugins.hookimpl"
    )


async def waiting(run):
    pass


async def waiting_twice(run):
    yield


def yielding(run):
    yield run


@pytest.mark.parametrize(
    ("implementation", "sentence"),
    [
        (waiting, "is asynchronous, and nobody would wait for it: write def in place of async def"),
        (waiting_twice, "is asynchronous, and nobody would wait for it: write def in place of async def"),
        (yielding, "contains yield, and what it yields is not asked for: its lines would never run"),
    ],
    ids=lambda value: getattr(value, "__name__", ""),
)
def test_a_function_whose_lines_would_never_run_is_refused(implementation, sentence):
    class Plugin:
        detcore_after_step = staticmethod(hookimpl(implementation))

    assert refusal(Plugin(), implementation) == f"det-gadget 1.2: detcore_after_step (HERE) {sentence}"


def test_a_check_may_yield_its_problems():
    class Plugin:
        @hookimpl
        def detcore_check_config(self, experiment):
            yield "problem"

    (found,) = implementations(COMPONENT, Plugin())
    assert list(found(experiment=None)) == ["problem"]


@pytest.mark.parametrize("value", [None, partial(print), Path()], ids=lambda value: type(value).__name__)
def test_what_is_no_function_is_refused(value):
    class Plugin:
        detcore_after_step = value

    with pytest.raises(PluginError) as caught:
        activated(Plugin())

    assert str(caught.value) == (
        f"det-gadget 1.2: detcore_after_step is named like a hook and must be a function or a method, not {value!r}"
    )


def test_a_function_that_is_not_written_in_python_has_no_line():
    class Plugin:
        detcore_after_step = staticmethod(print)

    with pytest.raises(PluginError, match=r"^det-gadget 1.2: detcore_after_step is named like a hook and would never"):
        activated(Plugin())


@pytest.mark.parametrize("option", ["tryfirst", "trylast", "wrapper"])
def test_an_order_of_its_own_is_refused(option):
    class Plugin:
        @hookimpl(**{option: True})
        def detcore_after_step(self, run):
            yield

    assert refusal(Plugin(), Plugin.detcore_after_step) == (
        f"det-gadget 1.2: detcore_after_step (HERE) must not be marked {option}: "
        "the order of hooks is that of [plugins] hooks"
    )


def test_a_plugin_that_is_registered_is_checked_at_once():
    class Plugin:
        @hookimpl
        def detcore_run_begin(self):
            pass

    registry = Registry()

    with pytest.raises(PluginError, match="did you mean 'detcore_run_end'"):
        registry.register(Plugin())
    assert registry.rows == ()


def test_a_plugin_that_is_registered_again_takes_its_own_place():
    class Plugin:
        @hookimpl
        def detcore_components(self):
            return {self.name: BackboneConfig}

        @hookimpl
        def detcore_run_start(self):
            pass

    registry, plugin = Registry(), Plugin()
    for plugin.name in ("first", "second"):
        registry.register(plugin)

    assert registry.names("detcore.backbones") == ["second"]
    assert registry.names("detcore.hooks") == ["plugin"]
    registry.activate("plugin")
    assert len(registry.hooks.of("detcore_run_start")) == 1
    registry.unregister(plugin)
    assert registry.rows == ()


def test_components_that_fail_are_told_of_who_registered_them():
    class Plugin:
        @hookimpl
        def detcore_components(self):
            raise ValueError("out of ink")

    registry = Registry()
    with pytest.raises(PluginError) as caught:
        registry.register(Plugin(), distribution="det-gadget", version="1.2")

    line = Plugin.detcore_components.__code__.co_firstlineno + 2
    assert str(caught.value) == (
        f"det-gadget 1.2 failed while declaring its components: ValueError: out of ink ({__file__}:{line}). "
        "It was registered as 'plugin' while the program ran. Mend it."
    )


def test_a_plugin_that_is_false_is_a_plugin():
    class Plugin(list):
        @hookimpl
        def detcore_run_start(self):
            self.append("started")

    registry, plugin = Registry(), Plugin()
    registry.register(plugin)
    registry.activate("plugin")
    registry.hooks.call("detcore_run_start", experiment="E", directory="D")

    assert plugin == ["started"]


def test_two_entry_points_of_one_object_are_one_plugin(install):
    text = (
        "from detcore.plugins import hookimpl\nfrom detcore.specs import BackboneConfig\n"
        "@hookimpl\ndef detcore_components():\n    return {'both': BackboneConfig}\n"
        "@hookimpl\ndef detcore_run_start():\n    pass\n"
    )
    entries = "[detcore.hooks]\none = one_plugin.hooks\nother = one_plugin.hooks\n"
    folder = install("one", entries, modules={"one_plugin/hooks.py": text})
    registry = Registry(survey(scan([str(folder)])))

    registry.activate("one")
    registry.activate("other")

    assert registry.names("detcore.backbones") == ["both"]
    assert len(registry.hooks.of("detcore_run_start")) == 1


def test_a_function_takes_what_it_wants():
    class Plugin:
        @hookimpl
        def detcore_run_start(self, directory, *, colour="green"):
            self.directory, self.colour = directory, colour

        @hookimpl
        def detcore_run_end(self, **everything):
            self.everything = everything

        @hookimpl(specname="detcore_after_step")
        def count(self):
            self.counted = True

    plugin = Plugin()
    hooks = activated(plugin)
    hooks.call("detcore_run_start", experiment="E", directory="D")
    hooks.call("detcore_run_end", experiment="E", directory="D", error=None)
    hooks.call("detcore_after_step", run="R")

    assert vars(plugin) == {
        "directory": "D", "colour": "green", "counted": True,
        "everything": {"experiment": "E", "directory": "D", "error": None},
    }  # fmt: skip


def test_an_error_of_ours_stays_what_it_is_and_names_the_hook():
    class Plugin:
        @hookimpl
        def detcore_run_start(self):
            raise DatasetError("boom")

    line = Plugin.detcore_run_start.__code__.co_firstlineno
    (implementation,) = activated(Plugin()).of("detcore_run_start")

    with pytest.raises(DatasetError) as caught, implementation.guarded():
        implementation()
    assert str(caught.value) == f"det-gadget 1.2: detcore_run_start ({__file__}:{line}): boom"


def test_what_is_not_implemented_is_not_called():
    class Plugin:
        @hookimpl
        def detcore_run_start(self):
            pass

    hooks = activated(Plugin())

    assert hooks.implement("detcore_run_end", "detcore_run_start")
    assert not hooks.implement("detcore_run_end")
    assert hooks.of("detcore_run_end") == ()


def test_a_class_behind_an_entry_point_is_one_object_in_the_whole_process(install):
    text = (
        "from detcore.plugins import hookimpl\n"
        "class Plugin:\n    made = []\n    def __init__(self):\n        self.made.append(self)\n"
        "    @hookimpl\n    def detcore_run_start(self):\n        pass\n"
    )
    install("one", "[detcore.hooks]\nfinder = one_plugin.hooks:Plugin\n", modules={"one_plugin/hooks.py": text})
    registry = Registry(survey(scan([sys.path[0]])))
    for _ in range(2):
        registry.restricted().activate("finder")

    assert len(sys.modules["one_plugin.hooks"].Plugin.made) == 1


def test_every_specification_says_when_it_is_called():
    assert [name for name in HOOK_NAMES if not getattr(HookSpecifications, name).__doc__] == []


def slips(word):
    """One letter lost, added, replaced, or swapped with its neighbour, at every place after the prefix."""
    draw = random.Random(word)
    for place in range(len("detcore_"), len(word)):
        letter = draw.choice(string.ascii_lowercase)
        yield word[:place] + word[place + 1 :]
        yield word[:place] + letter + word[place:]
        yield word[:place] + letter + word[place + 1 :]
        yield word[:place] + word[place : place + 2][::-1] + word[place + 2 :]


def test_single_slips_in_names_of_hooks_are_understood():
    cases = [(slip, name) for name in HOOK_NAMES for slip in slips(name) if slip not in HOOK_NAMES]
    right = [did_you_mean(slip, HOOK_NAMES) == f"; did you mean {name!r}?" for slip, name in cases]

    assert len(cases) > 500
    assert sum(right) >= 0.95 * len(cases)


def test_a_config_without_hooks_is_read_without_pluggy(tmp_path):
    script = (
        "import sys; from detcore.plugins import Registry; Registry().hooks.call('x'); print('pluggy' in sys.modules)"
    )

    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)

    assert (done.stdout, done.stderr) == ("False\n", "")
