"""Parts that are each right and do not fit each other, or do not fit the data."""

from collections.abc import Callable, Iterator
from typing import Any

from broken_configs.case import Path, Tree, dotted
from broken_configs.good import Good, value_at
from broken_configs.misspelling import misspellings
from broken_configs.trees import Mutation, changed_tree

__all__ = ["FIT_OPERATORS"]

RPN: Path = ("model", "proposal_generator")
HEADS: Path = ("model", "roi_heads")
FPN: Path = ("model", "backbone")


def wrong_levels(good: Good) -> Iterator[Mutation]:
    """Feature maps that nobody delivers, or in a wrong order."""
    sets: list[tuple[Path, list[str], int]] = [
        ((*RPN, "in_features"), ["p2", "p3", "p4", "p5", "p9"], 4),
        ((*RPN, "in_features"), ["res2", "p3", "p4", "p5", "p6"], 0),
        ((*HEADS, "in_features"), ["p2", "p9"], 1),
        ((*HEADS, "in_features"), ["res4"], 0),
        ((*FPN, "in_features"), ["res2", "res9"], 1),
        ((*FPN, "in_features"), ["p2", "res3"], 0),
    ]
    for path, names, index in sets:
        yield _set(good, path, names, told=(*path, index))
    yield _set(good, (*FPN, "in_features"), ["res2", "res4"], told=(*FPN, "in_features"))
    yield _set(good, (*FPN, "in_features"), ["res3", "res2"], told=(*FPN, "in_features"))


def wrong_strides(good: Good) -> Iterator[Mutation]:
    """A trunk or a pyramid that ends too early for what is built on it."""
    yield _set(good, (*FPN, "top_block"), {"type": "none"}, told=(*RPN, "in_features", 4))
    yield _set(good, (*FPN, "bottom_up", "out_features"), ["res3", "res4", "res5"], told=(*FPN, "in_features", 0))
    yield _set(good, (*FPN, "bottom_up", "out_features"), ["res2"], told=(*FPN, "in_features", 1))
    yield _set(
        good, (*FPN, "top_block"), {"type": "p6p7", "in_feature": "res9"}, told=(*FPN, "top_block", "in_feature")
    )


def wrong_counts(good: Good) -> Iterator[Mutation]:
    """Anchors for more or fewer levels than there are, or unequally many."""
    path: Path = (*RPN, "anchors", "sizes")
    for sizes in ([[32], [64]], [[16], [32], [64], [128], [256], [512]]):
        yield _set(good, path[:-1], {"type": "grid", "sizes": sizes}, told=path)
    unequal = [[16, 24], [32], [64], [128], [256]]
    yield _set(good, path[:-1], {"type": "grid", "sizes": unequal}, told=path[:-1])


def wrong_classes(good: Good) -> Iterator[Mutation]:
    """A number of classes that the data does not have, or names that are not the data's."""
    yield _set(good, (*HEADS, "num_classes"), 81, told=(*HEADS, "num_classes"))
    known: list[str] = list(value_at(good.tree, ("data",)).get("classes", []))
    if not known:
        return
    path: Path = ("data", "classes")
    yield _set(good, path, [*known, "surplus"], told=path)
    for index, name in enumerate(known[:5]):
        for wrong, _ in misspellings(name):
            if wrong not in known:
                yield _set(good, path, [*known[:index], wrong, *known[index + 1 :]], told=path, word=name)


def nothing_to_measure(good: Good) -> Iterator[Mutation]:
    """An evaluator of what the model does not predict, or without anything to measure on."""
    if not value_at(good.tree, HEADS).get("mask_head"):
        yield _set(
            good,
            ("evaluation", "evaluators"),
            [{"type": "coco", "tasks": ["segm"]}],
            told=("evaluation", "evaluators", 0),
        )
    tree = changed_tree(good.tree, ("data", "test"), lambda holder, step: holder.pop(step))
    told: Path = ("evaluation", "evaluators", 0)
    yield Mutation(what="no test data", tree=tree, path=told, line_of=told)


