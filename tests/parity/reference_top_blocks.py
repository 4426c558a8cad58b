"""From the recorded facts of what is on top of a pyramid to its config."""

from collections.abc import Callable
from typing import Any

from det_plugin_backbones import MaxPoolTopBlockConfig, NoTopBlockConfig, P6P7TopBlockConfig, TopBlockConfig

__all__ = ["top_block"]


def top_block(facts: dict[str, Any] | None) -> TopBlockConfig:
    if facts is None:
        return NoTopBlockConfig()
    blocks: dict[str, Callable[..., TopBlockConfig]] = {"max_pool": MaxPoolTopBlockConfig, "p6p7": P6P7TopBlockConfig}
    return blocks[facts["type"]](in_feature=facts["in_feature"])
