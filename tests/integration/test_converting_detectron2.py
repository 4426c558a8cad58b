"""``detcore config convert --from detectron2``, as a user types it."""

import pytest
import tomli
from repository import ROOT

from det_plugin_detectron2.class_names import COCO_CLASSES
from detcore.cli.main import main
from detcore.config import load

BASE = """
MODEL:
  BACKBONE:
    NAME: "build_resnet_fpn_backbone"
  RESNETS:
    OUT_FEATURES: ["res2", "res3", "res4", "res5"]
  FPN:
    IN_FEATURES: ["res2", "res3", "res4", "res5"]
  ANCHOR_GENERATOR:
    SIZES: !!python/object/apply:eval ["[[2 ** x] for x in range(5, 10)]"]
  RPN:
    IN_FEATURES: ["p2", "p3", "p4", "p5", "p6"]
    PRE_NMS_TOPK_TRAIN: 2000
    PRE_NMS_TOPK_TEST: 1000
    POST_NMS_TOPK_TRAIN: 1000
    POST_NMS_TOPK_TEST: 1000
  ROI_HEADS:
    NAME: "StandardROIHeads"
    IN_FEATURES: ["p2", "p3", "p4", "p5"]
  ROI_BOX_HEAD:
    NAME: "FastRCNNConvFCHead"
    NUM_FC: 2
    POOLER_RESOLUTION: 7
  ROI_MASK_HEAD:
    NUM_CONV: 4
DATASETS:
  TRAIN: ("coco_2017_train",)
  TEST: ("coco_2017_val",)
SOLVER:
  IMS_PER_BATCH: 16
  BASE_LR: 0.02
  STEPS: (60000, 80000)
  MAX_ITER: 90000
INPUT:
  MIN_SIZE_TRAIN: (640, 672, 704, 736, 768, 800)
"""


@pytest.fixture
def config(tmp_path):
    """A config over the base, and what it adds."""
    (tmp_path / "base.yaml").write_text(BASE)

    def write(text):
        path = tmp_path / "config.yaml"
        path.write_text(f"_BASE_: base.yaml\n{text}")
        return path

    return write


def test_a_published_recipe_is_the_one_we_ship(config, tmp_path):
    target = tmp_path / "converted.toml"

    assert (
        main(["config", "convert", "--from", "detectron2", str(config("MODEL: {MASK_ON: True}\n")), str(target)]) == 0
    )

    converted = load(target, compare_parts=False).experiment
    shipped = load(ROOT / "configs/coco/mask_rcnn_r50_fpn_1x.toml", compare_parts=False).experiment
    assert converted.optimizer == shipped.optimizer
    assert converted.schedule.milestones == pytest.approx(shipped.schedule.milestones)
    assert converted.training.steps == shipped.training.steps
    assert converted.data.classes == shipped.data.classes == tuple(COCO_CLASSES)
    assert converted.data.train.augmentations == shipped.data.train.augmentations
    assert converted.data.test.augmentations == shipped.data.test.augmentations
    assert converted.model.roi_heads == shipped.model.roi_heads
    assert converted.model.proposal_generator.selection == shipped.model.proposal_generator.selection
    assert converted.model.proposal_generator.anchors == shipped.model.proposal_generator.anchors


def test_without_a_target_the_config_is_printed_and_the_report_stands_beside_it(config, capsys):
    path = config("MODEL: {WEIGHTS: 'detectron2://R-50.pkl'}\n")

    assert main(["config", "convert", "--from", "detectron2", str(path)]) == 0

    printed = capsys.readouterr()
    assert tomli.loads(printed.out)["optimizer"] == {"type": "sgd", "lr": 0.02}
    assert f"{path}:2: MODEL.WEIGHTS = 'detectron2://R-50.pkl': an address" in printed.err


def test_what_is_missing_is_one_sentence_and_the_rest_is_written(config, tmp_path, capsys):
    path, target = config("MODEL: {ROI_HEADS: {NAME: HydraHeads}}\n"), tmp_path / "converted.yaml"

    assert main(["config", "convert", "--from", "detectron2", str(path), str(target)]) == 1

    assert capsys.readouterr().err.splitlines()[-1] == (
        f"detcore: {path}: nothing installed offers 'HydraHeads' (MODEL.ROI_HEADS.NAME) for model.roi_heads; "
        "everything else was converted"
    )
    assert target.read_text().startswith(
        "# Converted from config.yaml.\n"
        "# Nothing installed offers these parts; they are left out:\n"
        "#   model.roi_heads: 'HydraHeads' (MODEL.ROI_HEADS.NAME)\n"
    )


def test_defaults_are_reported_when_asked(config, capsys):
    assert main(["config", "convert", "--from", "detectron2", str(config("SEED: 1\n")), "--verbose"]) == 0

    assert "  SOLVER.GAMMA = 0.1 -> schedule.gamma" in capsys.readouterr().err


def test_a_default_that_no_experiment_may_have_is_told_without_a_line(tmp_path, capsys):
    path = tmp_path / "config.yaml"
    path.write_text(
        "MODEL:\n  BACKBONE: {NAME: build_resnet_fpn_backbone}\n  RESNETS: {OUT_FEATURES: [res9, res3]}\n"
        "  RPN: {IN_FEATURES: [p2, p3]}\n"
    )

    assert main(["config", "convert", "--from", "detectron2", str(path)]) == 1

    told = capsys.readouterr().err.splitlines()
    empty = "must list at least one; it comes from MODEL.FPN.IN_FEATURES = [], which no file sets"
    assert f"  {path}: model.backbone.in_features: {empty}" in told
    assert any(line.startswith(f"  {path}:3: model.backbone.bottom_up.out_features.0: must be ") for line in told)


def test_values_that_no_experiment_may_have_are_told_at_their_line(config, capsys):
    path = config("SOLVER: {GAMMA: 3.0}\nMODEL:\n  RPN: {NMS_THRESH: 7.0}\n")
    threshold = "model.proposal_generator.selection.nms_threshold"

    assert main(["config", "convert", "--from", "detectron2", str(path)]) == 1

    assert capsys.readouterr().err.splitlines() == [
        "detcore: 2 problems",
        f"  {path}:2: schedule.gamma: must be <= 1, not 3.0; it comes from SOLVER.GAMMA = 3.0",
        f"  {path}:4: {threshold}: must be <= 1, not 7.0; it comes from MODEL.RPN.NMS_THRESH = 7.0",
    ]


def test_a_target_of_no_known_format(config, capsys):
    assert main(["config", "convert", "--from", "detectron2", str(config("")), "x.ini"]) == 1

    assert capsys.readouterr().err == "detcore: a config file ends in .toml, .yaml, .yml, .json, not '.ini'\n"