def wrong_together(good: Good) -> Iterator[Mutation]:
    """Settings of one table that contradict each other."""
    trunk = (*FPN, "bottom_up")
    yield _set(good, ("training", "micro_batches"), 7, told=("training", "micro_batches"))
    yield _set(good, ("evaluation", "best"), "bbox.AP", told=("evaluation", "best"))
    yield _set(good, (*trunk, "out_features"), ["res5", "res4"], told=(*trunk, "out_features"))
    yield _set(good, (*RPN, "assigner"), {"type": "iou", "thresholds": [0.5]}, told=(*RPN, "assigner"))
    length, other = ("epochs", "steps") if "epochs" in value_at(good.tree, ("training",)) else ("steps", "epochs")
    both = _set(good, ("training", other), 7, told=("training",))
    yield Mutation(what="both lengths", tree=both.tree, path=("training",), line_of=("training", length))


def plugin_tables(good: Good) -> Iterator[Mutation]:
    """A ``[plugins]`` table that chooses nothing, or what is not there."""
    for table, told, word in [
        ({"require": ["det-plugin-nowhere>=1"]}, ("require", 0), ""),
        ({"require": ["det-plugin-maskrcnn>=99"]}, ("require", 0), ""),
        ({"require": [">=3"]}, ("require", 0), ""),
        ({"require": "det-plugin-maskrcnn"}, ("require",), ""),
        ({"hooks": ["nowhere"]}, ("hooks", 0), ""),
        ({"hooks": [1]}, ("hooks", 0), ""),
        ({"allow": ["zebra", "det-*"]}, ("allow", 0), ""),
        ({"allow": ["det-plugin-maskrcn", "det-*"]}, ("allow", 0), "det-plugin-maskrcnn"),
        ({"allow": ["det-plugin-maskrcnnn", "det-*"]}, ("allow", 0), "det-plugin-maskrcnn"),
        ({"allow": ["det_plugin_maskrnc", "det-*"]}, ("allow", 0), "det-plugin-maskrcnn"),
        ({"prefer": {"backbones.resnt": "det-plugin-backbones"}}, ("prefer", "backbones.resnt"), "backbones.resnet"),
        ({"prefer": {"backbones.resnet": "det-core"}}, ("prefer", "backbones.resnet"), ""),
        ({"prefer": {"backbones.resnet": 1}}, ("prefer", "backbones.resnet"), ""),
        ({"prefer": ["det-core"]}, ("prefer",), ""),
        ({"alow": ["det-*"]}, ("alow",), "allow"),
        ({"hook": []}, ("hook",), "hooks"),
    ]:
        yield _set(good, ("plugins",), table, told=("plugins", *told), word=word)
    yield _set(good, ("plugins",), {"deny": ["det-plugin-backbones"]}, told=(*FPN, "type"))
    yield _set(good, ("plugins",), {"allow": ["det-plugin-coco"]}, told=("model", "type"))


FIT_OPERATORS: dict[str, Callable[[Good], Iterator[Mutation]]] = {
    "wrong levels": wrong_levels,
    "wrong strides": wrong_strides,
    "wrong counts": wrong_counts,
    "wrong classes": wrong_classes,
    "nothing to measure": nothing_to_measure,
    "wrong together": wrong_together,
    "plugin tables": plugin_tables,
}


def _set(good: Good, path: Path, value: object, *, told: Path, word: str = "") -> Mutation:
    tree = changed_tree(good.tree, path, lambda holder, step: holder.__setitem__(step, value))
    return Mutation(
        what=f"{dotted(path)}={str(value)[-60:]}", tree=tree, path=told, line_of=_nearest(tree, told), word=word
    )


def _nearest(tree: Tree, path: Path) -> Path:
    """The part of a path that is written."""
    value: Any = tree
    for depth, step in enumerate(path):
        try:
            value = value[step]
        except (LookupError, TypeError):
            return path[:depth]
    return path
