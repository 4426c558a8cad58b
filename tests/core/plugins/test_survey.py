import pytest
from installed_distributions import Site

from detcore.errors import PluginError, UnknownComponentError
from detcore.plugins import Registry, scan, survey
from detcore.specs import BackboneConfig


class SwinConfig(BackboneConfig):
    """To be registered."""


BACKBONE = "[detcore.backbones]\n"


def statuses(folder):
    return {row.component.id: (row.status, row.reason) for row in Registry(survey(scan([str(folder)]))).rows}


def test_rows_are_sorted_by_kind_distribution_and_name(install):
    install("b-plugin", f"{BACKBONE}two = none_b:B\none = none_b:B\n")
    folder = install("a-plugin", f"{BACKBONE}three = none_a:A\n[detcore.augmentations]\nzoom = none_a:A\n")

    rows = Registry(survey(scan([str(folder)]))).rows

    assert [row.component.full_id for row in rows] == [
        "augmentations:a-plugin/zoom",
        "backbones:a-plugin/three",
        "backbones:b-plugin/one",
        "backbones:b-plugin/two",
    ]


def test_entry_points_of_other_programs_are_no_concern_of_ours(install):
    folder = install("one", "[console_scripts]\nx = p:main\n[pytest11]\ny = p\n[detcorex.z]\ny = p\n")

    assert survey(scan([str(folder)])) == []


def test_no_distribution_is_called_as_users_own_files_are(install):
    folder = install("Local", f"{BACKBONE}swin = none_l:S\n")
    registry = Registry(survey(scan([str(folder)]))).restricted(allow=["det-*"])

    told = "'local' is what users' own files are called, and no distribution can be; only its author can rename it"
    assert [(row.component.id, row.status, row.reason) for row in registry.rows] == [("local/swin", "bad-name", told)]
    with pytest.raises(UnknownComponentError, match=f"^local/swin cannot be used: {told}$"):
        registry.resolve("detcore.backbones", "swin")
    with pytest.raises(UnknownComponentError, match="it came from a user's own file: give that with --local FILE"):
        registry.resolve("detcore.backbones", "local/swin")
    required = "'local>=1' names what users' own files are called, and no distribution; give the file with --local FILE"
    assert registry.unmet(["local>=1"]) == [(0, required)]


def test_a_users_own_component_is_none_of_a_distribution_that_is_called_like_it(install):
    folder = install("local", f"{BACKBONE}swin = none_l:S\n")
    registry = Registry(survey(scan([str(folder)])))

    registry.add("swin", SwinConfig)

    assert registry.resolve("detcore.backbones", "swin").target.endswith("SwinConfig")
    assert registry.resolve("detcore.backbones", "local/swin").target.endswith("SwinConfig")


def test_one_id_of_two_classes_is_refused(install):
    module = "from detcore.specs import BackboneConfig\nclass S(BackboneConfig): pass\nclass T(BackboneConfig): pass\n"
    modules = {"one_net.py": module, "one_front.py": "from one_net import S\n"}
    folder = install("one", f"{BACKBONE}swin = one_front:S\n", modules=modules)
    registry = Registry(survey(scan([str(folder)])))
    import one_net

    assert registry.add("swin", one_net.S, distribution="one").target == "one_front:S"
    with pytest.raises(PluginError) as caught:
        registry.add("swin", one_net.T, distribution="one")

    assert str(caught.value) == (
        "backbones:one/swin is declared twice, as one_front:S and as one_net:T; give one of them another name"
    )
    assert [row.component.target for row in registry.rows] == ["one_front:S"]


def test_a_first_party_name_keeps_its_meaning(install):
    install("intruder", f"{BACKBONE}resnet = none_i:R\n")
    folder = install("det-plugin-backbones", f"{BACKBONE}resnet = none_b:R\n")

    assert statuses(folder) == {
        "det-plugin-backbones/resnet": ("ok", ""),
        "intruder/resnet": (
            "shadowed",
            "the name belongs to det-plugin-backbones; write type = 'intruder/resnet'",
        ),
    }


