"""Certificates and keys that a module keeps."""

from __future__ import annotations

import hashlib

import attrs
from attrs import frozen

from ..errors import InvalidArgument
from ..modem.core import ModemCore
from ..portable.capabilities import Capability
from ..portable.values import CredentialKind, ProgressCallback, TlsOptions
from .finishing import finish

__all__ = ["Credentials", "TlsFiles"]

_PEM = b"-----BEGIN "


@frozen(kw_only=True)
class TlsFiles:
    """Credentials given as PEM, which are stored in the module before they are used.

    :param ca: the authority to check against.
    :param certificate: client certificate to show.
    :param private_key: its key.
    """

    ca: bytes | None = None
    certificate: bytes | None = None
    private_key: bytes | None = attrs.field(default=None, repr=False)


class Credentials:
    """The certificates and keys in the module, which survive its restarts."""

    def __init__(self, core: ModemCore) -> None:
        self._core = core
        self._stored: dict[tuple[CredentialKind, bytes], str] = {}

    async def store(
        self, kind: CredentialKind, pem: bytes, *, slot: int = 0, progress: ProgressCallback | None = None
    ) -> str:
        """Keep a credential in the module and return the name under which ``TlsOptions`` finds it.

        What the slot held is gone. Cancelled, it is stored all the same.

        :param kind: what it is.
        :param pem: the credential, as PEM.
        :param slot: which of several of its kind, from 0.
        :param progress: told bytes done and bytes in all.
        :raises InvalidArgument: it is no PEM, or the module has no such slot or cannot take the bytes.
        :raises CommandError: the module refused it.
        :raises Unsupported: the module keeps none.
        """
        driver = self._core.require(self._core.driver.credentials, Capability.CREDENTIALS_STORE)
        _check_slot(slot)
        if not pem.lstrip().startswith(_PEM):
            raise InvalidArgument("pem", "a credential in PEM")
        self._forget(kind)
        # Where credentials are files, none may stay open.
        return await finish(self._core, lambda: driver.store(kind, pem, slot, progress), "credentials")

    async def read(self, kind: CredentialKind, *, slot: int = 0) -> bytes:
        """Return a credential as PEM.

        Cancelling it leaves the credential as it is.

        :param kind: what it is.
        :param slot: which of several of its kind, from 0.
        :raises CommandError: there is none.
        :raises Unsupported: the module does not hand it out.
        """
        driver = self._core.require(self._core.driver.credentials, Capability.CREDENTIALS_READ)
        _check_slot(slot)
        return await finish(self._core, lambda: driver.read(kind, slot), "credentials")

    async def delete(self, kind: CredentialKind, *, slot: int = 0) -> None:
        """Forget a credential.

        Cancelled, it may be forgotten all the same.

        :param kind: what it is.
        :param slot: which of several of its kind, from 0.
        :raises CommandError: there is none.
        :raises Unsupported: the module cannot forget.
        """
        driver = self._core.require(self._core.driver.credentials, Capability.CREDENTIALS_DELETE)
        _check_slot(slot)
        self._forget(kind)
        await driver.delete(kind, slot)

    def _forget(self, kind: CredentialKind) -> None:
        for key in [key for key in self._stored if key[0] is kind]:
            del self._stored[key]

    # For links

    async def stored(self, options: TlsOptions, files: TlsFiles) -> TlsOptions:
        """Return *options* with the names of *files*, each stored in slot 0 unless it is there already.

        :raises InvalidArgument: a credential is given twice, or a certificate without its key.
        """
        wanted = attrs.evolve(
            options,
            ca=await self._named(CredentialKind.CA, files.ca, options.ca),
            certificate=await self._named(CredentialKind.CERTIFICATE, files.certificate, options.certificate),
            private_key=await self._named(CredentialKind.PRIVATE_KEY, files.private_key, options.private_key),
        )
        if (wanted.certificate is None) != (wanted.private_key is None):
            raise InvalidArgument("private_key", "given together with the certificate")
        return wanted

    async def _named(self, kind: CredentialKind, pem: bytes | None, name: str | None) -> str | None:
        """Return the name of a credential that is given by it or as PEM."""
        if pem is None:
            return name
        if name is not None:
            raise InvalidArgument(kind.value, "given once: as PEM, or by its name in the options")
        key = (kind, hashlib.sha256(pem).digest())
        if key not in self._stored:
            self._stored[key] = await self.store(kind, pem)
        return self._stored[key]


def _check_slot(slot: int) -> None:
    if slot < 0:
        raise InvalidArgument("slot", "0 or more")
