"""Named values and partitions that the module keeps."""

import random

import pytest

from atmodem import CommandError, InvalidArgument, NvsKind, Partition
from tests.sessions.modems import ERROR, OK, scripted, virtual

pytestmark = pytest.mark.asyncio

EVERY_BYTE = bytes(range(256)) * 8
PARTITIONS = {b"AT+SYSFLASH?": b'+SYSFLASH:"mfg_nvs",1,2,0x1f000,0x13000\r\n' + OK}


@pytest.mark.parametrize(
    ("value", "kind"),
    [
        ('naïve, "quoted" \\ and\r\nbroken', NvsKind.TEXT),
        (EVERY_BYTE, NvsKind.BINARY),
        (0, NvsKind.U8),
        (-128, NvsKind.I8),
        (0xFFFF, NvsKind.U16),
        (-0x8000, NvsKind.I16),
        (0xFFFFFFFF, NvsKind.U32),
        (-0x80000000, NvsKind.I32),
    ],
)
async def test_a_value_of_each_kind_is_kept_as_it_was(value: int | str | bytes, kind: NvsKind):
    async with virtual() as (_, modem):
        await modem.nvs.write("client_ca", "client_ca.0", value, kind=kind)
        assert await modem.nvs.read("client_ca", "client_ca.0") == value
        assert await modem.nvs.keys("client_ca") == {"client_ca.0": kind}
        await modem.system.restart()
        assert await modem.nvs.read("client_ca", "client_ca.0") == value


async def test_texts_and_bytes_tell_their_kind():
    async with virtual() as (_, modem):
        await modem.nvs.write("n", "text", "x")
        await modem.nvs.write("n", "bytes", b"x")
        assert await modem.nvs.keys("n") == {"text": NvsKind.TEXT, "bytes": NvsKind.BINARY}


async def test_values_and_namespaces_are_forgotten():
    async with virtual() as (_, modem):
        await modem.nvs.write("n", "a", "1")
        await modem.nvs.write("n", "b", "2")
        assert await modem.nvs.namespaces() == ("factory_param", "n")
        await modem.nvs.erase("n", "a")
        assert list(await modem.nvs.keys("n")) == ["b"]
        await modem.nvs.erase("n")
        assert await modem.nvs.namespaces() == ("factory_param",)
        with pytest.raises(CommandError, match="SYSMFG"):
            await modem.nvs.erase("n")


async def test_what_is_not_there_has_its_own_reason():
    async with virtual() as (_, modem):
        with pytest.raises(CommandError, match="there is no 'k' in 'n'") as caught:
            await modem.nvs.read("n", "k")
        assert caught.value.name == "NO_SUCH_KEY"
    answers = {b'AT+SYSMFG=1,"n"': ERROR, b'AT+SYSMFG=1,"n","k"': OK}
    async with scripted(answers) as (_, modem):
        with pytest.raises(CommandError, match="there is no namespace 'n'") as caught:
            await modem.nvs.keys("n")
        assert caught.value.name == "NO_SUCH_NAMESPACE"
        with pytest.raises(CommandError) as caught:
            await modem.nvs.read("n", "k")
        assert caught.value.name == "NO_SUCH_KEY"


@pytest.mark.parametrize(
    ("value", "kind", "allowed"),
    [
        (1, None, "kind must be given for a number"),
        (256, NvsKind.U8, "value must be a number from 0 to 255 for u8"),
        ("1", NvsKind.U8, "value must be a number"),
        ("", None, "value must be a text that is not empty"),
        (b"", None, "value must be a binary that is not empty"),
        (b"x", NvsKind.TEXT, "value must be a text"),
        ("x", NvsKind.BINARY, "value must be a binary"),
    ],
)
async def test_values_that_do_not_fit_their_kind_are_refused(
    value: int | str | bytes, kind: NvsKind | None, allowed: str
):
    async with scripted() as (peer, modem):
        with pytest.raises(InvalidArgument, match=allowed):
            await modem.nvs.write("n", "k", value, kind=kind)
        assert peer.lines == []


async def test_a_value_that_the_module_does_not_take_is_told():
    async with virtual() as (_, modem):
        with pytest.raises(CommandError, match="SYSMFG"):
            await modem.nvs.write("n", "k", bytes(4001))


async def test_a_partition_is_erased_written_and_read_with_progress():
    data = random.Random(1).randbytes(10000)
    told: list[tuple[int, int | None]] = []
    async with virtual() as (_, modem):
        assert await modem.flash.partitions() == (Partition(name="mfg_nvs", size=0x13000),)
        await modem.flash.erase("mfg_nvs")
        await modem.flash.write("mfg_nvs", data, 4096, lambda done, total: told.append((done, total)))
        assert told == [(4096, 10000), (8192, 10000), (10000, 10000)]
        told.clear()
        read = await modem.flash.read("mfg_nvs", 4096, 10000, lambda done, total: told.append((done, total)))
        assert read == data
        assert told == [(4096, 10000), (8192, 10000), (10000, 10000)]
        assert await modem.flash.read("mfg_nvs", 0x13000 - 5) == b"\xff" * 5
        await modem.flash.erase("mfg_nvs", 4096, 4096)
        assert await modem.flash.read("mfg_nvs", 4096, 4097) == b"\xff" * 4096 + data[4096:4097]


async def test_nothing_to_read_or_write_is_no_command():
    async with scripted(PARTITIONS) as (peer, modem):
        assert await modem.flash.read("mfg_nvs", 0, 0) == b""
        await modem.flash.write("mfg_nvs", b"")
        assert peer.lines == [b"AT+SYSFLASH?"] * 2


async def test_a_module_that_has_no_more_to_give_ends_a_read():
    async with scripted({**PARTITIONS, b'AT+SYSFLASH=2,"mfg_nvs",0,8': b"+SYSFLASH:0," + OK}) as (_, modem):
        assert await modem.flash.read("mfg_nvs", 0, 8) == b""


@pytest.mark.parametrize(
    ("call", "arguments", "allowed"),
    [
        ("read", ("nvs",), "partition must be one of mfg_nvs"),
        ("read", ("mfg_nvs", -1), "offset must be 0 to 77824"),
        ("read", ("mfg_nvs", 77825), "offset must be 0 to 77824"),
        ("read", ("mfg_nvs", 77820, 5), "length must be at most 4 from there on"),
        ("write", ("mfg_nvs", b"12345", 77820), "length must be at most 4 from there on"),
        ("erase", ("nvs",), "partition must be one of mfg_nvs"),
        ("erase", ("mfg_nvs", 0), "offset and length must be both given, or none"),
        ("erase", ("mfg_nvs", 1, 4096), "offset and length must be multiples of 4096"),
        ("erase", ("mfg_nvs", 0, 100), "offset and length must be multiples of 4096"),
    ],
)
async def test_bytes_outside_a_partition_are_refused(call: str, arguments: tuple[object, ...], allowed: str):
    async with scripted(PARTITIONS) as (peer, modem):
        with pytest.raises(InvalidArgument, match=allowed):
            await getattr(modem.flash, call)(*arguments)
        assert set(peer.lines) <= {b"AT+SYSFLASH?"}
