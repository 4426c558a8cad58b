import pytest
from hypothesis import given
from hypothesis import strategies as st
from packaging.specifiers import InvalidSpecifier, SpecifierSet

from detcore.plugins.requirements import Requirement, parsed_requirement
from detcore.plugins.versions import precedence, requirement_on, satisfies

MET = [
    ("1.0", "==1"),
    ("1.0", ">=0.9,<2"),
    ("1.2.3", "~=1.2"),
    ("1.2.3", "~=1.2.1"),
    ("1.2.3", "==1.2.*"),
    ("1.0", ""),
    ("1.0a1", ">=1.0.dev1"),
    ("1.0.post1", ">=1.0"),
    ("2!1.0", ">1.9"),
    ("1.0rc2", ">1.0b3"),
    ("1.0+local", "==1.0"),
    ("0.2.0", "!=0.1.*"),
    ("v1.0", "===v1.0"),
    ("1.10", ">1.9"),
    ("1.0", "<1.0.post1"),
]
UNMET = [
    ("1.0", "!=1"),
    ("2.0", ">=0.9,<2"),
    ("2.0", "~=1.2"),
    ("1.3", "~=1.2.1"),
    ("1.20", "==1.2.*"),
    ("1.0rc1", "<1.0"),
    ("1.0.post1", ">1.0"),
    ("1.0.dev1", ">=1.0a1"),
    ("0.1.5", "!=0.1.*"),
    ("1.0", "===1"),
    ("v1.0", "===1.0"),
    ("1.0", "<=0.9"),
]


@pytest.mark.parametrize(("version", "clauses"), MET)
def test_met(version, clauses):
    assert satisfies(version, clauses)


@pytest.mark.parametrize(("version", "clauses"), UNMET)
def test_unmet(version, clauses):
    assert not satisfies(version, clauses)


NUMBERS = st.integers(0, 3).map(str)
RELEASES = st.lists(NUMBERS, min_size=1, max_size=4).map(".".join)
SUFFIXES = st.lists(
    st.sampled_from(["", "a1", "b2", "rc1", ".post0", ".post3", ".dev0", ".dev3"]), max_size=2, unique=True
).map("".join)
VERSIONS = RELEASES | st.builds("{}{}{}".format, st.sampled_from(["", "1!"]), RELEASES, SUFFIXES)
OPERATORS = st.sampled_from(["==", "!=", "<=", ">=", "<", ">", "~=", "===", "=", ""])
CLAUSES = st.builds(
    "{}{}{}{}".format, OPERATORS, st.sampled_from(["", " "]), VERSIONS, st.sampled_from(["", "", "", ".*", "+local"])
)


def is_met_in_the_eyes_of_packaging(version, clauses):
    try:
        return SpecifierSet(clauses).contains(version, prereleases=True)
    except InvalidSpecifier:
        return "not a requirement"


def is_met(version, clauses):
    try:
        return satisfies(version, clauses)
    except ValueError:
        return "not a requirement"


@given(VERSIONS.filter(lambda version: precedence(version)[0]), st.lists(CLAUSES, max_size=2).map(",".join))
def test_agrees_with_packaging(version, clauses):
    assert is_met(version, clauses) == is_met_in_the_eyes_of_packaging(version, clauses)


@given(RELEASES, st.builds("{}{}".format, OPERATORS, RELEASES))
def test_plain_versions_are_compared_as_packaging_compares_them(version, clause):
    assert is_met(version, clause) == is_met_in_the_eyes_of_packaging(version, clause)


@pytest.mark.parametrize("clauses", ["1.0", ">=x", "=>1.0", ">=1.*", "~=1", ">=0.1,<2,x"])
def test_what_is_no_requirement_is_refused(clauses):
    with pytest.raises(ValueError, match=r"^not a version( requirement)?: "):
        satisfies("1.0", clauses)


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("det-core", ("det-core", "")),
        ("det-core>=0.1,<1", ("det-core", ">=0.1,<1")),
        ("det-core (>=0.1) ; python_version > '3'", ("det-core", ">=0.1")),
        ("det-core[testing] ==0.1", ("det-core", "==0.1")),
        ("det-core>=9; extra == 'new'", None),
        ("det-core>=9; extra == 'new' and python_version > '3'", None),
        ("det-core>=9; extra == 'new' or python_version > '3'", ("det-core", ">=9")),
        ("det-core>=9; python_version < '3'", None),
        ("det-core>=9; python_version is old", ("det-core", ">=9")),
        ("det-core @ https://a.org/x;y.whl", ("det-core", "")),
        ("det-core[testing]@file:///srv/x ; python_version > '3'", ("det-core", "")),
        ("det-core @ file:///srv/x ; python_version < '3'", None),
        ("", None),
    ],
)
def test_lines_of_requires_dist(line, expected):
    assert requirement_on(line) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("one", Requirement("one", (), "")),
        (" Det_Plugin.X >= 0.1 , <1 ", Requirement("det-plugin-x", (), "<1,>=0.1")),
        ("one (>=0.1,<1)", Requirement("one", (), "<1,>=0.1")),
        ("one[b, a]==1.*", Requirement("one", ("a", "b"), "==1.*")),
        ("one[]", Requirement("one", (), "")),
        ("one===anything", Requirement("one", (), "===anything")),
    ],
)
def test_a_requirement_is_taken_apart(text, expected):
    assert parsed_requirement(text) == expected


@pytest.mark.parametrize(
    "text", ["", ">=1", "one two", "one>=", "one>=x", "one==1.0 extra", "one>=1,,<2", "one (>=1", "one[", "one[a b]"]
)
def test_what_is_no_requirement_is_refused_in_a_sentence(text):
    with pytest.raises(ValueError, match=r"^is not a distribution with versions, such as '"):
        parsed_requirement(text)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (
            "one @ https://example.org/one.whl",
            "says where to install one from, which is not compared; write versions instead",
        ),
        ("one>=1; python_version > '3'", "has a condition behind ';', which is not read here; leave it out"),
    ],
)
def test_what_cannot_be_kept_is_refused_in_a_sentence(text, told):
    with pytest.raises(ValueError) as caught:  # noqa: PT011  # the whole sentence is compared
        parsed_requirement(text)

    assert str(caught.value) == told
