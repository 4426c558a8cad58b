from importlib import import_module
from typing import ClassVar

import pytest
from attrs import frozen

from detcore.errors import PluginError, UnknownComponentError
from detcore.plugins import Registry, hookimpl, scan, survey
from detcore.specs import BackboneConfig, ComponentConfig

GROUP = "detcore.backbones"


@frozen(kw_only=True)
class GadgetConfig(ComponentConfig):
    group: ClassVar[str] = GROUP


@frozen(kw_only=True)
class OtherGadgetConfig(ComponentConfig):
    group: ClassVar[str] = GROUP


@frozen(kw_only=True)
class WidgetConfig(ComponentConfig):
    group: ClassVar[str] = "detcore.samplers"


@pytest.fixture
def registry():
    registry = Registry()
    registry.add("gadget", GadgetConfig, distribution="Some_Dist")
    registry.add("widget", WidgetConfig)
    return registry


@pytest.fixture
def installed(install):
    """A registry of one installed plugin with a module of the given text."""

    def installed(text, target="one_plugin.config:SwinConfig"):
        folder = install("one", f"[{GROUP}]\nswin = {target}\n", version="3.2", modules={"one_plugin/config.py": text})
        return Registry(survey(scan([str(folder)])))

    return installed


@pytest.mark.parametrize("name", ["gadget", "some-dist/gadget", "backbones:some-dist/gadget", f"{GROUP}:gadget"])
def test_three_ways_to_name_a_component(registry, name):
    assert registry.resolve(GROUP, name).full_id == "backbones:some-dist/gadget"


UNKNOWN = [
    pytest.param("gadgt", "no 'gadgt' among backbones; did you mean 'gadget'?", id="misspelt"),
    pytest.param("thing", "no 'thing' among backbones; there is 'gadget'", id="nothing like it"),
    pytest.param("widget", "no 'widget' among backbones; it is found among samplers", id="another kind"),
    pytest.param(
        "samplers:widget",
        "samplers:widget is one of the samplers, but here one of the backbones is wanted",
        id="another kind in full",
    ),
    pytest.param(
        "resnet",
        "no 'resnet' among backbones is installed; "
        "it comes with det-plugin-backbones: pip install det-plugin-backbones",
        id="first-party",
    ),
    pytest.param("other/resnet", "no 'other/resnet' among backbones; there is 'gadget'", id="somebody else's"),
]


@pytest.mark.parametrize(("name", "message"), UNKNOWN)
def test_an_unknown_name_says_what_to_do(registry, name, message):
    with pytest.raises(UnknownComponentError) as caught:
        registry.resolve(GROUP, name)

    assert str(caught.value) == message


def test_an_ambiguous_name_shows_both_owners_and_the_line_that_settles_it(registry):
    registry.add("gadget", OtherGadgetConfig, distribution="other")

    with pytest.raises(UnknownComponentError) as caught:
        registry.resolve(GROUP, "gadget")

    assert str(caught.value) == (
        "'gadget' is offered by other/gadget and some-dist/gadget; write one of these in full, "
        'or under [plugins]: prefer = { "backbones.gadget" = "other" }'
    )
    assert registry.resolve(GROUP, "other/gadget").distribution == "other"


def test_an_incompatible_component_says_why(install):
    folder = install("one", f"[{GROUP}]\nswin = none_1:S\n", requires="det-core>=99")

    with pytest.raises(UnknownComponentError, match=r"^one/swin cannot be used: needs det-core>=99, but this is "):
        Registry(survey(scan([str(folder)]))).resolve(GROUP, "swin")


def test_denied_and_not_allowed_distributions(registry):
    assert registry.restricted(deny=["some-*"]).names(GROUP) == []
    assert registry.restricted(allow=["other"]).names(GROUP) == []
    assert registry.restricted(allow=["some-dist"]).names(GROUP) == ["gadget"]
    assert registry.names(GROUP) == ["gadget"]


