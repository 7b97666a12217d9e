"""Opening modems by URL."""

import asyncio
from concurrent.futures import ThreadPoolExecutor

import anyio
import attrs
import pytest

import atmodem
from atmodem.api.virtual import make_device, serve_pty, serve_tcp
from atmodem.dialects import espat, find_dialect, mxchip
from atmodem.errors import InvalidArgument, LinkLost, PortBusy, PortNotFound, Unsupported
from tests.api.leaks import census, settled
from tests.sessions.bench import cancelled_after

pytestmark = [pytest.mark.asyncio, pytest.mark.usefixtures("no_leaks")]

#: Made here, as a dialect is not imported in the event loop.
BARE = attrs.evolve(find_dialect("espat"), device=None)

ESPAT = find_dialect("espat")
MXCHIP = find_dialect("mxchip")
MXCHIP.device()


async def test_a_virtual_module_comes_and_goes_with_its_modem():
    async with atmodem.connect("virtual://espat") as modem:
        assert modem.url == "virtual://espat"
        assert modem.dialect is ESPAT
        assert (await modem.send(espat.GMR())).at_version
    assert modem.closed


async def test_the_profile_chooses_the_firmware():
    async with atmodem.connect("virtual://espat?profile=3.3") as modem:
        assert (await modem.send_raw("AT+GMR"))[0].startswith("AT version:3.3.")


@pytest.mark.parametrize("rest", [-1, 11, float("nan")])
async def test_a_rest_that_is_none_is_refused(rest: float):
    with pytest.raises(InvalidArgument, match="rest must be 0 to 10 seconds"):
        await atmodem.connect("virtual://espat", rest=rest)


@pytest.mark.parametrize("strict", [True, False])
async def test_data_wait_for_a_prompt_that_never_comes_only_where_that_is_asked_for(strict: bool):
    async with (
        make_device(MXCHIP, profile="no-prompt") as device,
        atmodem.connect(device.url, MXCHIP, rest=0, strict_prompt=strict) as modem,
    ):
        await modem.wifi.join("lab", "secret")
        async with modem.open_udp(("127.0.0.1", 9)) as socket:
            command = mxchip.CIPSEND(id=socket.link, data=b"AT+NOSUCH\r")
            if strict:
                with pytest.raises(atmodem.CommandTimeout):
                    await modem.send(command, timeout=0.5)
            else:
                await modem.send(command)
        assert (await modem.wifi.status()).joined


async def test_the_url_of_a_running_module_leads_to_that_one():
    async with make_device(ESPAT) as device:
        for _ in range(2):
            async with atmodem.connect(device.url) as modem:
                await modem.send(espat.AT())
                with pytest.raises(PortBusy, match="somebody is attached"):
                    await atmodem.connect(device.url)
        assert device.awake
    with pytest.raises(PortNotFound, match="no virtual module runs at"):
        await atmodem.connect(device.url)


@pytest.mark.parametrize("dialect", ["espat", ESPAT, None])
async def test_a_module_on_tcp_is_opened_by_name_by_dialect_or_by_asking(dialect: object):
    async with (
        make_device(ESPAT) as device,
        serve_tcp(device, "127.0.0.1", 0) as url,
        atmodem.connect(url, dialect) as modem,
    ):
        assert modem.dialect is ESPAT
        assert await modem.send(espat.AT()) is None


async def test_a_module_on_a_pty_is_opened_by_its_path():
    async with (
        make_device(ESPAT) as device,
        serve_pty(device) as path,
        atmodem.connect(path, "espat", baudrate=921600) as modem,
    ):
        assert modem.url == path
        await modem.send(espat.AT())


@pytest.mark.parametrize(
    ("url", "error", "text"),
    [
        ("virtual://nokia", InvalidArgument, "dialect must be one of air602, espat"),
        ("virtual://", InvalidArgument, "dialect must be one of"),
        ("virtual://espat?profile=1.7", InvalidArgument, "profile must be one of 2.0"),
        ("virtual://espat?profile", InvalidArgument, "profile must be one of 2.0"),
        ("virtual://espat?speed=9", InvalidArgument, "no option but profile, not 'speed=9'"),
        ("virtual://espat?speed", InvalidArgument, "no option but profile, not 'speed'"),
        ("virtual://espat/999999", PortNotFound, "enter the module's async context first"),
        ("virtual://[espat", InvalidArgument, "url must be"),
        ("tcp://[::1", InvalidArgument, "url must be"),
        ("tcp://127.0.0.1", InvalidArgument, "url must be"),
        ("", InvalidArgument, "url must be"),
        (None, InvalidArgument, "url must be"),
        ("nonsense://x", InvalidArgument, "url must be"),
        ("/dev/does-not-exist", PortNotFound, "no port /dev/does-not-exist"),
    ],
)
async def test_a_url_that_leads_nowhere_is_named(url: str, error: type[Exception], text: str):
    with pytest.raises(error, match=text):
        await atmodem.connect(url, "espat" if not str(url).startswith("virtual") else None)


