import cv2
import numpy as np
import pytest

from detcore.drawing import contact_sheet, side_by_side, write_picture


def plain(height, width, value):
    return np.full((height, width, 3), value, dtype=np.uint8)


def test_a_contact_sheet_lays_pictures_out_in_rows():
    sheet = contact_sheet([plain(10, 20, 0), plain(8, 12, 50), plain(10, 20, 100)], columns=2)

    assert sheet.shape == (26, 46, 3)
    assert (sheet[:10, :20] == 0).all()
    assert (sheet[:8, 26:38] == 50).all()
    assert (sheet[16:, :20] == 100).all()
    assert (sheet[16:, 26:] == 255).all()


def test_a_contact_sheet_needs_a_picture():
    with pytest.raises(ValueError, match="at least one picture"):
        contact_sheet([], columns=2)


def test_two_pictures_stand_side_by_side_under_their_titles():
    sheet = side_by_side(plain(100, 150, 0), plain(100, 150, 50))

    height, width, _ = sheet.shape
    assert width == 150 + 6 + 150
    assert (sheet[height - 100 :, :150] == 0).all()
    assert (sheet[height - 100 :, 156:] == 50).all()
    assert sheet[: height - 100].min() < 100  # the titles' ink


@pytest.mark.parametrize("suffix", [".png", ".jpg"])
def test_a_written_picture_reads_back(tmp_path, suffix):
    image = plain(16, 16, 0)
    image[:, :, 0] = 200

    write_picture(tmp_path / "new" / f"red{suffix}", image)

    stored = cv2.imread(str(tmp_path / "new" / f"red{suffix}"))
    assert np.abs(stored[:, :, ::-1].astype(int) - image).max() < 8
    assert [path.name for path in (tmp_path / "new").iterdir()] == [f"red{suffix}"]


def test_an_unknown_format_is_refused_and_nothing_is_written(tmp_path):
    with pytest.raises(ValueError, match=r"pictures cannot be written as '\.docx'"):
        write_picture(tmp_path / "a.docx", plain(4, 4, 0))

    assert list(tmp_path.iterdir()) == []
