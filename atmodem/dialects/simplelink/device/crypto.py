"""The crypto utilities: random numbers, keys, signatures."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING, Any, Protocol

from ....virtual.device import Part
from ....virtual.handlers import handles
from ....virtual.results import Refused
from ..commands.crypto import NetUtilCmd, NetUtilGet
from ..values import crypto as v
from .refusals import Code, Why, not_parsed

if TYPE_CHECKING:
    from .virtual import Virtual

__all__ = ["CryptoPart", "KeyMaker"]

#: Number of the key that the device was made with.
_OWN = 0
_MOST_KEYS = 15
_MOST_NUMBERS = 172


class Keys(Protocol):
    """A pair of keys."""

    @property
    def public(self) -> bytes:
        """The public key in DER."""
        ...

    def sign(self, data: bytes) -> bytes:
        """Return the signature of *data*."""
        ...

    def verify(self, data: bytes, signature: bytes) -> bool:
        """Tell whether *signature* is that of *data*."""
        ...


class KeyMaker(Protocol):
    """Makes pairs of keys."""

    def __call__(self, private_key: bytes | None = None) -> Keys:
        """Make a new pair, or one of its private key.

        :raises ValueError: it is none.
        """
        ...


def _key_maker() -> KeyMaker | None:
    try:
        from .ecdsa import KeyPair  # brought by an extra
    except ImportError:
        return None
    return KeyPair


_MAKER = _key_maker()


class CryptoPart(Part):
    """Obeys the commands of the crypto utilities.

    :param module: the module that it belongs to.
    :param make: makes pairs of keys; None where the package for that is not installed.
    """

    def __init__(self, module: Virtual, make: KeyMaker | None = _MAKER) -> None:
        self._module = module
        self._make = make
        self._keys: dict[int, Keys] = {}

    @handles(NetUtilGet)
    def get(self, command: NetUtilGet[Any]) -> object:
        """Tell random numbers, or the public key."""
        match command.option:
            case v.TrueRandomRequest(count=count):
                return v.TrueRandom(numbers=tuple(secrets.token_bytes(min(count, _MOST_NUMBERS))))
            case v.PublicKeyRequest(format=data_format):
                public = self._key(_OWN).public
                return v.PublicKey(format=data_format, length=len(public), key=public)
        return None

    @handles(NetUtilCmd)
    def command(self, command: NetUtilCmd[Any]) -> object:
        """Sign, check, or manage keys."""
        match command.command:
            case v.SignMsg() as asked:
                signature = self._key(asked.key).sign(asked.data)
                return v.Signature(format=asked.format, length=len(signature), signature=signature)
            case v.VerifyMsg() as asked:
                good = self._key(asked.key).verify(asked.data, asked.signature)
                return v.Verification(result=0 if good else Code.CRYPTO_FAILED)
            case v.TempKeys() as asked:
                self._manage(asked.key, None, remove=asked.action == v.TempKeysAction.REMOVE)
            case v.InstallOp() as asked:
                removes = asked.action == v.InstallAction.UNINSTALL
                self._manage(asked.key, None if removes else self._file(asked.key_file), remove=removes)
            case _:
                raise not_parsed(Why.MISSING)
        return None

    def _file(self, name: str | None) -> bytes:
        content = self._module.storage.content(name or "")
        if content is None:
            raise Refused(Code.FILE_NOT_FOUND)
        return content

    def _manage(self, number: int, private_key: bytes | None, *, remove: bool) -> None:
        if not _OWN < number <= _MOST_KEYS:
            raise Refused(Code.WRONG_KEY_NUMBER)
        if remove:
            if self._keys.pop(number, None) is None:
                raise Refused(Code.WRONG_KEY_NUMBER)
        else:
            self._keys[number] = self._made(private_key)

    def _made(self, private_key: bytes | None) -> Keys:
        if self._make is None:
            raise Refused(Code.CRYPTO_FAILED)
        try:
            return self._make(private_key)
        except ValueError:
            raise Refused(Code.WRONG_CRYPTO_PARAMETER) from None

    def _key(self, number: int) -> Keys:
        if number == _OWN and number not in self._keys:
            self._keys[number] = self._made(None)
        if number not in self._keys:
            raise Refused(Code.WRONG_KEY_NUMBER)
        return self._keys[number]
