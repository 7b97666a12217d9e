"""Commands of the file system."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING, Any

from ....virtual.device import Part
from ....virtual.handlers import handles
from ....virtual.results import Refused
from ..commands import file as c
from ..values import file as v
from .refusals import Code
from .storage import BLOCK_SIZE, StoredFile

if TYPE_CHECKING:
    from .virtual import Virtual

__all__ = ["FilesPart"]

_MOST_FILES = 240
_ALERT_LIMIT = 15


class FilesPart(Part):
    """Obeys the commands about files.

    :param module: the module that it belongs to.
    """

    def __init__(self, module: Virtual) -> None:
        self._storage = module.storage

    def power_down(self) -> None:
        self._storage.close_all()

    @handles(c.FileOpen)
    def open(self, command: c.FileOpen) -> v.OpenFile:
        """Open a file."""
        number, token = self._storage.open(command.filename, command.options, command.size or 0)
        return v.OpenFile(file_id=number, token=token)

    @handles(c.FileClose)
    def close(self, command: c.FileClose) -> None:
        """Close a file; a signed one asks for a signature, which is not checked."""
        opened = self._storage.of(command.file_id)
        signed = opened.file.secure and v.FileProperty.NOSIGNATURE not in opened.file.properties
        if signed and opened.writing and not (command.certificate and command.signature):
            raise Refused(Code.SIGNATURE_LENGTH)
        del self._storage.opened[command.file_id]
        opened.file.writes += opened.writing

    @handles(c.FileRead)
    def read(self, command: c.FileRead) -> v.FileData:
        """Read a piece."""
        opened = self._storage.of(command.file_id)
        if opened.writing:
            raise Refused(Code.WRONG_FILE_ACCESS)
        if command.offset >= len(opened.file.data):
            raise Refused(Code.OFFSET_OUT_OF_RANGE)
        piece = bytes(opened.file.data[command.offset : command.offset + command.length])
        return v.FileData(format=command.format, length=len(piece), data=piece)

    @handles(c.FileWrite)
    def write(self, command: c.FileWrite) -> v.WrittenLength:
        """Write a piece; the answer counts what stood in the line."""
        opened = self._storage.of(command.file_id)
        piece = command.data or b""
        if not opened.writing:
            raise Refused(Code.WRONG_FILE_ACCESS)
        if command.offset + len(piece) > opened.file.max_size:
            raise Refused(Code.OFFSET_OUT_OF_RANGE)
        data = opened.file.data
        data.extend(bytes(max(0, command.offset - len(data))))
        data[command.offset : command.offset + len(piece)] = piece
        return v.WrittenLength(written=command.length or 0)

    @handles(c.FileDel)
    def delete(self, command: c.FileDel) -> None:
        """Delete a file."""
        file = self._storage.find(command.filename, command.token)
        self._check_closed(file)
        del self._storage.files[command.filename]

    @handles(c.FileGetFileList)
    def list(self, command: c.FileGetFileList) -> tuple[v.FileEntry, ...]:
        """List all files."""
        return tuple(
            v.FileEntry(name=name, max_size=file.max_size, properties=file.properties, blocks=file.blocks)
            for name, file in self._storage.files.items()
        )

    @handles(c.FileGetInfo)
    def info(self, command: c.FileGetInfo) -> v.FileInfo:
        """Tell the details of a file."""
        file = self._storage.find(command.filename, command.token)
        return v.FileInfo(
            flags=(*self._state(file), *file.properties),
            size=len(file.data),
            max_size=file.max_size,
            tokens=file.access(),
            storage=file.storage,
            write_counter=file.writes,
        )

    def _state(self, file: StoredFile) -> tuple[v.FileProperty, ...]:
        states = {opened.writing for opened in self._storage.opened.values() if opened.file is file}
        writing = (v.FileProperty.OPEN_WRITE,) if True in states else ()
        reading = (v.FileProperty.OPEN_READ,) if False in states else ()
        pending = () if file.previous is None else (v.FileProperty.PENDING_COMMIT,)
        return (*writing, *reading, *pending)

    def _check_closed(self, file: StoredFile) -> None:
        if any(opened.file is file for opened in self._storage.opened.values()):
            raise Refused(Code.FILE_OPEN)

    @handles(c.FileCtl)
    def control(self, command: c.FileCtl[Any]) -> object:
        """Do something with a file or the file system."""
        files = self._storage.files
        match command.command:
            case v.GetStorageInfo():
                return self._info()
            case v.RenameFile(token=token, filename=name, new_name=new_name):
                file = self._storage.find(name, token)
                self._check_closed(file)
                if new_name in files:
                    raise Refused(Code.FILE_EXISTS)
                files[new_name] = files.pop(name)
            case v.CommitFile(token=token, filename=name):
                return self._settle(self._failsafe(name, token))
            case v.RollbackFile(token=token, filename=name):
                file = self._failsafe(name, token)
                file.data[:] = file.data if file.previous is None else file.previous
                return self._settle(file)
            case v.RestoreFactory():
                files.clear()
                self._storage.close_all()
        return None

    def _failsafe(self, name: str, token: int) -> StoredFile:
        file = self._storage.find(name, token)
        if not file.failsafe:
            raise Refused(Code.NOT_FAILSAFE)
        self._check_closed(file)
        return file

    def _settle(self, file: StoredFile) -> v.FileToken:
        """Let what a fail-safe file holds be all there is of it."""
        file.previous = None
        if file.secure:
            file.token = random.getrandbits(31) | 1
        return v.FileToken(token=file.token)

    def _info(self) -> v.StorageInfo:
        storage = self._storage
        free = storage.free // BLOCK_SIZE
        blocks = storage.capacity // BLOCK_SIZE
        return v.StorageInfo(
            block_size=BLOCK_SIZE,
            blocks=blocks,
            allocated=blocks - free,
            reserved=0,
            reserved_system=0,
            largest_gap=free,
            available_user=free,
            max_files=_MOST_FILES,
            development=1,
            bundle_state=0,
            reserved_system_files=0,
            user_files=len(storage.files),
            system_files=0,
            alerts=0,
            alert_threshold=_ALERT_LIMIT,
            fat_writes=sum(file.writes for file in storage.files.values()),
        )
