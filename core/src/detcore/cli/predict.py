"""``detcore predict``: draw a model's detections into pictures."""

from argparse import ArgumentParser, ArgumentTypeError, Namespace

from detcore.cli.local import add_local_argument

__all__ = ["add_arguments", "run"]


def add_arguments(parser: ArgumentParser) -> None:
    """MODEL, SOURCE…, ``--output``, ``--score-threshold``."""
    parser.add_argument("model", metavar="MODEL", help="a run's folder, or one of its checkpoints")
    parser.add_argument("sources", metavar="SOURCE", nargs="+", help="a picture, or a folder of pictures")
    parser.add_argument("--output", metavar="DIR", default="predictions", help="a folder (default: %(default)s)")
    parser.add_argument(
        "--score-threshold",
        metavar="P",
        type=_score,
        default=0.5,
        help="drop detections below it (default: %(default)s)",
    )
    add_local_argument(parser)


def _score(text: str) -> float:
    try:
        score = float(text)
    except ValueError:
        score = -1.0
    if not 0 <= score <= 1:
        raise ArgumentTypeError(f"must be a number between 0 and 1, not {text}")
    return score


def run(arguments: Namespace) -> int:
    """Predict and say where the results are."""
    from detcore.jobs import predict

    folder = predict(
        arguments.model, arguments.sources, output=arguments.output, score_threshold=arguments.score_threshold
    )
    print(f"pictures and predictions.json are in {folder}")
    return 0
