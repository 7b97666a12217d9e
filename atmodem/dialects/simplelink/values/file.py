"""Words of the file commands, the operations of ``FileCtl`` and what they answer."""

from __future__ import annotations

from typing import Any, ClassVar, TypeVar

from attrs import frozen

from ....wire.codecs import Choice, OpenStrEnum, Text
from ....wire.event import value
from ....wire.reply import NoReply, One
from ..codecs import BLOCK, DataFormat, Number, Word, Words
from ..options import Asking, Option, option

__all__ = [
    "CommitBundle",
    "CommitFile",
    "FileAccess",
    "FileCtlOperation",
    "FileData",
    "FileEntry",
    "FileInfo",
    "FileOption",
    "FileProperty",
    "FileToken",
    "GetStorageInfo",
    "OpenFile",
    "RenameFile",
    "RestoreFactory",
    "RestoreMode",
    "RollbackBundle",
    "RollbackFile",
    "StorageInfo",
    "WrittenLength",
]

A = TypeVar("A")

_NAME = Text(shortest=1, longest=180)
_TOKEN = Number(0, 0xFFFFFFFF)


class FileOption(OpenStrEnum):
    """How a file is opened; the flags ``CREATE_…`` go with ``CREATE``."""

    READ = "read"
    #: An existing file, or with ``CREATE`` a new one.
    WRITE = "write"
    CREATE = "create"
    #: An existing file from its beginning; with ``CREATE`` a new one where there is none.
    OVERWRITE = "overwrite"
    CREATE_FAILSAFE = "create_failsafe"
    CREATE_SECURE = "create_secure"
    CREATE_NOSIGNATURE = "create_nosignature"
    CREATE_STATIC_TOKEN = "create_static_token"  # noqa: S105 - a word, no secret
    CREATE_VENDOR_TOKEN = "create_vendor_token"  # noqa: S105 - a word, no secret
    CREATE_PUBLIC_WRITE = "create_public_write"
    CREATE_PUBLIC_READ = "create_public_read"


class FileProperty(OpenStrEnum):
    """What a file is, and the state that it is in."""

    OPEN_WRITE = "open_write"
    OPEN_READ = "open_read"
    MUST_COMMIT = "must_commit"
    BUNDLE_FILE = "bundle_file"
    PENDING_COMMIT = "pending_commit"
    PENDING_BUNDLE_COMMIT = "pending_bundle_commit"
    NOT_FAILSAFE = "not_failsafe"
    NOT_VALID = "not_valid"
    SYS_FILE = "sys_file"
    SECURE = "secure"
    NOSIGNATURE = "nosignature"
    PUBLIC_WRITE = "public_write"
    PUBLIC_READ = "public_read"


class FileAccess(OpenStrEnum):
    """What a token lets its owner do."""

    MASTER = "master"
    WRITE_READ = "write_read"
    WRITE_ONLY = "write_only"
    READ_ONLY = "read_only"


class RestoreMode(OpenStrEnum):
    """What the file system is put back to."""

    #: The image of production.
    FACTORY_IMAGE = "factory_image"
    FACTORY_DEFAULT = "factory_default"


@frozen(kw_only=True)
class OpenFile:
    """A file that was opened.

    :param file_id: its number, for the other commands.
    :param token: the token of a secure file; 0 for others.
    """

    file_id: int = value(Number())
    token: int = value(Number())


@frozen(kw_only=True)
class FileEntry:
    """An entry of the list of files.

    :param name: its name.
    :param max_size: most bytes that it can hold.
    :param properties: what it is; the module leaves them out where there are none.
    :param blocks: blocks that it takes.
    """

    name: str = value(Text(free=True))
    max_size: int = value(Number())
    properties: tuple[FileProperty, ...] = value(Words(FileProperty, vanishes=True), default=())
    blocks: int = value(Number())


@frozen(kw_only=True)
class FileInfo:
    """Details of a file.

    :param flags: what it is; the module leaves them out where there are none.
    :param size: bytes in it.
    :param max_size: most bytes that it can hold.
    :param tokens: what its tokens are for; random tokens have no word and are left out.
    :param storage: bytes that it takes in the flash.
    :param write_counter: how often it was written.
    """

    flags: tuple[FileProperty, ...] = value(Words(FileProperty, vanishes=True), default=())
    size: int = value(Number())
    max_size: int = value(Number())
    tokens: tuple[FileAccess, ...] = value(Words(FileAccess, vanishes=True), default=())
    storage: int = value(Number())
    write_counter: int = value(Number())


