"""A setting that chooses among components: found in a table, or missing."""

from collections.abc import Callable, Mapping

from det_plugin_detectron2.settings import Missing, Setting, Settings, Tree

__all__ = ["Translator", "chosen", "word"]

Translator = Callable[[Settings], Tree]
"""From the settings of a config to the table of one component."""


def chosen(settings: Settings, key: str, translators: Mapping[str, Translator], *, owns: tuple[str, ...]) -> Tree:
    """The component that a key names; missing where ``translators`` has no such name.

    A new component is one more entry in its table.
    """
    name = settings[key]
    translator = translators.get(name.value)
    return translator(settings) if translator else Missing(name.told, name, owns)


def word(setting: Setting, words: Mapping[str, object]) -> Tree:
    """Our word for one of Detectron2's; missing where there is none."""
    if not isinstance(setting.value, str) or setting.value not in words:
        return Missing(setting.told, setting)
    return setting.becoming(words[setting.value])
