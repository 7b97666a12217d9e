"""Resolves ``virtual://`` URLs."""

from __future__ import annotations

from typing import cast
from urllib.parse import parse_qsl, urlsplit

from anyio import to_thread

from ..dialects import find_dialect
from ..errors import InvalidArgument, Unsupported
from ..link import Link, LinkWrapper
from ..portable.dialect import Dialect
from ..virtual import registry
from ..virtual.broker import serve_broker
from ..virtual.device import VirtualModule
from ..virtual.serving import serve_pty, serve_tcp
from ..virtual.wristband import make_wristband

__all__ = ["VirtualModule", "make_device", "make_wristband", "open_virtual", "serve_broker", "serve_pty", "serve_tcp"]


def make_device(dialect: Dialect, *, profile: str | None = None, baudrate: int | None = None) -> VirtualModule:
    """Return a virtual module of a dialect, switched off. Call it in the event loop that the module is to live in.

    :param profile: the firmware that it plays; None for the dialect's usual one.
    :param baudrate: the speed of its line in bits per second; None for as fast as it goes.
    :raises Unsupported: the dialect has no virtual module.
    """
    if dialect.device is None:
        raise Unsupported(f"{dialect.name} has no virtual module")
    options: dict[str, object] = {"baudrate": baudrate}
    if profile is not None:
        options["profile"] = profile
    return cast(VirtualModule, dialect.device()(**options))


class _OwnedLink(LinkWrapper):
    """A link that ends its virtual module with itself."""

    def __init__(self, module: VirtualModule, url: str) -> None:
        super().__init__(module.open_link())
        self.url = url
        self._module = module

    async def aclose(self) -> None:
        await self._link.aclose()
        await self._module.aclose()


async def open_virtual(url: str) -> tuple[Link, Dialect]:
    """Return a link to a virtual module, and the dialect that it speaks.

    ``virtual://espat`` is a new module, which ends with its link; ``?profile=4.1`` tells which firmware it plays. The
    ``url`` of a module that runs already leads to that one.

    :raises Unsupported: the dialect has no virtual module.
    :raises InvalidArgument: the URL names no dialect, or an option that its module does not have.
    """
    try:
        parts = urlsplit(url)
    except ValueError:
        raise InvalidArgument("url", "virtual:// and the name of a dialect") from None
    dialect = await to_thread.run_sync(find_dialect, parts.netloc)
    if parts.path.strip("/"):
        return registry.open_virtual(url), dialect
    options = dict(parse_qsl(parts.query, keep_blank_values=True))
    if not options.keys() <= {"profile"}:
        raise InvalidArgument("url", f"a virtual module with no option but profile, not {parts.query!r}")
    if dialect.device is not None:
        await to_thread.run_sync(dialect.device)  # imports what it needs
    module = make_device(dialect, profile=options.get("profile"))
    module.start()
    return _OwnedLink(module, url), dialect
