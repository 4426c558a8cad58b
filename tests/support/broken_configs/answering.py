"""Ask ``detcore check`` about the whole corpus, in this very process.

``python -m broken_configs.answering FOLDER EACH`` prints a JSON list of answers; ``FOLDER`` is to be empty.
"""

import contextlib
import io
import json
import os
import sys
import traceback
from collections.abc import Iterator, Mapping
from pathlib import Path

from attrs import asdict, frozen

from broken_configs.case import Case
from broken_configs.corpus import chosen_cases, good_cases
from broken_configs.good import prepare
from detcore.cli.main import main

__all__ = ["Answer", "answer"]


@frozen(kw_only=True)
class Answer:
    """What the command made of a case."""

    case: Case
    status: int
    said: str
    """What it printed to its error stream."""


def answer(case: Case) -> Answer:
    """Write the case's files, run the command, put the files back."""
    said = io.StringIO()
    with _in_place(case.files), contextlib.redirect_stderr(said), contextlib.redirect_stdout(io.StringIO()):
        try:
            status = main(["check", *case.arguments])
        except Exception:  # noqa: BLE001  # what must never happen is part of the answer
            traceback.print_exc()
            status = -1
    return Answer(case=case, status=status, said=said.getvalue())


@contextlib.contextmanager
def _in_place(files: Mapping[str, str | bytes]) -> Iterator[None]:
    before = {name: Path(name).read_bytes() for name in files if Path(name).exists()}
    for name, content in files.items():
        Path(name).parent.mkdir(parents=True, exist_ok=True)
        Path(name).write_bytes(content if isinstance(content, bytes) else content.encode())
    yield
    for name in files:
        Path(name).unlink()
    for name, original in before.items():
        Path(name).write_bytes(original)


def _answers(folder: Path, each: int) -> Iterator[Answer]:
    os.chdir(folder)
    experiments = prepare(folder)
    for case in [*good_cases(experiments), *chosen_cases(experiments, each=each)]:
        yield answer(case)


if __name__ == "__main__":
    answers = _answers(Path(sys.argv[1]), int(sys.argv[2]))
    rows = [
        {**asdict(found), "case": asdict(found.case, filter=lambda field, _: field.name != "files")}
        for found in answers
    ]
    print(json.dumps(rows))
