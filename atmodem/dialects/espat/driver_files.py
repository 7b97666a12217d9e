"""Files by ESP-AT commands, under the portable session."""

from __future__ import annotations

from contextlib import suppress
from itertools import count
from typing import TypeVar

from ...errors import CommandError, FileError, FileMissing, FileRefused, InvalidArgument, StorageFull
from ...portable.drivers import FileDriver
from ...portable.modem_api import ModemAPI
from ...portable.values import FileInfo, FileMode, Storage
from .commands.memory import FS
from .values.memory import FileData, FileNames, FileOperation, FileSize, FileSystem, FileSystemSpace

__all__ = ["EspFiles"]

E = TypeVar("E", bound=FileError)

#: What stands for the directory.
_ROOT = "."


class EspFiles(FileDriver):
    """The files of ``AT+FS``. The module opens and closes nothing: a file is its name."""

    piece_limit: int = 4096

    def __init__(self, modem: ModemAPI) -> None:
        self._modem = modem
        self._type: FileSystem | None = None
        self._numbers = count()
        self._names: dict[int, str] = {}

    def reset(self) -> None:
        """Forget what is open: the module has started anew, perhaps with another firmware."""
        self._type = None
        self._names.clear()

    async def _send(
        self,
        operation: FileOperation,
        name: str | None = None,
        *,
        offset: int | None = None,
        length: int | None = None,
        data: bytes | None = None,
    ) -> object:
        if self._type is None:
            self._type = await self._find_type()
        return await self._modem.send(
            FS(type=self._type, operation=operation, filename=name, offset=offset, length=length, data=data)
        )

    async def _find_type(self) -> FileSystem:
        """Return what the firmware was built with, which only trying tells."""
        try:
            await self._modem.send(FS(type=FileSystem.FATFS, operation=FileOperation.LIST, filename=_ROOT))
        except CommandError:
            await self._modem.send(FS(type=FileSystem.LITTLEFS, operation=FileOperation.LIST, filename=_ROOT))
            return FileSystem.LITTLEFS
        return FileSystem.FATFS

    async def list(self) -> tuple[FileInfo, ...]:
        """Return the names; the module puts blanks between them."""
        told = await self._send(FileOperation.LIST, _ROOT)
        return tuple(FileInfo(name=name) for name in told.names.split()) if isinstance(told, FileNames) else ()

    async def info(self, name: str) -> FileInfo:
        """Return its size."""
        return FileInfo(name=name, size=await self._size(name))

    async def _size(self, name: str) -> int:
        try:
            told = await self._send(FileOperation.SIZE, name)
        except CommandError as error:
            raise _told(FileMissing, error, f"there is no file {name!r}") from error
        assert isinstance(told, FileSize)
        return told.size

    async def open(self, name: str, mode: FileMode, size: int | None) -> int:
        """Look whether it is there, or drop what it held."""
        if mode is FileMode.READ:
            await self._size(name)
        else:
            await self._clear(name, size)
        number = next(self._numbers)
        self._names[number] = name
        return number

    async def _clear(self, name: str, size: int | None) -> None:
        if " " in name:
            raise InvalidArgument("name", "without blanks: the module lists names with blanks between them")
        if size == 0:
            raise InvalidArgument("size", "1 or more: the module makes a file by its first byte")
        held: int | None = None
        with suppress(FileMissing):
            held = await self._size(name)
        room = (await self.storage()).free + (held or 0)
        if size is not None and size > room:
            raise StorageFull(f"{name} needs {size} bytes, and {room} are free", code="ERROR", name="NO_ROOM")
        if held is not None:
            await self.delete(name)

    async def read(self, file: int, offset: int, length: int) -> bytes:
        """Return bytes; fewer, or none, at the end."""
        name = self._names[file]
        try:
            told = await self._send(FileOperation.READ, name, offset=offset, length=length)
        except CommandError as error:
            # Some firmware refuses to read from the end on.
            if offset >= await self._size(name):
                return b""
            raise _told(FileRefused, error, f"{name} cannot be read") from error
        return told.data if isinstance(told, FileData) else b""

    async def write(self, file: int, offset: int, data: bytes) -> None:
        """Write bytes, which the module keeps at once."""
        name = self._names[file]
        try:
            await self._send(FileOperation.WRITE, name, offset=offset, data=data)
        except CommandError as error:
            room = (await self.storage()).free
            kind = StorageFull if room < len(data) else FileRefused
            raise _told(kind, error, f"{len(data)} bytes more of {name} were not written") from error

    async def close(self, file: int) -> None:
        """Forget the number."""
        self._names.pop(file, None)

    async def delete(self, name: str) -> None:
        """Delete it."""
        try:
            await self._send(FileOperation.DELETE, name)
        except CommandError as error:
            await self._size(name)
            raise _told(FileRefused, error, f"{name} cannot be deleted") from error

    async def storage(self) -> Storage:
        """Return how much room there is."""
        told = await self._send(FileOperation.SPACE)
        assert isinstance(told, FileSystemSpace)
        return Storage(free=told.free, total=told.total)


def _told(kind: type[E], error: CommandError, message: str) -> E:
    return kind(message, code=error.code, name=error.name, text=error.text, command=error.command, advice=error.advice)
