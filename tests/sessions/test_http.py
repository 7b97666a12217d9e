"""HTTP by the commands of ESP-AT: which form carries what, and what its failures mean."""

import asyncio
import logging
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import anyio
import pytest
import trustme

from atmodem import (
    CommandError,
    CommandTimeout,
    ConnectFailed,
    CredentialKind,
    DataLost,
    InvalidArgument,
    LinkLost,
    Modem,
    ModuleReset,
    Psk,
    Secret,
    SessionBroken,
    SessionClosed,
    TlsError,
    TlsOptions,
    Unsupported,
)
from atmodem.dialects import espat
from atmodem.dialects.espat.device import Virtual
from atmodem.testing.faults import Faults, FaultyLink
from tests.sessions.bench import bench, cancelled_after
from tests.sessions.far import free_port
from tests.sessions.modems import ERROR, ESPAT, OK, online, opened, scripted, virtual
from tests.sessions.web import HOST, web_server
from tests.virtual.host import far_end

pytestmark = pytest.mark.asyncio

#: The module is asked once to forget the headers of whoever used it before.
CLEAN = {b"AT+HTTPCHEAD=0": OK}
DRIVER = "atmodem.dialects.espat.driver_http"
CA = trustme.CA()
SERVER = CA.issue_cert("example.org", HOST)
CLIENT = CA.issue_cert("board.example.org")


def commands(caplog: pytest.LogCaptureFixture) -> list[str]:
    """Return the names of the commands that went out since the last call."""
    texts = [record.getMessage().partition(" > ")[2] for record in caplog.records]
    caplog.clear()
    return [text.partition("=")[0].removeprefix("AT+") for text in texts if text.startswith("AT")]


@pytest.fixture
def wire(caplog: pytest.LogCaptureFixture) -> pytest.LogCaptureFixture:
    caplog.set_level(logging.DEBUG, "atmodem.wire")
    return caplog


async def test_each_request_goes_in_the_form_that_carries_it(wire: pytest.LogCaptureFixture):
    async with web_server() as server, online() as (_, modem):
        http, url = modem.http, f"{server.url}/bytes/0"
        await http.head(url)
        wire.clear()
        await http.get(url)
        await http.head(url)
        await http.delete(url)
        await http.post(url)
        assert commands(wire) == ["HTTPCGET", "HTTPCLIENT", "HTTPCLIENT", "HTTPCLIENT"]
        await http.post(url, b"\x00")
        await http.put(url, b"\x00")
        assert commands(wire) == ["HTTPCPOST", "HTTPCPUT"]
        await http.get(f"{url}?{'q' * 300}", headers={"X-A": "b", "X-C": "d"})
        kept = ["HTTPCHEAD", "HTTPCHEAD", "HTTPURLCFG", "HTTPCGET", "HTTPURLCFG", "HTTPCHEAD"]
        assert commands(wire) == kept
        # Nothing of it stays for whoever asks next.
        assert await modem.send(espat.HTTPCHEAD.query()) == ()
        assert await modem.send(espat.HTTPURLCFG.query()) is None
    assert server.requests[-1].all("x-a") == ["b"]
    assert len(server.requests[-1].path) > 300


async def test_what_headers_hold_reaches_no_log(wire: pytest.LogCaptureFixture):
    async with web_server() as server, online() as (_, modem):
        for method, body in (("GET", None), ("POST", b"x"), ("PUT", b""), ("DELETE", None)):
            headers = {"X-Api-Key": "not-to-be-seen"}
            await modem.http.request(method, f"{server.url}/bytes/0", headers=headers, body=body)
    assert [request.all("x-api-key") for request in server.requests] == [["not-to-be-seen"]] * 4
    assert "not-to-be-seen" not in wire.text


