"""Every field of every first-party config class says what it means, and refuses what can mean nothing."""

import enum
from math import inf, nan

import pytest
from config_classes import Field, config_classes, fields_of, is_choice

from det_plugin_parts import PictureModelConfig
from detcore.config import settings_of
from detcore.plugins import installed_registry

FIELDS = [field for config_class in config_classes() for field in fields_of(config_class)]

PIXEL_MEANS = [f"{model.__name__}.pixel_mean" for model in config_classes() if issubclass(model, PictureModelConfig)]

MAY_BE_NEGATIVE = {
    **dict.fromkeys(PIXEL_MEANS, "pixels may be centred on zero already"),
    **dict.fromkeys(("FCOSConfig.focal_alpha", "RetinaNetConfig.focal_alpha"), "nothing is weighed"),
}

MAY_BE_ZERO = {
    **dict.fromkeys(PIXEL_MEANS, "the pictures may have no offset"),
    "LoaderConfig.workers": "the training process reads",
    "EvaluationConfig.pictures": "none is drawn",
    "EvaluationConfig.score_threshold": "every detection is drawn",
    "RunConfig.seed": "a seed like any other",
    "ShapesConfig.seed": "a seed like any other",
    "CocoDatasetConfig.min_keypoints": "none is left out",
    "ShapesConfig.max_hidden": "no object covers another",
    "SGDConfig.momentum": "none",
    "MultiStepScheduleConfig.warmup_steps": "no warm-up",
    "MultiStepScheduleConfig.warmup_factor": "warm-up starts from standing",
    "CosineScheduleConfig.warmup_steps": "no warm-up",
    "CosineScheduleConfig.warmup_factor": "warm-up starts from standing",
    "CosineScheduleConfig.end_factor": "the cosine ends at zero",
    "AdamWConfig.betas": "no memory",
    "LayerDecayAdamWConfig.betas": "no memory",
    "LayerDecayAdamWConfig.weight_decay_positions": "positions are not pulled",
    "PadConfig.value": "black",
    "RandomFlipConfig.probability": "never",
    "ResNetConfig.freeze_at": "everything learns",
    "ViTConfig.drop_path_rate": "no block is skipped",
    "ViTConfig.global_blocks": "the first block",
    "ViTConfig.residual_blocks": "the first block",
    "SimpleFeaturePyramidConfig.square_side": "pictures are not padded to a square",
    "ROIAlignPoolerConfig.sampling_ratio": "as many as there are cells",
    "ROIAlignPoolerConfig.canonical_level": "the level of stride 1",
    "ROIMaxPoolerConfig.canonical_level": "the level of stride 1",
    "PointGridPoolerConfig.levels": "the finest map",
    "PointRendMaskHeadConfig.subdivision_steps": "masks are as coarse as the coarse ones",
    "PointSamplingConfig.uncertain_fraction": "all points are drawn",
    "CandidateSelectionConfig.score_threshold": "none is too low",
    "CandidateSelectionConfig.nms_threshold": "no two may touch",
    "FCOSConfig.focal_gamma": "plain cross-entropy",
    "FCOSConfig.normaliser_momentum": "no memory",
    "RetinaNetConfig.focal_gamma": "plain cross-entropy",
    "RetinaNetConfig.normaliser_momentum": "no memory",
    "GridAnchorsConfig.offset": "the first anchor's centre is the corner",
    "IoUAssignerConfig.thresholds": "whatever overlaps",
    "AnchorSamplingConfig.boundary": "no anchor may reach out of the picture",
    "ProposalSelectionConfig.nms_threshold": "no two may touch",
    "ProposalSelectionConfig.min_box_size": "only empty boxes are dropped",
    "BoxPredictorConfig.score_threshold": "none is too low",
    "BoxPredictorConfig.nms_threshold": "no two may touch",
    "BoxLossConfig.beta": "plain L1",
    "PanopticMergingConfig.overlap_threshold": "no detection may be hidden at all",
    "PanopticMergingConfig.instance_score_threshold": "none is too low",
    "PanopticMergingConfig.stuff_area_limit": "none is too small",
    "SemanticIoUConfig.ignore_value": "a label like any other",
    "FPNSemanticHeadConfig.ignore_value": "a label like any other",
}
"""What a zero means there. Weights of losses, decays and factors of colour may all be zero: they turn a thing off."""

TURNED_OFF_BY_ZERO = ("weight", "weight_decay", "weight_decay_norm", "weight_decay_bias", "minimum", "maximum")

SHARES = {"fraction", "threshold", "thresholds", "probability", "momentum", "betas", "decay", "milestones", "factor"}
"""Last words of names whose numbers lie between 0 and 1."""

