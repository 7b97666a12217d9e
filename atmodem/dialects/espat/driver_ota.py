"""New firmware by ESP-AT commands, under the portable session."""

from __future__ import annotations

from ...errors import CommandError, InvalidArgument, UpdateFailed
from ...portable.drivers import OtaDriver
from ...portable.modem_api import ModemAPI
from ...portable.values import UpdateStep
from ...wire.command import Command
from .commands.ota import CIPFWVER, CIUPDATE, USEROTA
from .commands.system import SYSROLLBACK
from .values.ota import UpdateState, UpdateTransport

__all__ = ["EspOta", "step_of", "step_of_page"]

_LONGEST_URL = 8192
_STEPS = {
    UpdateState.SERVER_FOUND: UpdateStep.STARTED,
    UpdateState.CONNECTED: UpdateStep.CONNECTED,
    UpdateState.VERSION_KNOWN: UpdateStep.VERSION_KNOWN,
    UpdateState.DONE: UpdateStep.INSTALLED,
    UpdateState.FAILED: UpdateStep.FAILED,
}


def step_of(state: UpdateState) -> UpdateStep | None:
    """Return what a state of CIUPDATE means; None for one that is not known."""
    return _STEPS.get(state)


#: What the web page tells of an update by a browser; the host restarts the module then.
_PAGE_STEPS = {3: UpdateStep.STARTED, 4: UpdateStep.INSTALLED, 5: UpdateStep.FAILED}


def step_of_page(told: int) -> UpdateStep | None:
    """Return what a message of the web page says of an update; None where it is about something else."""
    return _PAGE_STEPS.get(told)


class EspOta(OtaDriver):
    """Updates with ``CIUPDATE`` and ``USEROTA``, which restart the module by themselves."""

    def __init__(self, modem: ModemAPI) -> None:
        self._modem = modem

    async def check(self) -> str:
        """Return the version that the maker offers."""
        try:
            return (await self._modem.send(CIPFWVER.query())).version
        except CommandError as error:
            raise _failed(error, "the maker's server does not tell its version") from error

    async def update(self, version: str | None) -> None:
        """Update from the maker's server."""
        command = CIUPDATE() if version is None else CIUPDATE(ota_mode=UpdateTransport.HTTP, version=version)
        await self._load(command, "the maker's server does not have it, or was not reached")

    async def update_from_url(self, url: str) -> None:
        """Update from a URL."""
        data = url.encode()
        if len(data) > _LONGEST_URL:
            raise InvalidArgument("url", f"at most {_LONGEST_URL} bytes")
        await self._load(USEROTA(url=data), "it cannot be fetched, or is no firmware for this chip")

    async def _load(self, command: Command[None], why: str) -> None:
        try:
            await self._modem.send(command)
        except CommandError as error:
            raise _failed(error, f"the firmware was not loaded: {why}") from error

    async def rollback(self) -> None:
        """Start the image before."""
        try:
            await self._modem.send(SYSROLLBACK())
        except CommandError as error:
            raise _failed(error, "there is no firmware to go back to") from error


def _failed(error: CommandError, message: str) -> UpdateFailed:
    return UpdateFailed(
        message, code=error.code, name=error.name, text=error.text, command=error.command, advice=error.advice
    )
