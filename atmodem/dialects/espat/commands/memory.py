"""Memory and flash that a host can use: scratch buffer, partitions, manufacturing store, files."""

from __future__ import annotations

from typing import Any, ClassVar

from ....wire.codecs import Bool, Choice, Int, Quoting, Text
from ....wire.command import Command, QueryForm, command, length_of, param, payload
from ....wire.event import Evidence
from ....wire.reply import Counted, Many, Maybe, NoReply, One, Reply
from ....wire.script import Prompt, Script
from ..replies import ManufacturingValues
from ..values.memory import (
    FileData,
    FileDigest,
    FileNames,
    FileOperation,
    FileSize,
    FileSystem,
    FileSystemSpace,
    FlashData,
    FlashOperation,
    FlashPartition,
    ManufacturingNamespace,
    ManufacturingOperation,
    ManufacturingType,
    ManufacturingValue,
    RamData,
    RamOperation,
    RamSize,
)

__all__ = ["FS", "FSMOUNT", "SYSFLASH", "SYSMFG", "USERRAM"]

_FS_SECTION = "FileSystem AT Commands"

_NAME = Text(Quoting.ALWAYS)
_SIZE = Int(0, unit="bytes")

_RAM_DATA: Reply[RamData] = Counted(RamData, joined=True, glued=True)
_FLASH_DATA: Reply[FlashData] = Counted(FlashData, glued=True)
_FILE_DATA: Reply[FileData] = Counted(FileData, glued=True)
#: The prompt of these writes is the single ``>``.
_WRITE = Script(prompt=Prompt.BARE)


@command("USERRAM", timeout=5, section="User AT Commands", reply=_RAM_DATA)
class USERRAM(Command[RamData | None]):
    """Use a scratch buffer in the module's RAM, from 2.2; ``query()`` returns its size. Lost at a restart.

    :param operation: what to do.
    :param size: bytes to allocate, write or read.
    :param offset: first byte of the buffer to write or read, in bytes from its begin; 0 unless given.
    :param data: what is written.
    :returns: what was read; None for other operations. The module prints at most 1024 bytes at once, joined here.
    :raises CommandError: when there is no buffer, or the bytes lie outside.

    Source: User AT Commands, AT+USERRAM; components/at/src/at_user_cmd.c.
    """

    operation: RamOperation = param(Choice(RamOperation))
    size: int | None = length_of("data", _SIZE, default=None)
    offset: int | None = param(_SIZE, default=None)
    data: bytes | None = payload(default=None)
    query: ClassVar[QueryForm[RamSize]] = QueryForm(One(RamSize), timeout=1)

    def script(self) -> Script:
        """A write takes its data behind a prompt and ends with a word of its own."""
        if self.operation == RamOperation.WRITE:
            return Script(prompt=Prompt.REQUIRED, done=(b"WRITE OK",))
        return Script(asked=self.size)

    def reply(self) -> Reply[Any]:
        """Only reading returns data."""
        return _RAM_DATA if self.operation == RamOperation.READ else NoReply()


@command("SYSFLASH", timeout=30, section="Basic AT Commands", reply=_FLASH_DATA)
class SYSFLASH(Command[FlashData | None]):
    """Erase, write or read a user partition in flash; ``query()`` lists them.

    Erasing a large one takes seconds.

    :param operation: what to do.
    :param partition: its name.
    :param offset: first byte, in bytes from the begin; for ``ERASE`` missing means the whole partition.
    :param length: how many bytes.
    :param data: what is written.
    :returns: what was read; None for other operations.
    :raises CommandError: when there is no such partition, or the bytes lie outside.

    Source: Basic AT Commands, AT+SYSFLASH.
    """

    operation: FlashOperation = param(Choice(FlashOperation))
    partition: str = param(_NAME)
    offset: int | None = param(_SIZE, default=None)
    length: int | None = length_of("data", _SIZE, default=None)
    data: bytes | None = payload(default=None)
    query: ClassVar[QueryForm[tuple[FlashPartition, ...]]] = QueryForm(Many(FlashPartition), timeout=2)

    def script(self) -> Script:
        """A write takes its data behind a prompt."""
        return _WRITE if self.operation == FlashOperation.WRITE else Script(asked=self.length)

    def reply(self) -> Reply[Any]:
        """Only reading returns data."""
        return _FLASH_DATA if self.operation == FlashOperation.READ else NoReply()