def test_a_first_party_name_means_nothing_else_even_where_its_owner_is_missing(install):
    folder = install("intruder", f"{BACKBONE}resnet = none_i:R\n")

    assert statuses(folder)["intruder/resnet"][0] == "shadowed"


def test_two_owners_of_a_name_are_ambiguous(install):
    install("one", f"{BACKBONE}swin = none_1:S\n")
    folder = install("two", f"{BACKBONE}swin = none_2:S\n")

    assert statuses(folder)["one/swin"] == ("ambiguous", "also offered as two/swin; write type = 'one/swin'")


def test_a_preference_settles_an_ambiguity(install):
    install("one", f"{BACKBONE}swin = none_1:S\n")
    folder = install("two", f"{BACKBONE}swin = none_2:S\n")

    registry = Registry(survey(scan([str(folder)]))).restricted(prefer={"backbones.swin": "Two"})

    assert registry.resolve("detcore.backbones", "swin").id == "two/swin"


@pytest.mark.parametrize(
    ("requires", "status"),
    [
        ("det-core>=0.0.1", "ok"),
        ("det-core>=99", "incompatible"),
        ("Det_Core<0.0.1", "incompatible"),
        ("", "ok"),
        ('det-core<0.0.1; python_version<"3.0"', "ok"),
        ('det-core<0.0.1; python_version>="3.0"', "incompatible"),
        ('det-core<0.0.1 ; sys_platform=="none"', "ok"),
        ('det-core<0.0.1; extra == "old"', "ok"),
        ("det-core @ git+https://a.org/det-core.git@v1;x", "ok"),
        ('det-core @ file:///srv/det-core ; sys_platform=="none"', "ok"),
        ("det-core~=99.0", "incompatible"),
        ("det-core>=0.1.*", "incompatible"),
    ],
)
def test_the_requirement_on_core_is_checked(install, requires, status):
    folder = install("one", f"{BACKBONE}swin = none_1:S\n", requires=requires)

    assert statuses(folder)["one/swin"][0] == status


def test_two_distributions_in_one_place_are_judged_one_by_one(install, tmp_path):
    install("one", f"{BACKBONE}swin = none_1:S\n", requires="det-core<0.0.1")
    folder = install("two", f"{BACKBONE}swin = none_2:S\nhiera = none_2:H\nhiera = none_2:H\n")
    distributions = scan([str(folder)])
    for each in distributions:
        each.location = str(tmp_path)  # as finders have it that keep all of theirs in one place

    rows = Registry(survey(distributions)).rows

    assert [(row.component.id, row.status) for row in rows] == [
        ("one/swin", "incompatible"),
        ("two/hiera", "ok"),
        ("two/hiera", "duplicate"),
        ("two/swin", "ok"),
    ]


def test_an_incompatible_plugin_says_what_it_needs(install):
    folder = install("one", f"{BACKBONE}swin = none_1:S\n", requires="det-core>=99")

    assert statuses(folder)["one/swin"][1].startswith("needs det-core>=99, but this is ")


def test_a_requirement_that_is_none_is_told(install):
    folder = install("one", f"{BACKBONE}swin = none_1:S\n", requires="det-core>=0.1.*")

    assert statuses(folder)["one/swin"][1] == (
        "its requirement on det-core cannot be read: not a version requirement: '>=0.1.*'"
    )


@pytest.mark.parametrize(
    ("name", "better"),
    [
        ("Swin", "swin"),
        ("swin_t", "swin-t"),
        ("-swin", "swin"),
        ("swin--t", "swin-t"),
        ("swin t", "swin-t"),
        ("swín", ""),
        ("", ""),
    ],
)
def test_bad_names(install, name, better):
    folder = install("one", f"{BACKBONE}{name} = none_1:S\n")

    example = f", such as {better!r}" if better else ""
    (row,) = survey(scan([str(folder)]))
    assert (row.component.name, row.status) == (name, "bad-name")
    assert row.reason == f"a name is lower-case words and digits joined by '-'{example}"


