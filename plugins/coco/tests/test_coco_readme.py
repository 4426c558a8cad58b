"""The README's configuration is what the config classes take."""

from pathlib import Path

import tomli
from attrs import fields

from det_plugin_coco import CocoDatasetConfig, CocoEvaluatorConfig

README = Path(__file__).parents[1] / "README.md"


def settings_listed(heading):
    section = README.read_text(encoding="utf-8").split(f"## {heading}\n")[1].split("\n## ")[0]
    rows = [line for line in section.split("| setting |")[1].splitlines() if line.startswith("| `")]
    return [row.split("`")[1] for row in rows if row.count("|") == 4]


def test_config_block_builds_the_configs():
    block = README.read_text(encoding="utf-8").split("```toml\n")[1].split("```")[0]

    document = tomli.loads(block)

    for split in ("train", "test"):
        [table] = document["data"][split]["datasets"]
        assert table.pop("type") == "coco"
        assert CocoDatasetConfig(**table).annotations.startswith("pets/")
    assert document["evaluation"]["evaluators"] == [{"type": "coco"}]


def test_every_setting_is_listed():
    assert settings_listed("The dataset") == [each.name for each in fields(CocoDatasetConfig)]
    assert settings_listed("The evaluator") == [each.name for each in fields(CocoEvaluatorConfig)]
