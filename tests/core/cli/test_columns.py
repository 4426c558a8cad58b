"""Tables of words, as a terminal shows them."""

from detcore.cli.columns import WIDEST, columns


def test_columns_stand_under_each_other():
    assert columns([["a", "bcd", "e"], ["fg", "h", "ij"]]) == ["a   bcd  e", "fg  h    ij"]


def test_a_cell_that_is_too_wide_makes_no_column_wider():
    wide = "w" * (WIDEST + 1)

    assert columns([["a", "b", "c"], ["de", wide, "f"]]) == ["a   b  c", f"de  {wide}", "       f"]


def test_nothing_follows_a_wide_cell_at_the_end_of_a_row():
    wide = "w" * (WIDEST + 1)

    assert columns([["a", "b", "c"], ["d", wide, ""]]) == ["a  b  c", f"d  {wide}"]


def test_what_no_terminal_shows_is_a_space():
    assert columns([["a\nb", "c\x1b"]]) == ["a b  c"]
