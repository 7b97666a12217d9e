"""The files in the module."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from ....virtual.device import Part
from ....virtual.handlers import handles
from ....virtual.intake import Counted
from ....virtual.results import Answer, Payload, Refused
from .. import commands as c
from ..values.memory import (
    FileData,
    FileDigest,
    FileNames,
    FileOperation,
    FileSize,
    FileSystem,
    FileSystemSpace,
)

if TYPE_CHECKING:
    from .module import Virtual

__all__ = ["Files"]

#: Bytes of the partition, and of what a file takes of it at a time.
_TOTAL = 1024 * 1024
_CLUSTER = 4096
_LONGEST_NAME = 31
#: Most bytes of one read or write.
_LARGEST_PIECE = 8192
_ROOT = "."


class Files(Part):
    """The FAT file system in flash, which survives restarts and RESTORE.

    :param module: the module that it belongs to.
    """

    def __init__(self, module: Virtual) -> None:
        self._module = module
        #: What is in the files, by name.
        self.content: dict[str, bytearray] = {}

    @property
    def free(self) -> int:
        """Bytes that are free; files take whole clusters."""
        return _TOTAL - sum(_clusters(len(data)) for data in self.content.values())

    @handles(c.FSMOUNT)
    def mount(self, _: c.FSMOUNT) -> None:
        """Take it; the file system is mounted again when it is used."""

    @handles(c.FS)
    def use(self, command: c.FS) -> Answer:
        """Work with a file."""
        if command.type is not FileSystem.FATFS:
            raise Refused
        if command.operation is FileOperation.SPACE:
            return FileSystemSpace(free=self.free, total=_TOTAL)
        name = command.filename
        if not name or len(name.encode("utf-8", "surrogateescape")) > _LONGEST_NAME:
            raise Refused
        match command.operation:
            case FileOperation.LIST:
                if name != _ROOT:
                    raise Refused
                return FileNames(names=" ".join(self.content)) if self.content else None
            case FileOperation.WRITE:
                return self._write(name, command.offset or 0, command.length or 0)
            case FileOperation.READ:
                return self._read(name, command.offset or 0, command.length or 0)
            case FileOperation.SIZE:
                return FileSize(size=len(self._file(name)))
            case FileOperation.MD5:
                return FileDigest(md5=hashlib.md5(self._file(name), usedforsecurity=False).hexdigest())
            case FileOperation.DELETE:
                self._file(name)
                del self.content[name]
            case _:
                raise Refused
        return None

    def _file(self, name: str) -> bytearray:
        if name not in self.content:
            raise Refused
        return self.content[name]

    def _read(self, name: str, offset: int, length: int) -> FileData:
        if not 0 < length <= _LARGEST_PIECE:
            raise Refused
        data = bytes(self._file(name)[offset : offset + length])
        return FileData(length=len(data), data=data)

    def _write(self, name: str, offset: int, length: int) -> Payload:
        known = self.content.get(name, bytearray())
        end = max(len(known), offset + length)
        if not 0 < length <= _LARGEST_PIECE or _clusters(end) - _clusters(len(known)) > self.free:
            raise Refused

        def then(data: bytes) -> None:
            held = self.content.setdefault(name, bytearray())
            # What lies between the old end and the offset is zero.
            held.extend(bytes(max(0, offset - len(held))))
            held[offset : offset + length] = data

        return Payload(intake=Counted(length), then=then)


def _clusters(length: int) -> int:
    return -(-length // _CLUSTER) * _CLUSTER
