"""Words of the socket commands and what they answer."""

from __future__ import annotations

from attrs import frozen

from ....wire.codecs import Choice, OpenStrEnum
from ....wire.event import value
from ..codecs import BLOCK, Address, DataFormat, Number, Sockets, Word

__all__ = [
    "AcceptedSocket",
    "Cipher",
    "ConnectedPeer",
    "Datagram",
    "Domain",
    "Family",
    "Protocol",
    "ReadableSockets",
    "ReceivedData",
    "SecurityMethod",
    "SocketNumber",
    "SocketType",
]


class Domain(OpenStrEnum):
    """Protocol family of a socket."""

    INET = "inet"
    INET6 = "inet6"
    #: Transceiver mode: bare frames.
    RF = "rf"


class Family(OpenStrEnum):
    """Protocol family of an address."""

    INET = "inet"
    INET6 = "inet6"


class SocketType(OpenStrEnum):
    """Kind of communication."""

    STREAM = "stream"
    DGRAM = "dgram"
    RAW = "raw"


class Protocol(OpenStrEnum):
    """Protocol of a socket."""

    TCP = "tcp"
    UDP = "udp"
    RAW = "raw"
    #: TLS.
    SEC = "sec"


class SecurityMethod(OpenStrEnum):
    """Version of TLS."""

    SSLV3 = "sslv3"
    TLSV1 = "tlsv1"
    TLSV1_1 = "tlsv1_1"
    TLSV1_2 = "tlsv1_2"
    #: The highest that both sides know.
    SSLV3_TLSV1_2 = "sslv3_tlsv1_2"


class Cipher(OpenStrEnum):
    """Cipher suites. The three AES-128-CBC-SHA suites with RSA keys that the manual has are unknown to the core."""

    SSL_RSA_WITH_RC4_128_SHA = "ssl_rsa_with_rc4_128_sha"
    SSL_RSA_WITH_RC4_128_MD5 = "ssl_rsa_with_rc4_128_md5"
    TLS_RSA_WITH_AES_256_CBC_SHA = "tls_rsa_with_aes_256_cbc_sha"
    TLS_DHE_RSA_WITH_AES_256_CBC_SHA = "tls_dhe_rsa_with_aes_256_cbc_sha"
    TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA = "tls_ecdhe_rsa_with_aes_256_cbc_sha"
    TLS_ECDHE_RSA_WITH_RC4_128_SHA = "tls_ecdhe_rsa_with_rc4_128_sha"
    TLS_RSA_WITH_AES_128_CBC_SHA256 = "tls_rsa_with_aes_128_cbc_sha256"
    TLS_RSA_WITH_AES_256_CBC_SHA256 = "tls_rsa_with_aes_256_cbc_sha256"
    TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA256 = "tls_ecdhe_rsa_with_aes_128_cbc_sha256"
    TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA256 = "tls_ecdhe_ecdsa_with_aes_128_cbc_sha256"
    TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA = "tls_ecdhe_ecdsa_with_aes_128_cbc_sha"
    TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA = "tls_ecdhe_ecdsa_with_aes_256_cbc_sha"
    TLS_RSA_WITH_AES_128_GCM_SHA256 = "tls_rsa_with_aes_128_gcm_sha256"
    TLS_RSA_WITH_AES_256_GCM_SHA384 = "tls_rsa_with_aes_256_gcm_sha384"
    TLS_DHE_RSA_WITH_AES_128_GCM_SHA256 = "tls_dhe_rsa_with_aes_128_gcm_sha256"
    TLS_DHE_RSA_WITH_AES_256_GCM_SHA384 = "tls_dhe_rsa_with_aes_256_gcm_sha384"
    TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256 = "tls_ecdhe_rsa_with_aes_128_gcm_sha256"
    TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384 = "tls_ecdhe_rsa_with_aes_256_gcm_sha384"
    TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256 = "tls_ecdhe_ecdsa_with_aes_128_gcm_sha256"
    TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384 = "tls_ecdhe_ecdsa_with_aes_256_gcm_sha384"
    TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256 = "tls_ecdhe_ecdsa_with_chacha20_poly1305_sha256"
    TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256 = "tls_ecdhe_rsa_with_chacha20_poly1305_sha256"
    TLS_DHE_RSA_WITH_CHACHA20_POLY1305_SHA256 = "tls_dhe_rsa_with_chacha20_poly1305_sha256"


@frozen(kw_only=True)
class SocketNumber:
    """A socket.

    :param socket: its number.
    """

    socket: int = value(Number())


@frozen(kw_only=True)
class AcceptedSocket:
    """A client that connected.

    :param socket: number of the new socket.
    :param family: family of its address.
    :param port: port of the client.
    :param address: address of the client.
    """

    socket: int = value(Number())
    family: Family = value(Word(Family))
    port: int = value(Number())
    address: str = value(Address(None))


@frozen(kw_only=True)
class ConnectedPeer:
    """A connection that was opened; which socket has it the line does not tell.

    :param port: port of the peer.
    :param address: address of the peer.
    """

    port: int = value(Number())
    address: str = value(Address(None))


@frozen(kw_only=True)
class ReadableSockets:
    """The sockets that have something to read or a client to accept.

    :param readable: their numbers; empty when the time was over.
    """

    readable: tuple[int, ...] = value(Sockets())


@frozen(kw_only=True)
class ReceivedData:
    """Data from a connected socket.

    :param socket: number of the socket.
    :param format: how they stood in the line.
    :param length: bytes in the line: base64 characters there; 0 when the peer has closed.
    :param data: the data themselves.
    """

    socket: int = value(Number())
    format: DataFormat = value(Choice(DataFormat))
    length: int = value(Number())
    data: bytes = value(BLOCK)


@frozen(kw_only=True)
class Datagram:
    """A datagram; who sent it the line does not tell.

    :param socket: number of the socket.
    :param format: how it stood in the line.
    :param length: bytes in the line: base64 characters there.
    :param data: the data themselves.
    """

    socket: int = value(Number())
    format: DataFormat = value(Choice(DataFormat))
    length: int = value(Number())
    data: bytes = value(BLOCK)
