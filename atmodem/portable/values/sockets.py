"""Values of links: what one is, what travels over it, and how TLS protects it."""

from __future__ import annotations

import enum

from attrs import field, frozen

from ...wire.secret import Secret
from .network import Endpoint

__all__ = ["CredentialKind", "Datagram", "Link", "Polling", "Psk", "TlsOptions", "Transport"]


class Transport(enum.Enum):
    """What carries a link."""

    TCP = "tcp"
    UDP = "udp"
    TLS = "tls"


@frozen
class Polling:
    """How often to ask the module while somebody waits: soon after the last success, then more and more seldom.

    :param shortest: seconds to the first question; 0 where the question itself waits in the module.
    :param longest: seconds between questions at most.
    """

    shortest: float
    longest: float


@frozen(kw_only=True)
class Link:
    """An open link, as a driver hands it out.

    :param number: the driver's number for it, in its calls and events. It need not be the module's own.
    :param pushes: data come by themselves as ``SocketData``; else ``receive`` fetches them.
    :param polling: ask by ``receive`` (a listener: by ``accept``) while somebody waits, because no event tells of data,
        a close or a client; None where events tell.
    :param remote: the far end, where it is known.
    :param local_port: own port, where it is known.
    """

    number: int
    pushes: bool = False
    polling: Polling | None = None
    remote: Endpoint | None = None
    local_port: int | None = None


@frozen
class Datagram:
    """A datagram that came.

    :param data: its bytes.
    :param sender: who sent it; None where the module does not tell.
    """

    data: bytes
    sender: Endpoint | None = None


class CredentialKind(enum.Enum):
    """What a stored credential is."""

    CA = "ca"
    CERTIFICATE = "certificate"
    PRIVATE_KEY = "private_key"
    REVOCATION_LIST = "revocation_list"


@frozen(kw_only=True)
class Psk:
    """A key that both ends know.

    :param identity: name of the key.
    :param key: the key.
    """

    identity: str
    key: bytes | Secret[bytes] = field(repr=False)


@frozen(kw_only=True)
class TlsOptions:
    """How the module protects a link. Credentials are names that ``credentials.store`` has returned.

    :param verify: check the server's certificate; False is for tests alone.
    :param ca: the authority to check against; None for what the module has stored.
    :param certificate: client certificate to show; None for none.
    :param private_key: its key.
    :param server_name: name to ask for (SNI) and to check; None for the host that is connected to.
    :param alpn: protocols to offer, best first.
    :param psk: a shared key instead of certificates.
    """

    verify: bool = True
    ca: str | None = None
    certificate: str | None = None
    private_key: str | None = None
    server_name: str | None = None
    alpn: tuple[str, ...] = ()
    psk: Psk | None = None
