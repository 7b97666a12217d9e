"""Peripherals of the chip: converter, PWM, I2C, SPI. None of it is in the default firmware."""

from __future__ import annotations

from ....wire.codecs import Bitmask, Choice, Hex, Int
from ....wire.command import Command, command, length_of, param, payload
from ....wire.event import Evidence
from ....wire.reply import One, Reply
from ....wire.script import Prompt, Script
from ..values.driver import AdcReading, Attenuation, BitOrder, BusData

__all__ = [
    "DRVADC",
    "DRVI2CINIT",
    "DRVI2CRD",
    "DRVI2CWRBYTES",
    "DRVI2CWRDATA",
    "DRVPWMDUTY",
    "DRVPWMFADE",
    "DRVPWMINIT",
    "DRVSPICONFGPIO",
    "DRVSPIINIT",
    "DRVSPIRD",
    "DRVSPIWR",
]

_SECTION = "Driver AT Commands"

_PIN = Int(0)
_BUS = Int(0, 1)
_ADDRESS = Hex(0, 0x3FF)
_DUTY = Int(0)
_TIME = Int(0, unit="ms")

_BUS_DATA: Reply[BusData] = One(BusData, aliases=("DRVI2CREAD",))


@command("DRVADC", timeout=2, section=_SECTION, reply=One(AdcReading, glued=True), evidence=Evidence.DOCUMENTATION)
class DRVADC(Command[AdcReading]):
    """Read an analogue input.

    :param channel: which one, 0 to 7.
    :param attenuation: before the converter.
    :returns: the reading in steps of the converter.
    :raises CommandError: for a channel that the chip does not have.

    Source: Driver AT Commands, AT+DRVADC.
    """

    channel: int = param(Int(0, 7))
    attenuation: Attenuation = param(Choice(Attenuation))


@command("DRVPWMINIT", timeout=2, section=_SECTION, evidence=Evidence.DOCUMENTATION)
class DRVPWMINIT(Command[None]):
    """Set up PWM outputs.

    :param frequency_hz: 1 to 8000000 Hz.
    :param duty_resolution: bits of the duty, 0 to 20; the product with the frequency is limited.
    :param ch0_gpio: pin of channel 0.
    :param ch1_gpio: pin of channel 1.
    :param ch2_gpio: pin of channel 2.
    :param ch3_gpio: pin of channel 3.
    :raises CommandError: when frequency and resolution do not go together, or a pin is not free.

    Source: Driver AT Commands, AT+DRVPWMINIT.
    """

    frequency_hz: int = param(Int(1, 8000000, "Hz"))
    duty_resolution: int = param(Int(0, 20))
    ch0_gpio: int = param(_PIN)
    ch1_gpio: int | None = param(_PIN, default=None)
    ch2_gpio: int | None = param(_PIN, default=None)
    ch3_gpio: int | None = param(_PIN, default=None)


@command("DRVPWMDUTY", timeout=2, section=_SECTION, evidence=Evidence.DOCUMENTATION)
class DRVPWMDUTY(Command[None]):
    """Set duties of PWM outputs; a channel that is not given keeps its own.

    :param ch0_duty: of channel 0, from 0 to 2 to the power of the resolution.
    :param ch1_duty: of channel 1.
    :param ch2_duty: of channel 2.
    :param ch3_duty: of channel 3.
    :raises CommandError: for a channel that is not set up.

    Source: Driver AT Commands, AT+DRVPWMDUTY.
    """

    ch0_duty: int | None = param(_DUTY, default=None)
    ch1_duty: int | None = param(_DUTY, default=None)
    ch2_duty: int | None = param(_DUTY, default=None)
    ch3_duty: int | None = param(_DUTY, default=None)


