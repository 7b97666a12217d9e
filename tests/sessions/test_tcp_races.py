"""What comes in one read with something else, told by a scripted module."""

import asyncio
from collections.abc import AsyncIterator

import anyio
import attrs
import pytest
import pytest_asyncio

import atmodem
from atmodem.dialects import find_dialect
from atmodem.dialects.espat.driver import EspDriver
from atmodem.errors import CommandTimeout, ConnectFailed, ModuleReset, SessionBroken, SessionClosed
from tests.modem.peer import Peer
from tests.sessions.test_tcp import read

pytestmark = pytest.mark.asyncio

ESPAT = find_dialect("espat")


class Pushing(EspDriver):
    """The driver of a module whose data never wait in it."""

    async def prepare(self) -> None:
        await super().prepare()
        self.capabilities = {**self.capabilities, atmodem.Capability.PASSIVE_RECEIVE: atmodem.Support.NO}


PUSHING = attrs.evolve(ESPAT, driver=Pushing)
OK = b"\r\nOK\r\n"
ERROR = b"\r\nERROR\r\n"
CONNECTED = b"4,CONNECT\r\n" + OK
OPEN = b'AT+CIPSTART=4,"TCP","far",7'


@pytest_asyncio.fixture
async def peer() -> Peer:
    peer = Peer()
    peer.answers |= {
        b"AT+CIPRECVTYPE=4,0": OK,
        b"AT+CIPRECVTYPE=4,1": OK,
        OPEN: CONNECTED,
        b"AT+CIPCLOSE=4": b"4,CLOSED\r\n" + OK,
    }
    return peer


@pytest_asyncio.fixture
async def modem(peer: Peer) -> AsyncIterator[atmodem.Modem]:
    modem = atmodem.Modem(peer.link, ESPAT)
    await modem.start()
    yield modem
    await modem.aclose()


async def said(modem: atmodem.Modem) -> None:
    """Wait until everything that was said has been read."""
    await modem.send_raw("AT+CIPMUX?")


async def test_data_in_one_read_with_the_answer_to_the_connect_are_kept(modem: atmodem.Modem, peer: Peer):
    peer.answers[OPEN] = CONNECTED + b"\r\n+IPD,4,5:hello\r\n\r\n+IPD,2,5:other\r\n"
    async with modem.connect_tcp("far", 7, passive=False) as stream:
        assert await stream.receive() == b"hello"
        peer.say(b"\r\n+IPD,4,6:behind\r\n")
        assert await stream.receive() == b"behind"


async def test_a_notice_in_one_read_with_the_answer_to_the_connect_is_kept(modem: atmodem.Modem, peer: Peer):
    peer.answers[OPEN] = CONNECTED + b"\r\n+IPD,4,5\r\n"
    peer.answers[b"AT+CIPRECVDATA=4,2920"] = b"+CIPRECVDATA:5,hello\r\nOK\r\n"
    async with modem.connect_tcp("far", 7, passive=True) as stream:
        assert await stream.receive() == b"hello"


async def test_a_close_in_one_read_with_the_answer_to_the_connect_is_kept(modem: atmodem.Modem, peer: Peer):
    peer.answers[OPEN] = CONNECTED + b"\r\n+IPD,4,3:bye\r\n4,CLOSED\r\n"
    async with modem.connect_tcp("far", 7, passive=False) as stream:
        assert await stream.receive() == b"bye"
        with pytest.raises(anyio.EndOfStream):
            await stream.receive()
    assert b"AT+CIPCLOSE=4" not in peer.lines


async def test_what_came_for_a_connection_that_failed_is_not_given_to_the_next(modem: atmodem.Modem, peer: Peer):
    first = asyncio.create_task(open_stream(modem))
    second = asyncio.create_task(open_stream(modem))
    attempts = iter([b"4,CLOSED\r\n" + ERROR, CONNECTED + b"\r\n+IPD,4,3:new\r\n"])
    peer.answers[OPEN] = lambda: peer.say(next(attempts))
    with pytest.raises(ConnectFailed):
        await first
    stream = await second
    assert await stream.receive() == b"new"
    await stream.aclose()


async def open_stream(modem: atmodem.Modem, *, passive: bool = False):
    return await modem.connect_tcp("far", 7, passive=passive)


async def test_a_restart_in_one_read_with_the_answer_to_the_connect_fails_it(modem: atmodem.Modem, peer: Peer):
    peer.answers[OPEN] = CONNECTED + b"\r\nready\r\n"
    with pytest.raises(ModuleReset, match="started anew"):
        await modem.connect_tcp("far", 7)


async def test_a_restart_while_connecting_fails_it(modem: atmodem.Modem, peer: Peer):
    peer.answers[OPEN] = b"\r\nready\r\n"
    with pytest.raises(ModuleReset, match="started anew"):
        await modem.connect_tcp("far", 7)
    peer.answers[OPEN] = CONNECTED
    await (await modem.connect_tcp("far", 7)).aclose()