@pytest.mark.parametrize("profile", ["2.1", "3.0"])
async def test_firmware_that_keeps_no_headers_gets_them_in_the_line(profile: str):
    async with web_server() as server, online(profile=profile) as (_, modem):
        server.data = b"hello"
        for method, body in (("GET", None), ("POST", "x"), ("HEAD", None)):
            response = await modem.http.request(method, f"{server.url}/bytes/5", headers={"X-A": 'b, "c"'}, body=body)
            assert response.ok
            assert server.requests[-1].all("x-a") == ['b, "c"']
        with pytest.raises(Unsupported, match="no place for secrets"):
            await modem.http.get(f"{server.url}/bytes/5", headers={"authorization": "Bearer x"})
        assert len(server.requests) == 3


async def test_the_oldest_firmware_fetches_pages_and_posts_short_texts():
    async with web_server() as server, online(profile="2.1") as (_, modem):
        server.data = b"hello"
        assert (await modem.http.get(f"{server.url}/bytes/5")).body == b"hello"
        assert (await modem.http.put(f"{server.url}/digest", "a short text")).ok
        assert server.requests[-1].body == b"a short text"
        with pytest.raises(CommandError, match="HTTPURLCFG"):
            await modem.http.put(f"{server.url}/digest", b"\x00\r\n")


async def test_the_body_must_be_as_long_as_its_length_says():
    async def pieces() -> AsyncIterator[bytes]:
        yield b"123"
        yield b"456"

    async with online() as (_, modem):
        sent = modem.statistics.sent
        for length in (5, 7, -1, None):
            with pytest.raises(InvalidArgument, match="length"):
                await modem.http.post("http://example.org/", pieces(), length=length)
        assert modem.statistics.sent == sent


async def test_what_the_source_of_a_body_raises_reaches_the_caller():
    async def pieces() -> AsyncIterator[bytes]:
        yield b"123"
        raise LookupError("the source is gone")

    async with online() as (_, modem):
        with pytest.raises(LookupError, match="the source is gone"):
            await modem.http.post("http://example.org/", pieces(), length=6)
        assert await modem.send(espat.AT()) is None


# What failures mean


async def test_an_error_without_a_body_is_told_from_a_server_that_does_not_answer():
    async with web_server() as server, online() as (_, modem):
        for status in (404, 500):
            response = await modem.http.post(f"{server.url}/empty/{status}", b"x")
            assert (response.status, response.ok) == (None, False)
            with pytest.raises(CommandError, match="with an error"):
                response.raise_for_status()
            with pytest.raises(CommandError, match=f"status {status}"):
                (await modem.http.get(f"{server.url}/empty/{status}")).raise_for_status()
        server.released.set()
        with pytest.raises(ConnectFailed, match="could not get an answer"):
            await modem.http.get(f"{server.url}/mute")
        # The module does not tell these two apart.
        assert not (await modem.http.post(f"{server.url}/mute", b"x")).ok


async def test_a_server_that_answers_nobody_is_told_from_one_that_is_not_there():
    async with far_end() as server, online() as (_, modem):

        async def hang_up() -> None:
            while True:
                (await server.end())[1].close()

        hanging_up = asyncio.create_task(hang_up())
        for method, body in (("GET", None), ("POST", b"x")):
            with pytest.raises(ConnectFailed, match="could not get an answer"):
                await modem.http.request(method, f"http://{HOST}:{server.port}/", body=body)
        hanging_up.cancel()


async def test_a_name_that_is_not_known_is_not_reached():
    async with online() as (_, modem):
        with pytest.raises(ConnectFailed, match=r"could not connect to nowhere\.test port 80"):
            await modem.http.get("http://nowhere.test/")
    async with virtual() as (_, modem):
        with pytest.raises(ConnectFailed):
            await modem.http.get("http://example.org/")


async def test_a_refusal_without_a_cause_stays_what_it_is():
    async with scripted({**CLEAN, b'AT+HTTPCGET="http://h/abc",,,30000': ERROR}) as (_, modem):
        with pytest.raises(CommandError, match="HTTPCGET") as refused:
            await modem.http.get("http://h/abc")
    assert type(refused.value) is CommandError


async def test_an_answer_that_breaks_off_gives_what_came_and_then_tells():
    async with web_server() as server, online() as (_, modem):
        server.data = bytes(range(250))
        async with modem.http.stream("GET", f"{server.url}/cut/250") as response:
            gathered = b""
            while len(gathered) < 250:
                gathered += await response.receive()
            assert gathered == server.data
            with pytest.raises(SessionBroken, match="broke off after 250 bytes"):
                await response.receive()


