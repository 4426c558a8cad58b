"""Reading pictures of every kind a user has."""

import struct
import zlib

import cv2
import numpy as np
import pytest

from detcore.data import read_picture
from detcore.data.pictures import read_label_map
from detcore.errors import DatasetError

UPRIGHT = np.kron(
    np.array([[[250, 10, 10], [10, 250, 10], [10, 10, 250]], [[240, 240, 240], [15, 15, 15], [240, 240, 20]]]),
    np.ones((16, 16, 1)),
).astype(np.uint8)
"""Two rows and three columns of blocks, RGB; no two orientations of it look alike."""

STORED_FROM_UPRIGHT = {
    1: lambda image: image,
    2: lambda image: image[:, ::-1],
    3: lambda image: image[::-1, ::-1],
    4: lambda image: image[::-1],
    5: lambda image: image.swapaxes(0, 1),
    6: lambda image: np.rot90(image, 1),
    7: lambda image: image[::-1, ::-1].swapaxes(0, 1),
    8: lambda image: np.rot90(image, -1),
}
"""How a camera held in each of the eight EXIF orientations stores the upright picture."""


def jpeg_bytes(image, *options):
    bgr = image if image.ndim == 2 else image[:, :, ::-1]
    return cv2.imencode(".jpg", np.ascontiguousarray(bgr), [cv2.IMWRITE_JPEG_QUALITY, 100, *options])[1].tobytes()


def with_segment(jpeg, content):
    """The JPEG with an APP1 segment right after its start."""
    return jpeg[:2] + b"\xff\xe1" + struct.pack(">H", len(content) + 2) + content + jpeg[2:]


def exif(orientation):
    tiff = b"MM\x00\x2a\x00\x00\x00\x08" + struct.pack(">HHHIHHI", 1, 0x0112, 3, 1, orientation, 0, 0)
    return b"Exif\x00\x00" + tiff