@command(
    "SYSMFG", timeout=10, section="Basic AT Commands", reply=ManufacturingValues(), evidence=Evidence.DOCUMENTATION
)
class SYSMFG(Command[tuple[ManufacturingValue | ManufacturingNamespace, ...] | None]):
    """Erase, read or write the manufacturing store, from 3.2; ``query()`` lists its namespaces.

    Certificates and keys of SSL, MQTT, HTTPS and enterprise Wi-Fi stand there.

    :param operation: what to do.
    :param namespace: part of the store; missing only to read which there are.
    :param key: name of a value; missing means all of the namespace.
    :param type_or_offset: type of the value to write (see :class:`ManufacturingType`), or first byte to read.
    :param value_or_length: the number to write, or how many bytes to write or read.
    :param data: string or binary to write.
    :returns: what was read, without values where no key was given; None for other operations.
    :raises CommandError: when there is no such namespace or key.

    Source: Basic AT Commands, AT+SYSMFG.
    """

    operation: ManufacturingOperation = param(Choice(ManufacturingOperation))
    namespace: str | None = param(_NAME, default=None)
    key: str | None = param(_NAME, default=None)
    type_or_offset: int | None = param(Int(0), default=None)
    value_or_length: int | None = length_of("data", Int(), default=None)
    data: bytes | None = payload(default=None)
    query: ClassVar[QueryForm[tuple[ManufacturingNamespace, ...]]] = QueryForm(Many(ManufacturingNamespace), timeout=2)

    def script(self) -> Script:
        """Only strings and binaries are sent behind a prompt; numbers stand in the line."""
        if self.operation != ManufacturingOperation.WRITE:
            return Script()
        counted = self.type_or_offset in (ManufacturingType.STRING, ManufacturingType.BINARY)
        return Script(prompt=Prompt.REQUIRED if counted else Prompt.NONE)

    def reply(self) -> Reply[Any]:
        """Only reading returns values, or namespaces when none is named."""
        if self.operation != ManufacturingOperation.READ:
            return NoReply()
        return Many(ManufacturingNamespace) if self.namespace is None else ManufacturingValues()


@command("FS", timeout=10, section=_FS_SECTION, reply=_FILE_DATA, evidence=Evidence.DOCUMENTATION)
class FS(Command[FileData | FileSize | FileNames | FileDigest | FileSystemSpace | None]):
    """Work with files in the module; not in the default firmware. The file system is mounted by itself.

    :param type: the file system that the firmware was built with.
    :param operation: what to do.
    :param filename: the file; ``"."`` for ``LIST``; missing for ``SPACE``.
    :param offset: first byte to write or read, in bytes from the begin.
    :param length: how many bytes.
    :param data: what is written.
    :returns: for ``READ`` the data, fewer than asked where the file ends; for ``SIZE``, ``LIST``, ``MD5`` and ``SPACE``
        their answers, of which that of ``LIST`` may be missing where there are no files; else None.
    :raises CommandError: when there is no such file or no room.

    Source: FileSystem AT Commands, AT+FS.
    """

    type: FileSystem = param(Choice(FileSystem))
    operation: FileOperation = param(Choice(FileOperation))
    filename: str | None = param(_NAME, default=None)
    offset: int | None = param(_SIZE, default=None)
    length: int | None = length_of("data", _SIZE, default=None)
    data: bytes | None = payload(default=None)

    def script(self) -> Script:
        """A write takes its data behind a prompt."""
        return _WRITE if self.operation == FileOperation.WRITE else Script(asked=self.length)

    def reply(self) -> Reply[Any]:
        """Each operation has an answer of its own."""
        return _FILE_REPLIES.get(self.operation, NoReply())


_FILE_REPLIES: dict[FileOperation, Reply[Any]] = {
    FileOperation.READ: _FILE_DATA,
    FileOperation.SIZE: One(FileSize),
    FileOperation.LIST: Maybe(FileNames),
    FileOperation.MD5: One(FileDigest),
    FileOperation.SPACE: One(FileSystemSpace),
}


@command("FSMOUNT", timeout=5, section=_FS_SECTION, evidence=Evidence.DOCUMENTATION)
class FSMOUNT(Command[None]):
    """Mount the file system, or unmount it, which frees much RAM, from 3.2; not in the default firmware.

    :param mount: mount it.
    :raises CommandError: when it cannot be mounted.

    Source: FileSystem AT Commands, AT+FSMOUNT.
    """

    mount: bool = param(Bool())