@command("DRVPWMFADE", timeout=2, section=_SECTION, evidence=Evidence.DOCUMENTATION)
class DRVPWMFADE(Command[None]):
    """Fade PWM outputs to other duties; a channel that is not given keeps its own.

    :param ch0_target_duty: of channel 0, from 0 to 2 to the power of the resolution.
    :param ch0_fade_time_ms: how long it takes, in milliseconds.
    :param ch1_target_duty: of channel 1.
    :param ch1_fade_time_ms: how long it takes, in milliseconds.
    :param ch2_target_duty: of channel 2.
    :param ch2_fade_time_ms: how long it takes, in milliseconds.
    :param ch3_target_duty: of channel 3.
    :param ch3_fade_time_ms: how long it takes, in milliseconds.
    :raises CommandError: for a channel that is not set up.

    Source: Driver AT Commands, AT+DRVPWMFADE.
    """

    ch0_target_duty: int | None = param(_DUTY, default=None)
    ch0_fade_time_ms: int | None = param(_TIME, default=None)
    ch1_target_duty: int | None = param(_DUTY, default=None)
    ch1_fade_time_ms: int | None = param(_TIME, default=None)
    ch2_target_duty: int | None = param(_DUTY, default=None)
    ch2_fade_time_ms: int | None = param(_TIME, default=None)
    ch3_target_duty: int | None = param(_DUTY, default=None)
    ch3_fade_time_ms: int | None = param(_TIME, default=None)


@command("DRVI2CINIT", timeout=2, section=_SECTION, evidence=Evidence.DOCUMENTATION)
class DRVI2CINIT(Command[None]):
    """Set up an I2C master; the number alone releases it.

    :param num: which one, 0 or 1.
    :param scl_io: pin of the clock.
    :param sda_io: pin of the data.
    :param clock_hz: the clock in Hz, up to 1 MHz.
    :raises CommandError: when a pin is not free.

    Source: Driver AT Commands, AT+DRVI2CINIT.
    """

    num: int = param(_BUS)
    scl_io: int | None = param(_PIN, default=None)
    sda_io: int | None = param(_PIN, default=None)
    clock_hz: int | None = param(Int(1, unit="Hz"), default=None)


@command("DRVI2CRD", timeout=3, section=_SECTION, reply=_BUS_DATA, evidence=Evidence.DOCUMENTATION)
class DRVI2CRD(Command[BusData]):
    """Read from an I2C device.

    :param num: number of the master, 0 or 1.
    :param address: of the device; 7 or 10 bits.
    :param length: how many bytes, 1 to 2048.
    :returns: the bytes.
    :raises CommandError: when the device does not answer, or the master is not set up.

    Source: Driver AT Commands, AT+DRVI2CRD.
    """

    num: int = param(_BUS)
    address: int = param(_ADDRESS)
    length: int = param(Int(1, 2048, "bytes"))


@command(
    "DRVI2CWRDATA",
    timeout=3,
    section=_SECTION,
    script=Script(prompt=Prompt.REQUIRED),
    evidence=Evidence.DOCUMENTATION,
)
class DRVI2CWRDATA(Command[None]):
    """Write to an I2C device.

    :param num: number of the master, 0 or 1.
    :param address: of the device; 7 or 10 bits.
    :param length: how many bytes, 1 to 2048; that of *data* unless given.
    :param data: the bytes.
    :raises CommandError: when the device does not answer, or the master is not set up.

    Source: Driver AT Commands, AT+DRVI2CWRDATA.
    """

    num: int = param(_BUS)
    address: int = param(_ADDRESS)
    length: int | None = length_of("data", Int(1, 2048, "bytes"), default=None)
    data: bytes | None = payload()


@command("DRVI2CWRBYTES", timeout=2, section=_SECTION, evidence=Evidence.DOCUMENTATION)
class DRVI2CWRBYTES(Command[None]):
    """Write one to four bytes to an I2C device.

    :param num: number of the master, 0 or 1.
    :param address: of the device; 7 or 10 bits.
    :param length: how many bytes, 1 to 4.
    :param data: the bytes as one number, up to 0xFFFFFFFF.
    :raises CommandError: when the device does not answer, or the master is not set up.

    Source: Driver AT Commands, AT+DRVI2CWRBYTES.
    """

    num: int = param(_BUS)
    address: int = param(_ADDRESS)
    length: int = param(Int(1, 4, "bytes"))
    data: int = param(Hex())


