"""The file system: files in flash, and those that are open."""

from __future__ import annotations

import random
from collections.abc import Collection

import attrs
from attrs import frozen

from ....virtual.results import Refused
from ..values.file import FileAccess, FileOption, FileProperty
from .refusals import Code

__all__ = ["BLOCK_SIZE", "OpenedFile", "Storage", "StoredFile"]

BLOCK_SIZE = 4096
_BLOCKS = 1024
_UNIT = 256
_MOST_OPEN = 10
#: Numbers of open files are multiples of it.
_HANDLE = 65536

_PROPERTIES = {
    FileOption.CREATE_SECURE: FileProperty.SECURE,
    FileOption.CREATE_NOSIGNATURE: FileProperty.NOSIGNATURE,
    FileOption.CREATE_PUBLIC_WRITE: FileProperty.PUBLIC_WRITE,
    FileOption.CREATE_PUBLIC_READ: FileProperty.PUBLIC_READ,
}
_NEEDS_CREATE = frozenset(option for option in FileOption if option.value.startswith("create_"))


@attrs.define(eq=False, kw_only=True)
class StoredFile:
    """A file.

    :param max_size: most bytes that it can hold.
    :param data: what it holds.
    :param properties: what it is.
    :param token: what a secure file asks for; 0 for others.
    :param previous: what a fail-safe file held before it was written; None where nothing waits for a commit.
    """

    max_size: int
    data: bytearray = attrs.field(factory=bytearray)
    properties: tuple[FileProperty, ...] = (FileProperty.NOT_FAILSAFE,)
    token: int = 0
    previous: bytes | None = None
    writes: int = 0

    @property
    def secure(self) -> bool:
        """Whether it asks for a token."""
        return FileProperty.SECURE in self.properties

    @property
    def failsafe(self) -> bool:
        """Whether what is written can be taken back."""
        return FileProperty.NOT_FAILSAFE not in self.properties

    @property
    def storage(self) -> int:
        """Bytes that it takes in the flash: a fail-safe file is there twice."""
        return (self.max_size * 2 if self.failsafe else self.max_size) + BLOCK_SIZE

    @property
    def blocks(self) -> int:
        """Blocks that it takes."""
        return -(-self.max_size // BLOCK_SIZE)

    def access(self) -> tuple[FileAccess, ...]:
        """Return what its tokens are for; random ones have no word."""
        return () if self.secure else (FileAccess.MASTER,) * 4

    def check(self, token: int | None) -> None:
        """Refuse a token that does not fit."""
        if self.secure and token != self.token:
            raise Refused(Code.INVALID_TOKEN)


@frozen
class OpenedFile:
    """A file that is open."""

    name: str
    file: StoredFile
    writing: bool


class Storage:
    """Files by name, and open ones by number.

    :param capacity: bytes of the flash.
    """

    def __init__(self, capacity: int = _BLOCKS * BLOCK_SIZE) -> None:
        self.capacity = capacity
        #: The files in flash.
        self.files: dict[str, StoredFile] = {}
        self.opened: dict[int, OpenedFile] = {}

    @property
    def free(self) -> int:
        """Bytes that are free."""
        return self.capacity - sum(file.storage for file in self.files.values())

    def content(self, name: str) -> bytes | None:
        """Return what a file holds; None where there is none of that name."""
        file = self.files.get(name)
        return None if file is None else bytes(file.data)

    def find(self, name: str, token: int | None = None) -> StoredFile:
        """Return a file.

        :raises Refused: there is none of that name, or the token does not fit.
        """
        file = self.files.get(name)
        if file is None:
            raise Refused(Code.FILE_NOT_FOUND)
        file.check(token)
        return file

    def open(self, name: str, options: Collection[FileOption], size: int) -> tuple[int, int]:
        """Open a file; return its number and its token.

        :raises Refused: that cannot be done.
        """
        create, overwrite = FileOption.CREATE in options, FileOption.OVERWRITE in options
        writing = create or overwrite or FileOption.WRITE in options
        if (writing and FileOption.READ in options) or (not create and _NEEDS_CREATE.intersection(options)):
            raise Refused(Code.WRONG_OPEN_FLAGS)
        if len(self.opened) >= _MOST_OPEN:
            raise Refused(Code.TOO_MANY_OPEN_FILES)
        file = self.files.get(name)
        if file is None:
            if not create:
                raise Refused(Code.FILE_NOT_FOUND)
            file = self._create(name, options, size)
        else:
            if create and not overwrite:
                raise Refused(Code.FILE_EXISTS)
            self._check_open(name, file, writing=writing)
        if writing:
            if file.failsafe and file.previous is None:
                file.previous = bytes(file.data)
            file.data.clear()
        number = next(n * _HANDLE for n in range(1, _MOST_OPEN + 1) if n * _HANDLE not in self.opened)
        self.opened[number] = OpenedFile(name, file, writing)
        return number, file.token

    def _check_open(self, name: str, file: StoredFile, *, writing: bool) -> None:
        others = [opened for opened in self.opened.values() if opened.name == name]
        if any(opened.writing or writing for opened in others):
            raise Refused(Code.FILE_OPEN)
        public = FileProperty.PUBLIC_WRITE if writing else FileProperty.PUBLIC_READ
        if file.secure and public not in file.properties:
            # The command has no place for the token.
            raise Refused(Code.INVALID_TOKEN)

    def _create(self, name: str, options: Collection[FileOption], size: int) -> StoredFile:
        properties = tuple(found for option, found in _PROPERTIES.items() if option in options)
        if FileOption.CREATE_FAILSAFE not in options:
            properties = (FileProperty.NOT_FAILSAFE, *properties)
        rounded = -(-max(size, 1) // _UNIT) * _UNIT
        secure = FileOption.CREATE_SECURE in options
        token = random.getrandbits(31) | 1 if secure else 0
        file = StoredFile(max_size=rounded, properties=properties, token=token)
        if file.storage > self.free:
            raise Refused(Code.STORAGE_FULL)
        self.files[name] = file
        return file

    def of(self, number: int) -> OpenedFile:
        """Return an open file.

        :raises Refused: there is none of that number.
        """
        opened = self.opened.get(number)
        if opened is None:
            raise Refused(Code.BAD_FILE_HANDLE)
        return opened

    def close_all(self) -> None:
        """Close all files, as a restart does."""
        self.opened.clear()
