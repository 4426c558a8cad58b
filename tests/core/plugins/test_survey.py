import pytest

from detcore.plugins import Registry, scan, survey

BACKBONE = "[detcore.backbones]\n"


def statuses(folder):
    return {row.component.id: (row.status, row.reason) for row in survey(scan([str(folder)]))}


def test_rows_are_sorted_by_kind_distribution_and_name(install):
    install("b-plugin", f"{BACKBONE}two = none_b:B\none = none_b:B\n")
    folder = install("a-plugin", f"{BACKBONE}three = none_a:A\n[detcore.augmentations]\nzoom = none_a:A\n")

    rows = survey(scan([str(folder)]))

    assert [row.component.full_id for row in rows] == [
        "augmentations:a-plugin/zoom",
        "backbones:a-plugin/three",
        "backbones:b-plugin/one",
        "backbones:b-plugin/two",
    ]


def test_entry_points_of_other_programs_are_no_concern_of_ours(install):
    folder = install("one", "[console_scripts]\nx = p:main\n[pytest11]\ny = p\n[detcorex.z]\ny = p\n")

    assert survey(scan([str(folder)])) == []


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
    [("det-core>=0.0.1", "ok"), ("det-core>=99", "incompatible"), ("Det_Core<0.0.1", "incompatible"), ("", "ok")],
)
def test_the_requirement_on_core_is_checked(install, requires, status):
    folder = install("one", f"{BACKBONE}swin = none_1:S\n", requires=requires)

    assert statuses(folder)["one/swin"][0] == status


def test_an_incompatible_plugin_says_what_it_needs(install):
    folder = install("one", f"{BACKBONE}swin = none_1:S\n", requires="det-core>=99")

    assert statuses(folder)["one/swin"][1].startswith("needs det-core>=99, but this is ")


@pytest.mark.parametrize("name", ["Swin", "swin_t", "-swin", "swin--t", "swin t", "swín"])
def test_bad_names(install, name):
    folder = install("one", f"{BACKBONE}{name} = none_1:S\n")

    assert statuses(folder)[f"one/{name}"] == ("bad-name", "a name is lower-case words and digits joined by '-'")


def test_groups_nobody_opens(install):
    folder = install("one", "[detcore.backbone]\nswin = none_1:S\n[det_plugin_maskrcnn.mask_heads]\nx = none_1:X\n")

    assert statuses(folder) == {
        "one/swin": ("unknown-group", "nothing installed opens the group detcore.backbone"),
        "one/x": (
            "unknown-group",
            "the group det_plugin_maskrcnn.mask_heads is opened by det-plugin-maskrcnn, which is not installed",
        ),
    }


def test_a_plugin_opens_a_group_for_others(install):
    install("family", "[detcore.interfaces]\nmask-head = family_pkg.interfaces:MaskHeadConfig\n")
    folder = install("joiner", "[family_pkg.mask_heads]\nfancy = none_j:F\n")

    assert statuses(folder)["joiner/fancy"] == ("ok", "")


def test_an_entry_point_whose_module_is_gone_is_stale(install):
    folder = install("one", f"{BACKBONE}swin = here.gone:S\nhiera = here.there:V\n", modules={"here/there.py": ""})

    assert statuses(folder) == {
        "one/swin": ("stale", "there is no module here.gone; install one again"),
        "one/hiera": ("ok", ""),
    }


def test_surveying_imports_no_plugin(install):
    folder = install("one", f"{BACKBONE}swin = explosive:S\n", modules={"explosive.py": "raise SystemExit(7)"})

    assert statuses(folder)["one/swin"] == ("ok", "")
