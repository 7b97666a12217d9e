"""Memory that the host can use: a scratch buffer, a partition in flash, the manufacturing store."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ....virtual.device import Part
from ....virtual.handlers import handles, queries
from ....virtual.intake import Counted
from ....virtual.results import Answer, Final, Lines, Payload, Refused
from .. import commands as c
from ..values.memory import (
    FlashData,
    FlashOperation,
    FlashPartition,
    ManufacturingNamespace,
    ManufacturingOperation,
    ManufacturingType,
    ManufacturingValue,
    RamOperation,
    RamSize,
)

if TYPE_CHECKING:
    from .module import Virtual

__all__ = ["Memory"]

_RECORD = 1024
_LARGEST_BUFFER = 64 * 1024
_PARTITION = FlashPartition(partition="mfg_nvs", type=1, subtype=2, address=0x1F000, size=0x13000)
_ERASED = b"\xff"
_WIDTHS = {
    ManufacturingType.U8: (0, 0xFF),
    ManufacturingType.I8: (-0x80, 0x7F),
    ManufacturingType.U16: (0, 0xFFFF),
    ManufacturingType.I16: (-0x8000, 0x7FFF),
    ManufacturingType.U32: (0, 0xFFFFFFFF),
    ManufacturingType.I32: (-0x80000000, 0x7FFFFFFF),
}
#: The longest value that fits into a page of flash.
_LONGEST_VALUE = 4000


class Memory(Part):
    """What the host keeps in the module."""

    def __init__(self, module: Virtual) -> None:
        self._module = module
        self._ram = bytearray()
        self._flash = bytearray(_ERASED * _PARTITION.size)
        #: The manufacturing store: values by namespace and key. It survives restarts and RESTORE.
        self.store: dict[str, dict[str, tuple[ManufacturingType, bytes]]] = {
            "factory_param": {"module_name": (ManufacturingType.STRING, b"MINI-1")}
        }

    def power_up(self) -> None:
        self._ram.clear()

    # Scratch buffer

    @queries(c.USERRAM)
    def ram_size(self) -> RamSize:
        """Tell how large the buffer is."""
        return RamSize(size=len(self._ram))

    @handles(c.USERRAM)
    def use_ram(self, command: c.USERRAM) -> Answer:
        """Allocate, release, clear, write or read the buffer."""
        size = command.size or 0
        match command.operation:
            case RamOperation.ALLOCATE:
                if self._ram or not 0 < size <= _LARGEST_BUFFER:
                    raise Refused
                self._ram = bytearray(size)
            case RamOperation.RELEASE:
                self._ram = bytearray()
            case RamOperation.CLEAR:
                self._ram = bytearray(len(self._ram))
            case _:
                place = _place(self._ram, command.offset or 0, size)
                return self._write_ram(place) if command.operation is RamOperation.WRITE else self._read_ram(place)
        return None

    def _write_ram(self, place: slice) -> Payload:
        def then(data: bytes) -> Final:
            self._ram[place] = data
            return Final(b"WRITE OK")

        return Payload(intake=Counted(place.stop - place.start), then=then)

    def _read_ram(self, place: slice) -> Lines:
        data = bytes(self._ram[place])
        pieces = [data[start : start + _RECORD] for start in range(0, len(data), _RECORD)]
        records = [b"+USERRAM:%d,%b" % (len(piece), piece) for piece in pieces]
        # Nothing stands between two records.
        return Lines([b"".join(records)])

    # Flash

    @queries(c.SYSFLASH)
    def partitions(self) -> tuple[FlashPartition, ...]:
        """List the one partition."""
        return (_PARTITION,)

    @handles(c.SYSFLASH)
    def use_flash(self, command: c.SYSFLASH) -> Answer:
        """Erase, write or read the partition."""
        if command.partition != _PARTITION.partition:
            raise Refused
        whole = command.operation is FlashOperation.ERASE and command.offset is None
        length = _PARTITION.size if whole else command.length or 0
        place = _place(self._flash, command.offset or 0, length)
        if command.operation is FlashOperation.READ:
            data = bytes(self._flash[place])
            return FlashData(length=len(data), data=data)
        if command.operation is FlashOperation.ERASE:
            self._flash[place] = _ERASED * length
            return None

        def then(data: bytes) -> None:
            self._flash[place] = data

        return Payload(intake=Counted(length), then=then)

    # Manufacturing store

    @queries(c.SYSMFG)
    def namespaces(self) -> tuple[ManufacturingNamespace, ...]:
        """List the namespaces."""
        return tuple(ManufacturingNamespace(namespace=name) for name in self.store)

    @handles(c.SYSMFG)
    def use_store(self, command: c.SYSMFG) -> Answer:
        """Erase, write or read values."""
        match command.operation:
            case ManufacturingOperation.READ:
                return self._read_values(command)
            case ManufacturingOperation.WRITE:
                return self._write_value(command)
            case _:
                self._erase_values(command)
                return None

    def _erase_values(self, command: c.SYSMFG) -> None:
        if command.namespace is None:
            self.store.clear()
        elif command.namespace not in self.store:
            raise Refused
        elif command.key is None:
            del self.store[command.namespace]
        elif self.store[command.namespace].pop(command.key, None) is None:
            raise Refused

    def _read_values(self, command: c.SYSMFG) -> Answer:
        name = command.namespace
        if name is None:
            return self.namespaces()
        values = self.store.get(name, {})
        if command.key is None:
            return tuple(ManufacturingValue(namespace=name, key=key, type=kind) for key, (kind, _) in values.items())
        if command.key not in values:
            raise Refused
        kind, data = values[command.key]
        if kind not in _WIDTHS:
            start = command.type_or_offset or 0
            data = data[start:] if command.value_or_length is None else data[start : start + command.value_or_length]
        return (ManufacturingValue(namespace=name, key=command.key, type=kind, length=len(data), value=data),)

    def _write_value(self, command: c.SYSMFG) -> Answer:
        name, key, number = command.namespace, command.key, command.value_or_length
        if name is None or key is None or command.type_or_offset is None or number is None:
            raise Refused
        kind = ManufacturingType(command.type_or_offset)
        values = self.store.setdefault(name, {})
        if kind in _WIDTHS:
            low, high = _WIDTHS[kind]
            if not low <= number <= high:
                raise Refused
            values[key] = (kind, b"%d" % number)
            return None
        if kind not in (ManufacturingType.STRING, ManufacturingType.BINARY) or not 0 < number <= _LONGEST_VALUE:
            raise Refused

        def then(data: bytes) -> None:
            values[key] = (kind, data)

        return Payload(intake=Counted(number), then=then)


def _place(memory: bytearray, offset: int, length: int) -> slice:
    if length <= 0 or offset + length > len(memory):
        raise Refused
    return slice(offset, offset + length)
