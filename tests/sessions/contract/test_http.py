"""What the HTTP client of any module does."""

import asyncio
import hashlib
import ssl
from collections.abc import AsyncIterator

import anyio
import pytest
import trustme

from atmodem import (
    Capability,
    CommandError,
    ConnectFailed,
    CredentialKind,
    InvalidArgument,
    SessionClosed,
    Support,
    TlsError,
    TlsOptions,
    Unsupported,
)
from tests.sessions.contract.rig import Rig, pattern
from tests.sessions.far import free_port
from tests.sessions.web import HOST, web_server

pytestmark = pytest.mark.asyncio

PART = "http"

MIB = 1024 * 1024
CA = trustme.CA()
SERVER = CA.issue_cert("example.org", HOST)


def context() -> ssl.SSLContext:
    made = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    SERVER.configure_cert(made)
    return made


def body_size(rig: Rig) -> int:
    """Return how large a body may be: a MiB where the line is not slower than a real one."""
    if rig.budget < 256 * 1024:
        return rig.budget // 4
    return MIB if rig.can(Capability.HTTP_FRAMED) and rig.can(Capability.HTTP_BINARY) else 4096


@pytest.mark.parametrize("kind", ["bytes", "chunked"])
async def test_a_body_arrives_whole_whether_its_length_is_told_or_it_comes_in_chunks(rig: Rig, kind: str):
    async with web_server() as server:
        server.data = pattern(body_size(rig))
        response = await rig.modem.http.get(f"{server.url}/{kind}/{len(server.data)}")
    assert response.ok
    assert response.status in (200, None)
    assert hashlib.sha256(response.body).digest() == hashlib.sha256(server.data).digest()


async def test_a_body_is_read_while_it_comes(rig: Rig):
    rig.need(Capability.HTTP_FRAMED)
    async with web_server() as server:
        server.data = pattern(body_size(rig))
        digest, pieces = hashlib.sha256(), 0
        async with rig.modem.http.stream("GET", f"{server.url}/bytes/{len(server.data)}") as response:
            async for piece in response:
                digest.update(piece)
                pieces += 1
            assert response.ok
            with pytest.raises(anyio.EndOfStream):
                await response.receive()
    assert digest.digest() == hashlib.sha256(server.data).digest()
    assert pieces > 1


