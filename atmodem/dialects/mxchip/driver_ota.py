"""New firmware for the MXCHIP module, under the portable session."""

from __future__ import annotations

from collections.abc import Iterable

from ...errors import CommandError, CommandTimeout, UpdateFailed
from ...portable.drivers import OtaDriver
from ...portable.events import UpdateProgress
from ...portable.modem_api import ModemAPI
from ...portable.values import UpdateStep
from ...wire.event import Event
from .commands.ota import OTACHECK, OTASTART
from .events.wifi import UpdateDone, UpdateDownloading, UpdateInstalling, UpdateStarted
from .outcomes import Outcome

__all__ = ["MxOta"]

#: Seconds for loading and installing; no event tells of a failure.
_LIMIT = 60.0
_STEPS: dict[type[Event], UpdateStep] = {
    UpdateStarted: UpdateStep.STARTED,
    UpdateDownloading: UpdateStep.LOADING,
    UpdateInstalling: UpdateStep.INSTALLING,
    UpdateDone: UpdateStep.INSTALLED,
}


class MxOta(OtaDriver):
    """Updates from the maker's cloud."""

    translates: tuple[type[Event], ...] = tuple(_STEPS)

    def __init__(self, modem: ModemAPI) -> None:
        self._modem = modem

    def translate(self, event: Event) -> Iterable[UpdateProgress]:
        """Return how far the update is."""
        yield UpdateProgress(step=_STEPS[type(event)], cause=event)

    async def check(self) -> str:
        """Return the version that the cloud offers."""
        return (await self._modem.send(OTACHECK())).version

    async def update(self, version: str | None) -> None:
        """Load and install a version, newer or older, until the module starts anew with it."""
        wanted = await self.check() if version is None else version
        async with Outcome(self._modem, UpdateDone) as outcome:
            try:
                await self._modem.send(OTASTART(version=wanted))
                await outcome.get(_LIMIT)
            except CommandError as error:
                raise UpdateFailed(
                    f"{wanted} is not loaded: {error.message}",
                    code=error.code,
                    name=error.name,
                    text=error.text,
                    command=error.command,
                    advice=error.advice,
                ) from error
            except CommandTimeout as error:
                raise UpdateFailed(
                    f"{wanted} was not installed within {_LIMIT:g} s", code="TIMEOUT", name="TIMEOUT"
                ) from error