@pytest.mark.parametrize(
    ("target", "form"),
    [
        ("none_1", "'module:Class'"),
        ("none_1:", "'module:Class'"),
        (":S", "'module:Class'"),
        ("none-1:S", "'module:Class'"),
        ("none_1.py:2", "'module:Class'"),
        ("none_1/s.py", "'module:Class'"),
        ("", "'module:Class'"),
    ],
)
def test_bad_targets(install, target, form):
    folder = install("one", f"{BACKBONE}swin = {target}\n", modules={})

    assert statuses(folder)["one/swin"] == ("bad-target", f"must be {form}, not {target!r}")


def test_a_line_without_a_target_is_told(install):
    folder = install("one", f"{BACKBONE}swin\n", modules={})

    assert statuses(folder)["one/swin"] == ("bad-target", "must be 'module:Class', not ''")


def test_a_hook_plugin_may_be_a_whole_module(install):
    folder = install("one", "[detcore.hooks]\na = none_1\nb = none_1:x\nc = 1:x\n")

    assert [status for status, _ in statuses(folder).values()] == ["ok", "ok", "bad-target"]
    assert statuses(folder)["one/c"][1] == "must be 'module' or 'module:name', not '1:x'"


def test_groups_nobody_opens(install):
    folder = install("one", "[detcore.backbone]\nswin = none_1:S\n[det_plugin_maskrcnn.mask_heads]\nx = none_1:X\n")

    assert statuses(folder) == {
        "one/swin": (
            "unknown-group",
            "nothing installed opens the group detcore.backbone; did you mean 'detcore.backbones'?",
        ),
        "one/x": (
            "unknown-group",
            (
                "the group det_plugin_maskrcnn.mask_heads is opened by det-plugin-maskrcnn, which is not installed: "
                "pip install det-plugin-maskrcnn"
            ),
        ),
    }


@pytest.mark.parametrize("group", ["detcor.backbones", "dectore.backbones", "detcore-backbones", "detcoree.backbones"])
def test_a_slip_in_the_word_before_the_dot_is_no_other_program(install, group):
    folder = install("one", f"[{group}]\nswin = none_1:S\n")

    assert statuses(folder)["one/swin"] == (
        "unknown-group",
        f"nothing installed opens the group {group}; did you mean 'detcore.backbones'?",
    )


def test_a_group_of_a_newer_core_is_incompatible(install):
    folder = install("one", "[detcore.v2.backbones]\nswin = none_1:S\n")

    (row,) = survey(scan([str(folder)]))

    assert (row.component.kind, row.component.api) == ("backbones", 2)
    assert (row.status, row.reason) == (
        "incompatible",
        "implements version 2 of detcore.backbones; detcore here knows version 1, so update it",
    )


def test_one_name_twice_in_one_distribution(install):
    folder = install("one", f"{BACKBONE}swin = none_1:S\nswin = none_1:T\n")

    rows = survey(scan([str(folder)]))

    assert [(row.component.target, row.status) for row in rows] == [("none_1:S", "ok"), ("none_1:T", "duplicate")]
    assert rows[1].reason == "one has another 'swin' in detcore.backbones, which counts"


def test_metadata_without_a_header_is_stale(install):
    folder = install("one", f"{BACKBONE}swin = none_1:S\n")
    (folder / "one-1.0.dist-info/METADATA").unlink()

    assert statuses(folder)["one/swin"] == ("stale", "its folder holds no metadata; install one again")