MAY_BE_EMPTY = {
    "PluginsConfig.require": "nothing in particular",
    "PluginsConfig.hooks": "no hook plugin",
    "PluginsConfig.allow": "every distribution",
    "PluginsConfig.deny": "no distribution",
    "SplitConfig.augmentations": "pictures as they are",
    "CocoDatasetConfig.keypoint_flip": "none changes places",
    "TrainingSplitConfig.augmentations": "pictures as they are",
    "WeightsConfig.reinitialise": "nothing",
    "TrainingConfig.hooks": "none",
    "TrainingConfig.writers": "none",
    "EvaluationConfig.evaluators": "nothing is measured",
    "ExportConfig.formats": "nothing is exported",
    "MultiStepScheduleConfig.milestones": "the rate never drops",
    "ResNetConfig.deformable_stages": "ordinary convolutions everywhere",
    "ViTConfig.global_blocks": "windows only",
    "ViTConfig.residual_blocks": "no block",
    "RPNConfig.conv_dims": "one convolution, as wide as the maps",
    "ConvFCBoxHeadConfig.conv_dims": "fully connected layers only",
    "ConvFCBoxHeadConfig.fc_dims": "convolutions only",
    "FCNMaskHeadConfig.conv_dims": "the deconvolution only",
    "ConvDeconvKeypointHeadConfig.conv_dims": "the deconvolution only",
    "DenseHeadConfig.conv_dims": "the predictions alone",
    "PointRendMaskHeadConfig.coarse_fc_dims": "convolutions only",
    "PointRendMaskHeadConfig.point_fc_dims": "the prediction alone",
}


def is_share(field: Field) -> bool:
    last_word = field.attribute.name.rpartition("_")[2]
    return field.leaf is float and last_word in SHARES and field.attribute.name != "weight_decay"


def numeric(field: Field) -> bool:
    return field.leaf in (int, float)


def named(fields: list[Field]) -> list[object]:
    return [pytest.param(field, id=field.name) for field in fields]


def test_the_classes_of_every_plugin_are_among_them():
    packages = {config_class.__module__.partition(".")[0] for config_class in config_classes()}

    assert packages >= {"detcore", "det_plugin_augment", "det_plugin_backbones", "det_plugin_coco"}
    assert packages >= {"det_plugin_dense", "det_plugin_maskrcnn", "det_plugin_parts"}
    assert len(FIELDS) > 150


@pytest.mark.parametrize("config_class", config_classes(), ids=lambda each: each.__name__)
def test_every_field_is_explained(config_class):
    settings = settings_of(config_class, installed_registry())

    assert config_class.__doc__
    assert [setting.name for setting in settings if not setting.help] == []


@pytest.mark.parametrize("field", named([field for field in FIELDS if field.leaf is float]))
@pytest.mark.parametrize("value", [nan, inf, -inf])
def test_a_number_is_finite(field, value):
    assert field.refuses(field.filled(value))


@pytest.mark.parametrize("field", named([f for f in FIELDS if numeric(f) and f.name not in MAY_BE_NEGATIVE]))
def test_nothing_is_negative_without_a_reason(field):
    assert field.refuses(field.filled(-1))


@pytest.mark.parametrize("field", named([field for field in FIELDS if numeric(field)]))
def test_nothing_is_zero_without_a_reason(field):
    last_words = field.attribute.name.rpartition("_")[2]
    has_reason = field.name in MAY_BE_ZERO or field.attribute.name in TURNED_OFF_BY_ZERO or last_words == "weight"

    assert field.refuses(field.filled(0)) == (not has_reason)


@pytest.mark.parametrize("field", named([field for field in FIELDS if is_share(field)]))
def test_a_share_is_at_most_one(field):
    assert field.refuses(field.filled(1.5))


@pytest.mark.parametrize("field", named([field for field in FIELDS if field.is_list]))
def test_a_list_is_empty_only_where_that_means_something(field):
    assert field.refuses(()) == (field.name not in MAY_BE_EMPTY)


@pytest.mark.parametrize("field", named([field for field in FIELDS if field.is_list and field.leaf is str]))
def test_a_list_of_words_has_no_empty_and_no_repeated_word(field):
    assert field.refuses(("",))
    assert field.refuses(("res4", "res5", "res4"))


@pytest.mark.parametrize("field", named([field for field in FIELDS if field.bare is str]))
def test_a_word_is_not_empty(field):
    assert field.refuses("")


@pytest.mark.parametrize(
    "field",
    named([f for f in FIELDS if is_choice(f.leaf) or (isinstance(f.leaf, type) and issubclass(f.leaf, enum.Enum))]),
)
def test_a_choice_is_one_of_those_there_are(field):
    assert field.refuses(field.filled("no such choice"))


@pytest.mark.parametrize("reasons", [MAY_BE_NEGATIVE, MAY_BE_ZERO, MAY_BE_EMPTY], ids=["negative", "zero", "empty"])
def test_an_exception_is_about_a_field_that_exists(reasons):
    assert set(reasons) <= {field.name for field in FIELDS}
