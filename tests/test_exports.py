"""What the package offers is listed and documented."""

import ast
import importlib
import inspect
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

PACKAGE = Path(__file__).parent.parent / "atmodem"


def module_names() -> Iterator[str]:
    for path in sorted(PACKAGE.rglob("*.py")):
        parts = path.relative_to(PACKAGE.parent).with_suffix("").parts
        # A __main__ is run, not imported.
        if parts[-1] != "__main__":
            yield ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def is_empty(module: ModuleType) -> bool:
    """Tell whether *module* defines and imports nothing by itself, as the mark of a folder does."""
    return not any(
        not name.startswith("__") and not isinstance(value, ModuleType) for name, value in vars(module).items()
    )


def undocumented(name: str, thing: object) -> Iterator[str]:
    """Yield the names below and including *thing* that have no docstring, neither own nor inherited."""
    if not inspect.isclass(thing) and not inspect.isroutine(thing):
        return
    if not str(thing.__module__).startswith("atmodem"):
        return
    if not inspect.getdoc(thing) or (inspect.isclass(thing) and not thing.__doc__):
        yield name
    if inspect.isclass(thing):
        for member, value in vars(thing).items():
            public = not member.startswith("_")
            described = inspect.isroutine(value) or isinstance(value, property | classmethod | staticmethod)
            if public and described and not inspect.getdoc(getattr(thing, member)):
                yield f"{name}.{member}"


def only_hands_on(module: ModuleType) -> bool:
    """Whether a package only hands on, by star, what its modules offer; type checkers follow that without a list."""
    tree = ast.parse(Path(str(module.__file__)).read_text())
    return all(
        isinstance(node, ast.ImportFrom) and (node.names[0].name == "*" or node.names[0].asname == node.names[0].name)
        for node in tree.body[1:]
    )


@pytest.mark.parametrize("name", list(module_names()))
def test_each_module_lists_what_it_offers_and_documents_it(name: str):
    module = importlib.import_module(name)
    offered = getattr(module, "__all__", None)
    assert offered is not None or is_empty(module) or only_hands_on(module), f"{name} has no __all__"
    assert module.__doc__, f"{name} has no docstring"
    names = list(offered or ())
    assert [name for name in names if not hasattr(module, name)] == []
    assert len(names) == len(set(names))
    assert [lack for name in names for lack in undocumented(name, getattr(module, name))] == []


class Documented:
    """Documented."""

    def method(self) -> None:
        """Documented."""

    async def bare(self) -> None: ...


class Heir(Documented):
    """Documented."""

    def method(self) -> None: ...

    @property
    def value(self) -> int:
        return 1


class Bare(Documented):
    def _private(self) -> None: ...


@pytest.mark.parametrize(
    ("thing", "expected"),
    [(Documented, ["x.bare"]), (Heir, ["x.value"]), (Bare, ["x"]), (5, [])],
)
def test_a_missing_docstring_is_found(monkeypatch, thing: object, expected: list[str]):
    for known in (Documented, Heir, Bare):
        monkeypatch.setattr(known, "__module__", "atmodem.toy")
    assert list(undocumented("x", thing)) == expected
