"""An account of a model spelt out as calls, in which no argument that makes another model is passed over."""

from collections.abc import Iterator, Mapping

from attrs import evolve

from det_plugin_detectron2.account import accounted
from det_plugin_detectron2.following_arguments import Following, following_arguments, makes_no_difference
from det_plugin_detectron2.instantiation import CALLS
from det_plugin_detectron2.settings import Setting, Settings, Source, Tree
from detcore.specs import MissingPart, TranslatedKey, Translation

__all__ = ["accounted_calls"]

FOLLOWS = "follows from the other arguments, or makes no difference"
DIFFERS = "the other arguments imply another value"
UNREAD = "nothing here takes this argument"
WAITS = "waits for "


def accounted_calls(tree: Mapping[str, Tree], settings: Settings) -> Translation:
    """The translation of a tree; arguments that say otherwise than the rest implies, and unknown ones, are missing."""
    following = list(following_arguments(settings))
    agreeing = {source.key for _, (found, expected) in following if found.value == expected for source in found.sources}

    judged = {source.key for _, (found, _) in following for source in found.sources}

    def reason(source: Source, awaited: str) -> str:
        if awaited:
            return f"{WAITS}{awaited}, which nothing installed offers"
        if source.key in agreeing or makes_no_difference(source.key, source.value, CALLS):
            return FOLLOWS
        return DIFFERS if source.key in judged else UNREAD

    def matters(source: Source, awaited: str) -> bool:
        return reason(source, awaited) != FOLLOWS

    every = [source for key in settings for source in settings[key].sources]
    translation = accounted(tree, every, reason, matters=matters, is_partial=True)
    unread = (_unread(key) for key in translation.keys if key.reason == UNREAD)
    return evolve(translation, missing=(*translation.missing, *_differing(following, translation), *unread))


def _differing(following: list[tuple[Setting, Following]], translation: Translation) -> Iterator[MissingPart]:
    """Arguments of calls that are offered, and that say otherwise than the rest of the model implies."""
    waiting = {key.key for key in translation.keys if key.reason.startswith(WAITS)}
    for call, (found, expected) in following:
        source = found.sources[0]
        if found.value != expected and not waiting & {source.key, call.sources[0].key}:
            place = source if source.file else call.sources[0]
            silence = "" if source.file else ", which the file does not set,"
            what = f"{found.told}{silence} where the other arguments imply {expected!r}"
            yield MissingPart(path=_path(source.key), what=what, file=place.file, line=place.line)


def _unread(key: TranslatedKey) -> MissingPart:
    return MissingPart(path=_path(key.key), what=f"{key.value} ({key.key})", file=key.file, line=key.line)


def _path(key: str) -> tuple[str, ...]:
    return ("model", *key.split("."))