async def test_a_dialect_without_a_virtual_module_says_so():
    with pytest.raises(Unsupported, match="espat has no virtual module"):
        make_device(BARE)


@pytest.mark.parametrize(
    ("options", "parameter"),
    [
        ({"dialect": "nokia"}, "dialect"),
        ({"dialect": 5}, "dialect"),
        ({"baudrate": 0}, "baudrate"),
        ({"rtscts": 1}, "rtscts"),
        ({"backend": "magic"}, "backend"),
    ],
)
async def test_an_option_that_does_not_exist_is_named(options: dict[str, object], parameter: str):
    with pytest.raises(InvalidArgument) as caught:
        await atmodem.connect("/dev/null", **options)
    assert caught.value.parameter == parameter


@pytest.mark.parametrize("way", ["virtual", "running", "pty", "tcp", "probed"])
async def test_an_opening_cancelled_anywhere_leaves_nothing_open(way: str):
    async with make_device(ESPAT) as device, serve_pty(device) as path:
        module = make_device(ESPAT)
        async with module, serve_tcp(module, "127.0.0.1", 0) as url:
            await attempt(way, {"virtual": "virtual://espat", "running": None, "tcp": url}.get(way, path), module)
        assert device.awake


async def attempt(way: str, url: str | None, module: espat.Virtual) -> None:
    if url is None:
        async with make_device(ESPAT) as third:
            await cancel_everywhere(third.url, None)
    else:
        await cancel_everywhere(url, None if way in ("virtual", "probed") else ESPAT)


async def cancel_everywhere(url: str, dialect: object) -> None:
    # With one thread, what runs behind a cancelled one waits for its end.
    asyncio.get_running_loop().set_default_executor(ThreadPoolExecutor(1))
    await asyncio.to_thread(int)
    before = census()
    opened: list[atmodem.Modem] = []

    async def connect() -> None:
        opened.append(await atmodem.connect(url, dialect))

    turns = 0
    while await cancelled_after(turns, connect()):
        await asyncio.to_thread(int)
        assert await settled(before) == set()
        # Waiting for threads and timers takes many turns; the first ones are all different.
        turns += 1 + turns // (3 if dialect is None else 12)
    assert turns > 10
    await opened[0].aclose()
    assert await settled(before) == set()


async def test_a_time_limit_on_an_opening_leaves_nothing_open():
    async with make_device(ESPAT) as device, serve_pty(device) as path:
        device.restart(after=60)
        with pytest.raises(TimeoutError):
            with anyio.fail_after(0.05):
                await atmodem.connect(path, ESPAT)
        device.restart(after=0)
        async with atmodem.connect(path, ESPAT) as modem:
            await modem.send(espat.AT())


async def test_a_second_program_is_turned_away_and_leaves_the_first_alone():
    async with make_device(ESPAT) as device, serve_tcp(device, "127.0.0.1", 0) as url:
        held = await atmodem.connect(url, ESPAT)
        # A second program is turned away: its line is cut.
        with pytest.raises(LinkLost):
            await atmodem.connect(url, ESPAT)
        await held.send(espat.AT())
        await held.aclose()


async def test_an_opening_can_be_closed_by_another_task():
    opening = atmodem.connect("virtual://espat")
    modem = await asyncio.create_task(opening.__aenter__())
    await modem.send(espat.AT())
    await asyncio.create_task(opening.__aexit__(None, None, None))
    assert modem.closed


async def test_an_awaited_opening_is_closed_by_hand_and_more_than_once():
    modem = await atmodem.connect("virtual://espat")
    await modem.send(espat.AT())
    await asyncio.create_task(modem.aclose())
    await modem.aclose()
    assert modem.closed


async def test_an_error_in_the_block_closes_and_passes():
    with pytest.raises(LookupError):
        async with atmodem.connect("virtual://espat") as modem:
            raise LookupError
    assert modem.closed
