"""The layers hold: who may import whom, and what must not be known where."""

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "atmodem"

#: The layer of each top-level name. A module imports only from its own name and from lower layers.
LAYERS = {
    "errors": 0,
    "wire": 1,
    "link": 1,
    "portable": 2,
    "virtual": 3,
    "dialects": 4,
    "modem": 5,
    "sessions": 6,
    "api": 7,
    # The package itself, which hands on what a program imports from it.
    "": 8,
    "cli": 9,
    "integrations": 9,
    "testing": 9,
    "__main__": 10,
}

LIBRARIES = {"anyio", "attr", "attrs", "serial", "serial_asyncio"}
#: Libraries that only an extra brings, and who may import them.
EXTRAS = {
    "cryptography": "dialects",
    "hypothesis": "testing",
    "pytest": "testing",
    "pytest_asyncio": "testing",
    "rich": "cli",
    "serialx": "link",
    "trustme": "cli",
}

#: What has a loop, does I/O or knows the time.
IMPURE = {
    *("anyio", "asyncio", "concurrent", "multiprocessing", "os", "pathlib", "select", "selectors", "serial"),
    *("serial_asyncio", "signal", "socket", "ssl", "subprocess", "tempfile", "threading", "time"),
}

MAXIMUM_LINES = 500

Import = tuple[int, str]


def python_files(*folders: str) -> Iterator[Path]:
    for folder in folders:
        yield from sorted((ROOT / folder).rglob("*.py"))


