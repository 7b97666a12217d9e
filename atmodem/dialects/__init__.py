"""The dialects: every folder here is one, found by looking, never listed."""

from __future__ import annotations

import importlib
import pkgutil
from functools import cache

from ..errors import InvalidArgument
from ..portable.dialect import Dialect

__all__ = ["find_dialect", "names"]


@cache
def names() -> tuple[str, ...]:
    """Return the names of all dialects, sorted."""
    return tuple(sorted(module.name for module in pkgutil.iter_modules(__path__) if module.ispkg))


@cache
def find_dialect(name: str) -> Dialect:
    """Return the dialect of that name.

    :raises InvalidArgument: when there is none.
    """
    if name not in names():
        raise InvalidArgument("dialect", f"one of {', '.join(names())}")
    found: Dialect = importlib.import_module(f"{__name__}.{name}.dialect").DIALECT
    return found
