"""What a dialect does for new firmware."""

from __future__ import annotations

from typing import Protocol

from ..capabilities import Capability, unsupported
from ..values import ProgressCallback

__all__ = ["OtaDriver"]


class OtaDriver(Protocol):
    """New firmware for the module.

    An update returns once the module is about to start the new firmware, or raises ``UpdateFailed``; what the module
    tells on the way comes as ``UpdateProgress``. The restart itself is the engine's.
    """

    async def check(self) -> str:
        """Return the version that the maker's server offers."""
        raise unsupported(Capability.OTA_CHECK)

    async def update(self, version: str | None) -> None:
        """Update from the maker's server: to a version, or to the one that it offers."""
        raise unsupported(Capability.OTA_UPDATE)

    async def update_from_url(self, url: str) -> None:
        """Update from a URL."""
        raise unsupported(Capability.OTA_UPDATE_FROM_URL)

    async def upload(self, image: bytes, progress: ProgressCallback | None) -> None:
        """Update with an image that goes over the line."""
        raise unsupported(Capability.OTA_UPLOAD)

    async def rollback(self) -> None:
        """Go back to the firmware before."""
        raise unsupported(Capability.OTA_ROLLBACK)
