"""What the module keeps for its user: named values, and partitions of the flash."""

from __future__ import annotations

from ..errors import InvalidArgument
from ..modem.core import ModemCore
from ..portable.capabilities import Capability
from ..portable.drivers import FlashDriver, NvsDriver
from ..portable.values import NvsKind, Partition, ProgressCallback

__all__ = ["Flash", "Nvs"]

_RANGES = {
    NvsKind.U8: (0, 0xFF),
    NvsKind.I8: (-0x80, 0x7F),
    NvsKind.U16: (0, 0xFFFF),
    NvsKind.I16: (-0x8000, 0x7FFF),
    NvsKind.U32: (0, 0xFFFFFFFF),
    NvsKind.I32: (-0x80000000, 0x7FFFFFFF),
}


class Nvs:
    """Named values that the module keeps: certificates, keys, settings of the manufacturer."""

    def __init__(self, core: ModemCore) -> None:
        self._core = core

    @property
    def _driver(self) -> NvsDriver:
        return self._core.require(self._core.driver.nvs, Capability.NVS)

    async def namespaces(self) -> tuple[str, ...]:
        """Return the namespaces.

        :raises Unsupported: the module keeps no such values.
        """
        return await self._driver.namespaces()

    async def keys(self, namespace: str) -> dict[str, NvsKind]:
        """Return the keys of a namespace and the kinds of their values.

        :raises CommandError: there is no such namespace.
        :raises Unsupported: the module keeps no such values.
        """
        return await self._driver.keys(namespace)

    async def read(self, namespace: str, key: str) -> int | str | bytes:
        """Return a value.

        :raises CommandError: ``NO_SUCH_KEY`` in ``name`` when there is none.
        :raises Unsupported: the module keeps no such values.
        """
        return await self._driver.read(namespace, key)

    async def write(self, namespace: str, key: str, value: int | str | bytes, *, kind: NvsKind | None = None) -> None:
        """Keep a value.

        Cancelled, the module takes all of the value or nothing of it.

        :param kind: its kind; None for a text or bytes, of which it is plain.
        :raises InvalidArgument: value and kind do not go together; nothing was sent.
        :raises CommandError: the module refuses the value.
        :raises Unsupported: the module keeps no such values.
        """
        driver = self._driver
        chosen = _kind_of(value) if kind is None else kind
        _check_value(value, chosen)
        await driver.write(namespace, key, chosen, value)

    async def erase(self, namespace: str, key: str | None = None) -> None:
        """Forget one value, or a whole namespace.

        :raises CommandError: there is no such value or namespace.
        :raises Unsupported: the module keeps no such values.
        """
        await self._driver.erase(namespace, key)


def _kind_of(value: int | str | bytes) -> NvsKind:
    if isinstance(value, int):
        raise InvalidArgument("kind", "given for a number")
    return NvsKind.TEXT if isinstance(value, str) else NvsKind.BINARY


def _check_value(value: int | str | bytes, kind: NvsKind) -> None:
    if kind in _RANGES:
        low, high = _RANGES[kind]
        if not isinstance(value, int) or not low <= value <= high:
            raise InvalidArgument("value", f"a number from {low} to {high} for {kind.value}")
    elif not isinstance(value, str if kind is NvsKind.TEXT else bytes) or not value:
        raise InvalidArgument("value", f"a {kind.value} that is not empty")


class Flash:
    """The parts of the flash that belong to the user."""

    def __init__(self, core: ModemCore) -> None:
        self._core = core

    @property
    def _driver(self) -> FlashDriver:
        return self._core.require(self._core.driver.flash, Capability.FLASH)

    async def partitions(self) -> tuple[Partition, ...]:
        """Return the partitions.

        :raises Unsupported: the module has none.
        """
        return await self._driver.partitions()

    async def read(
        self, partition: str, offset: int = 0, length: int | None = None, progress: ProgressCallback | None = None
    ) -> bytes:
        """Return bytes of a partition.

        :param offset: the first byte.
        :param length: how many; None for all up to the end.
        :param progress: told bytes read so far and bytes in all.
        :raises InvalidArgument: there is no such partition, or the bytes lie outside; nothing was read.
        :raises Unsupported: the module has none.
        """
        driver = self._driver
        wanted = await _place(driver, partition, offset, length)
        return await driver.read(partition, offset, wanted, progress)

    async def write(
        self, partition: str, data: bytes, offset: int = 0, progress: ProgressCallback | None = None
    ) -> None:
        """Write into an erased part of a partition.

        Cancelled, the pieces that *progress* was told of are written, and perhaps one more.

        :param offset: where the first byte goes.
        :param progress: told bytes written so far and bytes in all.
        :raises InvalidArgument: there is no such partition, or no room for the data; nothing was written.
        :raises Unsupported: the module has none.
        """
        driver = self._driver
        await _place(driver, partition, offset, len(data))
        await driver.write(partition, offset, data, progress)

    async def erase(self, partition: str, offset: int | None = None, length: int | None = None) -> None:
        """Erase a part of a partition in whole sectors, or with None all of it.

        :param offset: the first byte.
        :param length: how many.
        :raises InvalidArgument: there is no such partition, or the bytes lie outside or are no whole sectors; nothing
            was erased.
        :raises Unsupported: the module has none.
        """
        driver = self._driver
        if (offset is None) is not (length is None):
            raise InvalidArgument("offset and length", "both given, or none")
        await _place(driver, partition, offset or 0, length)
        await driver.erase(partition, offset, length)


async def _place(driver: FlashDriver, partition: str, offset: int, length: int | None) -> int:
    """Return the number of bytes, sure that they lie in the partition."""
    sizes = {part.name: part.size for part in await driver.partitions()}
    if partition not in sizes:
        raise InvalidArgument("partition", f"one of {', '.join(sizes)}")
    room = sizes[partition] - offset
    if offset < 0 or room < 0:
        raise InvalidArgument("offset", f"0 to {sizes[partition]}")
    if length is None:
        return room
    if not 0 <= length <= room:
        raise InvalidArgument("length", f"at most {room} from there on")
    return length
