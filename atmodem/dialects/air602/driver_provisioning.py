"""Provisioning of the Air602 under the portable session: WPS, and one-key configuration with data of the user."""

from __future__ import annotations

import asyncio
from contextlib import suppress

from ...errors import AtmodemError, CommandError, ModeConflict
from ...portable.drivers import ProvisioningDriver
from ...portable.events import ModuleRestarted, ProvisioningProgress, ProvisioningStep, WifiAddressAcquired
from ...portable.modem_api import ModemAPI
from ...portable.values import ProvisioningMethod
from ...wire.secret import Secret
from .commands.net import LKSTT
from .commands.provisioning import CNTPARAM, CUSTDATA, ONEMODE, ONESHOT, WWPS
from .commands.wifi import WLEAV
from .records import NetworkParameters
from .values import OneKeyMode, Selection, Switch, WpsMode

__all__ = ["AirProvisioning"]

_WPS = (ProvisioningMethod.WPS_BUTTON, ProvisioningMethod.WPS_PIN)
#: Seconds between two questions.
PAUSE = 1.0
#: Seconds until a network that is known is joined, or one is joined of which nothing was told, at most.
_JOIN_LIMIT = 60.0
_WPS_LIMIT = 120.0


class AirProvisioning(ProvisioningDriver):
    """Starts and stops listening. Nothing tells how far that is: the module is asked while it listens."""

    def __init__(self, modem: ModemAPI) -> None:
        self._modem = modem
        self._method: ProvisioningMethod | None = None
        self._watching: asyncio.Task[None] | None = None

    def reset(self) -> None:
        """Listen no more: the module has started anew."""
        self._method = None
        if self._watching is not None:
            self._watching.cancel()
            self._watching = None

    async def start(self, method: ProvisioningMethod, key: str | Secret[str] | None) -> None:
        """Begin to listen, and to ask."""
        send = self._modem.send
        if (await send(LKSTT())).status:
            raise ModeConflict("the module is in a network already", advice="leave it first")
        if method is ProvisioningMethod.WPS_BUTTON:
            await send(WWPS(mode=WpsMode.START_PBC))
        elif method is ProvisioningMethod.WPS_PIN:
            if key is not None:
                await send(WWPS(mode=WpsMode.SET_PIN, pin=key))
            await send(WWPS(mode=WpsMode.START_PIN))
        elif method is ProvisioningMethod.ACCESS_POINT:
            await send(ONEMODE(mode=OneKeyMode.SOFTAP))
            await send(ONESHOT(status=Switch.ON))
        else:
            with suppress(CommandError):  # firmware of 2018 has this one kind
                await send(ONEMODE(mode=OneKeyMode.ONESHOT))
            await send(ONESHOT(status=Switch.ON))
        self._method = method
        self._watching = asyncio.create_task(self._watch(method), name="atmodem[air602].provisioning")

    async def stop(self) -> None:
        """Ask no more, and listen no more where nothing was told."""
        method, watching = self._method, self._watching
        if method is None or watching is None:
            return
        over = watching.done()
        self.reset()
        await asyncio.wait([watching])
        if over:
            return
        with suppress(CommandError):  # it has stopped by itself
            await self._modem.send(WLEAV() if method in _WPS else ONESHOT(status=Switch.OFF))

    async def _watch(self, method: ProvisioningMethod) -> None:
        with suppress(AtmodemError):  # the modem is closed, or the module gone
            limit = _WPS_LIMIT
            if method not in _WPS:
                with suppress(CommandError):  # a firmware that tells neither shows by joining alone
                    while (await self._modem.send(ONESHOT.query())).status != Switch.OFF:
                        if await self._restarted():
                            return
                    limit = _JOIN_LIMIT
                    await self._tell_network()
            await self._tell_end(asyncio.get_running_loop().time() + limit)

    async def _restarted(self) -> bool:
        """Wait until it is time to ask again; tell whether the module has started anew meanwhile.

        :raises AtmodemError: the modem was closed.
        """
        async with self._modem.expect(ModuleRestarted) as restarted:
            getting = asyncio.ensure_future(restarted.get())
            try:
                done, _ = await asyncio.wait([getting], timeout=PAUSE)
            finally:
                getting.cancel()
            return bool(done and getting.result())

    async def _tell_network(self) -> None:
        """Tell what a phone has sent."""
        told = await self._modem.send(CNTPARAM())
        known = ProvisioningStep.NETWORK_KNOWN
        self._tell(ProvisioningProgress(step=known, ssid=_ssid(told), password=told.key))
        data = (await self._modem.send(CUSTDATA())).data.reveal()
        if data:
            step = ProvisioningStep.DATA
            self._tell(ProvisioningProgress(step=step, data=data.encode("utf-8", "surrogateescape")))

    async def _tell_end(self, limit: float) -> None:
        """Tell whether the network was joined by the time *limit*."""
        while not (status := await self._modem.send(LKSTT())).status:
            if await self._restarted():
                return
            if asyncio.get_running_loop().time() >= limit:
                self._tell(ProvisioningProgress(step=ProvisioningStep.FAILED))
                return
        self._modem.publish(WifiAddressAcquired(address=status.ip))
        ssid: str | None = None
        with suppress(CommandError):
            ssid = _ssid(await self._modem.send(CNTPARAM()))
        self._tell(ProvisioningProgress(step=ProvisioningStep.JOINED, ssid=ssid))

    def _tell(self, progress: ProvisioningProgress) -> None:
        self._modem.publish(progress)


def _ssid(told: NetworkParameters) -> str | None:
    """Return the name of a network that is not chosen by its hardware address."""
    return None if told.bssid_en == Selection.FIXED else told.ssid_or_bssid