@pytest.mark.parametrize("method", ["POST", "PUT"])
async def test_a_body_is_sent_whole_from_bytes_and_from_pieces_of_a_known_length(rig: Rig, method: str):
    if method == "PUT":
        rig.need(Capability.HTTP_PUT)
    rig.need(Capability.HTTP_BINARY)
    # A megabyte once is enough.
    data = pattern(body_size(rig) if method == "POST" else body_size(rig) // 16)

    async def pieces() -> AsyncIterator[bytes]:
        for start in range(0, len(data), 10_000):
            yield data[start : start + 10_000]

    async with web_server() as server:
        for body, length in ((data, None), (pieces(), len(data))):
            response = await rig.modem.http.request(method, f"{server.url}/digest", body=body, length=length)
            assert response.body.decode() == hashlib.sha256(data).hexdigest()
    assert [(request.method, len(request.body)) for request in server.requests] == [(method, len(data))] * 2


async def test_a_short_text_is_posted_by_every_client(rig: Rig):
    async with web_server() as server:
        response = await rig.modem.http.post(f"{server.url}/digest", "key=value")
    assert response.body.decode() == hashlib.sha256(b"key=value").hexdigest()


async def test_an_answer_of_every_kind_of_byte_is_taken_for_nothing_else(rig: Rig):
    rig.need(Capability.HTTP_FRAMED)
    async with web_server() as server:
        server.data = b'\r\nOK\r\n\r\nERROR\r\n\r\n+IPD,0,3:abc\r\n>\x00\xff"\\,\r\nSEND OK\r\n'
        response = await rig.modem.http.get(f"{server.url}/bytes/{len(server.data)}")
        assert response.body == server.data
    assert (await rig.modem.wifi.status()).joined is not False


async def test_own_headers_go_with_their_own_request_alone(rig: Rig):
    rig.need(Capability.HTTP_HEADERS)
    headers = {"Authorization": "Bearer not-to-be-seen", "Accept": "text/html"}
    async with web_server() as server:
        await rig.modem.http.get(f"{server.url}/bytes/0", headers=headers)
        await rig.modem.http.get(f"{server.url}/bytes/0")
        await rig.modem.http.post(f"{server.url}/digest", b"x", headers={"Accept": "text/plain"})
    first, second, third = server.requests
    assert (first.all("authorization"), first.all("accept")) == (["Bearer not-to-be-seen"], ["text/html"])
    assert second.all("authorization") == []
    assert third.all("accept") == ["text/plain"]


async def test_head_has_no_body(rig: Rig):
    rig.need(Capability.HTTP_HEAD)
    async with web_server() as server:
        server.data = pattern(100)
        response = await rig.modem.http.head(f"{server.url}/bytes/100")
    assert (response.ok, response.body) == (True, b"")
    assert server.requests[0].method == "HEAD"
    if response.headers:
        assert response.header("content-type") == "text/plain"


async def test_delete_deletes(rig: Rig):
    rig.need(Capability.HTTP_DELETE)
    async with web_server() as server:
        assert (await rig.modem.http.delete(f"{server.url}/bytes/0")).ok
    assert server.requests[0].method == "DELETE"


@pytest.mark.parametrize("status", [404, 500])
async def test_an_error_status_is_an_answer_like_any_other(rig: Rig, status: int):
    rig.need(Capability.HTTP_FRAMED)
    async with web_server() as server:
        for method, body in (("GET", None), ("POST", b"x")):
            response = await rig.modem.http.request(method, f"{server.url}/status/{status}", body=body)
            assert response.status in (status, None)
            assert not response.ok
            with pytest.raises(CommandError):
                response.raise_for_status()
            assert response.body == b"status %d" % status


async def test_a_long_url_reaches_the_server(rig: Rig):
    path = "/bytes/5?q=" + "a,b%22" * 40
    async with web_server() as server:
        server.data = b"hello"
        try:
            response = await rig.modem.http.get(server.url + path)
        except InvalidArgument:
            assert server.requests == []
            return
    assert response.body == b"hello"
    assert server.requests[0].path == path


async def test_a_server_that_is_not_there_is_an_error_of_its_own(rig: Rig):
    for method, body in (("GET", None), ("POST", b"x")):
        with pytest.raises(ConnectFailed):
            await rig.modem.http.request(method, f"http://{HOST}:{free_port()}/", body=body)


async def test_several_requests_at_once_get_their_own_answers(rig: Rig):
    rig.need(Capability.HTTP_FRAMED)
    async with web_server() as server:
        server.data = pattern(1000)
        sizes = (10, 1000, 100, 1)
        responses = await asyncio.gather(*(rig.modem.http.get(f"{server.url}/bytes/{size}") for size in sizes))
    assert [response.body for response in responses] == [server.data[:size] for size in sizes]


async def test_a_reader_that_waits_keeps_nobody_else_waiting(rig: Rig):
    rig.need(Capability.HTTP_FRAMED)
    async with web_server() as server:
        server.data = pattern(min(body_size(rig), 200_000))
        url = f"{server.url}/bytes/{len(server.data)}"
        async with rig.modem.http.stream("GET", url) as response:
            assert (await rig.modem.http.get(f"{server.url}/bytes/3")).body == server.data[:3]
            assert b"".join([piece async for piece in response]) == server.data


async def test_a_response_that_is_left_early_leaves_the_module_usable_and_counts_what_is_dropped(rig: Rig):
    rig.need(Capability.HTTP_FRAMED)
    async with web_server() as server:
        server.data = pattern(min(body_size(rig), 200_000))
        async with rig.modem.http.stream("GET", f"{server.url}/bytes/{len(server.data)}") as response:
            taken = len(await response.receive(10))
        with pytest.raises(SessionClosed):
            await response.receive()
        assert (await rig.modem.http.get(f"{server.url}/bytes/3")).body == server.data[:3]
    assert 0 < response.dropped <= len(server.data) - taken


async def test_a_cancelled_request_leaves_the_module_usable(rig: Rig):
    async with web_server() as server:
        server.data = pattern(10)
        asking = asyncio.create_task(rig.modem.http.get(f"{server.url}/mute"))
        while not server.requests and not asking.done():
            await asyncio.sleep(0)
        asking.cancel()
        with pytest.raises(asyncio.CancelledError):
            await asking
        server.released.set()
        assert (await rig.modem.http.get(f"{server.url}/bytes/10")).body == server.data


async def test_a_certificate_is_verified_unless_that_is_spelled_off(rig: Rig):
    rig.need(Capability.HTTP_TLS, Capability.CREDENTIALS_STORE)
    async with web_server(context(), host="example.org") as server:
        server.data = b"secret"
        url = f"{server.url}/bytes/6"
        with pytest.raises(TlsError):
            await rig.modem.http.get(url, tls=TlsOptions(ca=await stored(rig, trustme.CA())))
        assert server.requests == []
        assert (await rig.modem.http.get(url, tls=TlsOptions(ca=await stored(rig, CA)))).body == b"secret"
        assert (await rig.modem.http.get(url, tls=TlsOptions(verify=False))).body == b"secret"


async def stored(rig: Rig, authority: trustme.CA) -> str:
    return await rig.modem.credentials.store(CredentialKind.CA, authority.cert_pem.bytes())


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        ({"url": "ftp://example.org/"}, "url"),
        ({"url": "http://example.org:99999/"}, "url"),
        ({"url": "http://exa mple.org/"}, "url"),
        ({"url": "http://example.org/\r\nAT+RST"}, "url"),
        ({"url": "http://user:secret@example.org/"}, "url"),
        ({"method": "BREW"}, "method"),
        ({"headers": {"X-A": "b\r\nX-B: c"}}, "headers"),
        ({"headers": {"X A": "b"}}, "headers"),
        ({"headers": {"Content-Length": "5"}}, "headers"),
        ({"method": "GET", "body": b"x"}, "body"),
        ({"method": "POST", "body": b"xyz", "length": 2}, "length"),
        ({"timeout": 0}, "timeout"),
    ],
    ids=str,
)
async def test_what_cannot_be_asked_is_refused_before_anything_is_sent(rig: Rig, change: dict[str, object], rule: str):
    sent = rig.modem.statistics.sent
    wanted: dict[str, object] = {"method": "GET", "url": "http://example.org/", **change}
    with pytest.raises(InvalidArgument) as refused:
        await rig.modem.http.request(**wanted)  # type: ignore[arg-type]
    assert refused.value.parameter == rule
    assert "secret" not in str(refused.value)
    assert rig.modem.statistics.sent == sent


async def test_what_the_client_lacks_is_refused_before_anything_is_sent(rig: Rig):
    wanted = {
        Capability.HTTP_HEAD: {"method": "HEAD"},
        Capability.HTTP_PUT: {"method": "PUT", "body": b"x"},
        Capability.HTTP_DELETE: {"method": "DELETE"},
        Capability.HTTP_HEADERS: {"method": "GET", "headers": {"X-A": "b"}},
        Capability.HTTP_TLS: {"method": "GET", "url": "https://example.org/"},
        Capability.HTTP_BINARY: {"method": "POST", "body": b"\x00\r\n"},
    }
    sent = rig.modem.statistics.sent
    for capability, request in wanted.items():
        if rig.modem.capabilities[capability] is Support.NO:
            with pytest.raises(Unsupported, match=capability.value):
                await rig.modem.http.request(**{"url": "http://example.org/", **request})  # type: ignore[arg-type]
    assert rig.modem.statistics.sent == sent
