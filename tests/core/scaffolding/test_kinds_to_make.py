import subprocess
import sys

import pytest

from detcore.errors import UnknownComponentError
from detcore.plugins.groups import CORE_GROUPS
from detcore.scaffolding import find_kind, kinds_to_make

NO_TORCH = """
import sys
from detcore.scaffolding import find_kind, kinds_to_make
find_kind("backbone")
print(sorted(name for name in sys.modules if name.startswith(("torch", "numpy", "det_plugin_"))))
"""


def test_every_group_of_core_can_be_joined():
    assert {kind.group for kind in kinds_to_make()} >= CORE_GROUPS


@pytest.mark.parametrize("word", ["backbone", "backbones", "Backbone", "detcore.backbones"])
def test_a_kind_is_found_by_the_words_for_it(word):
    assert find_kind(word).group == "detcore.backbones"


@pytest.mark.parametrize("word", ["roi-heads", "roi_heads", "ROI-heads"])
def test_a_kind_of_two_words_is_found(word):
    assert find_kind(word).group == "detcore.roi_heads"


@pytest.mark.parametrize(
    ("word", "ending"),
    [
        pytest.param("backbon", "; did you mean 'backbone'?", id="one letter less"),
        pytest.param("evaluaters", "; did you mean 'evaluators'?", id="another letter"),
        pytest.param("potato", "weight_formats, writers", id="no word near"),
    ],
)
def test_an_unknown_kind_is_refused_with_what_there_is(word, ending):
    with pytest.raises(UnknownComponentError, match=f"nothing can be made of the kind '{word}'") as refused:
        find_kind(word)

    assert str(refused.value).endswith(ending)


def test_finding_kinds_imports_no_plugin():
    done = subprocess.run([sys.executable, "-c", NO_TORCH], capture_output=True, text=True, check=True)

    assert done.stdout == "[]\n"
