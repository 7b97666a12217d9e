"""Files of a CC3220 under the portable sessions."""

from __future__ import annotations

from typing import TypeVar

from ...errors import CommandError, FileError, FileMissing, FileRefused, InvalidArgument, StorageFull
from ...portable.drivers import FileDriver
from ...portable.modem_api import ModemAPI
from ...portable.values import FileInfo, FileMode, Storage
from ...wire.command import Command
from .commands.file import FileClose, FileCtl, FileDel, FileGetFileList, FileGetInfo, FileOpen, FileRead, FileWrite
from .cutting import cut
from .failures import told
from .values import file as v

__all__ = ["SlFiles"]

R = TypeVar("R")

#: Bytes of one piece. The line of a command and the buffer of an answer hold 1024 bytes each, base64 among them.
PIECE_LIMIT = 720

_REFUSED = {
    *("INVALID_TOKEN", "INVALID_TOKEN_ALERT", "WRONG_FILE_ACCESS", "FILE_ACCESS_DIFFERS", "FILE_NOT_SECURE"),
    *("NOT_SECURE_DEVICE", "SYSTEM_FILE", "FILE_OPEN", "FILE_OPEN_FOR_WRITE", "FILE_EXISTS", "FILE_NAME_RESERVED"),
    *("BLOCKED_BY_VENDOR", "FILE_PENDING_COMMIT", "SIGNATURE_LENGTH", "WRONG_SIGNATURE", "FILE_SYSTEM_LOCKED"),
    *("CERTIFICATE_REVOKED", "UNKNOWN_ROOT_CA", "WRONG_CERTIFICATE_CHAIN", "SECURITY_ALERT"),
}
_KINDS: dict[str, type[FileError]] = {
    "FILE_NOT_FOUND": FileMissing,
    "STORAGE_FULL": StorageFull,
    "TOO_MANY_FILES": StorageFull,
    "NO_FREE_FILE": StorageFull,
    "FILE_TOO_LARGE": StorageFull,
    **dict.fromkeys(_REFUSED, FileRefused),
}


class SlFiles(FileDriver):
    """Reads and writes files in base64, which carries every byte.

    Files that were made secure by the dialect's own commands ask for their token and are refused here.
    """

    piece_limit: int = PIECE_LIMIT

    def __init__(self, modem: ModemAPI) -> None:
        self._modem = modem

    async def list(self) -> tuple[FileInfo, ...]:
        """Return the files; the list tells the room of each, and not how much of it is used."""
        entries = await self._modem.send(FileGetFileList())
        return tuple(
            FileInfo(name=entry.name, room=entry.max_size, details=_properties(entry.properties)) for entry in entries
        )

    async def info(self, name: str) -> FileInfo:
        """Return what the module tells of a file."""
        told_of = await self._send(FileGetInfo(filename=name), name)
        return FileInfo(
            name=name,
            size=told_of.size,
            room=told_of.max_size,
            details={**_properties(told_of.flags), "write counter": str(told_of.write_counter)},
        )

    async def open(self, name: str, mode: FileMode, size: int | None) -> int:
        """Open a file. For writing, one that is too small is made anew."""
        if mode is FileMode.READ:
            return (await self._send(FileOpen(filename=name, options=(v.FileOption.READ,)), name)).file_id
        try:
            room = (await self.info(name)).room or 0
        except FileMissing:
            if size is None:
                raise InvalidArgument("size", "given: the module makes room for a new file once") from None
            return await self._create(name, size)
        if size is not None and size > room:
            await self.delete(name)
            return await self._create(name, size)
        return (await self._send(FileOpen(filename=name, options=(v.FileOption.OVERWRITE,)), name)).file_id

    async def _create(self, name: str, size: int) -> int:
        options = (v.FileOption.WRITE, v.FileOption.CREATE)
        return (await self._send(FileOpen(filename=name, options=options, size=size), name)).file_id

    async def read(self, file: int, offset: int, length: int) -> bytes:
        """Return a piece of an open file; none at its end."""
        try:
            answer = await self._modem.send(FileRead(file_id=file, offset=offset, length=length))
        except CommandError as error:
            if error.name == "OFFSET_OUT_OF_RANGE":
                return b""
            raise _refusal(error, "the file was not read") from error
        return answer.data

    async def write(self, file: int, offset: int, data: bytes) -> None:
        """Write a piece."""
        try:
            for piece in cut(data, PIECE_LIMIT):
                await self._modem.send(FileWrite(file_id=file, offset=offset, data=piece))
                offset += len(piece)
        except CommandError as error:
            if error.name == "OFFSET_OUT_OF_RANGE":
                raise told(StorageFull, error, "the file has no room for more") from error
            raise _refusal(error, "the file was not written") from error

    async def close(self, file: int) -> None:
        """Close a file."""
        try:
            await self._modem.send(FileClose(file_id=file))
        except CommandError as error:
            raise _refusal(error, "the file was not closed") from error

    async def delete(self, name: str) -> None:
        """Delete a file."""
        await self._send(FileDel(filename=name), name)

    async def rename(self, name: str, new_name: str) -> None:
        """Give a file another name."""
        await self._send(FileCtl(command=v.RenameFile(token=0, filename=name, new_name=new_name)), name)

    async def storage(self) -> Storage:
        """Return how much room there is for files of the user."""
        told_of = await self._modem.send(FileCtl(command=v.GetStorageInfo()))
        return Storage(free=told_of.available_user * told_of.block_size, total=told_of.blocks * told_of.block_size)

    async def _send(self, command: Command[R], name: str) -> R:
        try:
            return await self._modem.send(command)
        except CommandError as error:
            raise _refusal(error, f"the file {name!r}") from error


def _refusal(error: CommandError, what: str) -> FileError:
    return told(_KINDS.get(error.name or "", FileError), error, what)


def _properties(flags: tuple[v.FileProperty, ...]) -> dict[str, str]:
    return {"properties": " ".join(flag.value for flag in flags)} if flags else {}
