"""Broken configs: an even choice of what every mutation operator makes of every good one."""

from collections.abc import Iterator, Sequence
from pathlib import Path as FilePath
from typing import TypeVar

from broken_configs.case import Case, dotted
from broken_configs.file_operators import FileMistake, bad_bases, bad_files
from broken_configs.fit_operators import FIT_OPERATORS
from broken_configs.good import Good
from broken_configs.override_operators import OVERRIDE_OPERATORS
from broken_configs.text_operators import TEXT_OPERATORS, Edit
from broken_configs.trees import Mutation
from broken_configs.writing import FORMATS, UnwritableError, written
from broken_configs.wrong_tables import TABLE_OPERATORS
from broken_configs.wrong_values import VALUE_OPERATORS
from broken_configs.wrong_words import WORD_OPERATORS

__all__ = ["GOOD", "chosen_cases", "good_cases"]

T = TypeVar("T")

TREE_OPERATORS = VALUE_OPERATORS | WORD_OPERATORS | TABLE_OPERATORS | FIT_OPERATORS

GOOD = "nothing"
"""The operator that breaks nothing: what it makes has to be accepted."""


def chosen_cases(experiments: Sequence[Good], *, each: int) -> list[Case]:
    """At most ``each`` of every operator, evenly spread over all places of all experiments, in all formats in turn.

    The current directory has to be where the experiments were prepared.
    """
    cases = [case for operator in TREE_OPERATORS for case in _tree_cases(operator, experiments, each)]
    cases += [case for operator in TEXT_OPERATORS for case in _text_cases(operator, experiments, each)]
    cases += [case for operator in OVERRIDE_OPERATORS for case in _override_cases(operator, experiments, each)]
    cases += [_file_case("bad file", mistake) for mistake in bad_files()]
    cases += [_file_case("bad base", mistake) for mistake in bad_bases(experiments[-1])]
    return list({case.name: case for case in cases}.values())


def good_cases(experiments: Sequence[Good]) -> Iterator[Case]:
    """Every good experiment in every format, written as the broken ones are."""
    for good in experiments:
        for suffix in FORMATS:
            if case := _as_file(good, GOOD, Mutation(what="nothing", tree=good.tree, path=(), line_of=()), suffix):
                yield case


def _tree_cases(operator: str, experiments: Sequence[Good], number: int) -> Iterator[Case]:
    mutate = TREE_OPERATORS[operator]
    mutations = [(good, mutation) for good in experiments for mutation in mutate(good)]
    for index, (good, mutation) in enumerate(_evenly(mutations, number)):
        turns = [FORMATS[(index + turn) % len(FORMATS)] for turn in range(len(FORMATS))]
        yield next(case for suffix in turns if (case := _as_file(good, operator, mutation, suffix)))


def _as_file(good: Good, operator: str, mutation: Mutation, suffix: str) -> Case | None:
    """The mutation in a file of one format; ``None`` where the format cannot say it."""
    try:
        text, lines = written(mutation.tree, suffix)
    except UnwritableError:
        return None
    file = f"case.{suffix}"
    return Case(
        name=f"{operator}: {good.name}.{suffix}: {mutation.what}",
        operator=operator,
        arguments=(file,),
        files={file: text},
        place=f"{file}:{lines[mutation.line_of]}",
        path=dotted(mutation.path),
        word=mutation.word,
        says=mutation.says,
    )


def _text_cases(operator: str, experiments: Sequence[Good], number: int) -> Iterator[Case]:
    """Every file edited, and checked through the first experiment that it is a part of."""
    parts = {part: good for good in reversed(experiments) for part in good.parts}
    edits = [
        (part, good, edit)
        for part, good in sorted(parts.items(), key=lambda item: item[0])
        for edit in TEXT_OPERATORS[operator](FilePath(part).read_text(encoding="utf-8"))
    ]
    for part, good, edit in _evenly(edits, number):
        yield _edited(operator, part, good, edit)


def _edited(operator: str, part: str, good: Good, edit: Edit) -> Case:
    return Case(
        name=f"{operator}: {part}: {edit.what}",
        operator=operator,
        arguments=(good.file,),
        files={part: edit.text},
        place=f"{part}:{edit.line}",
        path=dotted(edit.path or ()),
        word=edit.word,
    )


def _override_cases(operator: str, experiments: Sequence[Good], number: int) -> Iterator[Case]:
    changes = [(good, change) for good in experiments for change in OVERRIDE_OPERATORS[operator](good)]
    for good, change in _evenly(changes, number):
        yield Case(
            name=f"{operator}: {good.name}: {' '.join(change.arguments)}",
            operator=operator,
            arguments=(good.file, *change.arguments),
            place=change.place,
            path=change.path,
            word=change.word,
            says=change.says,
        )


def _file_case(operator: str, mistake: FileMistake) -> Case:
    return Case(
        name=f"{operator}: {mistake.what}",
        operator=operator,
        arguments=(mistake.argument,),
        files=mistake.files,
        place=mistake.place,
        path=mistake.path,
        word=mistake.word,
    )


def _evenly(items: Sequence[T], number: int) -> Sequence[T]:
    if len(items) <= number:
        return items
    return [items[index * len(items) // number] for index in range(number)]