def test_a_folder_that_is_left_of_a_plugin_is_a_row(tmp_path):
    (tmp_path / "det_plugin_gone-1.0.dist-info").mkdir()
    (tmp_path / "numpy-1.0.dist-info").mkdir()

    (row,) = survey(scan([str(tmp_path)]))

    assert (row.component.full_id, row.component.version, row.status) == ("det-plugin-gone", "1.0", "stale")
    assert row.reason == f"its folder holds no metadata; remove {tmp_path}/det_plugin_gone-1.0.dist-info"


def test_an_older_namesake_is_a_row(tmp_path, monkeypatch):
    first, second = Site(tmp_path / "first"), Site(tmp_path / "second")
    monkeypatch.syspath_prepend(first.folder)
    first.install("one", f"{BACKBONE}swin = none_1:S\n", version="1.0")
    second.install("one", f"{BACKBONE}swin = none_1:S\n", version="0.9")

    rows = survey(scan([str(first.folder), str(second.folder)]))

    assert [(row.component.version, row.status) for row in rows] == [("1.0", "ok"), ("0.9", "duplicate")]


def test_a_command_has_a_name_of_its_own(install):
    folder = install("one", "[detcore.commands]\nrun = none_1:R\ngreet = none_1:G\n")

    assert statuses(folder) == {
        "one/greet": ("ok", ""),
        "one/run": ("shadowed", "the name belongs to det-core; only its author can give it another name"),
    }


def test_what_decided_is_told(install):
    install("one", f"{BACKBONE}swin = none_1:S\nhiera = none_1:H\nresnet = none_1:R\n")
    folder = install("two", f"{BACKBONE}swin = none_2:S\n", requires="det-core>=0")
    rows = Registry(survey(scan([str(folder)]))).rows
    registry = Registry(rows).restricted(prefer={"backbones.swin": "two"}, allow=["one", "tw*"], source="a.toml")

    assert {row.component.id: row.why for row in rows} == {
        "one/hiera": "the only 'hiera' among backbones",
        "one/resnet": "a name of the first party always means the same",
        "one/swin": "nobody prefers one of them",
        "two/swin": "nobody prefers one of them",
    }
    assert {row.component.id: row.why for row in registry.rows} == {
        "one/hiera": "allow 'one' of a.toml, the only 'hiera' among backbones",
        "one/resnet": "allow 'one' of a.toml, a name of the first party always means the same",
        "one/swin": "allow 'one' of a.toml, prefer of a.toml",
        "two/swin": "allow 'tw*' of a.toml, prefer of a.toml",
    }


def test_a_plugin_opens_a_group_for_others(install):
    install("family", "[detcore.interfaces]\nmask-head = family_pkg.interfaces:MaskHeadConfig\n")
    folder = install("joiner", "[family_pkg.mask_heads]\nfancy = none_j:F\n")

    assert statuses(folder)["joiner/fancy"] == ("ok", "")


@pytest.mark.parametrize(
    ("broken", "told"),
    [
        pytest.param({"requires": "det-core>=99"}, "incompatible: needs det-core>=99, but this is ", id="incompatible"),
        pytest.param({"modules": {}}, "stale: there is no module family_pkg.interfaces; ", id="module gone"),
    ],
)
def test_an_interface_that_cannot_be_used_is_told_where_it_is_joined(install, broken, told):
    install("family", "[detcore.interfaces]\nmask-head = family_pkg.interfaces:MaskHeadConfig\n", **broken)
    folder = install("joiner", "[family_pkg.mask_heads]\nfancy = none_j:F\n")

    status, reason = statuses(folder)["joiner/fancy"]

    assert statuses(folder)["family/mask-head"][0] == told.partition(":")[0]
    assert status == "unknown-group"
    assert reason.startswith(f"the group family_pkg.mask_heads is opened by family/mask-head, {told}")


def test_two_interfaces_of_one_name_open_two_groups(install):
    """The first party's box heads are those of its own package."""
    install("det-plugin-maskrcnn", "[detcore.interfaces]\nbox-head = det_plugin_maskrcnn.interfaces:B\n")
    folder = install("family", "[detcore.interfaces]\nbox-head = family_pkg.interfaces:BoxHeadConfig\n")

    assert set(statuses(folder).values()) == {("ok", "")}


