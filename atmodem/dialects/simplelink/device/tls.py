"""TLS by the module, with certificates from its files."""

from __future__ import annotations

import asyncio
import os
import ssl
import tempfile
from collections.abc import Collection
from typing import TYPE_CHECKING

from attrs import frozen

from ....virtual.network import Address, Channel, Tls
from ....virtual.results import Refused
from .refusals import Code
from .storage import Storage

if TYPE_CHECKING:
    from .virtual import Virtual

__all__ = ["TlsFiles", "connect_securely", "connect_verified", "server_tls"]

#: What OpenSSL finds wrong with a certificate, and the module tells with the session up.
_TOLD = {
    9: Code.TLS_DATE,
    10: Code.TLS_DATE,
    18: Code.TLS_UNKNOWN_ROOT,
    19: Code.TLS_UNKNOWN_ROOT,
    20: Code.TLS_UNKNOWN_ROOT,
    21: Code.TLS_UNKNOWN_ROOT,
}


@frozen(kw_only=True)
class TlsFiles:
    """What a session is made with.

    :param ca: file of the certificate authority; None to verify nothing.
    :param certificate: file of the own certificate.
    :param key: file of the own private key.
    :param domain: name that the peer must show.
    :param protocols: what ALPN offers.
    """

    ca: str | None = None
    certificate: str | None = None
    key: str | None = None
    domain: str | None = None
    protocols: tuple[str, ...] = ()


async def connect_securely(
    module: Virtual, target: Address, files: TlsFiles, *, local_port: int | None = None
) -> tuple[Channel, Code | None]:
    """Open a secure connection; return it with what the module has to say against it.

    :raises Refused: there is no session.
    :raises OSError: there is no connection.
    """
    told: Code | None = None
    try:
        if files.ca is not None:
            try:
                tls = await _client_tls(module.storage, files, verify=True)
                return await module.network.connect(target, local_port=local_port, tls=tls), None
            except ssl.SSLCertVerificationError as error:
                told = _TOLD.get(error.verify_code)
                if told is None:
                    raise Refused(Code.TLS_WRONG_CERTIFICATE) from None
        tls = await _client_tls(module.storage, files, verify=False)
        return await module.network.connect(target, local_port=local_port, tls=tls), told or Code.TLS_NOT_VERIFIED
    except ssl.SSLError:
        raise Refused(Code.TLS_HANDSHAKE) from None


async def connect_verified(module: Virtual, target: Address, files: TlsFiles, passes: Collection[Code] = ()) -> Channel:
    """Open a secure connection to a server that is verified where an authority is given.

    :param passes: what may be said against it.
    :raises Refused: there is no session.
    :raises OSError: there is no connection.
    """
    channel, told = await connect_securely(module, target, files)
    if files.ca is not None and told is not None and told not in passes:
        channel.abort()
        raise Refused(told)
    return channel


async def _client_tls(storage: Storage, files: TlsFiles, *, verify: bool) -> Tls:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    if verify and files.ca is not None:
        _trust(context, storage, files.ca)
        context.check_hostname = files.domain is not None
    if files.certificate is not None and files.key is not None:
        await _show(context, storage, files.certificate, files.key)
    if files.protocols:
        context.set_alpn_protocols(list(files.protocols))
    return Tls(context, files.domain)


async def server_tls(storage: Storage, files: TlsFiles) -> Tls:
    """Return how clients are secured.

    :raises Refused: a certificate is missing, or cannot be read.
    """
    if files.certificate is None or files.key is None:
        raise Refused(Code.TLS_BAD_CERTIFICATE_FILE)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    await _show(context, storage, files.certificate, files.key)
    if files.ca is not None:
        _trust(context, storage, files.ca)
    return Tls(context)


def _trust(context: ssl.SSLContext, storage: Storage, name: str) -> None:
    data = storage.content(name)
    if data is None:
        raise Refused(Code.TLS_NO_CA_FILE)
    try:
        context.load_verify_locations(cadata=data.decode("ascii") if data.startswith(b"--") else data)
    except (ssl.SSLError, ValueError):
        raise Refused(Code.TLS_BAD_CA_FILE) from None
    context.verify_mode = ssl.CERT_REQUIRED


async def _show(context: ssl.SSLContext, storage: Storage, certificate: str, key: str) -> None:
    chain = b""
    for name, label in ((certificate, b"CERTIFICATE"), (key, b"PRIVATE KEY")):
        data = storage.content(name)
        if data is None:
            raise Refused(Code.TLS_BAD_CERTIFICATE_FILE)
        chain += _pem(data, label)
    try:
        await asyncio.to_thread(_load, context, chain)
    except (ssl.SSLError, ValueError):
        raise Refused(Code.TLS_BAD_CERTIFICATE_FILE) from None


def _pem(data: bytes, label: bytes) -> bytes:
    if data.startswith(b"--"):
        return data + b"\n"
    text = ssl.DER_cert_to_PEM_cert(data).encode()
    return text.replace(b"CERTIFICATE", label)


def _load(context: ssl.SSLContext, chain: bytes) -> None:
    """Load a certificate and its key, which the library reads from files alone."""
    handle, path = tempfile.mkstemp()
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(chain)
        context.load_cert_chain(path)
    finally:
        os.unlink(path)
