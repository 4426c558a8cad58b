"""Distributions that offer components, as an installer leaves them: to see what a crowd of plugins costs."""

from pathlib import Path

__all__ = ["write_plugins"]

METADATA = """\
Metadata-Version: 2.4
Name: det-plugin-crowd{number}
Version: 1.0
Summary: One of a crowd of plugins
Requires-Dist: det-core
Requires-Dist: det-plugin-parts
"""

ENTRY_POINTS = """\
[detcore.backbones]
crowd{number}-net = "det_plugin_crowd{number}.net_config:NetConfig"

[detcore.augmentations]
crowd{number}-blur = "det_plugin_crowd{number}.blur_config:BlurConfig"
crowd{number}-noise = "det_plugin_crowd{number}.noise_config:NoiseConfig"

[detcore.evaluators]
crowd{number}-metric = "det_plugin_crowd{number}.metric_config:MetricConfig"
""".replace('"', "")

MODULES = ("net_config", "blur_config", "noise_config", "metric_config")


def write_plugins(folder: Path, count: int) -> None:
    """``count`` distributions of four components each into a folder that is, or will be, on ``sys.path``."""
    for number in range(count):
        information = folder / f"det_plugin_crowd{number}-1.0.dist-info"
        information.mkdir(parents=True)
        (information / "METADATA").write_text(METADATA.format(number=number), encoding="utf-8")
        (information / "entry_points.txt").write_text(ENTRY_POINTS.format(number=number), encoding="utf-8")
        package = folder / f"det_plugin_crowd{number}"
        package.mkdir()
        for name in ("__init__", *MODULES):
            (package / f"{name}.py").write_text("raise RuntimeError('imported')\n", encoding="utf-8")
