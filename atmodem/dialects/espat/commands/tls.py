"""Settings of SSL links; they hold for links that are opened afterwards."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from ....wire.codecs import Choice, Hex, Int, ListOf, Quoting, SecretText, Text
from ....wire.command import Command, QueryForm, command, length_of, param
from ....wire.event import Evidence
from ....wire.reply import Many
from ....wire.secret import Secret
from ..values.tls import CipherSuite, LinkAlpn, LinkCertificates, LinkCommonName, LinkPsk, LinkSni, TlsAuth

__all__ = [
    "CIPSSLCALPN",
    "CIPSSLCCIPHER",
    "CIPSSLCCN",
    "CIPSSLCCONF",
    "CIPSSLCPSK",
    "CIPSSLCPSKHEX",
    "CIPSSLCSNI",
]

_SECTION = "TCP/IP AT Commands"

_LINK = Int(0, 5)
_NAME = Text(Quoting.ALWAYS, longest=64)
_KEY = SecretText(Text(Quoting.ALWAYS, longest=32))
_HEX_KEY = SecretText(Text(Quoting.ALWAYS, longest=64, pattern="([0-9A-Fa-f]{2})*"))
_HINT = Text(Quoting.ALWAYS, longest=32)


@command("CIPSSLCCONF", timeout=2, section=_SECTION, evidence=Evidence.RUN)
class CIPSSLCCONF(Command[None]):
    """Choose who shows and who checks a certificate, from 2.1; ``query()`` returns it for the links. Stored always.

    Checking needs the time (AT+CIPSNTPCFG) and certificates in the manufacturing store.

    :param link_id: number of the link, with CIPMUX=1; 5 for all; must be left out else.
    :param auth_mode: who does what.
    :param pki_number: number of the stored client certificate and key; 0 unless given.
    :param ca_number: number of the stored CA; 0 unless given.
    :raises CommandError: when what is named is not stored; up to 3.x :class:`NoCa` and the like tell so.

    Source: TCP/IP AT Commands, AT+CIPSSLCCONF.
    """

    link_id: int | None = param(_LINK, default=None, leading=True)
    auth_mode: TlsAuth = param(Choice(TlsAuth))
    pki_number: int | None = param(Int(0), default=None)
    ca_number: int | None = param(Int(0), default=None)
    query: ClassVar[QueryForm[tuple[LinkCertificates, ...]]] = QueryForm(Many(LinkCertificates))


@command("CIPSSLCCN", timeout=2, section=_SECTION, evidence=Evidence.RUN)
class CIPSSLCCN(Command[None]):
    """Set the common name that the server must show, from 2.1; ``query()`` returns those that are set.

    Lost at a restart.

    :param link_id: number of the link, with CIPMUX=1; 5 for all; must be left out else.
    :param common_name: the name, up to 64 bytes.
    :raises CommandError: for a number that is not allowed in this mode.

    Source: TCP/IP AT Commands, AT+CIPSSLCCN.
    """

    link_id: int | None = param(_LINK, default=None, leading=True)
    common_name: str = param(_NAME)
    query: ClassVar[QueryForm[tuple[LinkCommonName, ...]]] = QueryForm(Many(LinkCommonName))


@command("CIPSSLCSNI", timeout=2, section=_SECTION, evidence=Evidence.RUN)
class CIPSSLCSNI(Command[None]):
    """Set the server name to ask for, from 2.1; ``query()`` returns those that are set. Lost at a restart.

    :param link_id: number of the link, with CIPMUX=1; 5 for all; must be left out else.
    :param sni: the name, up to 64 bytes.
    :raises CommandError: for a number that is not allowed in this mode.

    Source: TCP/IP AT Commands, AT+CIPSSLCSNI.
    """

    link_id: int | None = param(_LINK, default=None, leading=True)
    sni: str = param(_NAME)
    query: ClassVar[QueryForm[tuple[LinkSni, ...]]] = QueryForm(Many(LinkSni))


@command("CIPSSLCALPN", timeout=2, section=_SECTION, evidence=Evidence.RUN)
class CIPSSLCALPN(Command[None]):
    """Set the application protocols to offer, from 2.1; ``query()`` returns those that are set. Lost at a restart.

    :param link_id: number of the link, with CIPMUX=1; 5 for all; must be left out else.
    :param counts: how many, 0 to 5; that of *alpn* unless given. 0 clears them.
    :param alpn: the protocols, the preferred one first.
    :raises CommandError: for a number that is not allowed in this mode.

    Source: TCP/IP AT Commands, AT+CIPSSLCALPN.
    """

    link_id: int | None = param(_LINK, default=None, leading=True)
    counts: int | None = length_of("alpn", Int(0, 5), default=None)
    alpn: Sequence[str] | None = param(ListOf(Text(Quoting.ALWAYS)), default=None, rest=True)
    query: ClassVar[QueryForm[tuple[LinkAlpn, ...]]] = QueryForm(Many(LinkAlpn))


@command("CIPSSLCPSK", timeout=2, section=_SECTION, evidence=Evidence.RUN)
class CIPSSLCPSK(Command[None]):
    """Set the pre-shared key as text, from 2.1; ``query()`` returns those that are set. Lost at a restart.

    :param link_id: number of the link, with CIPMUX=1; 5 for all; must be left out else.
    :param psk: the key, up to 32 bytes.
    :param hint: its identity, up to 32 bytes.
    :raises CommandError: for a number that is not allowed in this mode.

    Source: TCP/IP AT Commands, AT+CIPSSLCPSK.
    """

    link_id: int | None = param(_LINK, default=None, leading=True)
    psk: str | Secret[str] = param(_KEY)
    hint: str = param(_HINT)
    query: ClassVar[QueryForm[tuple[LinkPsk, ...]]] = QueryForm(Many(LinkPsk))


@command("CIPSSLCPSKHEX", timeout=2, section=_SECTION, evidence=Evidence.RUN)
class CIPSSLCPSKHEX(Command[None]):
    """Set the pre-shared key as hexadecimal digits, from 3.2; ``query()`` returns those that are set.

    It is the same key that AT+CIPSSLCPSK sets. Lost at a restart.

    :param link_id: number of the link, with CIPMUX=1; 5 for all; must be left out else.
    :param psk: the key, two digits for each byte, up to 64 digits.
    :param hint: its identity, up to 32 bytes.
    :raises CommandError: for a number that is not allowed in this mode, or digits that are none.

    Source: TCP/IP AT Commands, AT+CIPSSLCPSKHEX.
    """

    link_id: int | None = param(_LINK, default=None, leading=True)
    psk: str | Secret[str] = param(_HEX_KEY)
    hint: str = param(_HINT)
    query: ClassVar[QueryForm[tuple[LinkPsk, ...]]] = QueryForm(Many(LinkPsk))


@command("CIPSSLCCIPHER", timeout=2, section=_SECTION, evidence=Evidence.DOCUMENTATION)
class CIPSSLCCIPHER(Command[None]):
    """Set the cipher suites to offer, from 4.1 (ESP8266 2.2.2). Lost at a restart.

    ``query()`` returns those that the firmware can offer, not those that are set.

    :param link_id: number of the link, with CIPMUX=1; 5 for all; must be left out else.
    :param counts: how many; that of *cipher_suite* unless given. 0 clears them.
    :param cipher_suite: their numbers as IANA assigns them.
    :raises CommandError: for a suite that the firmware cannot offer.

    Source: TCP/IP AT Commands, AT+CIPSSLCCIPHER.
    """

    link_id: int | None = param(_LINK, default=None, leading=True)
    counts: int | None = length_of("cipher_suite", Int(0), default=None)
    cipher_suite: Sequence[int] | None = param(ListOf(Hex(0, 0xFFFF)), default=None, rest=True)
    query: ClassVar[QueryForm[tuple[CipherSuite, ...]]] = QueryForm(Many(CipherSuite))
