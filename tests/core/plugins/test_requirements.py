import pytest

from detcore.plugins.versions import requirement_on, satisfies

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
    ("1.0", "<=0.9"),
]


@pytest.mark.parametrize(("version", "clauses"), MET)
def test_met(version, clauses):
    assert satisfies(version, clauses)


@pytest.mark.parametrize(("version", "clauses"), UNMET)
def test_unmet(version, clauses):
    assert not satisfies(version, clauses)


@pytest.mark.parametrize(("version", "clauses"), [*MET, *UNMET])
def test_agrees_with_packaging(version, clauses):
    specifiers = pytest.importorskip("packaging.specifiers")

    assert specifiers.SpecifierSet(clauses).contains(version, prereleases=True) == satisfies(version, clauses)


@pytest.mark.parametrize("clauses", ["1.0", ">=x", "=>1.0"])
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
    ],
)
def test_lines_of_requires_dist(line, expected):
    assert requirement_on(line) == expected