@frozen(kw_only=True)
class FileData:
    """A piece of a file.

    :param format: how it stood in the line.
    :param length: bytes in the line: base64 characters there.
    :param data: the piece itself.
    """

    format: DataFormat = value(Choice(DataFormat))
    length: int = value(Number())
    data: bytes = value(BLOCK)


@frozen(kw_only=True)
class WrittenLength:
    """How much was written.

    :param written: bytes as they stood in the line: base64 characters there.
    """

    written: int = value(Number())


@frozen(kw_only=True)
class FileToken:
    """The new token of a file.

    :param token: the token.
    """

    token: int = value(Number())


@frozen(kw_only=True)
class StorageInfo:
    """The state of the file system.

    :param block_size: bytes of a block.
    :param blocks: blocks of the flash.
    :param allocated: blocks in use.
    :param reserved: blocks kept back.
    :param reserved_system: blocks kept back for system files.
    :param largest_gap: most free blocks behind one another.
    :param available_user: blocks free for files of the user.
    :param max_files: most files.
    :param development: 1 where the flash is formatted for development.
    :param bundle_state: state of the bundle.
    :param reserved_system_files: files kept back for the system.
    :param user_files: files of the user.
    :param system_files: files of the system.
    :param alerts: security alerts so far.
    :param alert_threshold: alerts at which the device is locked.
    :param fat_writes: how often the allocation table was written.
    """

    block_size: int = value(Number())
    blocks: int = value(Number())
    allocated: int = value(Number())
    reserved: int = value(Number())
    reserved_system: int = value(Number())
    largest_gap: int = value(Number())
    available_user: int = value(Number())
    max_files: int = value(Number())
    development: int = value(Number())
    bundle_state: int = value(Number())
    reserved_system_files: int = value(Number())
    user_files: int = value(Number())
    system_files: int = value(Number())
    alerts: int = value(Number())
    alert_threshold: int = value(Number())
    fat_writes: int = value(Number())


class FileCtlOperation(Asking[A]):
    """The operations of ``FileCtl``."""

    __slots__ = ()
    rows: ClassVar[dict[tuple[str, ...], type[Option]]] = {}


_TOKEN_REPLY: One[Any] = One(FileToken, "<token>[,]")


@option("restore", "", "", answer=NoReply())
class RestoreFactory(FileCtlOperation[None]):
    """Put the file system back to what it was.

    :param mode: to which state.
    """

    mode: RestoreMode = value(Word(RestoreMode))


@option("rollback", comma=True, answer=_TOKEN_REPLY)
class RollbackFile(FileCtlOperation[FileToken]):
    """Take back what was written to a fail-safe file; answers a :class:`FileToken`.

    :param token: the token from ``FileOpen``.
    :param filename: name of the file.
    """

    token: int = value(_TOKEN)
    filename: str = value(_NAME)


@option("commit", comma=True, answer=_TOKEN_REPLY)
class CommitFile(FileCtlOperation[FileToken]):
    """Make what was written to a fail-safe file last; answers a :class:`FileToken`.

    :param token: the token from ``FileOpen``.
    :param filename: name of the file.
    """

    token: int = value(_TOKEN)
    filename: str = value(_NAME)


@option("rename", answer=NoReply())
class RenameFile(FileCtlOperation[None]):
    """Give a file another name.

    :param token: the token from ``FileOpen``.
    :param filename: name of the file.
    :param new_name: the other name.
    """

    token: int = value(_TOKEN)
    filename: str = value(_NAME)
    new_name: str = value(_NAME)


@option("get_storage_info", "", "", "", answer=One(StorageInfo, ",<*>"))
class GetStorageInfo(FileCtlOperation[StorageInfo]):
    """The state of the file system; answers a :class:`StorageInfo`."""


@option("bundle_rollback", "", "", "", answer=NoReply())
class RollbackBundle(FileCtlOperation[None]):
    """Take back a bundle of files."""


@option("bundle_commit", "", "", "", answer=NoReply())
class CommitBundle(FileCtlOperation[None]):
    """Make a bundle of files last."""
