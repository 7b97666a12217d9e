"""The rows of ``NetUtilGet`` and ``NetUtilCmd``: random numbers, keys, signatures."""

from __future__ import annotations

from typing import ClassVar, TypeVar

from attrs import frozen

from ....errors import InvalidArgument
from ....wire.codecs import Choice, OpenStrEnum, Text
from ....wire.event import value
from ....wire.reply import Counted, NoReply, One
from ..codecs import BLOCK, ByteList, DataFormat, Number, Word
from ..options import Asking, Block, CountOf, Option, option

__all__ = [
    "CreateCert",
    "Curve",
    "InstallAction",
    "InstallOp",
    "KeyAlgorithm",
    "NetUtilOperation",
    "NetUtilValue",
    "PublicKey",
    "PublicKeyRequest",
    "SignMsg",
    "Signature",
    "TempKeys",
    "TempKeysAction",
    "TrueRandom",
    "TrueRandomRequest",
    "Verification",
    "VerifyMsg",
]

A = TypeVar("A")

_FORMAT = Choice(DataFormat)
_FILE = Text(longest=255)


class TempKeysAction(OpenStrEnum):
    """What is done with a temporary pair of keys."""

    CREATE = "create"
    REMOVE = "remove"


class InstallAction(OpenStrEnum):
    """What is done with a lasting pair of keys."""

    INSTALL = "install"
    UNINSTALL = "uninstall"


class KeyAlgorithm(OpenStrEnum):
    """Algorithm of a pair of keys."""

    NONE = "none"
    EC = "ec"


class Curve(OpenStrEnum):
    """Elliptic curve of a pair of keys."""

    NONE = "none"
    SECP256R1 = "secp256r1"


@frozen(kw_only=True)
class PublicKey:
    """The public key of the device, number 1.

    :param format: how it stood in the line.
    :param length: bytes in the line: base64 characters there.
    :param key: the key itself.
    """

    format: DataFormat = value(_FORMAT)
    length: int = value(Number())
    key: bytes = value(BLOCK)


@frozen(kw_only=True)
class TrueRandom:
    """Random numbers from the hardware.

    :param numbers: each from 0 to 255.
    """

    numbers: tuple[int, ...] = value(ByteList())


@frozen(kw_only=True)
class Signature:
    """A signature.

    :param format: how it stood in the line.
    :param length: bytes in the line: base64 characters there.
    :param signature: the signature itself.
    """

    format: DataFormat = value(_FORMAT)
    length: int = value(Number())
    signature: bytes = value(BLOCK)


@frozen(kw_only=True)
class Verification:
    """What the check of a signature came to.

    :param result: 0 when it is good.
    """

    result: int = value(Number())


class NetUtilValue(Asking[A]):
    """The rows that ``NetUtilGet`` reads."""

    __slots__ = ()
    rows: ClassVar[dict[tuple[str, ...], type[Option]]] = {}


class NetUtilOperation(Asking[A]):
    """The operations of ``NetUtilCmd``."""

    __slots__ = ()
    rows: ClassVar[dict[tuple[str, ...], type[Option]]] = {}


@option("public_key", answer=Counted(PublicKey))
class PublicKeyRequest(NetUtilValue[PublicKey]):
    """The public key of the device; answers a :class:`PublicKey`.

    :param format: how it shall stand in the line.
    """

    format: DataFormat = value(_FORMAT, default=DataFormat.BASE64)


@option("true_random", answer=One(TrueRandom))
class TrueRandomRequest(NetUtilValue[TrueRandom]):
    """Random numbers from the hardware; answers a :class:`TrueRandom`.

    :param count: how many, 1 to 172.
    """

    count: int = value(Number(1, 172))


@option("sign_msg", answer=Counted(Signature))
class SignMsg(NetUtilOperation[Signature]):
    """Sign data by ECDSA; answers a :class:`Signature`.

    :param key: number of the key.
    :param format: how the data stand in the line, and how the signature shall.
    :param length: bytes in the line; filled in.
    :param data: at most 1500 bytes, and what the line can hold.
    """

    key: int = value(Number(0))
    format: DataFormat = value(_FORMAT, default=DataFormat.BASE64)
    length: int | None = value(CountOf("data"), default=None)
    data: bytes = value(Block("format"))


@option("verify_msg", answer=One(Verification))
class VerifyMsg(NetUtilOperation[Verification]):
    """Check a signature by ECDSA; answers a :class:`Verification`.

    :param key: number of the key.
    :param format: how data and signature stand in the line; in base64 each is encoded by itself.
    :param data_length: bytes of the data in the line; filled in.
    :param signature_length: bytes of the signature in the line; filled in.
    :param data: at most 1500 bytes, and what the line can hold.
    :param signature: the signature.
    """

    key: int = value(Number(0))
    format: DataFormat = value(_FORMAT, default=DataFormat.BASE64)
    data_length: int | None = value(CountOf("data"), default=None)
    signature_length: int | None = value(CountOf("signature"), default=None)
    data: bytes = value(Block("format"))
    signature: bytes = value(Block("format"))


@option("temp_keys", answer=NoReply())
class TempKeys(NetUtilOperation[None]):
    """Make or remove a temporary pair of keys on the curve SECP256R1.

    :param key: number of the pair.
    :param action: what to do.
    """

    key: int = value(Number(0))
    action: TempKeysAction = value(Word(TempKeysAction))


@option("install_op", answer=NoReply())
class InstallOp(NetUtilOperation[None]):
    """Install or remove a lasting pair of keys.

    :param key: number of the pair.
    :param action: what to do; the values below go with ``INSTALL`` alone.
    :param algorithm: its algorithm.
    :param curve: its curve.
    :param certificate: name of the file with its certificate.
    :param key_file: name of the file with the private key.
    """

    key: int = value(Number(0))
    action: InstallAction = value(Word(InstallAction))
    algorithm: KeyAlgorithm | None = value(Word(KeyAlgorithm), default=None)
    curve: Curve | None = value(Word(Curve), default=None)
    certificate: str | None = value(_FILE, default=None)
    key_file: str | None = value(_FILE, default=None)

    def check(self) -> None:
        if self.action == InstallAction.INSTALL and self.algorithm is None:
            raise InvalidArgument("algorithm", "given with INSTALL")


@option("create_cert", answer=NoReply())
class CreateCert(NetUtilOperation[None]):
    """A word that the core knows and always refuses with ``PARAMETER_MISSING``."""