@command("DRVSPICONFGPIO", timeout=2, section=_SECTION, evidence=Evidence.DOCUMENTATION)
class DRVSPICONFGPIO(Command[None]):
    """Choose the pins of the SPI master.

    :param mosi: data out.
    :param miso: data in.
    :param sclk: clock.
    :param cs: chip select.
    :raises CommandError: when a pin is not free.

    Source: Driver AT Commands, AT+DRVSPICONFGPIO.
    """

    mosi: int = param(_PIN)
    miso: int = param(_PIN)
    sclk: int = param(_PIN)
    cs: int = param(_PIN)


@command("DRVSPIINIT", timeout=2, section=_SECTION, evidence=Evidence.DOCUMENTATION)
class DRVSPIINIT(Command[None]):
    """Set up the SPI master; a clock of 0 alone releases it.

    :param clock_hz: the clock in Hz, up to 40 MHz.
    :param mode: SPI mode, 0 to 3.
    :param cmd_bits: bits of a command phase, 0 to 16.
    :param addr_bits: bits of an address phase, 0 to 64.
    :param dma_channel: DMA channel, 0 to 2.
    :param bit_order: which directions send the lowest bit first.
    :raises CommandError: when the pins were not chosen before.

    Source: Driver AT Commands, AT+DRVSPIINIT.
    """

    clock_hz: int = param(Int(0, unit="Hz"))
    mode: int | None = param(Int(0, 3), default=None)
    cmd_bits: int | None = param(Int(0, 16), default=None)
    addr_bits: int | None = param(Int(0, 64), default=None)
    dma_channel: int | None = param(Int(0, 2), default=None)
    bit_order: BitOrder | None = param(Bitmask(BitOrder), default=None)


@command("DRVSPIRD", timeout=3, section=_SECTION, reply=_BUS_DATA, evidence=Evidence.DOCUMENTATION)
class DRVSPIRD(Command[BusData]):
    """Read from an SPI device.

    :param length: how many bytes, 1 to 4092.
    :param cmd: command before the data.
    :param cmd_len: its bytes, 0 to 2.
    :param addr: address before the data.
    :param addr_len: its bytes, 0 to 4.
    :returns: the bytes.
    :raises CommandError: when the master is not set up.

    Source: Driver AT Commands, AT+DRVSPIRD.
    """

    length: int = param(Int(1, 4092, "bytes"))
    cmd: int | None = param(Hex(0, 0xFFFF), default=None)
    cmd_len: int | None = param(Int(0, 2, "bytes"), default=None)
    addr: int | None = param(Hex(), default=None)
    addr_len: int | None = param(Int(0, 4, "bytes"), default=None)


@command("DRVSPIWR", timeout=3, section=_SECTION, evidence=Evidence.DOCUMENTATION)
class DRVSPIWR(Command[None]):
    """Write to an SPI device.

    :param length: how many bytes, 0 to 4092; that of *data* unless given. With 0 only command and address are sent.
    :param cmd: command before the data.
    :param cmd_len: its bytes, 0 to 2.
    :param addr: address before the data.
    :param addr_len: its bytes, 0 to 4.
    :param data: the bytes.
    :raises CommandError: when the master is not set up.

    Source: Driver AT Commands, AT+DRVSPIWR.
    """

    length: int | None = length_of("data", Int(0, 4092, "bytes"), default=None)
    cmd: int | None = param(Hex(0, 0xFFFF), default=None)
    cmd_len: int | None = param(Int(0, 2, "bytes"), default=None)
    addr: int | None = param(Hex(), default=None)
    addr_len: int | None = param(Int(0, 4, "bytes"), default=None)
    data: bytes | None = payload()

    def script(self) -> Script:
        """Without data there is no prompt."""
        length = len(self.data) if self.length is None and self.data is not None else self.length
        return Script(prompt=Prompt.NONE if length == 0 else Prompt.REQUIRED)
