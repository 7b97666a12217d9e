"""TLS by a CC3220 under the portable sessions, and the files with its certificates."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from ...errors import CommandError, ConnectFailed, FileError, InvalidArgument, TlsError
from ...portable.drivers import CredentialDriver
from ...portable.values import CredentialKind, FileMode, ProgressCallback, TlsOptions
from .driver_files import SlFiles
from .failures import GONE, told
from .values import socket_options as o
from .values.sockets import SecurityMethod

__all__ = ["SlCredentials", "ca_file", "socket_options", "tls_failure", "verified"]

#: What the module tells against a server although the session is up.
_DOUBTS = ("TLS_NOT_VERIFIED", "TLS_DATE_WRONG", "TLS_REVOKED", "TLS_UNKNOWN_ROOT_CA")
_PROTOCOLS = {
    "http/1.1": o.Alpn.H1,
    "h2": o.Alpn.H2,
    "h2c": o.Alpn.H2C,
    "h2-14": o.Alpn.H2_14,
    "h2-16": o.Alpn.H2_16,
}
_FILES = {
    CredentialKind.CA: "ca",
    CredentialKind.CERTIFICATE: "certificate",
    CredentialKind.PRIVATE_KEY: "private_key",
}


def _file(kind: CredentialKind, slot: int) -> str:
    if kind not in _FILES:
        raise InvalidArgument("kind", "CA, CERTIFICATE or PRIVATE_KEY on this module")
    return f"{_FILES[kind]}.{slot}.pem"


def ca_file(tls: TlsOptions) -> str:
    """Return the file of the authority to check against; that of slot 0 where none is named."""
    return tls.ca or _file(CredentialKind.CA, 0)


def socket_options(host: str, tls: TlsOptions) -> list[o.SocketOption]:
    """Return what a socket is told before it connects.

    :raises InvalidArgument: a protocol that the module does not know.
    """
    options: list[o.SocketOption] = [o.SocketSecMethod(method=SecurityMethod.TLSV1_2)]
    if tls.verify:
        options.append(o.SocketSecureFilesCaFileName(file=ca_file(tls)))
        options.append(o.SocketSecureDomainNameVerification(domain=tls.server_name or host))
    elif tls.server_name is not None:
        options.append(o.SocketSecureDomainNameVerification(domain=tls.server_name))
    if tls.certificate is not None:
        options.append(o.SocketSecureFilesCertificateFileName(file=tls.certificate))
    if tls.private_key is not None:
        options.append(o.SocketSecureFilesPrivateKeyFileName(file=tls.private_key))
    if tls.alpn:
        unknown = [protocol for protocol in tls.alpn if protocol not in _PROTOCOLS]
        if unknown:
            raise InvalidArgument("alpn", f"of {', '.join(_PROTOCOLS)}")
        options.append(o.SocketSecureAlpn(flags=tuple(_PROTOCOLS[protocol] for protocol in tls.alpn)))
    return options


def verified(error: CommandError, tls: TlsOptions) -> bool:
    """Tell whether a refusal only means that a session is up as it was asked for: without checking the server."""
    return error.name in _DOUBTS and not tls.verify


def tls_failure(error: CommandError, where: str) -> ConnectFailed:
    """Return the error for a session that is not up, or not as it was asked for."""
    if not (error.name or "").startswith("TLS_"):
        return told(ConnectFailed, error, f"could not connect to {where}")
    failure = told(TlsError, error, f"could not agree on TLS with {where}")
    if error.name in _DOUBTS:
        failure.advice = "store the server's authority in the module, and set its clock"
    return failure


class SlCredentials(CredentialDriver):
    """Keeps credentials as files, such as ``ca.0.pem``."""

    def __init__(self, files: SlFiles) -> None:
        self._files = files

    async def store(self, kind: CredentialKind, pem: bytes, slot: int, progress: ProgressCallback | None) -> str:
        """Write the file, and return its name."""
        name = _file(kind, slot)
        if progress is not None:
            progress(0, len(pem))
        if not await self._holds(kind, slot, pem):
            await self._write(name, pem, progress)
        if progress is not None:
            progress(len(pem), len(pem))
        return name

    async def _holds(self, kind: CredentialKind, slot: int, pem: bytes) -> bool:
        """Tell whether a credential is there already: the flash bears only so many writes."""
        try:
            return await self.read(kind, slot) == pem
        except FileError:
            return False

    async def _write(self, name: str, pem: bytes, progress: ProgressCallback | None) -> None:
        async with self._opened(name, FileMode.WRITE, len(pem)) as file:
            for start in range(0, len(pem), self._files.piece_limit):
                if progress is not None and start:
                    progress(start, len(pem))
                await self._files.write(file, start, pem[start : start + self._files.piece_limit])

    async def read(self, kind: CredentialKind, slot: int) -> bytes:
        """Return what the file holds."""
        name = _file(kind, slot)
        size = (await self._files.info(name)).size or 0
        async with self._opened(name, FileMode.READ, None) as file:
            pem = b""
            while len(pem) < size:
                pem += await self._files.read(file, len(pem), min(size - len(pem), self._files.piece_limit))
        return pem

    @asynccontextmanager
    async def _opened(self, name: str, mode: FileMode, size: int | None) -> AsyncIterator[int]:
        file = await self._files.open(name, mode, size)
        try:
            yield file
        except GONE:
            raise
        except BaseException:
            await self._files.close(file)
            raise
        await self._files.close(file)

    async def delete(self, kind: CredentialKind, slot: int) -> None:
        """Delete the file."""
        await self._files.delete(_file(kind, slot))