def module_name(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def is_module(name: str) -> bool:
    path = ROOT.joinpath(*name.split("."))
    return path.is_dir() or path.with_suffix(".py").is_file()


def imports(tree: ast.AST, module: str, *, is_package: bool = False) -> Iterator[Import]:
    """Yield line and absolute name of everything imported, wherever the statement stands.

    From ``from x import y`` comes ``x.y`` where that is a module, else ``x``.
    """
    for node in ast.walk(tree):
        match node:
            case ast.Import(names=names):
                yield from ((node.lineno, alias.name) for alias in names)
            case ast.ImportFrom(module=source, names=names, level=level):
                base = source or ""
                if level:
                    parents = module.split(".")
                    parents = parents[: len(parents) - level + is_package]
                    base = ".".join([*parents, *filter(None, [source])])
                for alias in names:
                    inner = f"{base}.{alias.name}"
                    yield node.lineno, inner if is_module(inner) else base
            case ast.Call(
                func=ast.Attribute(attr="import_module") | ast.Name(id="import_module" | "__import__"),
                args=[ast.Constant(value=str(name)), *_],
            ):
                yield node.lineno, name


def layer_of(module: str) -> str:
    """Return the top-level name below the package that *module* belongs to; "" for the package itself."""
    return [*module.split("."), ""][1]


def wrong_arrow(module: str, target: str) -> str | None:
    """Return the rule that *module* breaks by importing *target*, both inside the package."""
    own, other = layer_of(module), layer_of(target)
    if own != other and LAYERS[other] >= LAYERS[own]:
        return f"{own or 'atmodem'} may not import {other or 'atmodem'}"
    if own == "link" and other not in {"link", "errors"}:
        return "a link knows nothing but errors"
    here, there = module.split(".")[2:], target.split(".")[2:]
    if other == "dialects" and there and there[0] in dialect_names():
        if own != "dialects" or not here:
            return "a dialect is found by its folder, not named"
        if here[0] != there[0]:
            return "a dialect may not import another"
    if own != other == "virtual" and own != "api" and not (own == "dialects" and here[1:2] == ["device"]):
        return "virtual is for a dialect's device.py and for api"
    return None


def wrong_library(module: str, target: str) -> str | None:
    """Return the rule that *module* breaks by importing *target*, from outside the package."""
    library = target.partition(".")[0]
    if layer_of(module) == "wire" and library in IMPURE:
        return "wire has no loop, no I/O and no clock"
    if library in sys.stdlib_module_names or library in LIBRARIES or EXTRAS.get(library) == layer_of(module):
        return None
    return f"{library} is not declared for {layer_of(module) or 'atmodem'}"


def dialect_names() -> set[str]:
    return {path.name for path in (PACKAGE / "dialects").iterdir() if path.is_dir() and path.name.isidentifier()}


def names_dialect(node: ast.expr) -> bool:
    match node:
        case ast.Attribute(value=value, attr="name" | "value"):
            return names_dialect(value)
        case ast.Attribute(attr=name) | ast.Name(id=name):
            return name.lower() in {"dialect", "dialect_name"}
        case ast.Call(func=ast.Attribute(value=value)):
            return names_dialect(value)
        case ast.Call(func=ast.Name(id="type" | "str"), args=[value]):
            return names_dialect(value)
    return False


def is_literal(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant | ast.Tuple | ast.List | ast.Set)


def holds_name(node: ast.AST, names: set[str]) -> bool:
    return any(isinstance(part, ast.Constant) and part.value in names for part in ast.walk(node))


def decides_by_dialect(compare: ast.Compare, names: set[str]) -> bool:
    sides = [compare.left, *compare.comparators]
    if any(is_literal(side) and holds_name(side, names) for side in sides):
        return True
    others = [side for side in sides if not names_dialect(side)]
    if len(others) == len(sides):
        return False
    asks_for_none = any(isinstance(side, ast.Constant) and side.value is None for side in others)
    membership = all(isinstance(operator, ast.In | ast.NotIn) for operator in compare.ops)
    return not asks_for_none and not (membership and not any(map(is_literal, others)))


def dialect_decisions(tree: ast.AST, names: set[str]) -> Iterator[int]:
    """Yield the line of each decision by dialect: ``dialect == …``, ``… in ("espat", …)``, ``match dialect``.

    ``dialect is None`` and ``dialect in registry`` decide nothing by name.
    """
    for node in ast.walk(tree):
        match node:
            case ast.Compare() if decides_by_dialect(node, names):
                yield node.lineno
            case ast.Match(subject=subject) if names_dialect(subject):
                yield node.lineno
            case ast.MatchValue() if holds_name(node, names):
                yield node.lineno


def test_each_module_belongs_to_a_layer():
    tops = {path.relative_to(PACKAGE).parts[0].removesuffix(".py") for path in python_files("atmodem")}
    assert tops - {"__init__"} <= LAYERS.keys()


def test_modules_import_only_from_lower_layers_and_declared_libraries():
    broken = []
    for path in python_files("atmodem"):
        module = module_name(path)
        for line, target in imports(ast.parse(path.read_bytes()), module, is_package=path.name == "__init__.py"):
            rule = wrong_arrow if target.partition(".")[0] == "atmodem" else wrong_library
            if (reason := rule(module, target)) is not None:
                broken.append(f"{path.relative_to(ROOT)}:{line}: imports {target}: {reason}")
    assert broken == []


def test_no_decision_by_dialect_outside_the_dialects():
    names = dialect_names()
    broken = [
        f"{path.relative_to(ROOT)}:{line}"
        for path in python_files("atmodem")
        if layer_of(module_name(path)) != "dialects"
        for line in dialect_decisions(ast.parse(path.read_bytes()), names)
    ]
    assert broken == []


def is_declaration_table(path: Path) -> bool:
    """Tell whether *path* only declares the commands or events of a dialect."""
    match path.relative_to(ROOT).parts:
        case ("atmodem", "dialects", _, "commands", *_) | ("atmodem", "dialects", _, "events.py" | "commands.py"):
            return True
    return False


def test_no_file_is_too_long():
    lengths = {
        str(path.relative_to(ROOT)): len(path.read_text().splitlines())
        for path in python_files("atmodem", "benchmarks", "examples", "tests")
        if not is_declaration_table(path)
    }
    assert {path: lines for path, lines in lengths.items() if lines > MAXIMUM_LINES} == {}


@pytest.mark.parametrize(
    "source",
    [
        "import atmodem.errors",
        "from atmodem.errors import LinkLost",
        "from atmodem import errors",
        "from ..errors import LinkLost",
        "from .. import errors",
        "def open():\n    from ..errors import LinkLost",
        "if TYPE_CHECKING:\n    from ..errors import LinkLost",
        "try:\n    import atmodem.errors as e\nexcept ImportError:\n    pass",
        "importlib.import_module('atmodem.errors')",
        "from importlib import import_module\nimport_module('atmodem.errors')",
    ],
)
def test_an_import_is_seen_wherever_and_however_it_stands(source: str):
    assert "atmodem.errors" in {name for _, name in imports(ast.parse(source), "atmodem.link.base")}


def test_a_relative_import_of_a_package_starts_at_the_package():
    tree = ast.parse("from . import base\nfrom .base import Link\nfrom .. import errors")
    found = {name for _, name in imports(tree, "atmodem.link", is_package=True)}
    assert found == {"atmodem.link.base", "atmodem.errors"}


@pytest.mark.parametrize(
    ("module", "target"),
    [
        ("atmodem.wire.lexer", "atmodem.wire.buffer"),
        ("atmodem.wire.lexer", "atmodem.errors"),
        ("atmodem.virtual.serve", "atmodem.link.base"),
        ("atmodem.dialects.espat.device", "atmodem.virtual.air"),
        ("atmodem.dialects.espat.driver", "atmodem.dialects.espat.commands.wifi"),
        ("atmodem.dialects.espat", "atmodem.dialects"),
        ("atmodem.dialects", "atmodem.dialects.registry"),
        ("atmodem.api", "atmodem.dialects"),
        ("atmodem.modem.task", "atmodem.link"),
        ("atmodem.api", "atmodem.virtual"),
        ("atmodem", "atmodem.api"),
        ("atmodem.cli.main", "atmodem"),
    ],
)
def test_right_arrows_are_let_through(module: str, target: str):
    assert wrong_arrow(module, target) is None


@pytest.mark.parametrize(
    ("module", "target"),
    [
        ("atmodem.errors", "atmodem.wire.lexer"),
        ("atmodem.wire.lexer", "atmodem.portable.events"),
        ("atmodem.wire.lexer", "atmodem.link.base"),
        ("atmodem.link.serial", "atmodem.wire.lexer"),
        ("atmodem.portable.events", "atmodem.dialects"),
        ("atmodem.virtual.air", "atmodem.dialects.espat"),
        ("atmodem.dialects.espat.driver", "atmodem.dialects.air602.grammar"),
        ("atmodem.dialects.espat.driver", "atmodem.modem"),
        ("atmodem.dialects.espat.driver", "atmodem.virtual.air"),
        ("atmodem.modem.task", "atmodem.virtual.air"),
        ("atmodem.modem.task", "atmodem.sessions.wifi"),
        ("atmodem.sessions.wifi", "atmodem"),
        ("atmodem.dialects", "atmodem.dialects.espat"),
        ("atmodem.api", "atmodem.dialects.espat.driver"),
        ("atmodem.api", "atmodem.cli.main"),
        ("atmodem", "atmodem.testing"),
        ("atmodem.cli.main", "atmodem.testing.faults"),
    ],
)
def test_wrong_arrows_are_caught(module: str, target: str):
    assert wrong_arrow(module, target) is not None


@pytest.mark.parametrize(
    ("module", "target", "allowed"),
    [
        ("atmodem.wire.lexer", "re", True),
        ("atmodem.wire.lexer", "attrs", True),
        ("atmodem.wire.lexer", "asyncio.queues", False),
        ("atmodem.wire.lexer", "time", False),
        ("atmodem.modem.task", "asyncio", True),
        ("atmodem.modem.task", "rich.progress", False),
        ("atmodem.cli.demo", "rich.progress", True),
        ("atmodem.testing.plugin", "pytest", True),
        ("atmodem.api", "typing_extensions", False),
    ],
)
def test_libraries_are_let_through_where_they_are_declared(module: str, target: str, allowed: bool):
    assert (wrong_library(module, target) is None) is allowed


@pytest.mark.parametrize(
    "source",
    [
        "if dialect == 'espat': pass",
        "x = 1 if self.modem.dialect.name != other else 2",
        "if dialect in ('espat', 'mxchip'): pass",
        "if dialect is ESPAT: pass",
        "if name == 'espat': pass",
        "if url.host in {'espat'}: pass",
        "if type(dialect) is Espat: pass",
        "if dialect.name.lower() == x: pass",
        "match dialect.name:\n    case _: pass",
        "match name:\n    case 'espat' | 'toy': pass",
    ],
)
def test_decisions_by_dialect_are_caught(source: str):
    assert list(dialect_decisions(ast.parse(source), {"espat", "mxchip"}))


@pytest.mark.parametrize(
    "source",
    [
        "if dialect is None: pass",
        "if dialect not in registry: pass",
        "parser.add_argument('--dialect', default='espat')",
        "if isinstance(dialect, str): dialect = find(dialect)",
        "if dialect.prompt == b'>': pass",
        "if kind == 'esp': pass",
    ],
)
def test_other_uses_of_a_dialect_are_let_through(source: str):
    assert not list(dialect_decisions(ast.parse(source), {"espat", "mxchip"}))
