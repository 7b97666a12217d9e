"""Why a serial port did not open, and what to do about it."""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from serial.tools import list_ports

from ..errors import LinkError, PortBusy, PortNotFound, PortNotPermitted
from .arguments import redacted

__all__ = ["port_error"]

_MISSING = {errno.ENOENT, errno.ENODEV, errno.ENXIO, errno.ENOTDIR}
_BUSY = {errno.EBUSY, errno.EAGAIN, errno.EWOULDBLOCK}
_NOT_PERMITTED = {errno.EACCES, errno.EPERM}


def port_error(url: str, path: str, cause: BaseException) -> LinkError:
    """Return the error that tells why the device *path* did not open.

    Looks at processes and files: call it in a worker thread.

    :param url: what messages call the port.
    :param cause: what the operating system, or a library in between, raised.
    """
    number = cause.errno if isinstance(cause, OSError) else None
    if number in _MISSING:
        return PortNotFound(f"there is no port {url}", url=url, advice=_ports_advice())
    if number in _BUSY:
        return _busy(url, path)
    if number in _NOT_PERMITTED:
        return PortNotPermitted(f"this user may not open {url}", url=url, advice=_permission_advice(path))
    message = f"{url} cannot be opened: {redacted(str(cause))}"
    return LinkError(message, url=url, advice="check that it is a serial port, and that it takes these settings")


def _ports_advice() -> str:
    ports = ", ".join(sorted(port.device for port in list_ports.comports()))
    return f"plug the module in, or use one of: {ports}" if ports else "plug the module in; no port is there now"


def _busy(url: str, path: str) -> PortBusy:
    holders = dict(_holders(path))
    if not holders:
        message, advice = f"{url} is in use by another program", f"`sudo fuser -v {path}` names it"
    elif os.getpid() in holders:
        message, advice = f"{url} is in use by this program (pid {os.getpid()})", "close the link that it has open"
    else:
        names = ", ".join(f"{name} (pid {pid})" for pid, name in sorted(holders.items()))
        message, advice = f"{url} is in use by {names}", "end that program first"
        if "ModemManager" in holders.values():
            advice = "`sudo systemctl stop ModemManager`, or set ID_MM_DEVICE_IGNORE=1 for the device in a udev rule"
    return PortBusy(message, url=url, advice=advice)


def _holders(path: str) -> Iterator[tuple[int, str]]:
    """Process number and name of those that have *path* open and let themselves be looked at (Linux only)."""
    device = os.path.realpath(path)
    for process in Path("/proc").glob("[0-9]*"):
        # A process may end, or belong to somebody else.
        with suppress(OSError):
            if any(os.readlink(descriptor) == device for descriptor in (process / "fd").iterdir()):
                yield int(process.name), (process / "comm").read_text().strip()


def _permission_advice(path: str) -> str:
    try:
        mode, group = os.stat(path).st_mode, Path(path).group()
    except (OSError, KeyError):
        return "ask the owner of the machine for access"
    if mode & stat.S_IRGRP and mode & stat.S_IWGRP:
        return f"its group is {group}: `sudo usermod -aG {group} $USER`, then log in again"
    return f"not even its group {group} may: change its mode with a udev rule"
