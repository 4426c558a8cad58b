"""The contributor's manual: what can be done with this repository, one session each.

``nox -l`` lists the sessions; ``nox`` runs those that every change should pass.
"""

import shutil
from pathlib import Path

import nox

nox.needs_version = ">=2025.5"
nox.options.default_venv_backend = "uv|virtualenv"
nox.options.reuse_venv = "yes"

PYTHONS = nox.project.python_versions(nox.project.load_toml("core/pyproject.toml"))
DISTRIBUTIONS = ["core", *sorted(str(path.parent) for path in Path("plugins").glob("*/pyproject.toml"))]

LANGUAGE_SERVERS = ["@taplo/lsp@0.8", "yaml-language-server@2"]
"""Packages of npm."""

UNTRACED = "not editor and not gpu and not heavy and not packaging and not traced"
"""The default tests without those that trace, compile or export a model."""

UNDRAWN = "not side_effects and not depends_on_its_input_alone"
"""Without the tests that watch global random numbers, which the checker of shapes itself draws to look into lists."""

nox.options.sessions = ["lint", "types", f"tests-{PYTHONS[0]}"]


@nox.session
def quickstart(session: nox.Session) -> None:
    """Train, evaluate and draw on the embedded dataset: the README's first command, whole (about 8 minutes)."""
    install(session)
    session.run("detcore", "run", "configs/quickstart.toml", f"run.directory={session.create_tmp()}", *session.posargs)


@nox.session(python=PYTHONS)
def tests(session: nox.Session) -> None:
    """Run every test that needs no GPU, no minutes of training and no empty environment."""
    install(session, "test")
    session.run("pytest", *session.posargs)


@nox.session
def lint(session: nox.Session) -> None:
    """Check style and formatting; ``nox -s lint -- --fix`` mends what can be mended."""
    session.install("--group", "lint")
    session.run("ruff", "check", *session.posargs)
    session.run("ruff", "format", *([] if session.posargs else ["--check"]))


@nox.session
def types(session: nox.Session) -> None:
    """Check types, strictly, in core, the plugins and this file."""
    install(session, "types")
    session.run("mypy", *session.posargs)


@nox.session
def shapes(session: nox.Session) -> None:
    """Run the tests with the shape and dtype of every annotated tensor checked."""
    install(session, "test")
    checked = ",".join([*modules_with_shapes(), "shape_checker.typechecked"])
    session.run("pytest", f"--jaxtyping-packages={checked}", "-m", UNTRACED, "-k", UNDRAWN, *session.posargs)


@nox.session
def parity(session: nox.Session) -> None:
    """Compare with the recorded numbers of the reference; DETCORE_PARITY_DIR names the folder that holds them."""
    install(session, "test")
    session.run("pytest", "tests/parity", "-m", "not gpu", *session.posargs)


@nox.session
def packaging(session: nox.Session) -> None:
    """Build all wheels and use them in empty environments, far from this repository."""
    install(session, "packaging")
    session.run("pytest", "tests/packaging", "-m", "packaging or not heavy", *session.posargs)


@nox.session
def trackers(session: nox.Session) -> None:
    """Track tiny runs with the real W&B and MLflow, offline."""
    install(session, "trackers")
    session.run("pytest", "plugins/trackers/tests", *session.posargs)


@nox.session
def build(session: nox.Session) -> None:
    """Make every wheel and sdist into dist/ and check what would be published; an argument is the version to expect."""
    session.install("--group", "release")
    folder = Path("dist").resolve()
    shutil.rmtree(folder, ignore_errors=True)
    for distribution in DISTRIBUTIONS:
        with session.chdir(distribution):
            session.run("hatchling", "build", "--directory", str(folder))
    session.run("twine", "check", "--strict", *map(str, sorted(folder.iterdir())))
    session.run("python", "core/tools/check_distributions.py", str(folder), *session.posargs)


@nox.session
def editor(session: nox.Session) -> None:
    """Complete, explain and check config files through the language servers of TOML and YAML (needs npm)."""
    install(session, "test")
    servers = session.create_tmp()
    session.run("npm", "install", "--prefix", servers, "--no-save", *LANGUAGE_SERVERS, external=True)
    session.run(
        "pytest", "tests/editor", "-m", "editor", *session.posargs, env={"DETCORE_LANGUAGE_SERVERS_DIR": servers}
    )


@nox.session
def readme(session: nox.Session) -> None:
    """Execute every block of the README."""
    install(session, "test")
    session.run("pytest", "tests/integration/test_readme.py", *session.posargs)


@nox.session
def real_data(session: nox.Session) -> None:
    """Train on real pictures until the promised precision (hours); DETCORE_DATA_DIR names the folder of datasets."""
    install(session, "test")
    session.run("pytest", "tests/integration/test_real_data.py", "-m", "heavy", *session.posargs)


@nox.session
def overfit(session: nox.Session) -> None:
    """Let every architecture learn eight pictures by heart, to 90 percent in its own metrics (a quarter of an hour)."""
    install(session, "test")
    session.run("pytest", "tests/integration/test_overfitting.py", "-s", "-m", "heavy", *session.posargs)


@nox.session
def compiled(session: nox.Session) -> None:
    """Compile and export the inference of every architecture with every head (half an hour; needs a C++ compiler)."""
    install(session, "test")
    session.run(
        "pytest", "tests/integration/test_forms_of_infer.py", "plugins/parts/tests", "-m", "traced", *session.posargs
    )


@nox.session
def conformance(session: nox.Session) -> None:
    """Break a healthy component of every kind in every way that fits it, and let the conformance kits notice."""
    install(session, "test")
    session.run("pytest", "tests/integration/test_conformance_mutants.py", "-m", "heavy or not heavy", *session.posargs)


@nox.session
def bench(session: nox.Session) -> None:
    """Measure models and a training step, masks, the start and 200 plugins; arguments go to the first."""
    install(session, "test")
    session.run("python", "benchmarks/models.py", *session.posargs)
    session.run("python", "benchmarks/training_step.py")
    session.run("python", "benchmarks/masks_to_rle.py")
    session.run("python", "benchmarks/start_up.py")
    session.run("python", "benchmarks/many_plugins.py")


@nox.session(python=PYTHONS[0], venv_backend="uv")
def minimums(session: nox.Session) -> None:
    """Run the tests on the oldest dependencies that are promised to work."""
    install(session, "test", "--resolution=lowest-direct")
    session.run("pytest", *session.posargs)


@nox.session(default=False)
def docs(session: nox.Session) -> None:
    """Build the site."""
    install(session, "docs")
    session.run("mkdocs", "build", "--strict", *session.posargs)


def install(session: nox.Session, *arguments: str) -> None:
    """Core and all plugins, editable; a first argument that is no option names a dependency group."""
    editable = [word for folder in DISTRIBUTIONS for word in ("--editable", folder)]
    groups = [word for group in arguments if not group.startswith("-") for word in ("--group", group)]
    options = [argument for argument in arguments if argument.startswith("-")]
    session.install(*options, *editable, *groups)


def modules_with_shapes() -> list[str]:
    """Modules that annotate shapes. The checker is for these only: it cannot read the lazy types of config classes."""
    sources = [path for folder in DISTRIBUTIONS for path in sorted(Path(folder, "src").rglob("*.py"))]
    annotated = [path for path in sources if "jaxtyping" in path.read_text(encoding="utf-8")]
    return [".".join(path.parts[path.parts.index("src") + 1 :]).removesuffix(".py") for path in annotated]
