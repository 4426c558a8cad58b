import pytest

from detcore.errors import DetcoreError
from detcore.plugins.first_party import FIRST_PARTY
from detcore.scaffolding import find_kind
from detcore.scaffolding.naming import names_for


@pytest.mark.parametrize(
    ("name", "kind", "component", "title"),
    [
        pytest.param("detcore-wide-net", "backbone", "wide-net", "WideNet", id="after our prefix"),
        pytest.param("wide-net-detcore", "backbone", "wide-net", "WideNet", id="before our name"),
        pytest.param("wide-net-for-detcore", "backbone", "wide-net", "WideNet", id="for detcore"),
        pytest.param("wide_net", "backbone", "wide-net", "WideNet", id="a name of its own"),
        pytest.param("Detcore.Wide-Net", "backbone", "wide-net", "WideNet", id="as pip reads it"),
        pytest.param("detcore-wide-backbone", "backbone", "wide", "Wide", id="without the kind"),
        pytest.param("detcore-wide-roi-heads", "roi_heads", "wide", "Wide", id="without the kind, which is plural"),
        pytest.param("detcore-match", "backbone", "match", "Match", id="a word of Python's in some places only"),
        pytest.param("detcore-net2", "backbone", "net2", "Net2", id="with a digit"),
    ],
)
def test_a_name_says_what_configs_say(name, kind, component, title):
    names = names_for(name, find_kind(kind))

    assert (names.component, names.title, names.module) == (component, title, component.replace("-", "_"))
    assert names.package == name.lower().replace("-", "_").replace(".", "_")


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        pytest.param("", "use letters, digits and '-'", id="empty"),
        pytest.param("-wide", "use letters, digits and '-'", id="begins with a hyphen"),
        pytest.param("wide net", "use letters, digits and '-'", id="with a space"),
        pytest.param("../wide", "use letters, digits and '-'", id="a path"),
        pytest.param("wide$net", "use letters, digits and '-'", id="with a dollar sign"),
        pytest.param("brücke", "use letters, digits and '-'", id="beyond ASCII"),
        pytest.param("detcore-" + "w" * 40, "it has 48 letters, and 40 are the most", id="too long"),
        pytest.param("det-core", "that is one of detcore's own distributions", id="core"),
        pytest.param("Detcore", "that is one of detcore's own distributions", id="our name"),
        pytest.param("det_plugin_maskrcnn", "that is one of detcore's own distributions", id="a plugin of ours"),
        pytest.param("det-plugin-wide", "names that begin with 'det-plugin-' are of", id="our prefix"),
        pytest.param("detplugin-wide", "names that begin with 'det-plugin-' are of", id="our prefix, joined"),
        pytest.param("dettcore", "people would take it for 'det-core'", id="near to core"),
        pytest.param("numpyy", "people would take it for 'numpy'", id="near to a dependency"),
        pytest.param("json", "Python itself has a word 'json'", id="a module of Python"),
        pytest.param("class", "Python itself has a word 'class'", id="a keyword"),
        pytest.param("pytest", "a distribution of this name is installed", id="installed"),
        pytest.param(
            "detcore-3d", "configs would say '3d', and that must begin with a letter", id="begins with a digit"
        ),
        pytest.param(
            "detcore-lambda",
            "its code would have to be called 'lambda', which is a word of Python's own; add one of yours",
            id="a keyword once our prefix is gone",
        ),
        pytest.param("class-backbone", "its code would have to be called 'class'", id="a keyword without the kind"),
        pytest.param("detcore-none", "its code would have to be called 'None'", id="a keyword as a class"),
        pytest.param("detcore-backbone", "it says what kind it is, and not which one", id="the kind alone"),
        pytest.param("detcore-resnet", "configs would say 'resnet', which is det-plugin-backbones's word", id="taken"),
    ],
)
def test_a_name_that_will_not_do_is_refused_in_a_sentence(name, reason):
    with pytest.raises(DetcoreError) as refused:
        names_for(name, find_kind("backbone"))

    assert str(refused.value).startswith(f"a distribution cannot be called {name!r}: {reason}")
    assert "\n" not in str(refused.value)


def test_every_name_of_ours_is_refused():
    kind = find_kind("sampler")

    for name in {*FIRST_PARTY.values(), *(owner.replace("-", "") for owner in FIRST_PARTY.values())}:
        with pytest.raises(DetcoreError):
            names_for(name, kind)
