"""TLS by the MXCHIP module under the portable sessions, and the certificates that it keeps."""

from __future__ import annotations

from ...errors import CommandError, ConnectFailed, InvalidArgument, TlsError
from ...portable.drivers import CredentialDriver
from ...portable.modem_api import ModemAPI
from ...portable.values import CredentialKind, ProgressCallback, TlsOptions
from ...wire.secret import Secret
from .commands.tls import CIPSSLOPT, SSLCERTGET, SSLCERTSET
from .flash_lock import kept
from .values.enums import CertificateType

__all__ = ["MxCredentials", "MxTls", "check_names"]

#: Places for credentials: there is one of each.
_PLACES = {
    CredentialKind.CA: CertificateType.ROOT,
    CredentialKind.CERTIFICATE: CertificateType.CLIENT,
    CredentialKind.PRIVATE_KEY: CertificateType.PRIVATE_KEY,
    CredentialKind.REVOCATION_LIST: CertificateType.CRL,
}
_END = b"\x1a"


class MxTls:
    """Sets links up for TLS."""

    def __init__(self, modem: ModemAPI) -> None:
        self._modem = modem

    async def set_up(self, link: int, tls: TlsOptions) -> None:
        """Choose what a link verifies and shows, before it is opened."""
        command = CIPSSLOPT(id=link, verify_root=tls.verify, verify_client=tls.certificate is not None)
        try:
            await self._modem.send(command)
        except CommandError as error:
            raise TlsError(
                "the module does not take the options of TLS", code=error.code, text=error.text, command=error.command
            ) from error

    @staticmethod
    def failure(error: ConnectFailed, host: str, port: int, tls: TlsOptions) -> TlsError:
        """Return what it means that a far end that is there could not be connected to."""
        return TlsError(
            f"could not agree on TLS with {host} port {port}; the module does not tell why",
            code=error.code,
            name="TLS_FAILED",
            text=error.text,
            command=error.command,
            advice="the authority in its store must be that of the server" if tls.verify else None,
        )


class MxCredentials(CredentialDriver):
    """Certificates and keys, one of each kind, for links and MQTT alike."""

    def __init__(self, modem: ModemAPI) -> None:
        self._modem = modem

    async def store(self, kind: CredentialKind, pem: bytes, slot: int, progress: ProgressCallback | None) -> str:
        """Keep a credential, in flash; one that is there already is not written again."""
        _check_slot(slot)
        if _END in pem:
            raise InvalidArgument("pem", "free of the byte 0x1A, which ends the upload")
        if progress is not None:
            progress(0, len(pem))
        try:
            known = await self.read(kind, slot)
        except CommandError:
            known = b""
        if known != _text(pem):
            async with kept(self._modem):
                await self._modem.send(SSLCERTSET(type=_PLACES[kind], cert=Secret(pem)))
        if progress is not None:
            progress(len(pem), len(pem))
        return kind.value

    async def read(self, kind: CredentialKind, slot: int) -> bytes:
        """Return a credential. The module has line ends of its own, and none behind it."""
        _check_slot(slot)
        try:
            told = await self._modem.send(SSLCERTGET(type=_PLACES[kind]))
        except CommandError as error:
            raise CommandError(
                f"the module keeps no {kind.value}", code=error.code, name="MISSING", command=error.command
            ) from error
        return _text(told.cert.reveal())


def check_names(tls: TlsOptions) -> None:
    """Refuse names that this module has given to no credential."""
    for kind, name in (
        (CredentialKind.CA, tls.ca),
        (CredentialKind.CERTIFICATE, tls.certificate),
        (CredentialKind.PRIVATE_KEY, tls.private_key),
    ):
        if name not in (None, kind.value):
            raise InvalidArgument(kind.value, f"{kind.value!r}, as the module has one place for it")


def _text(pem: bytes) -> bytes:
    return b"\n".join(pem.strip().splitlines()) + b"\n"


def _check_slot(slot: int) -> None:
    if slot != 0:
        raise InvalidArgument("slot", "0: the module has one place for each kind")
