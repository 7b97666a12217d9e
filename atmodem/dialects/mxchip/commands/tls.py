"""Commands of certificates and their verification."""

from __future__ import annotations

from ....wire.codecs import Bool, Choice, Int
from ....wire.command import Command, command, param, payload
from ....wire.event import Evidence
from ....wire.reply import FreeText
from ....wire.script import Prompt, Script
from ....wire.secret import Secret
from ..values.enums import CertificateType
from ..values.records import Certificate

__all__ = ["CIPSSLOPT", "SSLCERTGET", "SSLCERTSET"]


@command(
    "SSLCERTGET",
    timeout=10,
    section="4 AT+SSLCERTGET",
    reply=FreeText(Certificate, "cert"),
    evidence=Evidence.UNPROVEN,
)
class SSLCERTGET(Command[Certificate]):
    """Read back a certificate, key or revocation list. Answers :class:`Certificate`.

    Source: manual 4, AT+SSLCERTGET, which does not show how the lines of a certificate are printed.

    :param type: which one.
    :raises CommandError: ``REFUSED`` when there is none of that kind.
    """

    type: CertificateType = param(Choice(CertificateType))


@command(
    "SSLCERTSET",
    timeout=10,
    section="4 AT+SSLCERTSET",
    script=Script(prompt=Prompt.REQUIRED, data_end=b"\x1a"),
)
class SSLCERTSET(Command[None]):
    """Store a certificate, key or revocation list, for links and MQTT alike.

    Source: manual 4, AT+SSLCERTSET.

    :param type: which one.
    :param cert: its PEM text, masked in logs. The byte 0x1A ends the upload and may not stand in it.
    :raises CommandError: ``REFUSED``.
    """

    type: CertificateType = param(Choice(CertificateType))
    cert: bytes | Secret[bytes] | None = payload(refused=b"\x1a", secret=True)


@command("CIPSSLOPT", timeout=5, section="4 AT+CIPSSLOPT", evidence=Evidence.DOCUMENTATION)
class CIPSSLOPT(Command[None]):
    """Choose what an ``ssl_client`` link verifies. Comes before CIPSTART.

    Source: manual 4, AT+CIPSSLOPT.

    :param id: the link, 0 to 4.
    :param verify_root: check the server's certificate against the root certificate.
    :param verify_client: present the client certificate.
    :param verify_crl: check the revocation list; None leaves it as it is.
    :raises CommandError: ``REFUSED`` for a link out of range.
    """

    id: int = param(Int(0, 4))
    verify_root: bool = param(Bool())
    verify_client: bool = param(Bool())
    verify_crl: bool | None = param(Bool(), default=None)