def test_one_group_opened_twice_is_ambiguous(install):
    install("family", "[detcore.interfaces]\nbox-head = family_pkg.interfaces:BoxHeadConfig\n")
    folder = install("fork", "[detcore.interfaces]\nbox-head = family_pkg.interfaces:BoxHeadConfig\n")

    assert statuses(folder)["fork/box-head"] == (
        "ambiguous",
        "also offered as family/box-head; only its author can give it another name",
    )


def test_an_entry_point_whose_module_is_gone_is_stale(install):
    folder = install("one", f"{BACKBONE}swin = here.gone:S\nhiera = here.there:V\n", modules={"here/there.py": ""})

    assert statuses(folder) == {
        "one/swin": ("stale", "there is no module here.gone; install one again"),
        "one/hiera": ("ok", ""),
    }


@pytest.mark.parametrize("near", ["here/wide_config.py", "here/wide_config/__init__.py"])
def test_a_slip_in_a_module_is_told_with_the_right_name(install, near):
    modules = {"here/__init__.py": "raise SystemExit(7)", near: "raise SystemExit(7)"}
    folder = install("one", f"{BACKBONE}wide = here.wide_confg:W\nfar = here.elsewhere:F\n", modules=modules)

    told = (
        "there is no module here.wide_confg; did you mean 'here.wide_config'? Name that as its entry point, and install"
    )
    assert statuses(folder) == {
        "one/wide": ("stale", f"{told} one again"),
        "one/far": ("stale", "there is no module here.elsewhere; install one again"),
    }


def test_what_is_denied_is_blocked_whatever_else_is_wrong_with_it(install):
    """Also where an earlier list of what is allowed left it out: no later one makes it usable."""
    install("old", f"{BACKBONE}swin = none_o:S\n", requires="det-core>=99")
    folder = install("gone", f"{BACKBONE}hiera = none_g.gone:S\n", modules={})
    registry = Registry(survey(scan([str(folder)])))
    denied = registry.restricted(deny=["old"], source="the test")

    found = {row.component.id: (row.status, row.reason) for row in denied.restricted(allow=["*"]).rows}
    assert found["old/swin"] == ("blocked", "left out by deny 'old' of the test")
    assert found["gone/hiera"][0] == "stale"
    listed = registry.restricted(allow=["nothing"]).restricted(allow=["old"])
    assert {row.component.id: row.status for row in listed.rows} == {"old/swin": "incompatible", "gone/hiera": "stale"}


def test_surveying_imports_no_plugin(install):
    folder = install("one", f"{BACKBONE}swin = explosive:S\n", modules={"explosive.py": "raise SystemExit(7)"})

    assert statuses(folder)["one/swin"] == ("ok", "")


def test_a_hook_plugin_that_declares_an_entry_point_of_its_own_as_another_class_is_refused(install):
    """The record would tell of one class where the entry point names the other."""
    module = (
        "from detcore.plugins import hookimpl\nfrom detcore.specs import BackboneConfig\n"
        "class SwinConfig(BackboneConfig): pass\nclass OtherConfig(BackboneConfig): pass\n"
        "@hookimpl\ndef detcore_components():\n    return {'swin': OtherConfig}\n"
    )
    entries = f"{BACKBONE}swin = acme_net:SwinConfig\n[detcore.hooks]\nacme = acme_net\n"
    registry = Registry(survey(scan([str(install("acme", entries, modules={"acme_net.py": module}))])))

    with pytest.raises(PluginError, match="acme/swin is declared twice, as acme_net:SwinConfig and as acme_net:OtherC"):
        registry.activate("acme")

    assert registry.resolve("detcore.backbones", "swin").target == "acme_net:SwinConfig"
