"""Sketch."""

from __future__ import annotations

from attrs import frozen

from ....wire.codecs import Choice, Int, Mac, OpenIntEnum, Quoting, Text
from ....wire.command import Command, QueryForm, Setting, command, length_of, param, payload
from ....wire.event import value
from ....wire.reply import Labelled, Many, Maybe
from ....wire.script import EchoEffect, Prompt, Script

__all__ = ["AT", "ATE0", "CIPMUX", "CIPSEND", "CWLAP", "GMR"]


@command("AT", bare=True, timeout=1, section="x")
class AT(Command[None]):
    """a"""


@command("ATE0", bare=True, timeout=1, section="x", script=Script(echo=EchoEffect.OFF))
class ATE0(Command[None]):
    """a"""


@command("CIPMUX", timeout=1, section="x")
class CIPMUX(Setting):
    """a"""

    mode: int = param(Int(0, 1))


@frozen(kw_only=True)
class Firmware:
    at_version: str = value(Text(), label="AT version:")
    sdk_version: str | None = value(Text(), default=None, label="SDK version:")
    compile_time: str | None = value(Text(), default=None, label="compile time")
    bin_version: str | None = value(Text(), default=None, label="Bin version:")
    others: tuple[str, ...] = ()


@command("GMR", timeout=1, section="x", reply=Labelled(Firmware))
class GMR(Command[Firmware]):
    """a"""


@frozen(kw_only=True)
class AP:
    ecn: int | None = value(Int(), default=None)
    ssid: str | None = value(Text(Quoting.ALWAYS, free=True), default=None)
    rssi: int | None = value(Int(), default=None)
    mac: str | None = value(Mac(quoting=Quoting.ALWAYS), default=None)
    channel: int | None = value(Int(), default=None)
    freq_offset: int | None = value(Int(), default=None)
    freqcal_val: int | None = value(Int(), default=None)
    pairwise_cipher: int | None = value(Int(), default=None)
    group_cipher: int | None = value(Int(), default=None)
    wifi_protocol: int | None = value(Int(), default=None)
    wps: int | None = value(Int(), default=None)


@command("CWLAP", timeout=15, section="x", reply=Many(AP, "(<*>)"))
class CWLAP(Command[tuple[AP, ...]]):
    """a"""


@command("CIPSEND", timeout=15, section="x", execute=True)
class CIPSEND(Command[None]):
    """a"""

    link_id: int | None = param(Int(0, 4), default=None, leading=True)
    length: int | None = length_of("data", Int(1, 8192))
    host: str | None = param(Text(Quoting.ALWAYS), default=None)
    port: int | None = param(Int(1, 65535), default=None)
    data: bytes | None = payload()

    def script(self) -> Script:
        if self.length is None and self.data is None:
            return Script(prompt=Prompt.REQUIRED, stream=True)
        return Script(prompt=Prompt.REQUIRED, done=(b"SEND OK",), fail=(b"SEND FAIL",), progress=(rb"Recv \d+ bytes",))
