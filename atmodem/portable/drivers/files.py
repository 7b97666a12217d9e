"""What a dialect does for files in the module."""

from __future__ import annotations

from typing import Protocol

from ..capabilities import Capability, unsupported
from ..values import FileInfo, FileMode, Storage

__all__ = ["FileDriver"]


class FileDriver(Protocol):
    """Files in the module.

    A file that is not there raises ``FileMissing``, a full storage ``StorageFull``, a refused access ``FileRefused``.
    """

    #: Most bytes of one :meth:`read` or :meth:`write`.
    piece_limit: int

    async def list(self) -> tuple[FileInfo, ...]:
        """Return the files."""
        ...

    async def info(self, name: str) -> FileInfo:
        """Return what the module tells of a file."""
        ...

    async def open(self, name: str, mode: FileMode, size: int | None) -> int:
        """Open a file and return the driver's number for it.

        :param size: most bytes that it will hold, for writing; None where the caller does not know.
        :raises InvalidArgument: the module must know the size of a new file.
        """
        ...

    async def read(self, file: int, offset: int, length: int) -> bytes:
        """Return bytes of an open file; fewer, or none, at its end."""
        ...

    async def write(self, file: int, offset: int, data: bytes) -> None:
        """Write all of *data* into an open file."""
        ...

    async def close(self, file: int) -> None:
        """Close a file; what was written is kept from here on."""
        ...

    async def delete(self, name: str) -> None:
        """Delete a file."""
        ...

    async def rename(self, name: str, new_name: str) -> None:
        """Give a file another name."""
        raise unsupported(Capability.FILES_RENAME)

    async def storage(self) -> Storage:
        """Return how much room there is."""
        ...
