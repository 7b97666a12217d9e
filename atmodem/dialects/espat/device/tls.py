"""TLS by the module: its settings, and what they come to with the certificates in its store."""

from __future__ import annotations

import asyncio
import os
import ssl
import tempfile
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, TypeVar

from ....virtual.device import Part
from ....virtual.handlers import handles, queries
from ....virtual.network import Psk, Tls
from ....virtual.results import Refused
from ....wire.secret import Secret
from .. import commands as c
from .. import events as e
from ..values.tls import CipherSuite, LinkAlpn, LinkCertificates, LinkCommonName, LinkPsk, LinkSni, TlsAuth
from .plain import plain

if TYPE_CHECKING:
    from .link import Link
    from .module import Virtual

__all__ = ["TlsSettings"]

R = TypeVar("R")

_SHOWS = (TlsAuth.CLIENT_CERT, TlsAuth.MUTUAL)
_CHECKS = (TlsAuth.VERIFY_SERVER, TlsAuth.MUTUAL)


class TlsSettings(Part):
    """Settings of SSL links, by number; they hold for links that are opened afterwards."""

    def __init__(self, module: Virtual) -> None:
        self._module = module
        #: Written to flash at any time.
        self._certificates: dict[int, c.CIPSSLCCONF] = {}
        self._names: dict[int, str] = {}
        self._server_names: dict[int, str] = {}
        self._protocols: dict[int, tuple[str, ...]] = {}
        self._keys: dict[int, tuple[bytes, str]] = {}
        self._ciphers: dict[int, tuple[int, ...]] = {}

    def power_up(self) -> None:
        for volatile in (self._names, self._server_names, self._protocols, self._keys, self._ciphers):
            volatile.clear()

    def _set(self, settings: dict[int, R], link_id: int | None, value: R) -> None:
        for number in self._module.links.concerned(link_id):
            settings[number] = value

    def _list(self, settings: dict[int, R], make: Callable[[int, R], Any]) -> tuple[Any, ...]:
        return tuple(make(n, settings[n]) for n in self._module.links.listed() if settings.get(n))

    # Commands

    @handles(c.CIPSSLCCONF)
    def set_certificates(self, command: c.CIPSSLCCONF) -> None:
        """Choose who shows and who checks a certificate."""
        if self._module.profile.release < (4, 0) and command.auth_mode in _CHECKS and not self._is_stored("client_ca"):
            self._module.emit(e.NoCa())
        self._set(self._certificates, command.link_id, command)

    @queries(c.CIPSSLCCONF)
    def certificates(self) -> tuple[LinkCertificates, ...]:
        """List it for the links."""
        none = c.CIPSSLCCONF(auth_mode=TlsAuth.NONE)
        listed = {number: self._certificates.get(number, none) for number in self._module.links.listed()}
        return tuple(
            LinkCertificates(
                link_id=number,
                auth_mode=conf.auth_mode,
                pki_number=conf.pki_number or 0,
                ca_number=conf.ca_number or 0,
            )
            for number, conf in listed.items()
        )

    @handles(c.CIPSSLCCN)
    def set_common_name(self, command: c.CIPSSLCCN) -> None:
        """Set the name that the server must show."""
        self._set(self._names, command.link_id, command.common_name)

    @queries(c.CIPSSLCCN)
    def common_names(self) -> tuple[LinkCommonName, ...]:
        """List the names that are set."""
        return self._list(self._names, lambda n, name: LinkCommonName(link_id=n, common_name=name))

    @handles(c.CIPSSLCSNI)
    def set_server_name(self, command: c.CIPSSLCSNI) -> None:
        """Set the server name to ask for."""
        self._set(self._server_names, command.link_id, command.sni)

    @queries(c.CIPSSLCSNI)
    def server_names(self) -> tuple[LinkSni, ...]:
        """List the server names that are set."""
        return self._list(self._server_names, lambda n, name: LinkSni(link_id=n, sni=name))

    @handles(c.CIPSSLCALPN)
    def set_protocols(self, command: c.CIPSSLCALPN) -> None:
        """Set the protocols to offer."""
        protocols = tuple(command.alpn or ())
        if len(protocols) != command.counts:
            raise Refused
        self._set(self._protocols, command.link_id, protocols)

    @queries(c.CIPSSLCALPN)
    def protocols(self) -> tuple[LinkAlpn, ...]:
        """List the protocols that are set."""
        return self._list(self._protocols, lambda n, names: LinkAlpn(link_id=n, alpn=names))

    @handles(c.CIPSSLCPSK)
    def set_key(self, command: c.CIPSSLCPSK) -> None:
        """Set a pre-shared key as text."""
        key = plain(command.psk).encode("utf-8", "surrogateescape")
        self._set(self._keys, command.link_id, (key, command.hint))

    @handles(c.CIPSSLCPSKHEX)
    def set_hex_key(self, command: c.CIPSSLCPSKHEX) -> None:
        """Set a pre-shared key as digits."""
        self._set(self._keys, command.link_id, (bytes.fromhex(plain(command.psk)), command.hint))

    @queries(c.CIPSSLCPSK)
    def keys(self) -> tuple[LinkPsk, ...]:
        """List the keys that are set, as text."""
        return self._list(self._keys, lambda n, pair: _psk(n, pair[0].decode("utf-8", "surrogateescape"), pair[1]))

    @queries(c.CIPSSLCPSKHEX)
    def hex_keys(self) -> tuple[LinkPsk, ...]:
        """List the keys that are set, as digits."""
        return self._list(self._keys, lambda n, pair: _psk(n, pair[0].hex(), pair[1]))

    @handles(c.CIPSSLCCIPHER)
    def set_ciphers(self, command: c.CIPSSLCCIPHER) -> None:
        """Keep cipher suites to offer; this host offers its own."""
        suites = tuple(command.cipher_suite or ())
        if len(suites) != command.counts or not set(suites) <= set(_suites()):
            raise Refused
        self._set(self._ciphers, command.link_id, suites)

    @queries(c.CIPSSLCCIPHER)
    def ciphers(self) -> tuple[CipherSuite, ...]:
        """List what this host can offer."""
        return tuple(CipherSuite(index=index, cipher_suite=suite) for index, suite in enumerate(_suites()))

    # For links

    async def of(self, link: Link) -> Tls | Psk:
        """Return how *link* is secured.

        :raises OSError: a certificate that is needed is not stored, or cannot be read.
        """
        number = link.number
        if self._keys.get(number, (b"", ""))[0]:
            return Psk(*self._keys[number])
        conf = self._certificates.get(number, c.CIPSSLCCONF(auth_mode=TlsAuth.NONE))
        common_name, server_name = self._names.get(number), self._server_names.get(number)
        context = await self._client_context(
            "client",
            ca=conf.ca_number or 0 if conf.auth_mode in _CHECKS else None,
            chain=conf.pki_number or 0 if conf.auth_mode in _SHOWS else None,
            protocols=self._protocols.get(number, ()),
        )
        # As in the firmware: whom the certificate is for counts only where a name was set.
        context.check_hostname = conf.auth_mode in _CHECKS and bool(common_name)
        return Tls(context, common_name or server_name)

    async def of_mqtt(
        self, *, ca: int | None, chain: int | None, protocols: Sequence[str], server_name: str | None
    ) -> Tls:
        """Return how a connection to a broker is secured.

        :param ca: number of the authority to check against; None to check nothing.
        :param chain: number of the certificate to show; None for none.
        :raises OSError: a certificate that is needed is not stored, or cannot be read.
        """
        context = await self._client_context("mqtt", ca=ca, chain=chain, protocols=protocols)
        context.check_hostname = ca is not None and server_name is not None
        return Tls(context, server_name)

    async def of_client(self, owner: str, *, ca: int | None, chain: int | None, server_name: str) -> Tls:
        """Return how a connection of another client is secured.

        :param owner: how the namespaces of its certificates begin.
        :param ca: number of the authority to check against; None to check nothing.
        :param chain: number of the certificate to show; None for none.
        :raises OSError: a certificate that is needed is not stored, or cannot be read.
        """
        context = await self._client_context(owner, ca=ca, chain=chain, protocols=())
        context.check_hostname = ca is not None
        return Tls(context, server_name)

    async def _client_context(
        self, owner: str, *, ca: int | None, chain: int | None, protocols: Sequence[str]
    ) -> ssl.SSLContext:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
        if ca is not None:
            context.load_verify_locations(cadata=self._stored_text(f"{owner}_ca", ca))
            context.verify_mode = ssl.CERT_REQUIRED
        if chain is not None:
            await self._load_chain(context, owner, chain)
        if protocols:
            context.set_alpn_protocols(list(protocols))
        return context

    async def of_server(self, server: c.CIPSERVER) -> Tls:
        """Return how clients of the server are secured.

        :raises OSError: its certificate is not stored, or cannot be read.
        """
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        await self._load_chain(context, "server", 0)
        if server.ca_enable:
            context.load_verify_locations(cadata=self._stored_text("server_ca", 0))
            context.verify_mode = ssl.CERT_REQUIRED
        return Tls(context)

    def _is_stored(self, namespace: str) -> bool:
        return bool(self._module.memory.store.get(namespace))

    def _stored_text(self, namespace: str, number: int) -> str:
        values = self._module.memory.store.get(namespace, {})
        _, data = values.get(f"{namespace}.{number}", values.get(namespace, (None, b"")))
        if not data:
            raise OSError(f"no {namespace} is stored")
        return data.rstrip(b"\0").decode("latin-1")

    async def _load_chain(self, context: ssl.SSLContext, side: str, number: int) -> None:
        chain = "\n".join((self._stored_text(f"{side}_cert", number), self._stored_text(f"{side}_key", number)))
        await asyncio.to_thread(_load, context, chain)


def _load(context: ssl.SSLContext, chain: str) -> None:
    """Load a certificate and its key, which the library reads from files alone."""
    handle, path = tempfile.mkstemp()
    try:
        with os.fdopen(handle, "w") as file:
            file.write(chain)
        context.load_cert_chain(path)
    finally:
        os.unlink(path)


def _psk(number: int, key: str, hint: str) -> LinkPsk:
    return LinkPsk(link_id=number, psk=Secret(key), hint=hint)


def _suites() -> list[int]:
    return [cipher["id"] & 0xFFFF for cipher in ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT).get_ciphers()]
