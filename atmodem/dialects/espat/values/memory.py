"""Values of the commands about memory, flash partitions and files."""

from __future__ import annotations

from attrs import frozen

from ....wire.codecs import Choice, Hex, Int, OpenIntEnum, Quoting, Text
from ....wire.counted import Data
from ....wire.event import value

__all__ = [
    "FileData",
    "FileDigest",
    "FileNames",
    "FileOperation",
    "FileSize",
    "FileSystem",
    "FileSystemSpace",
    "FlashData",
    "FlashOperation",
    "FlashPartition",
    "ManufacturingNamespace",
    "ManufacturingOperation",
    "ManufacturingType",
    "ManufacturingValue",
    "RamData",
    "RamOperation",
    "RamSize",
]

#: What one answer may announce besides the length that was asked: the largest flash there is.
_LARGEST = 16 * 1024 * 1024
MANUFACTURING_DATA = Data(maximum=_LARGEST)


class RamOperation(OpenIntEnum):
    """What becomes of the scratch buffer."""

    RELEASE = 0
    ALLOCATE = 1
    WRITE = 2
    READ = 3
    CLEAR = 4


class FlashOperation(OpenIntEnum):
    """What becomes of a flash partition."""

    ERASE = 0
    WRITE = 1
    READ = 2


class ManufacturingOperation(OpenIntEnum):
    """What becomes of a value in the manufacturing store."""

    ERASE = 0
    READ = 1
    WRITE = 2


class ManufacturingType(OpenIntEnum):
    """Type of a value in the manufacturing store."""

    U8 = 1
    I8 = 2
    U16 = 3
    I16 = 4
    U32 = 5
    I32 = 6
    STRING = 7
    BINARY = 8


class FileSystem(OpenIntEnum):
    """The file system that the firmware was built with."""

    FATFS = 0
    LITTLEFS = 1


class FileOperation(OpenIntEnum):
    """What becomes of a file."""

    DELETE = 0
    WRITE = 1
    READ = 2
    SIZE = 3
    LIST = 4
    MD5 = 5
    SPACE = 6


@frozen(kw_only=True)
class RamSize:
    """Bytes of the scratch buffer."""

    size: int = value(Int(0))


@frozen(kw_only=True)
class RamData:
    """Bytes read from the scratch buffer.

    :param length: how many.
    :param data: the bytes.
    """

    length: int = value(Int(0))
    data: bytes = value(Data(maximum=1024))


@frozen(kw_only=True)
class FlashPartition:
    """A user partition.

    :param partition: its name.
    :param type: its type in the partition table.
    :param subtype: its subtype.
    :param address: where it begins in flash.
    :param size: its bytes.
    """

    partition: str = value(Text(Quoting.ALWAYS))
    type: int = value(Int(0))
    subtype: int = value(Int(0))
    address: int = value(Hex())
    size: int = value(Hex())


@frozen(kw_only=True)
class FlashData:
    """Bytes read from a partition.

    :param length: how many.
    :param data: the bytes.
    """

    length: int = value(Int(0))
    data: bytes = value(Data(maximum=_LARGEST))


@frozen(kw_only=True)
class ManufacturingNamespace:
    """A namespace of the manufacturing store."""

    namespace: str = value(Text(Quoting.ALWAYS))


@frozen(kw_only=True)
class ManufacturingValue:
    """A value of the manufacturing store, or, read without a key, only its name and type.

    :param namespace: where it stands.
    :param key: its name.
    :param type: its type.
    :param length: bytes of the value.
    :param value: strings and binaries as they are, numbers as their decimal digits.
    """

    namespace: str = value(Text(Quoting.ALWAYS))
    key: str = value(Text(Quoting.ALWAYS))
    type: ManufacturingType = value(Choice(ManufacturingType))
    length: int | None = value(Int(0), default=None)
    value: bytes | None = value(MANUFACTURING_DATA, default=None)


@frozen(kw_only=True)
class FileData:
    """Bytes read from a file.

    :param length: how many; fewer than asked where the file ends.
    :param data: the bytes.
    """

    length: int = value(Int(0))
    data: bytes = value(Data(maximum=_LARGEST))


@frozen(kw_only=True)
class FileSize:
    """Bytes of a file."""

    size: int = value(Int(0))


@frozen(kw_only=True)
class FileNames:
    """The names in a directory, with blanks between them as they came."""

    names: str = value(Text(Quoting.NEVER, free=True))


@frozen(kw_only=True)
class FileDigest:
    """MD5 sum of a file as 32 hexadecimal digits."""

    md5: str = value(Text(Quoting.NEVER))


@frozen(kw_only=True)
class FileSystemSpace:
    """Space of the file system in bytes.

    :param free: still free.
    :param total: in all.
    """

    free: int = value(Int(0))
    total: int = value(Int(0))
