"""Sending commands: replies, errors, queueing, cancellation."""

import asyncio
import logging

import pytest

import atmodem
from atmodem.dialects import espat
from tests.modem.peer import Peer

pytestmark = pytest.mark.asyncio


async def test_a_command_returns_its_typed_reply(modem: atmodem.Modem, peer: Peer):
    peer.answers[b"AT+SYSRAM?"] = b"+SYSRAM:148408,84044\r\nOK\r\n"
    reply = await modem.send(espat.SYSRAM.query())
    assert (reply.free, reply.minimum_free) == (148408, 84044)


async def test_a_refusal_names_command_code_and_advice(modem: atmodem.Modem, peer: Peer):
    peer.answers[b"AT+CIPCLOSE=2"] = b"ERR CODE:0x010a0000\r\n\r\nERROR\r\n"
    with pytest.raises(atmodem.CommandError) as caught:
        await modem.send(espat.CIPCLOSE(link_id=2))
    assert caught.value.code == "0x010a0000"
    assert caught.value.command == "AT+CIPCLOSE=2"
    assert str(caught.value).startswith("AT+CIPCLOSE=2: ")


async def test_a_wrong_argument_is_refused_before_anything_is_sent(modem: atmodem.Modem, peer: Peer):
    before = list(peer.lines)
    with pytest.raises(atmodem.InvalidArgument, match="link_id must be from 0 to 5") as caught:
        await modem.send(espat.CIPCLOSE(link_id=9))
    assert caught.value.parameter == "link_id"
    assert peer.lines == before


async def test_a_raw_line_returns_the_lines_that_answer_it(modem: atmodem.Modem, peer: Peer):
    peer.answers[b"AT+MYSTERY?"] = b"+MYSTERY:1,a\r\nWIFI DISCONNECT\r\nmore\r\n\r\nOK\r\n"
    assert await modem.send_raw("AT+MYSTERY?") == ["+MYSTERY:1,a", "more"]


@pytest.mark.parametrize("line", ["AT\r\nAT+RST", "AT\x00"])
async def test_a_raw_line_cannot_smuggle_a_second_one(modem: atmodem.Modem, peer: Peer, line: str):
    with pytest.raises(atmodem.InvalidArgument):
        await modem.send_raw(line)
    assert b"AT+RST" not in peer.raw


@pytest.mark.parametrize("command", [espat.CIPSEND(), espat.BLESPP()], ids=["links", "bluetooth"])
async def test_a_command_that_would_make_the_line_a_stream_is_refused(
    modem: atmodem.Modem, peer: Peer, command: espat.CIPSEND
):
    before = list(peer.lines)
    with pytest.raises(
        atmodem.InvalidArgument, match=r"begins no stream \(a session such as passthrough\(\)"
    ) as caught:
        await modem.send(command)
    assert caught.value.command in {"AT+CIPSEND", "AT+BLESPP"}
    assert peer.lines == before


async def test_a_raw_line_that_wants_data_is_refused(modem: atmodem.Modem):
    with pytest.raises(atmodem.InvalidArgument, match="without data"):
        await modem.send_raw("AT+CIPSEND=0,5")


async def test_commands_run_in_the_order_of_their_sending(modem: atmodem.Modem, peer: Peer):
    for line in (b"AT+SYSRAM?", b"AT+CWMODE?", b"AT+SLEEP?"):
        peer.answers[line] = b"+" + line[3:-1] + b":1,2\r\n\r\nOK\r\n"
    await asyncio.gather(*(modem.send_raw(line) for line in ("AT+SYSRAM?", "AT+CWMODE?", "AT+SLEEP?")))
    assert peer.lines[-3:] == [b"AT+SYSRAM?", b"AT+CWMODE?", b"AT+SLEEP?"]


async def test_the_next_command_waits_for_the_reply_of_the_one_before(modem: atmodem.Modem, peer: Peer):
    first = asyncio.create_task(modem.send_raw("AT+ONE"))
    await peer.heard(b"AT+ONE")
    second = asyncio.create_task(modem.send_raw("AT+TWO"))
    peer.answers[b"AT+TWO"] = b"\r\nOK\r\n"
    await asyncio.sleep(0)
    assert b"AT+TWO" not in peer.lines
    peer.say(b"\r\nOK\r\n")
    assert (await first, await second) == ([], [])
    assert peer.lines[-2:] == [b"AT+ONE", b"AT+TWO"]


async def test_a_command_cancelled_in_the_queue_is_never_written(modem: atmodem.Modem, peer: Peer):
    first = asyncio.create_task(modem.send_raw("AT+ONE"))
    await peer.heard(b"AT+ONE")
    second = asyncio.create_task(modem.send_raw("AT+TWO"))
    await asyncio.sleep(0)
    second.cancel()
    peer.say(b"\r\nOK\r\n")
    await first
    assert second.cancelled() or (await asyncio.gather(second, return_exceptions=True))
    peer.answers[b"AT+THREE"] = b"\r\nOK\r\n"
    await modem.send_raw("AT+THREE")
    assert b"AT+TWO" not in peer.lines


