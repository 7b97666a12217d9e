"""Firmware updates."""

from __future__ import annotations

from ....wire.codecs import Choice, Int
from ....wire.command import Command, command, length_of, param, payload
from ....wire.event import Evidence
from ....wire.reply import Inline
from ....wire.script import Meaning, Prompt, Script
from ..codecs import BareText
from ..records import UpdateBlock
from ..values import UpdateMode

__all__ = ["FWUP", "UPDD", "UPDM"]

_CHECKSUM = Meaning("CHECKSUM", "the checksum of the block is wrong", "send the block again")


@command("FWUP", timeout=5, section="", evidence=Evidence.DOCUMENTATION)
class FWUP(Command[None]):
    """Fetch a firmware by HTTP and install it. Lines of progress follow, which are no messages, and then a reset.

    :param url: the URL, without commas.
    :raises CommandError: ``INV_PARAMS`` for an address that the firmware does not take;
        later failures end without a word.

    Source: its maker's W60x manual 1.0.3.
    """

    url: str = param(BareText(shortest=1, first=True))


@command("&UPDM", timeout=3, section="")
class UPDM(Command[None]):
    """Begin or end a firmware update over the serial port.

    :param mode: begin or end.
    :raises CommandError: ``INV_PARAMS`` for a value that the firmware does not take.

    Source: firmware; not in the manual.
    """

    mode: UpdateMode = param(Choice(UpdateMode))


@command(
    "&UPDD",
    timeout=3,
    section="",
    reply=Inline(UpdateBlock),
    script=Script(prompt=Prompt.GRANT, meanings={"0": _CHECKSUM}),
)
class UPDD(Command[UpdateBlock]):
    """Send one block of a firmware update; the module answers the block's number, and takes it or not.

    :param size: how many bytes; filled in from the data.
    :param data: the block.
    :raises CommandError: ``CHECKSUM`` when the block is damaged.

    Source: firmware; not in the manual.
    """

    size: int | None = length_of("data", Int(1), default=None)
    data: bytes | None = payload(default=None)