async def test_closing_the_modem_fails_a_connect_under_way(modem: atmodem.Modem, peer: Peer):
    del peer.answers[OPEN]
    connecting = asyncio.create_task(open_stream(modem))
    await peer.heard(OPEN)
    await modem.aclose()
    with pytest.raises(SessionClosed, match="the modem is closed"):
        await connecting


async def test_a_cancelled_connect_that_comes_up_all_the_same_is_closed(modem: atmodem.Modem, peer: Peer):
    del peer.answers[OPEN]
    connecting = asyncio.create_task(open_stream(modem))
    await peer.heard(OPEN)
    connecting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await connecting
    peer.say(CONNECTED)
    await peer.heard(b"AT+CIPCLOSE=4")


async def test_a_connect_cancelled_in_the_turn_in_which_it_comes_up_is_closed(modem: atmodem.Modem, peer: Peer):
    connecting = asyncio.create_task(open_stream(modem))
    open_tcp = modem.driver.sockets.open_tcp

    async def open_and_cancel(*arguments: object, **options: object) -> object:
        link = await open_tcp(*arguments, **options)
        asyncio.get_running_loop().call_soon(connecting.cancel)
        return link

    modem.driver.sockets.open_tcp = open_and_cancel
    with pytest.raises(asyncio.CancelledError):
        await connecting
    await peer.heard(b"AT+CIPCLOSE=4")


async def test_a_cancelled_connect_that_fails_is_forgotten(modem: atmodem.Modem, peer: Peer):
    del peer.answers[OPEN]
    connecting = asyncio.create_task(open_stream(modem))
    await peer.heard(OPEN)
    connecting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await connecting
    peer.say(ERROR)
    await said(modem)
    assert b"AT+CIPCLOSE=4" not in peer.lines


async def test_a_failed_piece_ends_the_sending_but_not_the_receiving(modem: atmodem.Modem, peer: Peer):
    stream = await open_stream(modem)
    peer.answers[b"AT+CIPSEND=4,1"] = ERROR
    with pytest.raises(SessionBroken, match="the module could not send: AT\\+CIPSEND=4,1"):
        await stream.send(b"x")
    peer.answers[b"AT+CIPSEND=4,1"] = b"\r\nOK\r\n\r\n>"
    with pytest.raises(SessionBroken, match="the module could not send"):
        await stream.send(b"y")
    peer.say(b"\r\n+IPD,4,5:still\r\n")
    assert await stream.receive() == b"still"
    await stream.aclose()
    assert b"AT+CIPCLOSE=4" in peer.lines


async def test_a_restart_while_sending_breaks_the_stream_by_name(modem: atmodem.Modem, peer: Peer):
    stream = await open_stream(modem)
    peer.answers[b"AT+CIPSEND=4,1"] = b"\r\nready\r\n"
    with pytest.raises(SessionBroken, match="the module started anew"):
        await stream.send(b"x")


async def test_a_lost_line_while_sending_breaks_the_stream_by_name(modem: atmodem.Modem, peer: Peer):
    stream = await open_stream(modem)
    sending = asyncio.create_task(stream.send(b"x"))
    await peer.heard(b"AT+CIPSEND=4,1")
    await peer.hang_up()
    with pytest.raises(SessionBroken, match="the modem has ended"):
        await sending


async def test_bytes_that_the_module_announced_and_never_sent_break_the_stream(modem: atmodem.Modem, peer: Peer):
    stream = await open_stream(modem)
    peer.say(b"\r\n+IPD,4,10:only")
    assert await stream.receive() == b"only"
    with pytest.raises(atmodem.DataLost, match="6 bytes of the connection were lost by the module") as caught:
        await stream.receive()
    assert caught.value.lost == 6


async def test_data_fetched_in_vain_are_asked_for_at_the_next_notice(modem: atmodem.Modem, peer: Peer):
    stream = await open_stream(modem, passive=True)
    receiving = asyncio.create_task(stream.receive())
    answers = iter([ERROR, b"+CIPRECVDATA:5,later\r\nOK\r\n"])
    peer.answers[b"AT+CIPRECVDATA=4,2920"] = lambda: peer.say(next(answers))
    peer.say(b"\r\n+IPD,4,5\r\n")
    await peer.heard(b"AT+CIPRECVDATA=4,2920")
    await said(modem)
    assert not receiving.done()
    peer.say(b"\r\n+IPD,4,5\r\n")
    assert await receiving == b"later"


async def test_a_notice_during_a_fetch_is_not_forgotten(modem: atmodem.Modem, peer: Peer):
    stream = await open_stream(modem, passive=True)
    answers = iter(
        [b"+CIPRECVDATA:3,one\r\n\r\n+IPD,4,3\r\nOK\r\n", b"+CIPRECVDATA:3,two\r\nOK\r\n"],
    )
    peer.answers[b"AT+CIPRECVDATA=4,2920"] = lambda: peer.say(next(answers))
    peer.say(b"\r\n+IPD,4,3\r\n")
    assert [await stream.receive(), await stream.receive()] == [b"one", b"two"]


