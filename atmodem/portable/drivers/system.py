"""What a dialect does for the module itself: identity, restart, power, line, stores."""

from __future__ import annotations

from typing import Protocol

from ..capabilities import Capability, unsupported
from ..values import Identity, Memory, NvsKind, Partition, PowerSaving, ProgressCallback, UartSettings

__all__ = ["FlashDriver", "NvsDriver", "PowerDriver", "SystemDriver", "UartDriver"]


class SystemDriver(Protocol):
    """The module as a whole."""

    async def identity(self) -> Identity:
        """Return what the module is."""
        ...

    async def restart(self) -> None:
        """Start the module anew; the engine sees that it does."""
        ...

    async def restore(self) -> None:
        """Bring back the settings of the factory and start anew."""
        ...

    async def memory(self) -> Memory:
        """Return how much memory is free."""
        raise unsupported(Capability.MEMORY)

    async def temperature(self) -> float:
        """Return the chip's temperature in degrees Celsius."""
        raise unsupported(Capability.TEMPERATURE)


class PowerDriver(Protocol):
    """Sleep and radio power."""

    async def set_saving(self, mode: PowerSaving) -> None:
        """Let the radio sleep while the station stays joined.

        :raises InvalidArgument: the module has no such mode.
        """
        raise unsupported(Capability.POWER_SET_SAVING)

    async def sleep(self, seconds: float) -> None:
        """Sleep deeply for a time; the module starts anew after it."""
        raise unsupported(Capability.POWER_SLEEP)

    async def sleep_until_pin(self) -> None:
        """Sleep deeply until a pin wakes the module, which starts anew then."""
        raise unsupported(Capability.POWER_SLEEP_UNTIL_PIN)

    async def set_transmit(self, attenuation: float) -> None:
        """Set how far the station's radio stays below its full power.

        :param attenuation: dB below full power, 0 or more.
        """
        raise unsupported(Capability.POWER_SET_TRANSMIT)


class UartDriver(Protocol):
    """The serial line, as the module has it."""

    async def read(self) -> UartSettings:
        """Return how it is set."""
        ...

    async def change(self, settings: UartSettings) -> None:
        """Change it at once: the reply still comes as before, and all that follows is by the new settings."""
        raise unsupported(Capability.UART_CHANGE)

    async def store(self, settings: UartSettings) -> bool:
        """Keep settings for each start.

        :returns: whether they are in force at once, as after :meth:`change`.
        """
        raise unsupported(Capability.UART_STORE)


class NvsDriver(Protocol):
    """Named values that the module keeps: certificates, keys, settings of the manufacturer."""

    async def namespaces(self) -> tuple[str, ...]:
        """Return the namespaces."""
        ...

    async def keys(self, namespace: str) -> dict[str, NvsKind]:
        """Return the keys of a namespace and their types."""
        ...

    async def read(self, namespace: str, key: str) -> int | str | bytes:
        """Return a value."""
        ...

    async def write(self, namespace: str, key: str, kind: NvsKind, value: int | str | bytes) -> None:
        """Keep a value."""
        ...

    async def erase(self, namespace: str, key: str | None) -> None:
        """Forget one value, or a whole namespace."""
        ...


class FlashDriver(Protocol):
    """The parts of the flash that belong to the user."""

    async def partitions(self) -> tuple[Partition, ...]:
        """Return them."""
        ...

    async def read(self, partition: str, offset: int, length: int, progress: ProgressCallback | None) -> bytes:
        """Return bytes of a partition."""
        ...

    async def write(self, partition: str, offset: int, data: bytes, progress: ProgressCallback | None) -> None:
        """Write into an erased part of a partition."""
        ...

    async def erase(self, partition: str, offset: int | None, length: int | None) -> None:
        """Erase a part of a partition in whole sectors, or with None all of it."""
        ...
