"""Commands of the file system."""

from __future__ import annotations

from typing import Any, Generic, TypeVar

from ....wire.codecs import Choice, Text
from ....wire.command import command, length_of, param, payload
from ....wire.event import Evidence
from ....wire.reply import Counted, Many, One, Reply
from ....wire.script import Script
from ..codecs import DataFormat, LineData, Number, Words
from ..options import OptionValue
from ..values.file import (
    FileCtlOperation,
    FileData,
    FileEntry,
    FileInfo,
    FileOption,
    OpenFile,
    WrittenLength,
)
from .base import CoreCommand, insist, printed_length

__all__ = [
    "FileClose",
    "FileCtl",
    "FileDel",
    "FileGetFileList",
    "FileGetInfo",
    "FileOpen",
    "FileRead",
    "FileWrite",
]

A = TypeVar("A")

_NAME = Text(shortest=1, longest=180)
_ID = Number(0, 0xFFFFFFFF)
_TOKEN = Number(0, 0xFFFFFFFF)
_FORMAT = Choice(DataFormat)
_LENGTH = Number(0, 1460, unit="bytes")


@command(
    "FileOpen",
    timeout=10,
    section="6.4, table 38",
    worker=True,
    keep_commas=True,
    evidence=Evidence.RUN,
    reply=One(OpenFile),
)
class FileOpen(CoreCommand[OpenFile]):
    """Open a file.

    :param filename: its name with its path, at most 180 bytes.
    :param options: how, at least one.
    :param size: most bytes that a new file shall hold, rounded up to 256; needed with ``CREATE``.
    :returns: the number of the file for the other commands, and its token.
    :raises CommandError: ``FILE_NOT_FOUND``, ``FILE_EXISTS``, ``INVALID_TOKEN``, ``STORAGE_FULL``.

    Source: SWRU534 6.4, table 38.
    """

    filename: str = param(_NAME)
    options: tuple[FileOption, ...] = param(Words(FileOption, needed=True))
    size: int | None = param(Number(0, 0xFFFFFFFF, unit="bytes"), default=None)

    def __attrs_post_init__(self) -> None:
        insist(FileOption.CREATE not in self.options or self.size is not None, "size", "given with CREATE")


@command("FileClose", timeout=20, section="6.4, table 39", worker=True, keep_commas=True, evidence=Evidence.RUN)
class FileClose(CoreCommand[None]):
    """Close a file.

    :param file_id: its number from ``FileOpen``.
    :param certificate: name of the file with the certificate of who signed it.
    :param signature: the signature; the core takes 32 characters at most, fewer than a SHA-1 in digits has.
    :raises CommandError: ``BAD_FILE_HANDLE``, ``WRONG_SIGNATURE``.

    Source: SWRU534 6.4, table 39.
    """

    file_id: int = param(_ID)
    certificate: str | None = param(Text(), default=None)
    signature: str | None = param(Text(longest=32), default=None)


@command("FileCtl", timeout=60, section="6.4, table 40", worker=True, evidence=Evidence.RUN)
class FileCtl(CoreCommand[A], Generic[A]):
    """Do something with a file or the file system: ``FileCtl(command=GetStorageInfo())`` answers a ``StorageInfo``.

    :param command: the operation with its token, its name and its data, as far as it has them.
    :returns: what the operation says.
    :raises CommandError: ``FILE_NOT_FOUND``, ``INVALID_TOKEN``.

    Source: SWRU534 6.4, table 40.
    """

    command: FileCtlOperation[A] = param(OptionValue(FileCtlOperation))

    def reply(self) -> Reply[Any]:
        return self.command.answer


@command("FileDel", timeout=20, section="6.4, table 41", worker=True, keep_commas=True, evidence=Evidence.RUN)
class FileDel(CoreCommand[None]):
    """Delete a file.

    :param filename: its name with its path, at most 180 bytes.
    :param token: its token from ``FileOpen``.
    :raises CommandError: ``FILE_NOT_FOUND``, ``INVALID_TOKEN``.

    Source: SWRU534 6.4, table 41.
    """

    filename: str = param(_NAME)
    token: int | None = param(_TOKEN, default=None)


@command(
    "FileGetFileList",
    timeout=20,
    section="6.4, table 42",
    worker=True,
    evidence=Evidence.RUN,
    reply=Many(FileEntry, label="files", separator=b";"),
)
class FileGetFileList(CoreCommand[tuple[FileEntry, ...]]):
    """List all files.

    :returns: an entry for each file.
    :raises CommandError: with the code of the file system.

    Source: SWRU534 6.4, table 42.
    """


@command(
    "FileGetInfo",
    timeout=2,
    section="6.4, table 43",
    worker=True,
    keep_commas=True,
    evidence=Evidence.RUN,
    reply=One(FileInfo),
)
class FileGetInfo(CoreCommand[FileInfo]):
    """Tell the details of a file.

    :param filename: its name with its path, at most 180 bytes.
    :param token: its token from ``FileOpen``.
    :returns: the details.
    :raises CommandError: ``FILE_NOT_FOUND``, ``INVALID_TOKEN``.

    Source: SWRU534 6.4, table 43.
    """

    filename: str = param(_NAME)
    token: int | None = param(_TOKEN, default=None)


@command("FileRead", timeout=10, section="6.4, table 44", worker=True, evidence=Evidence.RUN, reply=Counted(FileData))
class FileRead(CoreCommand[FileData]):
    """Read a piece of a file.

    :param file_id: its number from ``FileOpen``.
    :param offset: where the piece begins, in bytes.
    :param format: how the piece shall stand in the line.
    :param length: most bytes of data; the module's own buffer holds about 1000, in base64 735.
    :returns: the piece.
    :raises CommandError: ``BAD_FILE_HANDLE``, ``OFFSET_OUT_OF_RANGE``.

    Source: SWRU534 6.4, table 44.
    """

    file_id: int = param(_ID)
    offset: int = param(Number(0, unit="bytes"))
    format: DataFormat = param(_FORMAT, default=DataFormat.BASE64)
    length: int = param(Number(1, 1460, unit="bytes"))

    def script(self) -> Script:
        return Script(asked=printed_length(self.length, self.format))


@command(
    "FileWrite",
    timeout=10,
    section="6.4, table 45",
    worker=True,
    keep_commas=True,
    evidence=Evidence.RUN,
    reply=One(WrittenLength),
)
class FileWrite(CoreCommand[WrittenLength]):
    """Write a piece of a file. The line takes about 1000 bytes, in base64 720 bytes of data.

    :param file_id: its number from ``FileOpen``.
    :param offset: where the piece begins, in bytes.
    :param format: how the piece stands in the line; in binary it must hold no CR, LF or NUL.
    :param length: bytes in the line; filled in.
    :param data: the piece.
    :returns: how many bytes of the line were taken.
    :raises CommandError: ``BAD_FILE_HANDLE``, ``OFFSET_OUT_OF_RANGE``, ``STORAGE_FULL``.

    Source: SWRU534 6.4, table 45.
    """

    file_id: int = param(_ID)
    offset: int = param(Number(0, unit="bytes"))
    format: DataFormat = param(_FORMAT, default=DataFormat.BASE64)
    length: int | None = length_of("data", _LENGTH, default=None)
    data: bytes | None = payload(inline=True, base64_when="format", codec=LineData())

    def __attrs_post_init__(self) -> None:
        insist(self.data is not None or self.length == 0, "data", "given")
