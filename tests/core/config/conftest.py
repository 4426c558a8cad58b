"""Small components of every kind the config layer meets, in a registry of their own."""

from enum import StrEnum
from pathlib import Path
from typing import ClassVar, Literal

import pytest
from attrs import field, frozen
from attrs.validators import ge, in_

from detcore.config import load
from detcore.errors import DatasetError
from detcore.plugins import Registry
from detcore.specs import (
    ArchitectureConfig,
    AugmentationConfig,
    BackboneConfig,
    ComponentConfig,
    DatasetConfig,
    DatasetMetadata,
    EvaluatorConfig,
    EvaluatorNeeds,
    ExporterConfig,
    FeatureShape,
    OptimizerConfig,
    Problem,
    SamplerConfig,
    ScheduleConfig,
    under,
)


class Norm(StrEnum):
    BATCH = "batch"
    GROUP = "group"


@frozen(kw_only=True)
class HeadConfig(ComponentConfig):
    group: ClassVar[str] = "tiny.heads"


@frozen(kw_only=True)
class LinearHeadConfig(HeadConfig):
    width: int = field(default=8, validator=ge(1))


@frozen(kw_only=True)
class TrunkConfig(BackboneConfig):
    depth: int = field(default=18, validator=in_((18, 50)))
    norm: Norm = Norm.BATCH
    levels: tuple[str, ...] = ("c4", "c5")
    size: tuple[int, int] = (32, 32)
    bias: bool = True
    scale: float = 1.0
    options: dict[str, float] = field(factory=dict)
    note: str | None = None
    mode: Literal["fast", "slow", 3] = "fast"
    steps: int | tuple[int, ...] = 1

    def output_shapes(self):
        return {level: FeatureShape(channels=self.depth, stride=16) for level in self.levels}

    def build(self):
        raise AssertionError("reading a config builds nothing")


@frozen(kw_only=True)
class NetConfig(ArchitectureConfig):
    num_classes: int = field(validator=ge(1))
    backbone: BackboneConfig = field(factory=TrunkConfig)
    head: HeadConfig = field(factory=LinearHeadConfig)
    reads: tuple[str, ...] = ("c4",)
    heads: tuple[HeadConfig, ...] = ()
    predicts: frozenset[str] | None = None

    def __attrs_post_init__(self):
        if self.num_classes == 13:
            raise ValueError("'num_classes' must not be 13")

    def outputs(self):
        return self.predicts

    def check(self, data):
        known = self.backbone.output_shapes()
        if known is None:
            return [Problem("the backbone does not tell its levels", ("reads",), "unchecked")]
        problems = [
            Problem(f"there is no level {level!r}, only {', '.join(known)}", (index,))
            for index, level in enumerate(self.reads)
            if level not in known
        ]
        return under(problems, "reads")

    def build(self):
        raise AssertionError("reading a config builds nothing")


@frozen(kw_only=True)
class VagueTrunkConfig(TrunkConfig):
    def output_shapes(self):
        return None


@frozen(kw_only=True)
class PicturesConfig(DatasetConfig):
    classes: tuple[str, ...] = ("cat", "dog")
    known: bool = True
    lost: bool = False
    has_masks: bool | None = True
    keypoints: tuple[str, ...] = ()
    stuff_classes: tuple[str, ...] = ("things", "sky", "sea")

    def metadata(self):
        if self.lost:
            raise DatasetError("the pictures are gone")
        if not self.known:
            return None
        return DatasetMetadata(
            classes=self.classes,
            has_masks=self.has_masks,
            keypoints=self.keypoints,
            stuff_classes=self.stuff_classes,
        )

    def build(self):
        raise AssertionError("reading a config builds nothing")


@frozen(kw_only=True)
class FlipConfig(AugmentationConfig):
    probability: float = 0.5

    def build(self):
        raise AssertionError("reading a config builds nothing")


@frozen(kw_only=True)
class InOrderConfig(SamplerConfig):
    def build(self, *, dataset, seed):
        raise AssertionError("reading a config builds nothing")


@frozen(kw_only=True)
class DescentConfig(OptimizerConfig):
    lr: float = field(validator=ge(0))
    betas: tuple[float, float] = (0.9, 0.99)

    def build(self, *, parameters):
        raise AssertionError("reading a config builds nothing")


@frozen(kw_only=True)
class FlatConfig(ScheduleConfig):
    def build(self):
        raise AssertionError("reading a config builds nothing")


@frozen(kw_only=True)
class PointsConfig(EvaluatorConfig):
    reads: frozenset[str] = frozenset({"classes"})
    outputs: frozenset[str] = frozenset()
    largest: int = 9

    def needs(self):
        return EvaluatorNeeds(outputs=self.outputs, metadata=self.reads)

    def check(self, *, metadata, predicted):
        if len(metadata.classes) <= self.largest:
            return []
        return [Problem(f"{len(metadata.classes)} classes are too many for {predicted}", ("largest",))]

    def build(self, *, metadata):
        raise AssertionError("reading a config builds nothing")


@frozen(kw_only=True)
class BundleConfig(ExporterConfig):
    suffix: ClassVar[str] = ".bundle"

    def check(self, architecture):
        return []

    def build(self):
        raise AssertionError("reading a config builds nothing")


COMPONENTS = {
    "trunk": TrunkConfig,
    "vague": VagueTrunkConfig,
    "net": NetConfig,
    "linear": LinearHeadConfig,
    "pictures": PicturesConfig,
    "flip": FlipConfig,
    "in-order": InOrderConfig,
    "descent": DescentConfig,
    "flat": FlatConfig,
    "points": PointsConfig,
    "bundle": BundleConfig,
}

GOOD = """\
[data.train]
datasets = [{ type = "pictures" }]
augmentations = [
  { type = "flip", probability = 1 },
  { type = "flip" },
]
[data.test]
datasets = [{ type = "pictures" }]

[model]
type = "net"
num_classes = "${data.num_classes}"
[model.backbone]
type = "trunk"
depth = 50

[optimizer]
type = "descent"
lr = 0.1
[schedule]
type = "flat"
[training]
epochs = 2
"""


@pytest.fixture
def registry():
    registry = Registry()
    for name, config_class in COMPONENTS.items():
        registry.add(name, config_class, distribution="tiny-parts")
    return registry


@pytest.fixture
def good():
    """A config without a mistake."""
    return GOOD


@pytest.fixture
def write(tmp_path, monkeypatch):
    """Write a file into the folder that the test runs in; messages then name it by this short name."""
    monkeypatch.chdir(tmp_path)

    def write(name: str, text: str) -> Path:
        Path(name).parent.mkdir(parents=True, exist_ok=True)
        Path(name).write_text(text)
        return Path(name)

    return write


@pytest.fixture
def read(write, registry):
    """Load a text as if it stood in ``a.toml``."""

    def read(text: str, *overrides: str, unset=(), name="a.toml"):
        return load(write(name, text), overrides=overrides, unset=unset, registry=registry)

    return read
