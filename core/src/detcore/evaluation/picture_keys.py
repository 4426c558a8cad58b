"""What tells the pictures of an evaluation apart."""

from detcore.structures import ModelInput

__all__ = ["PictureKey", "picture_key"]

PictureKey = tuple[int | str, str]
"""Image id and file name: two datasets laid end to end may use the same ids."""


def picture_key(model_input: ModelInput) -> PictureKey:
    """The key of an input."""
    return model_input["image_id"], model_input.get("file_name", "")
