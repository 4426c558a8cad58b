"""A Detectron2 config as an experiment: the door that core knocks at."""

from functools import partial
from pathlib import Path

from det_plugin_detectron2.account import accounted
from det_plugin_detectron2.accounts_of_calls import accounted_calls
from det_plugin_detectron2.base_chain import read_chain
from det_plugin_detectron2.call_references import resolved
from det_plugin_detectron2.experiment import experiment
from det_plugin_detectron2.instantiation import model_of_calls
from det_plugin_detectron2.reasons import matters_in, reason_in
from det_plugin_detectron2.schema import complete
from det_plugin_detectron2.settings import Setting, Settings, Source
from det_plugin_detectron2.yaml_document import TARGET_KEY
from detcore.errors import ConfigError
from detcore.specs import Translation

__all__ = ["translate"]


def translate(path: Path) -> Translation:
    """What a Detectron2 YAML and its bases say, as an experiment; nothing in them is executed.

    Raises:
        ConfigError: a file cannot be read, has values that Detectron2 itself would refuse, or is Python.
    """
    _expect_yaml(path)
    sources = read_chain(path)
    if TARGET_KEY in sources:
        return _of_calls(sources)
    _expect_version_2(sources)
    settings = complete(sources)
    every = [settings[key].sources[0] for key in settings]
    return accounted(experiment(settings), every, partial(reason_in, settings), matters=partial(matters_in, settings))


def _of_calls(written: dict[str, Source]) -> Translation:
    sources = resolved(written)
    settings = Settings({key: Setting(source.value, (source,)) for key, source in sources.items()})
    return accounted_calls({"model": model_of_calls(settings)}, settings)


def _expect_yaml(path: Path) -> None:
    if path.suffix == ".py":
        raise ConfigError(
            f"{path}: LazyConfig files are Python, which is not executed here; in Detectron2, write the model out with "
            "LazyConfig.save(LazyConfig.load(FILE).model, 'model.yaml') and convert that, or write the config anew"
        )
    if path.suffix.lower() not in (".yaml", ".yml"):
        raise ConfigError(f"{path}: a Detectron2 config ends in .yaml or .yml, not {path.suffix!r}")


def _expect_version_2(sources: dict[str, Source]) -> None:
    version = sources.get("VERSION")
    if version is not None and version.value != 2:
        raise version.refusal(f"only version 2 is understood, not {version.value!r}; let Detectron2 upgrade the file")