def test_what_a_notebook_declares_needs_no_leave(registry):
    assert registry.restricted(allow=["other"]).names("detcore.samplers") == ["widget"]
    assert registry.restricted(deny=["local"]).names("detcore.samplers") == []


NO_REQUIREMENT = (
    "is not a distribution with versions, such as 'det-plugin-maskrcnn>=0.1' or 'det-plugin-trackers[wandb]'"
)


def test_requirements_on_plugins(registry, install):
    folder = install("one", f"[{GROUP}]\nswin = none_1:S\n", version="1.5")
    registry = Registry(survey(scan([str(folder)])))

    assert registry.unmet(["one", "one>=1.2,<2"]) == []
    assert registry.unmet(["one>=2", "one", "two", "one=1", "?"]) == [
        (0, "needs one>=2, but 1.5 is installed: pip install 'one>=2'"),
        (2, "two is not installed: pip install 'two'"),
        (3, f"'one=1' {NO_REQUIREMENT}"),
        (4, f"'?' {NO_REQUIREMENT}"),
    ]


def test_an_extra_that_is_required_has_to_be_there_as_well(install):
    extra = "zebra-tracker>=1; extra == 'track_it'\nRequires-Dist: attrs; extra == 'other'"
    folder = install("one", f"[{GROUP}]\nswin = none_1:S\n", version="1.5", requires=extra)
    registry = Registry(survey(scan([str(folder)])))

    assert registry.unmet(["one[other]", "one[Other, track-it]>=1"]) == [
        (
            1,
            (
                "needs one[Other, track-it]>=1, but zebra-tracker, which the extra brings, is not installed: "
                "pip install 'one[Other, track-it]>=1'"
            ),
        )
    ]


HANDING_ON = {
    "plainly": "from one_pkg.config import SwinConfig\n",
    "when asked": "from detcore.lazy import front_door\n"
    "__getattr__, __dir__ = front_door(__name__, {'SwinConfig': 'one_pkg.config'})\n",
}


@pytest.mark.parametrize("front_door", HANDING_ON.values(), ids=HANDING_ON)
def test_a_class_leads_back_to_the_front_door_that_offers_it(install, front_door):
    modules = {"one_pkg/__init__.py": front_door, "one_pkg/config.py": "class SwinConfig: ...\nclass Other: ...\n"}
    folder = install("one", f"[{GROUP}]\nswin = one_pkg:SwinConfig\n", modules=modules)
    registry = Registry(survey(scan([str(folder)])))
    config = import_module("one_pkg.config")

    assert registry.component_of(config.SwinConfig).id == "one/swin"
    with pytest.raises(UnknownComponentError, match=r"^one_pkg\.config:Other is offered by no installed plugin"):
        registry.component_of(config.Other)


def test_looking_for_a_class_imports_no_front_door(install):
    modules = {"one_pkg/__init__.py": "raise SystemExit(7)"}
    folder = install("one", f"[{GROUP}]\nswin = one_pkg:SwinConfig\n", modules=modules)

    with pytest.raises(UnknownComponentError, match="is offered by no installed plugin"):
        Registry(survey(scan([str(folder)]))).component_of(OtherGadgetConfig)


def test_a_class_leads_back_to_its_component(registry, installed):
    found = installed(
        "from typing import ClassVar\nfrom attrs import frozen\nfrom detcore.specs import ComponentConfig\n"
        "@frozen(kw_only=True)\nclass SwinConfig(ComponentConfig):\n    group: ClassVar[str] = 'detcore.backbones'\n"
    )
    config_class = found.load(found.resolve(GROUP, "swin"), ComponentConfig)

    assert found.component_of(config_class).id == "one/swin"
    assert registry.component_of(GadgetConfig).id == "some-dist/gadget"


def test_a_class_nobody_offers(registry):
    with pytest.raises(
        UnknownComponentError, match=r"OtherGadgetConfig is offered by no installed plugin, so .* declare it"
    ):
        registry.component_of(OtherGadgetConfig)


