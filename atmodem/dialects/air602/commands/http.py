"""The HTTP client and the built-in web server."""

from __future__ import annotations

from ....wire.codecs import Bool, Choice, Int, Text
from ....wire.command import Command, command, form_flag, param
from ....wire.event import Evidence
from ....wire.reply import MaybeInline
from ..codecs import BareText
from ..records import HttpSession
from ..setting import InlineSetting
from ..values import HttpVerb

__all__ = ["HTTPC", "WEBS"]


@command("WEBS", timeout=3, section="2.2.2.21", bare_query=True, evidence=Evidence.RUN)
class WEBS(InlineSetting):
    """Set or read the built-in configuration web server.

    :param enable: on or off.
    :param port: its port, 1 to 65535; 80 when left out. Not told while it is off.
    :param save: write it to flash too.
    :raises CommandError: ``INV_PARAMS`` for a value that the firmware does not take.

    Source: manual 2.2.2.21.
    """

    enable: bool = param(Bool())
    port: int | None = param(Int(1, 65535), default=None)
    save: bool = form_flag(default=False)


@command("HTTPC", timeout=5, section="2.2.3.19", reply=MaybeInline(HttpSession), evidence=Evidence.RUN)
class HTTPC(Command[HttpSession | None]):
    """Send an HTTP request; the result comes as HTTPCRPT or HTTPCERRRPT, while SKRPTM is on only.

    Best effort: firmware of 2018 announces only the first response after a start. Firmware after the manual does not
    tell a session, and the reply is None.

    :param url: the URL, 1 to 255 bytes.
    :param verb: the method.
    :param postdata: the body of ``POST`` and ``PUT``, at most 512 bytes, without commas; the whole line has 512 too.
    :raises CommandError: ``INV_PARAMS`` for an address or verb that the firmware does not take;
        the rest comes as HTTPCERRRPT.

    Source: manual 2.2.3.19.
    """

    url: str = param(Text(shortest=1, longest=255))
    verb: HttpVerb = param(Choice(HttpVerb))
    postdata: str | None = param(BareText(longest=512), default=None, when=("verb", (HttpVerb.POST, HttpVerb.PUT)))
