"""How to have again what a record names."""

import pytest

from detcore.plugins.remedies import remedy


@pytest.mark.parametrize(
    ("facts", "told"),
    [
        ({"origin": "index"}, "pip install 'det-one==1.0'"),
        (
            {"origin": "git", "url": "https://a.org/x", "commit": "1a2b"},
            "pip install 'det-one @ git+https://a.org/x@1a2b'",
        ),
        ({"origin": "editable"}, "it was installed from a folder, to be edited: install det-one 1.0 from there again"),
        ({"origin": "folder"}, "it was installed from a folder: install det-one 1.0 from there again"),
        ({"origin": "wheel"}, "it was installed from a file: install det-one 1.0 from there again"),
    ],
    ids=lambda value: value.get("origin", "") if isinstance(value, dict) else "",
)
def test_what_no_index_need_know_is_not_asked_of_one(facts, told):
    assert remedy({"name": "det-one", "version": "1.0", **facts}, "one:One", None) == told
