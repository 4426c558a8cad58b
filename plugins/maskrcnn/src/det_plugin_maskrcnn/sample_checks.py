"""Whether a balanced sample can hold anything to learn an object from, told without a tensor."""

__all__ = ["refuse_sample_without_positives"]


def refuse_sample_without_positives(batch_size_per_image: int, positive_fraction: float) -> None:
    """Nothing where at least one box of a sample may be positive.

    Raises:
        ValueError: none may.
    """
    if int(batch_size_per_image * positive_fraction) < 1:
        raise ValueError(
            f"of 'batch_size_per_image' ({batch_size_per_image}) a 'positive_fraction' of {positive_fraction:g} is less"
            " than one box, so no object would ever be learned"
        )
