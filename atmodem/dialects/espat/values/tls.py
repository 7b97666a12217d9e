"""Values of the commands about SSL links."""

from __future__ import annotations

from attrs import frozen

from ....wire.codecs import Choice, Hex, Int, ListOf, OpenIntEnum, Quoting, SecretText, Text
from ....wire.event import value
from ....wire.secret import Secret

__all__ = [
    "CipherSuite",
    "LinkAlpn",
    "LinkCertificates",
    "LinkCommonName",
    "LinkPsk",
    "LinkSni",
    "TlsAuth",
]


class TlsAuth(OpenIntEnum):
    """Who shows and who checks a certificate."""

    NONE = 0
    CLIENT_CERT = 1
    VERIFY_SERVER = 2
    MUTUAL = 3


@frozen(kw_only=True)
class LinkCertificates:
    """Certificates of a link.

    :param link_id: its number.
    :param auth_mode: who shows and who checks one.
    :param pki_number: number of the stored client certificate and key.
    :param ca_number: number of the stored CA.
    """

    link_id: int = value(Int(0))
    auth_mode: TlsAuth = value(Choice(TlsAuth))
    pki_number: int = value(Int(0))
    ca_number: int = value(Int(0))


@frozen(kw_only=True)
class LinkCommonName:
    """The common name that the server of a link must show.

    :param link_id: number of the link.
    :param common_name: the name.
    """

    link_id: int = value(Int(0))
    common_name: str = value(Text(Quoting.LENIENT, free=True))


@frozen(kw_only=True)
class LinkSni:
    """The server name that a link asks for.

    :param link_id: number of the link.
    :param sni: the name.
    """

    link_id: int = value(Int(0))
    sni: str = value(Text(Quoting.LENIENT, free=True))


@frozen(kw_only=True)
class LinkAlpn:
    """The application protocols that a link offers.

    :param link_id: number of the link.
    :param alpn: the protocols, the preferred one first.
    """

    link_id: int = value(Int(0))
    alpn: tuple[str, ...] = value(ListOf(Text(Quoting.LENIENT)))


@frozen(kw_only=True)
class LinkPsk:
    """The pre-shared key of a link.

    :param link_id: number of the link.
    :param psk: the key: text, or hexadecimal digits for AT+CIPSSLCPSKHEX.
    :param hint: its identity.
    """

    link_id: int = value(Int(0))
    psk: Secret[str] = value(SecretText(Text(Quoting.LENIENT, free=True)))
    hint: str = value(Text(Quoting.LENIENT))


@frozen(kw_only=True)
class CipherSuite:
    """A cipher suite that the firmware can offer.

    :param index: its place in the list.
    :param cipher_suite: its number as IANA assigns it.
    """

    index: int = value(Int(0))
    cipher_suite: int = value(Hex())
