"""Certificates, and what TLS makes of them."""

from __future__ import annotations

import asyncio
import os
import ssl
import tempfile
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from ....virtual.device import Part
from ....virtual.handlers import handles
from ....virtual.intake import Until
from ....virtual.network import Tls
from ....virtual.results import Payload, Refused
from ....wire.secret import Secret
from ..commands.tls import CIPSSLOPT, SSLCERTGET, SSLCERTSET
from ..values.enums import CertificateType
from ..values.records import Certificate
from .sending import DATA_LIMIT, refuse_late
from .store import Store

if TYPE_CHECKING:
    from .module import Virtual

__all__ = ["Certificates"]

_END = b"\x1a"
#: Most bytes of one certificate, key or list.
_LONGEST = 8192


class Certificates(Part):
    """Obeys the commands of certificates and their verification.

    :param module: the module that it belongs to.
    """

    def __init__(self, module: Virtual) -> None:
        self._module = module
        self._stored: Store[CertificateType, bytes] = Store(module.settings)
        self._options: Store[int, CIPSSLOPT] = Store(module.settings)

    def power_up(self) -> None:
        self._stored.restart()
        self._options.restart()

    def restore(self) -> None:
        """Forget everything."""
        self._stored.restore()
        self._options.restore()

    @handles(SSLCERTSET)
    def take(self, command: SSLCERTSET) -> Payload:
        """Take a certificate up to the byte that ends it."""
        intake = Until(_END, _LONGEST + 1)
        return Payload(intake=intake, then=partial(self._took, command.type), limit=DATA_LIMIT, late=refuse_late)

    def _took(self, kind: CertificateType, data: bytes) -> None:
        if len(data) > _LONGEST:
            raise Refused
        self._stored.set(kind, data)

    @handles(SSLCERTGET)
    def tell(self, command: SSLCERTGET) -> Certificate:
        """Tell a certificate, without the line end behind it."""
        data = self._stored.get(command.type)
        if data is None:
            raise Refused
        return Certificate(cert=Secret(data.rstrip(b"\r\n")))

    @handles(CIPSSLOPT)
    def choose(self, command: CIPSSLOPT) -> None:
        """Choose what a link verifies, from its next opening on."""
        old = self._options.get(command.id)
        if command.verify_crl is None and old is not None:
            command = CIPSSLOPT(
                id=command.id,
                verify_root=command.verify_root,
                verify_client=command.verify_client,
                verify_crl=old.verify_crl,
            )
        self._options.set(command.id, command)

    async def for_link(self, number: int, host: str) -> Tls:
        """Return how a link is secured.

        :raises OSError: a certificate that is needed is not stored, or cannot be read.
        """
        options = self._options.get(number) or CIPSSLOPT(id=number, verify_root=False, verify_client=False)
        crl = bool(options.verify_crl)
        return await self.secure(host, root=options.verify_root, client=options.verify_client, crl=crl)

    async def secure(self, host: str, *, root: bool, client: bool, crl: bool = False) -> Tls:
        """Return how a connection to *host* is secured. As in small firmware, for whom a certificate is counts nothing.

        :param root: check who the far end is.
        :param client: show who the module is.
        :param crl: look into the revocation list as well.
        :raises OSError: a certificate that is needed is not stored, or cannot be read.
        """
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
        if root:
            context.load_verify_locations(cadata=self._text(CertificateType.ROOT).decode("ascii", "ignore"))
            context.verify_mode = ssl.CERT_REQUIRED
        if root and crl:
            await _from_file(context.load_verify_locations, self._text(CertificateType.CRL))
            context.verify_flags |= ssl.VERIFY_CRL_CHECK_LEAF
        if client:
            own = self._text(CertificateType.CLIENT) + self._text(CertificateType.PRIVATE_KEY)
            # Of a key that is locked, the library would ask whoever sits at this host.
            await _from_file(partial(context.load_cert_chain, password=""), own)
        return Tls(context, host)

    def _text(self, kind: CertificateType) -> bytes:
        data = self._stored.get(kind)
        if data is None:
            raise OSError(f"no certificate of type {kind} is stored")
        return data.rstrip() + b"\n"


async def _from_file(load: Callable[[str], None], text: bytes) -> None:
    """Load what the library reads from files alone."""
    await asyncio.to_thread(_load, load, text)


def _load(load: Callable[[str], None], text: bytes) -> None:
    handle, path = tempfile.mkstemp()
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(text)
        load(path)
    finally:
        os.unlink(path)