BROKEN = [
    pytest.param(
        "import not_installed_anywhere",
        "ModuleNotFoundError: No module named 'not_installed_anywhere'",
        1,
        id="missing dependency",
    ),
    pytest.param("\nraise SystemExit(4)", "SystemExit: 4", 2, id="exit"),
    pytest.param("\n\n1 / 0", "ZeroDivisionError: division by zero", 3, id="any exception"),
    pytest.param("def (", "SyntaxError: ", 1, id="syntax"),
]


@pytest.mark.parametrize(("text", "cause", "line"), BROKEN)
def test_a_plugin_that_cannot_be_imported_is_named(installed, tmp_path, text, cause, line):
    registry = installed(text)

    with pytest.raises(PluginError) as caught:
        registry.load(registry.resolve(GROUP, "swin"), BackboneConfig)

    message = str(caught.value)
    assert message.startswith(f"one 3.2 failed while being imported: {cause}")
    assert f"({tmp_path / 'one_plugin/config.py'}:{line}). Its entry point is swin = " in message
    assert message.endswith('leave it out with deny = ["one"] under [plugins].')


WRONG = [
    pytest.param("x = 1", "one_plugin.config:x", "must be a subclass of BackboneConfig, found 1", id="no class"),
    pytest.param(
        "class X: pass", "one_plugin.config:X", "must be a subclass of BackboneConfig, found ", id="another class"
    ),
    pytest.param(
        "", "one_plugin.config:X", "AttributeError: module 'one_plugin.config' has no attribute 'X'", id="nothing"
    ),
]


@pytest.mark.parametrize(("text", "target", "cause"), WRONG)
def test_an_entry_point_of_the_wrong_thing_is_named(installed, text, target, cause):
    registry = installed(text, target)

    with pytest.raises(PluginError) as caught:
        registry.load(registry.resolve(GROUP, "swin"), BackboneConfig)

    assert cause in str(caught.value)


def test_a_notebook_declares_components(registry):
    class Notebook:
        @hookimpl
        def detcore_components(self):
            return {"other": OtherGadgetConfig}

    notebook = Notebook()
    registry.register(notebook)

    component = registry.resolve(GROUP, "other")
    assert component.full_id == "backbones:local/other"
    assert registry.load(component, ComponentConfig) is OtherGadgetConfig

    registry.unregister(notebook)
    assert registry.names(GROUP) == ["gadget"]


def test_only_config_classes_can_be_declared(registry):
    with pytest.raises(PluginError, match="cannot be registered as 'x': it is not a config class of any interface"):
        registry.add("x", int)


def test_a_hook_plugin_is_active_once_it_is_named(install):
    text = (
        "from typing import ClassVar\nfrom attrs import frozen\nfrom detcore.plugins import hookimpl\n"
        "from detcore.specs import ComponentConfig\n"
        "@frozen(kw_only=True)\nclass FoundConfig(ComponentConfig):\n    group: ClassVar[str] = 'detcore.backbones'\n"
        "@hookimpl\ndef detcore_components():\n    return {'found': FoundConfig}\n"
    )
    folder = install("one", "[detcore.hooks]\nfinder = one_plugin.hooks\n", modules={"one_plugin/hooks.py": text})
    registry = Registry(survey(scan([str(folder)])))
    assert registry.names(GROUP) == []

    registry.activate("finder")

    assert registry.names(GROUP) == ["found"]
    component = registry.resolve(GROUP, "one/found")
    assert (component.distribution, component.version) == ("one", "1.0")


def test_a_restricted_registry_keeps_its_additions_to_itself(registry):
    registry.restricted().add("other", OtherGadgetConfig)

    assert registry.names(GROUP) == ["gadget"]
    with pytest.raises(UnknownComponentError):
        registry.component_of(OtherGadgetConfig)
