"""Resolves ``virtual://`` URLs."""

from __future__ import annotations

import importlib
from urllib.parse import parse_qsl, urlsplit

from ..dialects import find_dialect
from ..errors import InvalidArgument
from ..link import Link, LinkReceiver
from ..portable.dialect import Dialect

__all__ = ["open_virtual"]


async def open_virtual(url: str) -> tuple[Link, Dialect]:
    """Return a link to a virtual module, and the dialect that it speaks.

    ``virtual://espat`` is a new module, which ends with its link; its query gives the module's own options, such as
    ``?profile=4.1``. The URL of a module that runs already, from its ``url``, leads to that one.
    """
    raise NotImplementedError(url)