async def test_the_reply_of_a_cancelled_command_never_reaches_the_next(modem: atmodem.Modem, peer: Peer):
    first = asyncio.create_task(modem.send(espat.SYSRAM.query()))
    await peer.heard(b"AT+SYSRAM?")
    first.cancel()
    with pytest.raises(asyncio.CancelledError):
        await first
    peer.answers[b"AT+CWMODE?"] = b"+CWMODE:1\r\n\r\nOK\r\n"
    second = asyncio.create_task(modem.send(espat.CWMODE.query()))
    await asyncio.sleep(0)
    peer.say(b"+SYSRAM:1,2\r\nOK\r\n")
    assert (await second).mode is espat.WifiMode.STATION


async def test_no_reply_is_a_timeout_and_the_line_is_put_in_order(modem: atmodem.Modem, peer: Peer):
    with pytest.raises(atmodem.CommandTimeout, match=r"no reply within 0.05 s") as caught:
        await modem.send_raw("AT+MUTE", timeout=0.05)
    assert isinstance(caught.value, TimeoutError)
    peer.answers[b"AT+CWMODE?"] = b"+CWMODE:1\r\n\r\nOK\r\n"
    assert (await modem.send(espat.CWMODE.query())).mode is espat.WifiMode.STATION
    fence = peer.lines.index(b"AT+MUTE")
    assert b"AT+CIPMUX?" in peer.lines[fence:]


@pytest.mark.parametrize("timeout", [-1, float("inf"), float("nan")])
async def test_a_time_limit_must_make_sense(modem: atmodem.Modem, timeout: float):
    with pytest.raises(atmodem.InvalidArgument, match="timeout must be"):
        await modem.send(espat.GMR(), timeout=timeout)


async def test_a_command_from_inside_an_event_loop_body_does_not_deadlock(modem: atmodem.Modem, peer: Peer):
    peer.answers[b"AT+CWMODE?"] = b"+CWMODE:1\r\n\r\nOK\r\n"
    async with modem.events(espat.WifiDisconnect) as events:
        peer.say(b"WIFI DISCONNECT\r\n")
        async for _ in events:
            assert (await modem.send(espat.CWMODE.query())).mode is espat.WifiMode.STATION
            break


async def test_data_follow_the_prompt_and_nothing_else_does(modem: atmodem.Modem, peer: Peer):
    peer.answers[b"AT+CIPSEND=0,5"] = b"\r\nOK\r\n\r\n>"
    sending = asyncio.create_task(modem.send(espat.CIPSEND(link_id=0, data=b"h\r\nlo")))
    await peer.heard(b"h")
    await peer.heard_data(b"lo")
    peer.say(b"\r\nRecv 5 bytes\r\n\r\nSEND OK\r\n")
    assert await sending is None
    assert bytes(peer.raw).endswith(b"AT+CIPSEND=0,5\r\nh\r\nlo")


async def test_data_of_a_cancelled_send_are_still_handed_over(modem: atmodem.Modem, peer: Peer):
    sending = asyncio.create_task(modem.send(espat.CIPSEND(link_id=0, data=b"hello")))
    await peer.heard(b"AT+CIPSEND=0,5")
    sending.cancel()
    with pytest.raises(asyncio.CancelledError):
        await sending
    peer.say(b"\r\nOK\r\n\r\n>")
    await peer.heard_data(b"hello")
    peer.say(b"\r\nRecv 5 bytes\r\n\r\nSEND OK\r\n")
    peer.answers[b"AT"] = b"\r\nOK\r\n"
    await modem.send(espat.AT())


async def test_the_trace_masks_secrets(modem: atmodem.Modem, peer: Peer, caplog: pytest.LogCaptureFixture):
    peer.answers[b'AT+CWJAP="lab","hunter22"'] = b"+CWJAP:2\r\n\r\nERROR\r\n"
    with caplog.at_level(logging.DEBUG, "atmodem.wire"), pytest.raises(atmodem.CommandError) as caught:
        await modem.send(espat.CWJAP(ssid="lab", password="hunter22"))
    assert 'AT+CWJAP="lab",***' in caplog.text
    assert "hunter22" not in caplog.text
    assert "hunter22" not in str(caught.value)


async def test_the_trace_shows_events_and_replies(modem: atmodem.Modem, peer: Peer, caplog: pytest.LogCaptureFixture):
    peer.answers[b"AT+CWMODE?"] = b"WIFI DISCONNECT\r\n+CWMODE:1\r\n\r\nOK\r\n"
    with caplog.at_level(logging.DEBUG, "atmodem.wire"):
        await modem.send(espat.CWMODE.query())
    messages = [record.message for record in caplog.records]
    assert [text.split(" ", 1)[1] for text in messages] == [
        "> AT+CWMODE?",
        "< WifiDisconnect()",
        "< AT+CWMODE?: RunningInterfaces(mode=<WifiMode.STATION: 1>)",
    ]


async def test_statistics_count_what_passed(modem: atmodem.Modem, peer: Peer):
    before = modem.statistics
    peer.answers[b"AT"] = b"\r\nOK\r\nnonsense\r\n"
    async with modem.expect(atmodem.Unrecognized) as unknown:
        await modem.send(espat.AT())
        assert (await unknown.get()).data == b"nonsense"
    after = modem.statistics
    assert after.commands - before.commands == 1
    assert after.sent - before.sent == len(b"AT\r\n")
    assert after.received - before.received == len(peer.answers[b"AT"])
    assert after.unrecognized - before.unrecognized == 1
