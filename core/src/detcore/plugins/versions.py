"""Versions and requirements, as far as a plugin's requirement on the core needs them.

PEP 440: https://peps.python.org/pep-0440/
Differs from it: a pre-release satisfies ``>=`` like any other version, because the running core is what there is.
"""

import re

__all__ = ["precedence", "requirement_on", "satisfies"]

_VERSION = re.compile(
    r"v?(?:(?P<epoch>\d+)!)?(?P<release>\d+(?:\.\d+)*)"
    r"(?:[-_.]?(?P<pre>alpha|a|beta|b|preview|pre|c|rc)[-_.]?(?P<pre_number>\d*))?"
    r"(?:[-_.]?(?P<post>post|rev|r)[-_.]?(?P<post_number>\d*))?"
    r"(?:[-_.]?(?P<dev>dev)[-_.]?(?P<dev_number>\d*))?"
    r"(?:\+[a-z0-9._-]+)?$"
)
_REQUIREMENT = re.compile(r"\s*(?P<name>[A-Za-z0-9][A-Za-z0-9._-]*)\s*(?:\[[^\]]*\])?\s*\(?(?P<clauses>[^;)]*)\)?")
_CLAUSE = re.compile(r"\s*(===|==|!=|<=|>=|~=|<|>)\s*(\S+)\s*$")
_PRE_RANK = {"a": 0, "alpha": 0, "b": 1, "beta": 1, "c": 2, "rc": 2, "pre": 2, "preview": 2}

Key = tuple[int, tuple[int, ...], tuple[int, int], int, float]
"""Epoch, release, pre-release, post-release, development release: compares as versions do."""


def satisfies(version: str, clauses: str) -> bool:
    """Whether ``version`` meets every one of ``">=0.1, <0.3"``.

    Raises:
        ValueError: a clause or a version is not one.
    """
    return all(_meets(version, clause) for clause in clauses.split(",") if clause.strip())


def precedence(version: str) -> Key:
    """What a newer version has more of; whatever is no version comes before them all.

    >>> sorted(["1.10", "unknown", "1.9", "1.10rc1"], key=precedence)
    ['unknown', '1.9', '1.10rc1', '1.10']
    """
    try:
        return _key(version)
    except ValueError:
        return -1, (), (0, 0), 0, 0.0


def requirement_on(requirement: str) -> tuple[str, str] | None:
    """Name and clauses of a ``Requires-Dist`` line, or ``None`` where it belongs to an extra."""
    match = _REQUIREMENT.match(requirement)
    if match is None or "extra" in requirement.partition(";")[2]:
        return None
    return match["name"], match["clauses"].strip()


def _meets(version: str, clause: str) -> bool:
    match = _CLAUSE.match(clause)
    if match is None:
        raise ValueError(f"not a version requirement: {clause!r}")
    operator, wanted = match[1], match[2]
    if operator == "===":
        return version == wanted
    if wanted.endswith(".*"):
        return _starts_with(version, wanted[:-2]) == (operator == "==")
    if operator == "~=":
        return _key(version) >= _key(wanted) and _starts_with(version, wanted.rpartition(".")[0])
    return _compare(operator, version, wanted)


def _compare(operator: str, version: str, wanted: str) -> bool:
    left, right = _key(version), _key(wanted)
    same_release = left[:2] == right[:2]
    match operator:
        case "==":
            return left == right
        case "!=":
            return left != right
        case "<=":
            return left <= right
        case ">=":
            return left >= right
        case "<":  # 1.0rc1 is no answer to <1.0
            return left < right and not (same_release and _is_pre(left) and not _is_pre(right))
        case _:  # 1.0.post1 is no answer to >1.0
            return left > right and not (same_release and left[3] > right[3] == -1)


def _is_pre(key: Key) -> bool:
    return key[2] < (3, 0) or key[4] != float("inf")


def _starts_with(version: str, prefix: str) -> bool:
    wanted = _parsed(prefix)["release"].split(".")
    found = _parsed(version)["release"].split(".")
    return (found + ["0"] * len(wanted))[: len(wanted)] == wanted


def _key(version: str) -> Key:
    parts = _parsed(version)
    release = [int(part) for part in parts["release"].split(".")]
    while len(release) > 1 and release[-1] == 0:
        release.pop()
    pre = (_PRE_RANK[parts["pre"]], int(parts["pre_number"] or 0)) if parts["pre"] else (3, 0)
    if parts["dev"] and not parts["pre"] and not parts["post"]:
        pre = (-1, 0)  # 1.0.dev1 comes before 1.0a1
    post = int(parts["post_number"] or 0) if parts["post"] else -1
    dev = float(parts["dev_number"] or 0) if parts["dev"] else float("inf")
    return int(parts["epoch"] or 0), tuple(release), pre, post, dev


def _parsed(version: str) -> dict[str, str]:
    match = _VERSION.match(version.strip().lower())
    if match is None:
        raise ValueError(f"not a version: {version!r}")
    return {name: value or "" for name, value in match.groupdict().items()}
