"""What ESP-AT keeps in flash for the user, under the portable sessions: named values and partitions."""

from __future__ import annotations

from ...errors import CommandError, InvalidArgument
from ...portable.drivers import FlashDriver, NvsDriver
from ...portable.modem_api import ModemAPI
from ...portable.values import NvsKind, Partition, ProgressCallback
from .commands.memory import SYSFLASH, SYSMFG
from .values.memory import FlashOperation, ManufacturingOperation, ManufacturingType, ManufacturingValue

__all__ = ["EspFlash", "EspNvs"]

_KINDS = {
    ManufacturingType.U8: NvsKind.U8,
    ManufacturingType.I8: NvsKind.I8,
    ManufacturingType.U16: NvsKind.U16,
    ManufacturingType.I16: NvsKind.I16,
    ManufacturingType.U32: NvsKind.U32,
    ManufacturingType.I32: NvsKind.I32,
    ManufacturingType.STRING: NvsKind.TEXT,
    ManufacturingType.BINARY: NvsKind.BINARY,
}
_TYPES = {kind: told for told, kind in _KINDS.items()}

#: Bytes of one read or write of a partition, and of what can be erased.
_PIECE = 4096
_SECTOR = 4096


class EspNvs(NvsDriver):
    """The manufacturing store, by ``SYSMFG``."""

    def __init__(self, modem: ModemAPI) -> None:
        self._modem = modem

    async def namespaces(self) -> tuple[str, ...]:
        """Return the namespaces."""
        return tuple(entry.namespace for entry in await self._modem.send(SYSMFG.query()))

    async def keys(self, namespace: str) -> dict[str, NvsKind]:
        """Return the keys of a namespace and their types."""
        return {value.key: _KINDS[value.type] for value in await self._read(namespace, None)}

    async def read(self, namespace: str, key: str) -> int | str | bytes:
        """Return a value."""
        for value in await self._read(namespace, key):
            data = value.value or b""
            if value.type is ManufacturingType.BINARY:
                return data
            if value.type is ManufacturingType.STRING:
                return data.decode("utf-8", "surrogateescape")
            return int(data)
        raise CommandError(f"there is no {key!r} in {namespace!r}", code="OK", name="NO_SUCH_KEY")

    async def _read(self, namespace: str, key: str | None) -> list[ManufacturingValue]:
        command = SYSMFG(operation=ManufacturingOperation.READ, namespace=namespace, key=key)
        try:
            found = await self._modem.send(command)
        except CommandError as error:
            what = f"no namespace {namespace!r}" if key is None else f"no {key!r} in {namespace!r}"
            raise CommandError(
                f"there is {what}",
                code=error.code,
                name="NO_SUCH_NAMESPACE" if key is None else "NO_SUCH_KEY",
                text=error.text,
                command=error.command,
            ) from error
        return [value for value in found or () if isinstance(value, ManufacturingValue)]

    async def write(self, namespace: str, key: str, kind: NvsKind, value: int | str | bytes) -> None:
        """Keep a value: numbers stand in the line, texts and binaries behind it."""
        number = value if isinstance(value, int) else None
        data = value.encode("utf-8", "surrogateescape") if isinstance(value, str) else value
        await self._modem.send(
            SYSMFG(
                operation=ManufacturingOperation.WRITE,
                namespace=namespace,
                key=key,
                type_or_offset=int(_TYPES[kind]),
                value_or_length=number,
                data=data if isinstance(data, bytes) else None,
            )
        )

    async def erase(self, namespace: str, key: str | None) -> None:
        """Forget one value, or a whole namespace."""
        await self._modem.send(SYSMFG(operation=ManufacturingOperation.ERASE, namespace=namespace, key=key))


class EspFlash(FlashDriver):
    """The user partitions, by ``SYSFLASH``."""

    def __init__(self, modem: ModemAPI) -> None:
        self._modem = modem

    async def partitions(self) -> tuple[Partition, ...]:
        """Return them."""
        found = await self._modem.send(SYSFLASH.query())
        return tuple(Partition(name=part.partition, size=part.size) for part in found)

    async def read(self, partition: str, offset: int, length: int, progress: ProgressCallback | None) -> bytes:
        """Return bytes, fetched in pieces."""
        held = bytearray()
        while len(held) < length:
            piece = min(_PIECE, length - len(held))
            answer = await self._modem.send(
                SYSFLASH(operation=FlashOperation.READ, partition=partition, offset=offset + len(held), length=piece)
            )
            if answer is None or not answer.data:
                break
            held += answer.data
            if progress is not None:
                progress(len(held), length)
        return bytes(held)

    async def write(self, partition: str, offset: int, data: bytes, progress: ProgressCallback | None) -> None:
        """Write in pieces."""
        for start in range(0, len(data), _PIECE):
            piece = data[start : start + _PIECE]
            await self._modem.send(
                SYSFLASH(operation=FlashOperation.WRITE, partition=partition, offset=offset + start, data=piece)
            )
            if progress is not None:
                progress(start + len(piece), len(data))

    async def erase(self, partition: str, offset: int | None, length: int | None) -> None:
        """Erase whole sectors, or with None all of it."""
        if (offset or 0) % _SECTOR or (length or 0) % _SECTOR:
            raise InvalidArgument("offset and length", f"multiples of {_SECTOR}")
        await self._modem.send(
            SYSFLASH(operation=FlashOperation.ERASE, partition=partition, offset=offset, length=length)
        )
