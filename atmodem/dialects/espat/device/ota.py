"""Updates of the firmware, from real servers."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ....errors import InvalidArgument
from ....virtual.air import UnknownHost
from ....virtual.device import Part
from ....virtual.handlers import handles, queries
from ....virtual.intake import Counted
from ....virtual.results import Payload, Refused
from .. import commands as c
from .. import events as e
from ..values.ota import OfferedVersion, UpdateState, UpdateStatus, UpdateTransport
from ..values.system import FirmwareSlots

if TYPE_CHECKING:
    from .module import Virtual

__all__ = ["BadImage", "Ota", "firmware_image", "version_of"]

#: The server of the firmware's maker.
_MAKER = "http://iot.espressif.cn:8000/v1/device/rom/"
_OFFER = re.compile(rb'rom_version": "([^"]+)",')
_LARGEST = 0x180000
_SLOTS = (0x60000, 0x1D0000)
_SYSTEM = "ota"

# As in an image for the chip: a header, the head of the first segment, and in that the description of the application.
_IMAGE = b"\xe9"
_DESCRIPTION = 32
_DESCRIBES = 0xABCD5432.to_bytes(4, "little")
_VERSION = slice(_DESCRIPTION + 16, _DESCRIPTION + 48)


class BadImage(ValueError):
    """What was loaded is no firmware."""


def firmware_image(version: str, size: int = 4096) -> bytes:
    """Return a firmware that virtual modules can be updated with.

    :param version: what ``AT+GMR`` tells when it runs, such as ``"4.2.0.0"``; at most 31 bytes.
    :param size: its bytes, 80 or more.
    :raises InvalidArgument: such a firmware cannot be made.
    """
    text = version.encode("ascii", "replace")
    if not 0 < len(text) < _VERSION.stop - _VERSION.start or b"\0" in text:
        raise InvalidArgument("version", "1 to 31 ASCII characters")
    if size < _VERSION.stop:
        raise InvalidArgument("size", f"{_VERSION.stop} or more")
    image = bytearray(size)
    image[0:1] = _IMAGE
    image[_DESCRIPTION : _DESCRIPTION + 4] = _DESCRIBES
    image[_VERSION.start : _VERSION.start + len(text)] = text
    return bytes(image)


def version_of(image: bytes) -> str:
    """Return the version of a firmware.

    :raises BadImage: it is none.
    """
    described = image[_DESCRIPTION : _DESCRIPTION + 4] == _DESCRIBES
    version = image[_VERSION].rstrip(b"\0").decode("ascii", "replace")
    if len(image) < _VERSION.stop or not image.startswith(_IMAGE) or not described or not version:
        raise BadImage("no firmware for this chip")
    return version


class Ota(Part):
    """The two firmware images in flash, and how the one that does not run is replaced.

    :param module: the module that it belongs to.
    """

    def __init__(self, module: Virtual) -> None:
        self._module = module
        shipped = module.profile.version
        self._versions = [shipped, shipped]
        self._running = 0
        self._state = UpdateState.IDLE

    @property
    def version(self) -> str:
        """The version that runs."""
        return self._versions[self._running]

    def power_up(self) -> None:
        self._state = UpdateState.IDLE

    def install(self, image: bytes) -> None:
        """Write *image* over the one that does not run, and let the next start run it.

        :raises BadImage: it is no firmware, or too large.
        """
        if len(image) > _LARGEST:
            raise BadImage("too large for a slot")
        self._versions[1 - self._running] = version_of(image)
        self._running = 1 - self._running

    # From the maker

    @queries(c.CIPFWVER)
    async def offer(self) -> OfferedVersion:
        """Ask the maker for its newest version."""
        try:
            return OfferedVersion(version=await self._offered())
        except (OSError, UnknownHost):
            raise Refused from None

    async def _offered(self) -> str:
        found = _OFFER.search(await self._module.http.download(f"{_MAKER}?is_format_simple=true"))
        if found is None:
            raise ConnectionError("the maker offers nothing")
        return found[1].decode("ascii", "replace")

    @handles(c.CIUPDATE)
    async def update(self, command: c.CIUPDATE) -> None:
        """Update from the maker, at once or beside the command line."""
        if command.ota_mode is UpdateTransport.HTTPS or (command.firmware or _SYSTEM) != _SYSTEM:
            raise Refused
        if command.nonblocking:
            self._module.spawn(self._update_beside(command.version))
            return
        await self._update(command.version)
        self._module.console.after_answer(self._module.restart)

    async def _update_beside(self, version: str | None) -> None:
        try:
            await self._update(version)
        except Refused:
            self._tell(UpdateState.FAILED)

    async def _update(self, version: str | None) -> None:
        """Load a version and tell each step.

        :raises Refused: that failed.
        """
        self._module.addresses.need_network()
        try:
            if not version:
                # The steps before are told only where the version is asked for.
                self._tell(UpdateState.SERVER_FOUND)
                self._tell(UpdateState.CONNECTED)
                version = await self._offered()
                self._tell(UpdateState.VERSION_KNOWN)
            else:
                self._tell(UpdateState.SERVER_FOUND)
            url = f"{_MAKER}?action=download_rom&version={version}&filename={_SYSTEM}.bin"
            self.install(await self._module.http.download(url))
        except (OSError, UnknownHost, BadImage):
            self._state = UpdateState.FAILED
            raise Refused from None
        self._tell(UpdateState.DONE)

    def _tell(self, state: UpdateState) -> None:
        self._state = state
        self._module.emit(e.CipUpdate(state=state))

    @queries(c.CIUPDATE)
    def progress(self) -> UpdateStatus:
        """Tell how far an update is."""
        return UpdateStatus(state=self._state)

    # From anywhere

    @handles(c.USEROTA)
    def update_from_url(self, command: c.USEROTA) -> Payload:
        """Ask for a URL, and update from it."""
        length = command.url_length or 0

        async def then(data: bytes) -> None:
            self._module.write(b"\r\nRecv %d bytes\r\n" % length)
            try:
                self.install(await self._module.http.download(data.decode("utf-8", "surrogateescape")))
            except (OSError, UnknownHost, BadImage):
                raise Refused from None
            self._module.console.after_answer(self._module.restart)

        return Payload(intake=Counted(length), then=then)

    # Back

    @handles(c.SYSROLLBACK)
    def roll_back(self, _: c.SYSROLLBACK) -> None:
        """Start the other image."""
        self._running = 1 - self._running
        self._module.console.after_answer(self._module.restart)

    @queries(c.SYSROLLBACK)
    def slots(self) -> FirmwareSlots:
        """Tell both images."""
        return FirmwareSlots(
            running_address=_SLOTS[self._running],
            running_version=self.version,
            rollback_address=_SLOTS[1 - self._running],
            rollback_version=self._versions[1 - self._running],
        )