async def test_a_reader_of_single_bytes_does_not_pay_a_command_for_each(modem: atmodem.Modem, peer: Peer):
    stream = await open_stream(modem, passive=True)
    peer.answers[b"AT+CIPRECVDATA=4,512"] = b"+CIPRECVDATA:5,hello\r\nOK\r\n"
    peer.say(b"\r\n+IPD,4,5\r\n")
    assert [await stream.receive(1) for _ in range(5)] == [b"h", b"e", b"l", b"l", b"o"]
    assert len([line for line in peer.lines if line.startswith(b"AT+CIPRECVDATA")]) == 1


async def test_a_close_during_a_fetch_ends_the_stream_behind_its_data(modem: atmodem.Modem, peer: Peer):
    stream = await open_stream(modem, passive=True)
    last = bytes(512)
    peer.answers[b"AT+CIPRECVDATA=4,512"] = b"+CIPRECVDATA:512," + last + b"\r\nOK\r\n4,CLOSED\r\n"
    peer.say(b"\r\n+IPD,4,512\r\n")
    assert await stream.receive(512) == last
    with pytest.raises(anyio.EndOfStream):
        await stream.receive(4)
    assert peer.lines.count(b"AT+CIPRECVDATA=4,512") == 1


async def test_a_fetch_that_is_never_answered_breaks_the_stream(modem: atmodem.Modem, peer: Peer, monkeypatch):
    stream = await open_stream(modem, passive=True)

    async def impatient(link: int, limit: int) -> bytes:
        raise CommandTimeout("no reply within 0 s")

    monkeypatch.setattr(modem.driver.sockets, "receive", impatient)
    peer.say(b"\r\n+IPD,4,4\r\n")
    with pytest.raises(SessionBroken, match="the connection was lost: no reply"):
        await stream.receive()


async def test_a_driver_that_tells_the_end_by_the_answer_ends_the_stream(modem: atmodem.Modem, peer: Peer, monkeypatch):
    stream = await open_stream(modem, passive=True)

    async def none_left(link: int, limit: int) -> None:
        return None

    monkeypatch.setattr(modem.driver.sockets, "receive", none_left)
    peer.say(b"\r\n+IPD,4,4\r\n")
    with pytest.raises(anyio.EndOfStream):
        await stream.receive()


async def test_a_close_that_crosses_the_far_end_s_is_no_error(modem: atmodem.Modem, peer: Peer):
    stream = await open_stream(modem)
    peer.answers[b"AT+CIPCLOSE=4"] = b"4,CLOSED\r\n" + ERROR
    await stream.aclose()
    await (await open_stream(modem)).aclose()


async def test_a_restart_during_a_close_ends_it(modem: atmodem.Modem, peer: Peer):
    stream = await open_stream(modem)
    peer.answers[b"AT+CIPCLOSE=4"] = b"\r\nready\r\n"
    await stream.aclose()
    assert not modem.closed


async def test_firmware_without_a_mode_for_each_link_gets_one_for_all(modem: atmodem.Modem, peer: Peer):
    peer.answers[b"AT+CIPRECVTYPE=4,1"] = ERROR
    peer.answers[b"AT+CIPRECVMODE=1"] = OK
    first = await open_stream(modem, passive=True)
    await first.aclose()
    await (await open_stream(modem, passive=True)).aclose()
    assert peer.lines.count(b"AT+CIPRECVTYPE=4,1") == 1
    assert peer.lines.count(b"AT+CIPRECVMODE=1") == 2
    peer.answers[b"AT+CIPRECVMODE=0"] = ERROR
    with pytest.raises(atmodem.ModeConflict, match="one receive mode for all links"):
        await open_stream(modem, passive=False)
    del peer.answers[b"AT+CIPRECVMODE=0"]


async def test_a_mode_that_is_refused_by_firmware_that_has_it_is_an_error(modem: atmodem.Modem, peer: Peer):
    await (await open_stream(modem)).aclose()
    peer.answers[b"AT+CIPRECVTYPE=4,1"] = ERROR
    with pytest.raises(ConnectFailed):
        await open_stream(modem, passive=True)
    await (await open_stream(modem)).aclose()


async def test_a_module_that_is_not_to_push_is_refused_where_it_can_only_push(peer: Peer):
    modem = atmodem.Modem(peer.link, PUSHING)
    await modem.start()
    with pytest.raises(atmodem.Unsupported, match="passive_receive"):
        await modem.connect_tcp("far", 7, passive=True)
    async with modem.connect_tcp("far", 7) as stream:
        assert b"AT+CIPRECVTYPE=4,0" in peer.lines
        peer.say(b"\r\n+IPD,4,4:data\r\n")
        assert await read(stream, 4) == b"data"
    await modem.aclose()