def png_bytes(*, width, height, depth, colour_type, rows, extra=()):
    def chunk(kind, content):
        return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))

    header = struct.pack(">IIBBBBB", width, height, depth, colour_type, 0, 0, 0)
    data = zlib.compress(b"".join(b"\x00" + row for row in rows))
    chunks = [(b"IHDR", header), *extra, (b"IDAT", data), (b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunk(*item) for item in chunks)


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("grey", [False, True], ids=["colour", "grey"])
def test_every_exif_orientation_is_turned_upright(tmp_path, orientation, grey):
    upright = cv2.cvtColor(UPRIGHT, cv2.COLOR_RGB2GRAY) if grey else UPRIGHT
    stored = np.ascontiguousarray(STORED_FROM_UPRIGHT[orientation](upright))
    path = tmp_path / "photo.jpg"
    path.write_bytes(with_segment(jpeg_bytes(stored), exif(orientation)))

    picture = read_picture(path)

    expected = np.repeat(upright[:, :, None], 3, axis=2) if grey else upright
    assert picture.shape == expected.shape
    centres = np.s_[8::16, 8::16]
    np.testing.assert_allclose(picture[centres].astype(int), expected[centres].astype(int), atol=6)


def test_colours_come_as_red_green_blue(tmp_path):
    path = tmp_path / "red.png"
    path.write_bytes(png_bytes(width=1, height=1, depth=8, colour_type=2, rows=[b"\xff\x01\x02"]))

    assert read_picture(path).tolist() == [[[255, 1, 2]]]


def test_grey_becomes_three_equal_channels(tmp_path):
    path = tmp_path / "grey.png"
    path.write_bytes(png_bytes(width=2, height=1, depth=8, colour_type=0, rows=[b"\x00\x7f"]))

    assert read_picture(path).tolist() == [[[0, 0, 0], [127, 127, 127]]]


def test_alpha_is_dropped_not_blended(tmp_path):
    path = tmp_path / "rgba.png"
    path.write_bytes(png_bytes(width=2, height=1, depth=8, colour_type=6, rows=[b"\x01\x02\x03\x00\x04\x05\x06\xff"]))

    assert read_picture(path).tolist() == [[[1, 2, 3], [4, 5, 6]]]


def test_grey_with_alpha_is_grey(tmp_path):
    path = tmp_path / "grey_alpha.png"
    path.write_bytes(png_bytes(width=2, height=1, depth=8, colour_type=4, rows=[b"\x09\x00\x08\xff"]))

    assert read_picture(path).tolist() == [[[9, 9, 9], [8, 8, 8]]]


def test_a_palette_is_looked_up(tmp_path):
    palette = [(b"PLTE", b"\x0a\x0b\x0c\xc8\x64\x32")]
    path = tmp_path / "palette.png"
    path.write_bytes(png_bytes(width=2, height=1, depth=8, colour_type=3, rows=[b"\x01\x00"], extra=palette))

    assert read_picture(path).tolist() == [[[200, 100, 50], [10, 11, 12]]]


def test_a_single_bit_is_black_or_white(tmp_path):
    path = tmp_path / "bits.png"
    path.write_bytes(png_bytes(width=2, height=1, depth=1, colour_type=0, rows=[b"\x40"]))

    assert read_picture(path).tolist() == [[[0, 0, 0], [255, 255, 255]]]


def test_sixteen_bits_are_scaled_not_cut_off(tmp_path):
    path = tmp_path / "deep.png"
    cv2.imwrite(str(path), np.array([[0, 128, 257, 32896, 65535]], dtype=np.uint16))

    # 128 of 65535 is half of 1 of 255 and rounds to even; clipping would make the last three 255.
    assert read_picture(path)[0, :, 0].tolist() == [0, 0, 1, 128, 255]


def test_sixteen_bit_colours_keep_their_order(tmp_path):
    path = tmp_path / "deep_colour.png"
    row = struct.pack(">HHH", 65535, 257, 514)
    path.write_bytes(png_bytes(width=1, height=1, depth=16, colour_type=2, rows=[row]))

    assert read_picture(path).tolist() == [[[255, 1, 2]]]


def test_sixteen_bit_tiff_is_read(tmp_path):
    path = tmp_path / "deep.tiff"
    cv2.imwrite(str(path), np.full((4, 5), 65535, dtype=np.uint16))

    assert read_picture(path).tolist() == np.full((4, 5, 3), 255).tolist()


def test_a_path_may_hold_any_letters(tmp_path):
    path = tmp_path / "größe_図.jpg"
    path.write_bytes(jpeg_bytes(UPRIGHT))

    assert read_picture(str(path)).shape == UPRIGHT.shape


def test_a_progressive_jpeg_with_restart_markers_is_complete(tmp_path):
    path = tmp_path / "progressive.jpg"
    options = (cv2.IMWRITE_JPEG_PROGRESSIVE, 1, cv2.IMWRITE_JPEG_RST_INTERVAL, 1)
    path.write_bytes(jpeg_bytes(UPRIGHT, *options))

    assert read_picture(path).shape == UPRIGHT.shape


def test_bytes_after_the_end_do_no_harm(tmp_path):
    path = tmp_path / "padded.jpg"
    path.write_bytes(jpeg_bytes(UPRIGHT) + b"\x00" * 100)

    assert read_picture(path).shape == UPRIGHT.shape


@pytest.mark.parametrize("kept", [0.3, 0.6, 0.99])
def test_a_truncated_jpeg_is_named(tmp_path, capfd, kept):
    noise = np.random.default_rng(0).integers(0, 256, (64, 64, 3), dtype=np.uint8)
    content = jpeg_bytes(noise)
    content = content[: int(len(content) * kept)]
    path = tmp_path / "cut.jpg"
    path.write_bytes(content)

    with pytest.raises(DatasetError) as caught:
        read_picture(path)

    expected = f"{path}: truncated JPEG: its {len(content)} bytes end before the end-of-image marker"
    assert str(caught.value) == expected
    assert capfd.readouterr().err == ""


def test_the_end_of_a_thumbnail_is_not_the_end_of_the_picture(tmp_path):
    photo = with_segment(jpeg_bytes(UPRIGHT), b"thumbnail" + jpeg_bytes(UPRIGHT[:8, :8]))
    path = tmp_path / "cut.jpg"
    path.write_bytes(photo[:-40])

    with pytest.raises(DatasetError, match="truncated JPEG"):
        read_picture(path)


@pytest.mark.parametrize("missing", [1, 13, 40])
def test_a_truncated_png_is_named(tmp_path, capfd, missing):
    content = cv2.imencode(".png", UPRIGHT)[1].tobytes()[:-missing]
    path = tmp_path / "cut.png"
    path.write_bytes(content)

    with pytest.raises(DatasetError) as caught:
        read_picture(path)

    assert str(caught.value) == f"{path}: truncated PNG: its {len(content)} bytes end before the end chunk"
    assert capfd.readouterr().err == ""


def test_a_flipped_bit_in_a_png_is_found(tmp_path):
    content = bytearray(cv2.imencode(".png", UPRIGHT)[1].tobytes())
    content[-20] ^= 1
    path = tmp_path / "flipped.png"
    path.write_bytes(content)

    with pytest.raises(DatasetError, match=r"flipped.png: damaged PNG: the IDAT chunk at byte \d+ does not match"):
        read_picture(path)


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        pytest.param(b"", "the file is empty", id="empty"),
        pytest.param(b"hello", "not a picture in a format that can be read, or damaged", id="text"),
        pytest.param(b"\xff\xd8\xffx", "damaged", id="only the first bytes of a JPEG"),
        pytest.param(b"BM" + b"\x00" * 60, "not a picture in a format that can be read, or damaged", id="broken BMP"),
    ],
)
def test_what_is_no_picture_is_named(tmp_path, capfd, content, complaint):
    path = tmp_path / "notes.jpg"
    path.write_bytes(content)

    with pytest.raises(DatasetError) as caught:
        read_picture(path)

    assert str(caught.value).startswith(f"{path}: ")
    assert complaint in str(caught.value) or "truncated" in str(caught.value)
    assert capfd.readouterr().err == ""


def test_a_missing_picture_is_named(tmp_path):
    with pytest.raises(DatasetError) as caught:
        read_picture(tmp_path / "gone.png")

    assert str(caught.value) == f"{tmp_path / 'gone.png'}: no such picture"


def test_a_folder_is_no_picture(tmp_path):
    with pytest.raises(DatasetError, match="cannot be read: Is a directory"):
        read_picture(tmp_path)


def test_floating_point_pixels_are_refused(tmp_path):
    path = tmp_path / "float.tiff"
    cv2.imwrite(str(path), np.zeros((4, 4, 3), dtype=np.float32))

    with pytest.raises(DatasetError, match="pixels are float32; only 8 and 16 bits a channel are read"):
        read_picture(path)


def test_a_label_map_keeps_its_values(tmp_path):
    path = tmp_path / "labels.png"
    cv2.imwrite(str(path), np.array([[0, 255, 1000]], dtype=np.uint16))

    assert read_label_map(path).tolist() == [[0, 255, 1000]]


def test_a_label_map_has_one_channel(tmp_path):
    path = tmp_path / "labels.png"
    cv2.imwrite(str(path), UPRIGHT)

    with pytest.raises(DatasetError, match="a map of labels has one channel, this picture has 3"):
        read_label_map(path)
