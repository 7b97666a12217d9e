"""Updates of the firmware: fetched from real servers, or sent over the line in blocks that are dropped."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ....errors import InvalidArgument
from ....virtual.air import UnknownHost
from ....virtual.device import Part
from ....virtual.handlers import handles
from ....virtual.intake import Counted
from ....virtual.results import Final, Payload, Refused
from ..commands.ota import FWUP, UPDD, UPDM
from ..values import UpdateMode
from .codes import Code

if TYPE_CHECKING:
    from .virtual import Virtual

__all__ = ["UpdatePart", "firmware_image"]

#: What an image for the chip begins with; the version stands behind it here.
_MAGIC = 0xA0FFFF9F.to_bytes(4, "little")
_VERSION = slice(4, 68)
_LARGEST = 0x100000


def firmware_image(version: str, size: int = 4096) -> bytes:
    """Return a firmware that virtual modules can be updated with.

    :param version: what ``AT+QVER`` tells when it runs; at most 64 bytes.
    :param size: its bytes, 68 or more.
    :raises InvalidArgument: such a firmware cannot be made.
    """
    text = version.encode("ascii", "replace")
    if not 0 < len(text) <= _VERSION.stop - _VERSION.start or b"\0" in text:
        raise InvalidArgument("version", "1 to 64 ASCII characters")
    if size < _VERSION.stop:
        raise InvalidArgument("size", f"{_VERSION.stop} or more")
    return (_MAGIC + text.ljust(_VERSION.stop - _VERSION.start, b"\0")).ljust(size, b"\0")


class UpdatePart(Part):
    """Obeys the commands of updates.

    :param module: the module that it belongs to.
    """

    def __init__(self, module: Virtual) -> None:
        self._module = module
        self._block: int | None = None
        #: The version that runs.
        self.version: str = module.profile.version

    def power_up(self) -> None:
        self._block = None

    @handles(FWUP)
    def fetch_firmware(self, command: FWUP) -> None:
        """Fetch a firmware behind the answer, and start it. That there is none is not told."""
        self._module.console.after_answer(lambda: self._module.spawn(self._update(command.url)))

    async def _update(self, url: str) -> None:
        try:
            image = await self._module.http.download(url, _LARGEST)
        except (OSError, UnknownHost, ValueError):
            return
        if not image.startswith(_MAGIC) or len(image) < _VERSION.stop:
            return
        self.version = image[_VERSION].rstrip(b"\0").decode("ascii", "replace")
        self._module.write(b"firmware update: 100%\r\n")
        self._module.restart()

    @handles(UPDM)
    def begin_update(self, command: UPDM) -> None:
        """Begin or end an update over the serial port."""
        self._block = 0 if command.mode == UpdateMode.BEGIN else None

    @handles(UPDD)
    def take_block(self, command: UPDD) -> Payload:
        """Ask for a block, and drop it."""
        if self._block is None or command.size is None:
            raise Refused(Code.OPS)
        self._block += 1
        self._module.accept(self._block)
        return Payload(intake=Counted(command.size), then=lambda _: Final(b"+OK=1"))
