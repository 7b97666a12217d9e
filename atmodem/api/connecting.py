"""Opens modems: finds the link and the dialect that a URL stands for."""

from __future__ import annotations

from anyio import to_thread

from ..dialects import find_dialect
from ..errors import InvalidArgument
from ..link import Backend, open_link
from ..portable.dialect import Dialect
from ..portable.opening import Opening
from .modem import Modem
from .probing import probe
from .virtual import open_virtual

__all__ = ["connect"]

_LONGEST_REST = 10


def connect(
    url: str,
    dialect: Dialect | str | None = None,
    *,
    baudrate: int = 115200,
    rtscts: bool = False,
    backend: Backend = "pyserial-asyncio",
    rest: float | None = None,
    strict_prompt: bool = False,
) -> Opening[Modem]:
    """Open a modem.

    Used as ``async with connect(url) as modem``, or as ``modem = await connect(url)`` with ``aclose()`` later.

    The module is brought to a known state and set up before this returns. Cancelled, nothing stays open.

    :param url: a serial device such as ``/dev/ttyUSB0``; ``tcp://host:port``; any URL that pyserial opens; or
        ``virtual://espat``, a virtual module in this process.
    :param dialect: the dialect or its name; None to take it from a ``virtual://`` URL or to find out by asking.
    :param baudrate: line speed in bits per second.
    :param rtscts: use the RTS and CTS lines for flow control.
    :param backend: what drives serial devices.
    :param rest: seconds that the line rests between an answer and the next command; None for what the dialect asks
        for, and for none with a virtual module in this process.
    :param strict_prompt: never send data without having been asked for them, where some firmware does not ask.
    :raises PortNotFound: there is no such device or host.
    :raises PortBusy: another program has the port open.
    :raises PortNotPermitted: this user may not open the port.
    :raises OutOfSync: the module does not answer, or not in this dialect.
    :raises InvalidArgument: an argument is not what is said here.
    """

    async def open_modem() -> Modem:
        if not isinstance(dialect, Dialect | str | None):
            raise InvalidArgument("dialect", "a dialect, the name of one, or None")
        if rest is not None and not 0 <= rest <= _LONGEST_REST:
            raise InvalidArgument("rest", f"0 to {_LONGEST_REST} seconds")
        virtual = isinstance(url, str) and url.lower().startswith("virtual://")
        # A dialect is imported when it is first used, which must not hold the loop up.
        known = await to_thread.run_sync(find_dialect, dialect) if isinstance(dialect, str) else dialect
        if virtual:
            link, spoken = await open_virtual(url)
            known = spoken if known is None else known
        else:
            link = await open_link(url, baudrate=baudrate, rtscts=rtscts, backend=backend)
        try:
            if known is None:
                known, link = await probe(link)
            # A virtual module needs no rest between commands.
            pause = 0 if virtual and rest is None else rest
            modem = Modem(link, known, rest=pause, strict_prompt=strict_prompt)
        except BaseException:
            await link.aclose()
            raise
        await modem.start()
        return modem

    return Opening(open_modem)