async def test_a_server_that_falls_silent_is_given_up_and_never_answers_another_request(
    monkeypatch: pytest.MonkeyPatch,
):
    monkeypatch.setattr(f"{DRIVER}._MARGIN", 0)
    first, second = b'AT+HTTPCGET="http://h/first",,,10', b'AT+HTTPCGET="http://h/second",,,1000'
    answers = {**CLEAN, first: b"+HTTPCGET:3,one\r\n", second: b"+HTTPCGET:3,two\r\n" + OK, b"AT": OK}
    async with scripted(answers) as (peer, modem):
        with pytest.raises(CommandTimeout, match="nothing more"):
            await modem.http.get("http://h/first", timeout=0.01)
        asking = asyncio.create_task(modem.http.get("http://h/second", timeout=1))
        await peer.heard(first)
        await asyncio.sleep(0)
        peer.say(b"+HTTPCGET:4,late\r\n" + OK)
        assert (await asking).body == b"two"
        assert peer.lines == [*CLEAN, first, b"AT", second]


async def test_pieces_that_a_slow_reader_leaves_are_counted_when_there_is_no_room(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(f"{DRIVER}.HELD", 100_000)
    async with web_server() as server, online() as (_, modem):
        server.data = bytes(300_000)
        async with modem.http.stream("GET", f"{server.url}/bytes/300000") as response:
            # The module is done with it.
            await modem.http.get(f"{server.url}/bytes/0")
            taken = 0
            with pytest.raises(DataLost) as lost:
                taken = await drain(response, 300_000)
            assert taken == 0
        assert 0 < lost.value.lost < 300_000
        with pytest.raises(DataLost, match="more than 1000 bytes"):
            await modem.http.request("GET", f"{server.url}/bytes/300000", limit=1000)


async def drain(response: anyio.abc.ByteReceiveStream, length: int) -> int:
    taken = 0
    while taken < length:
        taken += len(await response.receive())
    return taken


async def test_a_record_that_is_cut_short_is_a_loss():
    answers = {**CLEAN, b'AT+HTTPCGET="http://h/abc",,,30000': b"+HTTPCGET:10,12345"}
    async with scripted(answers) as (peer, modem), modem.events(espat.HttpcGet) as records:
        asking = asyncio.create_task(modem.http.get("http://h/abc"))
        assert (await anext(records)).short
        peer.say(OK)
        with pytest.raises(DataLost) as lost:
            await asking
    assert lost.value.lost == 10


async def test_a_line_that_is_out_of_step_in_an_answer_is_a_loss():
    record = b"+HTTPCGET:5,123456789\r\n+HTTPCGET:3,abc\r\n" + OK
    async with scripted({**CLEAN, b'AT+HTTPCGET="http://h/abc",,,30000': record}) as (_, modem):
        with pytest.raises(DataLost) as lost:
            await modem.http.get("http://h/abc")
    assert lost.value.lost == len(b"6789") + len(b"abc")


async def test_a_line_of_a_log_in_an_answer_is_none_of_it():
    record = b"+HTTPCGET:5,12345\r\nto read 75 bytes\r\n" + OK
    async with scripted({**CLEAN, b'AT+HTTPCGET="http://h/abc",,,30000': record}) as (_, modem):
        assert (await modem.http.get("http://h/abc")).body == b"12345"


# Restarts, the end, and cancellation


async def test_a_restart_breaks_the_response_and_the_next_request_works():
    async with web_server() as server, online() as (device, modem):
        asking = asyncio.create_task(modem.http.get(f"{server.url}/mute"))
        await server.asked()
        device.restart(after=0)
        with pytest.raises(ModuleReset):
            await asking
        await modem.wifi.join("lab", "secret")
        assert (await modem.http.get(f"{server.url}/bytes/0")).ok


async def test_the_end_of_the_modem_ends_a_response():
    async with web_server() as server, online() as (_, modem):
        server.data = bytes(200_000)
        stream = await modem.http.stream("GET", f"{server.url}/bytes/200000")
        asking = asyncio.create_task(modem.http.get(f"{server.url}/mute"))
        await server.asked(2)
        await modem.aclose()
        with pytest.raises(SessionClosed):
            await asking
        with pytest.raises(SessionClosed):
            await drain(stream, 200_001)
        with pytest.raises(SessionClosed):
            await modem.http.get(f"{server.url}/bytes/0")


async def test_a_second_reader_is_refused():
    async with web_server() as server, online() as (_, modem):
        server.data = b"12"
        async with modem.http.stream("GET", f"{server.url}/bytes/2") as response:
            with pytest.raises(InvalidArgument, match="max_bytes"):
                await response.receive(0)
            assert await response.receive(1) == b"1"
            assert (response.status, response.headers) == (None, ())
            assert await response.receive(1) == b"2"
            with pytest.raises(anyio.EndOfStream):
                await response.receive()
        async with modem.http.stream("GET", f"{server.url}/cut/1") as response:
            await response.receive()
            reading = asyncio.create_task(response.receive())
            await asyncio.sleep(0)
            with pytest.raises(anyio.BusyResourceError):
                await response.receive()
            await asyncio.wait([reading])
            assert isinstance(reading.exception(), SessionBroken)


async def test_cancelled_anywhere_the_module_stays_usable():
    async with web_server() as server, bench() as made:
        await made.join()
        server.data = b"hello"
        turns = 0
        while await cancelled_after(turns, made.modem.http.get(f"{server.url}/bytes/5", headers={"X-A": "b"})):
            turns += 7
        assert (await made.modem.http.get(f"{server.url}/bytes/5")).body == b"hello"
        assert server.requests[-1].all("x-a") == []
        assert await made.is_usable()


# TLS


def context(*, asks: bool = False) -> ssl.SSLContext:
    made = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    SERVER.configure_cert(made)
    if asks:
        made.verify_mode = ssl.CERT_REQUIRED
        CA.configure_trust(made)
    return made


async def test_a_client_certificate_is_shown():
    async with web_server(context(asks=True), host="example.org") as server, online() as (_, modem):
        server.data = b"hello"
        ca = await modem.credentials.store(CredentialKind.CA, CA.cert_pem.bytes())
        certificate = await modem.credentials.store(
            CredentialKind.CERTIFICATE, b"".join(part.bytes() for part in CLIENT.cert_chain_pems), slot=1
        )
        key = await modem.credentials.store(CredentialKind.PRIVATE_KEY, CLIENT.private_key_pem.bytes(), slot=1)
        options = TlsOptions(ca=ca, certificate=certificate, private_key=key)
        assert (await modem.http.get(f"{server.url}/bytes/5", tls=options)).body == b"hello"
        for method, body in (("GET", None), ("POST", b"x")):
            with pytest.raises(TlsError, match="agree on TLS"):
                await modem.http.request(method, f"{server.url}/bytes/5", tls=TlsOptions(ca=ca), body=body)
        for wrong in (
            TlsOptions(ca=ca, certificate=certificate),
            TlsOptions(ca=ca, certificate="client_cert.0", private_key=key),
            TlsOptions(ca="somewhere"),
        ):
            with pytest.raises((InvalidArgument, CommandError)):
                await modem.http.get(f"{server.url}/bytes/5", tls=wrong)
        # It is there already, under the name that the client of HTTP knows it by.
        options = TlsOptions(ca="https_ca.0", certificate="https_cert.1", private_key="https_key.1")
        assert (await modem.http.get(f"{server.url}/bytes/5", tls=options)).body == b"hello"


async def test_what_the_client_cannot_do_with_tls_is_refused():
    async with online() as (_, modem):
        sent = modem.statistics.sent
        for options in (
            TlsOptions(server_name="example.org"),
            TlsOptions(alpn=("h2",)),
            TlsOptions(psk=Psk(identity="me", key=Secret(b"key"))),
        ):
            with pytest.raises(Unsupported, match="https client"):
                await modem.http.get("https://example.org/", tls=options)
        assert modem.statistics.sent == sent


async def test_firmware_that_checks_no_certificates_is_not_trusted_with_them():
    async with web_server(context(), host="example.org") as server, online(profile="4.0") as (_, modem):
        server.data = b"hello"
        with pytest.raises(Unsupported, match="neither checks nor shows"):
            await modem.http.get(f"{server.url}/bytes/5")
        assert (await modem.http.get(f"{server.url}/bytes/5", tls=TlsOptions(verify=False))).body == b"hello"
        with pytest.raises(ConnectFailed, match="could not connect"):
            await modem.http.get(f"https://example.org:{free_port()}/", tls=TlsOptions(verify=False))


async def test_a_header_that_the_module_does_not_take_ends_the_request_and_clears_the_others():
    async with scripted({**CLEAN, b"AT+HTTPCHEAD=4": ERROR}) as (peer, modem):
        with pytest.raises(CommandError, match="HTTPCHEAD"):
            await modem.http.get("http://h/abc", headers={"A": "b"})
        assert peer.lines == [*CLEAN, b"AT+HTTPCHEAD=4", *CLEAN]


async def test_headers_that_were_left_behind_go_with_no_other_request():
    async with web_server() as server, online() as (_, modem):
        await modem.send(espat.HTTPCHEAD(data=b"X-Left: behind"))
        await modem.http.get(f"{server.url}/bytes/0")
        assert server.requests[0].all("x-left") == []


async def test_a_url_that_no_form_carries_is_refused():
    async with online() as (_, modem):
        with pytest.raises(InvalidArgument):
            await modem.http.get("http://example.org/" + "x" * 9000)
        assert await modem.send(espat.AT()) is None


async def test_an_empty_body_is_posted_too():
    async with web_server() as server, online() as (_, modem):
        assert (await modem.http.request("POST", f"{server.url}/bytes/0")).ok
    assert (server.requests[0].method, server.requests[0].body) == ("POST", b"")


# A line that goes wrong


@asynccontextmanager
async def over(**faults: object) -> AsyncIterator[tuple[FaultyLink, Modem]]:
    """Run a module in the network behind a line on which its answers go wrong."""
    async with Virtual(boot_time=0.01) as device:
        link = FaultyLink(device.open_link(), seed=1, received=Faults(**faults))
        async with opened(Modem(link, ESPAT, rest=0)) as modem:
            await modem.wifi.join("lab", "secret")
            yield link, modem


async def test_a_response_that_comes_byte_by_byte_is_the_same():
    async with web_server() as server, over(cut_to=1) as (_, modem):
        server.data = b"\r\nOK\r\n+HTTPCGET:5,hello\r\n>" * 50
        response = await modem.http.get(f"{server.url}/chunked/{len(server.data)}")
        assert response.body == server.data
        assert not (await modem.http.get(f"{server.url}/status/404")).ok


async def test_a_line_that_hangs_up_in_a_response_gives_what_came_and_tells():
    async with web_server() as server, over(hang_up_after=30_000) as (_, modem):
        server.data = bytes(200_000)
        pieces: list[bytes] = []

        async def read() -> None:
            async with modem.http.stream("GET", f"{server.url}/bytes/200000") as response:
                async for piece in response:
                    pieces.append(piece)

        with pytest.raises(LinkLost):
            await read()
        assert 0 < len(b"".join(pieces)) < 30_000
        with pytest.raises((LinkLost, SessionClosed)):
            await modem.http.get(f"{server.url}/bytes/1")


async def test_a_line_that_stalls_in_a_response_is_given_up_and_usable_when_it_goes_on(
    monkeypatch: pytest.MonkeyPatch,
):
    monkeypatch.setattr(f"{DRIVER}._MARGIN", 0)
    async with web_server() as server, over(stall_after=30_000) as (link, modem):
        server.data = bytes(range(256)) * 1000
        with pytest.raises(CommandTimeout, match="nothing more"):
            await modem.http.get(f"{server.url}/bytes/200000", timeout=0.2)
        asking = asyncio.create_task(modem.http.get(f"{server.url}/bytes/256"))
        link.resume()
        assert (await asking).body == bytes(range(256))
