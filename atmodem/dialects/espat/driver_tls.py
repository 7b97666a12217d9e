"""TLS by the ESP-AT module under the portable sessions, and the certificates that it keeps."""

from __future__ import annotations

from ipaddress import ip_address

from ...errors import CommandError, ConnectFailed, InvalidArgument, TlsError, Unsupported
from ...portable.capabilities import Capability, unsupported
from ...portable.drivers import CredentialDriver
from ...portable.modem_api import ModemAPI
from ...portable.values import CredentialKind, ProgressCallback, Psk, TlsOptions
from ...wire.secret import Secret
from .commands.memory import SYSMFG
from .commands.tls import CIPSSLCALPN, CIPSSLCCN, CIPSSLCCONF, CIPSSLCPSK, CIPSSLCPSKHEX, CIPSSLCSNI
from .values.memory import ManufacturingOperation, ManufacturingType, ManufacturingValue
from .values.tls import LinkCertificates, TlsAuth

__all__ = ["EspCredentials", "EspTls", "client_auth"]

#: Namespaces of the manufacturing store; a credential in slot n has its namespace's name with ``.n``.
_NAMESPACES = {
    CredentialKind.CA: "client_ca",
    CredentialKind.CERTIFICATE: "client_cert",
    CredentialKind.PRIVATE_KEY: "client_key",
}
#: By whether a certificate is shown, and whether one is checked.
_AUTH = {
    (False, False): TlsAuth.NONE,
    (True, False): TlsAuth.CLIENT_CERT,
    (False, True): TlsAuth.VERIFY_SERVER,
    (True, True): TlsAuth.MUTUAL,
}
#: What the network says, rather than TLS.
_UNREACHED = {
    *("ECONNREFUSED", "ENETUNREACH", "ENETDOWN", "ETIMEDOUT", "EHOSTDOWN", "EHOSTUNREACH", "ENOMEM", "ENFILE"),
    *("EADDRNOTAVAIL", "PARAMETER_INVALID", "PARAMETER_NOT_PARSED"),
}
#: Bytes that the store takes under one key.
_LONGEST = 4000


class EspTls:
    """Sets links up for TLS. The settings of a link hold until they are changed or the module restarts."""

    def __init__(self, modem: ModemAPI) -> None:
        self._modem = modem
        self._names: dict[int, str] = {}
        self._checked: dict[int, str] = {}
        self._protocols: dict[int, tuple[str, ...]] = {}
        self._keys: set[int] = set()

    def reset(self) -> None:
        """Forget what is set: the module has started anew."""
        self._names.clear()
        self._checked.clear()
        self._protocols.clear()
        self._keys.clear()

    async def set_up(self, link_id: int | None, host: str, tls: TlsOptions) -> None:
        """Set a link up before it is opened.

        :param link_id: its number; None without numbers.
        :raises Unsupported: the firmware cannot do what the options ask for.
        """
        link = link_id or 0
        await self._set_certificates(link_id, tls)
        name = tls.server_name or host
        asked = "" if _is_address(name) else name
        if self._names.get(link, "") != asked:
            await self._modem.send(CIPSSLCSNI(link_id=link_id, sni=asked))
            self._names[link] = asked
        checked = name if tls.verify and tls.psk is None else ""
        if self._checked.get(link, "") != checked:
            await self._modem.send(CIPSSLCCN(link_id=link_id, common_name=checked))
            self._checked[link] = checked
        if self._protocols.get(link, ()) != tls.alpn:
            await self._modem.send(CIPSSLCALPN(link_id=link_id, counts=len(tls.alpn), alpn=tls.alpn or None))
            self._protocols[link] = tls.alpn
        if tls.psk is not None:
            await self._set_key(link_id, tls.psk)
        elif link in self._keys:
            await self._modem.send(CIPSSLCPSK(link_id=link_id, psk="", hint=""))
            self._keys.discard(link)

    async def _set_certificates(self, link_id: int | None, tls: TlsOptions) -> None:
        certificate = _slot(CredentialKind.CERTIFICATE, tls.certificate)
        if _slot(CredentialKind.PRIVATE_KEY, tls.private_key) != certificate:
            raise InvalidArgument("private_key", "stored in the slot of its certificate")
        wanted = LinkCertificates(
            link_id=link_id or 0,
            auth_mode=_AUTH[tls.certificate is not None, tls.verify and tls.psk is None],
            pki_number=certificate,
            ca_number=_slot(CredentialKind.CA, tls.ca),
        )
        try:
            known = await self._modem.send(CIPSSLCCONF.query())
        except CommandError as error:
            if wanted.auth_mode is TlsAuth.NONE:
                return  # it can do nothing else
            raise Unsupported("this firmware neither checks nor shows certificates", command=error.command) from error
        if wanted not in known:
            # It goes to flash, which must not be written without need.
            await self._modem.send(
                CIPSSLCCONF(
                    link_id=link_id,
                    auth_mode=wanted.auth_mode,
                    pki_number=wanted.pki_number,
                    ca_number=wanted.ca_number,
                )
            )

    async def _set_key(self, link_id: int | None, psk: Psk) -> None:
        key = psk.key.reveal() if isinstance(psk.key, Secret) else psk.key
        self._keys.add(link_id or 0)
        text = key.decode("ascii", "replace")
        if text.isascii() and text.isprintable():
            await self._modem.send(CIPSSLCPSK(link_id=link_id, psk=Secret(text), hint=psk.identity))
        else:
            await self._modem.send(CIPSSLCPSKHEX(link_id=link_id, psk=Secret(key.hex()), hint=psk.identity))

    @staticmethod
    def failure(error: CommandError, host: str, port: int, tls: TlsOptions) -> ConnectFailed:
        """Return what it means that a link could not be opened: TLS failed, unless the network is known to have."""
        unreached = error.name in _UNREACHED
        kind, failed = (ConnectFailed, "connect to") if unreached else (TlsError, "agree on TLS with")
        advice = error.advice
        if tls.verify and tls.psk is None and not unreached:
            advice = "the module checks certificates against its clock, which must be set, and the CA in its store"
        return kind(
            f"could not {failed} {host} port {port}: {error.message}",
            code=error.code,
            name=error.name,
            text=error.text,
            command=error.command,
            advice=advice,
        )


