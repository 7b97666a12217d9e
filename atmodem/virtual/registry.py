"""The virtual modules of this process, by the URL that leads to them."""

from __future__ import annotations

from itertools import count
from typing import Protocol

from ..errors import PortNotFound
from ..link.base import Link

__all__ = ["Openable", "open_virtual", "register", "unregister"]


class Openable(Protocol):
    """What stands behind a URL."""

    def open_link(self) -> Link:
        """Attach a link to it and return the other end."""
        ...


_serials = count(1)
_modules: dict[str, Openable] = {}


def register(dialect: str, module: Openable) -> str:
    """Give *module* a URL of its own and return it."""
    url = f"virtual://{dialect}/{next(_serials)}"
    _modules[url] = module
    return url


def unregister(url: str) -> None:
    """Let *url* lead nowhere."""
    _modules.pop(url, None)


def open_virtual(url: str) -> Link:
    """Open a link to the running virtual module that *url* names.

    :param url: the ``url`` of a module, such as ``virtual://espat/1``.
    :raises PortNotFound: no running module has that URL.
    :raises PortBusy: somebody else is attached to it.
    """
    module = _modules.get(url)
    if module is None:
        raise PortNotFound(f"no virtual module runs at {url}", url=url, advice="enter the module's async context first")
    return module.open_link()
