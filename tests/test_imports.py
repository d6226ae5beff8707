"""The house rules that a machine can see: imports go downward, heavy packages stay in the room that owns them."""

import ast
import graphlib
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "src" / "argmap"

# From the ground up. A room imports from the floors below its own, never from its own floor or from above. A new room
# needs a place here.
FLOORS: tuple[frozenset[str], ...] = (
    frozenset({"errors"}),
    frozenset({"labels", "files"}),
    frozenset({"document"}),
    frozenset({"invariants"}),
    frozenset({"graph", "explanation"}),
    frozenset({"merging"}),
    frozenset({"reading", "segmenting", "annotations", "formats"}),
    frozenset({"evaluation", "analysis"}),
    frozenset({"stance", "attribution"}),
    frozenset({"blame"}),
    frozenset({"linking"}),
    frozenset({"benchmarks"}),
    frozenset({"models"}),
    frozenset({"training"}),
    frozenset({"rendering"}),
    frozenset({"pipeline"}),
    frozenset({"explaining"}),
    frozenset({"cli"}),
    frozenset({"testing"}),
    frozenset({"__main__", "__init__"}),
)
FLOOR_OF = {room: number for number, rooms in enumerate(FLOORS) for room in rooms}

# Packages that cost time at import, or that one room hides from the others. What is not listed may be used anywhere.
OWNERS = {
    "jinja2": {"rendering"},
    "markupsafe": {"rendering"},
    "joblib": {"stance", "linking", "benchmarks", "models", "training", "evaluation"},
    "lxml": {"reading", "benchmarks"},
    "networkx": {"invariants", "graph", "analysis", "linking", "benchmarks", "models", "rendering"},
    "onnx": {"stance"},
    "onnxruntime": {"stance"},
    "onnxscript": {"stance"},
    "pyarrow": {"cli", "formats"},
    "pydantic": {"annotations"},
    "pydot": {"rendering"},
    "pygraphviz": {"rendering"},
    "pytest": {"testing"},
    "rich": {"cli"},
    "scipy": {"stance", "linking", "benchmarks", "models", "training", "evaluation"},
    "sentencex": {"segmenting"},
    "sklearn": {"stance", "linking", "benchmarks", "models", "training"},
    "tokenizers": {"stance"},
    "torch": {"stance"},
    "trafilatura": {"reading"},
    "transformers": {"stance"},
    "typer": {"cli"},
}
HEAVY = {
    "sklearn",
    "scipy",
    "numpy",
    "trafilatura",
    "lxml",
    "pydantic",
    "pydot",
    "pygraphviz",
    "networkx",
    "pyarrow",
    "onnxruntime",
    "tokenizers",
    "torch",
    "transformers",
}
IMPORT_NAME = {"scikit-learn": "sklearn"}
PARTS = {"pydantic_core", "markupsafe"}  # of pydantic and jinja2, whose public interfaces hand out their values


def modules() -> Iterator[tuple[str, ast.Module]]:
    """Each module's dotted name below argmap (`rendering.dot`; a package has the name of its folder) and its tree."""
    for path in sorted(PACKAGE.rglob("*.py")):
        parts = path.relative_to(PACKAGE).with_suffix("").parts
        name = ".".join(parts[:-1] if parts[-1] == "__init__" and len(parts) > 1 else parts)
        yield name, ast.parse(path.read_text(encoding="utf-8"))


def imported(tree: ast.Module) -> Iterator[str]:
    """Absolute dotted names of all imports, those inside functions included; `from a import b` gives `a.b`."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "imports are absolute, so that one can search for them"
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def room_of(dotted: str) -> str:
    return dotted.split(".")[0]


def own_imports(tree: ast.Module) -> Iterator[str]:
    """What a module imports of argmap, as dotted names below it; what the package itself offers is `__init__`."""
    for name in imported(tree):
        first, _, rest = name.partition(".")
        if first == "argmap" and rest != "__version__":  # the version is a constant and may be named anywhere
            yield rest if room_of(rest) in FLOOR_OF else "__init__"


def upward(sources: dict[str, ast.Module]) -> list[str]:
    """Each import that does not go down, as a sentence."""
    found = []
    for module, tree in sources.items():
        for target in own_imports(tree):
            here, there = room_of(module), room_of(target)
            if here != there and FLOOR_OF[there] >= FLOOR_OF[here]:
                found.append(f"{module} imports {target}: {there} is not below {here}")
    return found


def test_imports_go_downward() -> None:
    """No module imports from its own floor or from above, not even inside a function."""
    assert upward(dict(modules())) == []


def test_every_room_has_a_floor() -> None:
    """A room that is in the sources but not in the table would escape the rule."""
    assert {room_of(module) for module, _ in modules()} <= FLOOR_OF.keys()


@pytest.mark.parametrize(
    "line",
    [
        "from argmap.cli import main",
        "import argmap.rendering.dot",
        "def f():\n    from argmap.pipeline import draw",
        "from argmap import rendering",
        "from argmap import map_article",
    ],
)
def test_an_upward_import_is_seen(line: str) -> None:
    """The rule bites however the import is written."""
    assert len(upward({"stance.head": ast.parse(line)})) == 1


def test_modules_form_no_cycle() -> None:
    """Inside a room, too, one can read the modules in some order from the ground up."""
    names = {name for name, _ in modules()}
    graph: dict[str, set[str]] = {}
    for name, tree in modules():
        targets = {target if target in names else target.rpartition(".")[0] for target in own_imports(tree)}
        graph[name] = targets & names - {name}
    graphlib.TopologicalSorter(graph).prepare()  # raises CycleError, naming the modules


def test_heavy_packages_stay_in_their_room() -> None:
    """A package is imported only by the rooms that own it."""
    strays = [
        f"{module} imports {package}"
        for module, tree in modules()
        for package in {room_of(name) for name in imported(tree)}
        if package in OWNERS and room_of(module) not in OWNERS[package]
    ]
    assert strays == []


def test_what_is_imported_is_declared() -> None:
    """A package that comes along with another one today may be gone tomorrow: each import stands in pyproject.toml."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    lists = [project["dependencies"], *project["optional-dependencies"].values()]
    names = [line.split(">")[0].split("[")[0].strip() for lines in lists for line in lines]
    declared = {IMPORT_NAME.get(name, name.replace("-", "_")) for name in names} | {"argmap"} | PARTS
    used = {room_of(name) for _, tree in modules() for name in imported(tree)}
    assert used - sys.stdlib_module_names - declared == set()


def test_help_loads_nothing_heavy() -> None:
    """`argmap --help` answers at once, since numbers, parsers and drawing are loaded by the commands that need them."""
    code = "import sys, argmap.cli; print(*{name.split('.')[0] for name in sys.modules})"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert HEAVY & set(done.stdout.split()) == set()