class EspCredentials(CredentialDriver):
    """Certificates and keys in the manufacturing store, which survive even a restore."""

    def __init__(self, modem: ModemAPI) -> None:
        self._modem = modem

    async def store(self, kind: CredentialKind, pem: bytes, slot: int, progress: ProgressCallback | None) -> str:
        """Keep a credential; one that is there already is not written again."""
        namespace, key = _place(kind, slot)
        if not 0 < len(pem) <= _LONGEST:
            raise InvalidArgument("pem", f"from 1 to {_LONGEST} bytes")
        if progress is not None:
            progress(0, len(pem))
        await self._keep(namespace, key, pem)
        if progress is not None:
            progress(len(pem), len(pem))
        return key

    async def read(self, kind: CredentialKind, slot: int) -> bytes:
        """Return a credential."""
        return await self._read(*_place(kind, slot))

    async def delete(self, kind: CredentialKind, slot: int) -> None:
        """Forget a credential."""
        namespace, key = _place(kind, slot)
        await self._modem.send(SYSMFG(operation=ManufacturingOperation.ERASE, namespace=namespace, key=key))

    async def lend(self, kind: CredentialKind, name: str | None, namespace: str) -> int:
        """Return the slot of a credential for a client of the module that looks in a *namespace* of its own.

        One that links have is copied there.
        """
        own, _, slot = (name or f"{namespace}.0").rpartition(".")
        if own not in (namespace, _NAMESPACES[kind]) or not slot.isdecimal():
            raise InvalidArgument(kind.value, f"a name such as {_NAMESPACES[kind]}.0")
        if own != namespace:
            await self._keep(namespace, f"{namespace}.{slot}", await self.read(kind, int(slot)))
        return int(slot)

    async def _keep(self, namespace: str, key: str, pem: bytes) -> None:
        """Write into the store what is not there already."""
        try:
            known = await self._read(namespace, key)
        except CommandError:
            known = b""
        if known != pem:
            await self._modem.send(
                SYSMFG(
                    operation=ManufacturingOperation.WRITE,
                    namespace=namespace,
                    key=key,
                    type_or_offset=ManufacturingType.BINARY,
                    data=pem,
                )
            )

    async def _read(self, namespace: str, key: str) -> bytes:
        command = SYSMFG(operation=ManufacturingOperation.READ, namespace=namespace, key=key)
        for value in await self._modem.send(command) or ():
            if isinstance(value, ManufacturingValue) and isinstance(value.value, bytes):
                return value.value.rstrip(b"\0")
        raise CommandError(f"the module keeps no {key}", code=key, name="MISSING")


async def client_auth(credentials: EspCredentials, tls: TlsOptions, owner: str) -> tuple[TlsAuth, int, int]:
    """Return how a client other than links checks and shows certificates: mode, slot of its own, slot of the authority.

    :param owner: how the namespaces of its store begin.
    :raises Unsupported: it cannot do what the options ask for.
    """
    refused = {
        Capability.TLS_PSK: tls.psk is not None,
        Capability.TLS_SERVER_NAME: tls.server_name is not None,
        Capability.TLS_ALPN: bool(tls.alpn),
    }
    for capability, asked in refused.items():
        if asked:
            raise unsupported(capability, f"the module's {owner} client")
    shows = tls.certificate is not None
    if shows != (tls.private_key is not None):
        raise InvalidArgument("private_key", "given together with the certificate")
    slot = ca = 0
    if shows:
        slot = await credentials.lend(CredentialKind.CERTIFICATE, tls.certificate, f"{owner}_cert")
        if await credentials.lend(CredentialKind.PRIVATE_KEY, tls.private_key, f"{owner}_key") != slot:
            raise InvalidArgument("private_key", "stored in the slot of its certificate")
    if tls.verify:
        ca = await credentials.lend(CredentialKind.CA, tls.ca, f"{owner}_ca")
    return _AUTH[shows, tls.verify], slot, ca


def _place(kind: CredentialKind, slot: int) -> tuple[str, str]:
    namespace = _NAMESPACES.get(kind)
    if namespace is None:
        raise InvalidArgument("kind", "CA, CERTIFICATE or PRIVATE_KEY on this module")
    return namespace, f"{namespace}.{slot}"


def _slot(kind: CredentialKind, name: str | None) -> int:
    """Return the number of a stored credential; 0 where none is named."""
    if name is None:
        return 0
    namespace, _, slot = name.partition(".")
    if namespace != _NAMESPACES[kind] or not slot.isdecimal():
        raise InvalidArgument(kind.value, f"a name such as {_NAMESPACES[kind]}.0")
    return int(slot)


def _is_address(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return False
    return True
