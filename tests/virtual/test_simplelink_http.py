"""The HTTP clients of the virtual CC3220, against servers that say what a test wants."""

import asyncio
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
import trustme

from atmodem.dialects import simplelink as sl
from tests.virtual.simplelink_bench import HOST, OK, Client, bench, client, refused

GET = sl.HttpMethod.GET


class Server:
    """Answers each request with what the test has laid ready; keeps the requests."""

    def __init__(self) -> None:
        self.port = 0
        self.requests: list[bytes] = []
        self.answers: list[list[bytes]] = []
        self.again = asyncio.Event()
        self.writers: list[asyncio.StreamWriter] = []
        self.serving: list[asyncio.Task[None] | None] = []

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.writers.append(writer)
        self.serving.append(asyncio.current_task())
        while True:
            try:
                head = await reader.readuntil(b"\r\n\r\n")
            except (asyncio.IncompleteReadError, ConnectionError):
                return
            self.requests.append(head + await self._body(reader, head.lower()))
            *pieces, last = self.answers.pop(0)
            for piece in pieces:
                writer.write(piece)
                await self.again.wait()
                self.again.clear()
            writer.write(last)
            if b"connection: close" in (pieces or [last])[0]:
                writer.close()

    async def _body(self, reader: asyncio.StreamReader, head: bytes) -> bytes:
        if b"content-length: " in head:
            return await reader.readexactly(int(head.split(b"content-length: ")[1].split(b"\r\n")[0]))
        return await reader.readuntil(b"0\r\n\r\n") if b"chunked" in head else b""


def answer(body: bytes = b"", *headers: bytes, status: bytes = b"200 OK") -> bytes:
    lines = [b"HTTP/1.1 " + status, *headers]
    if not any(b"ncoding" in header for header in headers):
        lines.append(b"Content-Length: %d" % len(body))
    return b"\r\n".join([*lines, b"", body])


@asynccontextmanager
async def listening(*answers: bytes | list[bytes], **options: object) -> AsyncIterator[Server]:
    """Run a server with *answers*."""
    server = Server()
    server.answers = [item if isinstance(item, list) else [item] for item in answers]
    serving = await asyncio.start_server(server.serve, HOST, 0, **options)  # type: ignore[arg-type]  # passed on
    server.port = serving.sockets[0].getsockname()[1]
    yield server
    serving.close()
    for writer in server.writers:
        writer.transport.abort()
    await asyncio.gather(*filter(None, server.serving))


@asynccontextmanager
async def serving(*answers: bytes | list[bytes], **options: object) -> AsyncIterator[tuple[Client, Server]]:
    """Run a server with *answers*, and a module with a client that was made and not connected."""
    async with listening(*answers, **options) as server, client() as at:
        assert (await at.send(sl.HttpCreate())).index == 0
        yield at, server


async def connect(at: Client, server: Server, **options: object) -> None:
    await at.send(sl.HttpConnect(index=0, host=f"http://{HOST}:{server.port}", **options))  # type: ignore[arg-type]


async def get(at: Client, uri: str = "/", **options: object) -> int:
    return (await at.send(sl.HttpSendReq(index=0, method=GET, uri=uri, **options))).status  # type: ignore[arg-type]


async def body(at: Client, length: int = 700) -> bytes:
    read, more = b"", True
    while more:
        piece = await at.send(sl.HttpReadResBody(index=0, length=length))
        read, more = read + piece.body, piece.more
    return read


@pytest.mark.asyncio
async def test_requests_carry_their_headers_and_responses_bring_theirs():
    async with serving(answer(b"hello", b"Content-Type: text/plain"), answer(b"")) as (at, server):
        await connect(at, server)
        for flags, header, text in (
            (sl.HttpPersistence.PERSISTENT, sl.HttpHeader.REQ_USER_AGENT, b"me"),
            (sl.HttpPersistence.NOT_PERSISTENT, sl.HttpHeader.REQ_AUTH, b"Basic x"),
            (sl.HttpPersistence.PERSISTENT, sl.HttpHeader.REQ_COOKIE, b"a"),
            (sl.HttpPersistence.PERSISTENT, sl.HttpHeader.REQ_COOKIE, None),
            (sl.HttpPersistence.PERSISTENT, sl.HttpHeader.RES_SERVER, b"x"),
        ):
            await at.send(sl.HttpSetHeader(index=0, option=header, flags=flags, data=text))
        assert await get(at, "/a?b=c") == 200
        assert await body(at) == b"hello"
        ask = sl.HttpGetHeader(index=0, option=sl.HttpHeader.RES_CONTENT_TYPE, length=64)
        assert (await at.send(ask)).data == b"text/plain"
        assert await at.code(sl.HttpGetHeader(index=0, option=ask.option, length=4)) == "-3002"
        assert (await at.send(sl.HttpGetHeader(index=0, option=sl.HttpHeader.RES_ETAG, length=4))).data == b""
        assert await get(at) == 200
        first, second = (request.decode().splitlines() for request in server.requests)
        assert first[0] == "GET /a?b=c HTTP/1.1"
        assert {"User-Agent: me", "Authorization: Basic x", f"Host: {HOST}:{server.port}"} <= set(first)
        assert not any("Authorization" in line or "Cookie" in line for line in second)
        assert "User-Agent: me" in second


@pytest.mark.asyncio
async def test_a_large_body_comes_in_pieces_and_chunks_are_joined():
    large = bytes(range(256)) * 100
    chunked = b"5;x=1\r\nhello\r\n8\r\n, world!\r\n0\r\n\r\n"
    pieces = [answer(chunked[:3], b"Transfer-Encoding: chunked"), chunked[3:9], chunked[9:]]
    async with serving(answer(large), pieces) as (at, server):
        await connect(at, server)
        assert await get(at) == 200
        assert await body(at) == large
        assert await get(at) == 200
        server.again.set()
        reading = asyncio.create_task(body(at))
        while not reading.done():
            await asyncio.sleep(0)
            server.again.set()
        assert await reading == b"hello, world!"


@pytest.mark.asyncio
async def test_a_body_without_a_length_ends_with_the_connection_and_the_next_request_opens_another():
    open_ended = b"HTTP/1.1 200 OK\r\nconnection: close\r\n\r\nall of it"
    async with serving(open_ended, answer(b"x")) as (at, server):
        await connect(at, server)
        assert await get(at) == 200
        assert await body(at) == b"all of it"
        assert await get(at) == 200
        assert len(server.writers) == 2


@pytest.mark.asyncio
async def test_what_came_with_the_headers_must_be_asked_for_at_once():
    async with serving(answer(b"0123456789")) as (at, server):
        await connect(at, server)
        assert await get(at) == 200
        assert await at.code(sl.HttpReadResBody(index=0, length=5)) == "-3008"
        assert await body(at) == b"0123456789"
        assert await body(at) == b""


@pytest.mark.asyncio
async def test_bodies_are_sent_whole_or_in_chunks():
    async with serving(*[answer(b"x")] * 3) as (at, server):
        await connect(at, server)
        post = sl.HttpSendReq(index=0, method=sl.HttpMethod.POST, uri="/p", format=sl.DataFormat.BASE64, data=b"{1,2}")
        assert (await at.send(post)).status == 200
        flag = sl.HttpRequestFlag
        for flags, data, status in (([flag.CHUNK_START], b"ab", 0), ([], b"cde", 0), ([flag.CHUNK_END], b"f", 200)):
            put = sl.HttpSendReq(
                index=0, method=sl.HttpMethod.PUT, uri="/q", flags=flags, format=sl.DataFormat.BASE64, data=data
            )
            assert (await at.send(put)).status == status
        delete = sl.HttpSendReq(index=0, method=sl.HttpMethod.DEL, uri="/r", flags=[flag.DROP_BODY])
        assert (await at.send(delete)).status == 200
        assert await body(at) == b""
        assert server.requests[0].endswith(b"Content-Length: 5\r\n\r\n{1,2}")
        assert server.requests[2].startswith(b"DELETE /r HTTP/1.1")


@pytest.mark.asyncio
async def test_head_and_no_content_have_no_body_and_interim_answers_are_passed_over():
    interim = b"HTTP/1.1 100 Continue\r\n\r\n"
    answers = (answer(b"", b"X: y"), answer(status=b"204 No Content"), [interim, answer(b"after")])
    async with serving(*answers) as (at, server):
        await connect(at, server)
        assert (await at.send(sl.HttpSendReq(index=0, method=sl.HttpMethod.HEAD, uri="/"))).status == 200
        assert await body(at) == b""
        assert await get(at) == 204
        server.again.set()
        assert await get(at) == 200
        assert await body(at) == b"after"


@pytest.mark.asyncio
async def test_redirections_are_followed_unless_that_is_switched_off():
    there = answer(b"gone", b"Location: /new?x=1", status=b"302 Found")
    async with serving(there, answer(b"here"), there, *[there] * 5) as (at, server):
        await connect(at, server)
        assert await get(at, "/old") == 200
        assert await body(at) == b"here"
        assert server.requests[1].startswith(b"GET /new?x=1 ")
        await at.send(sl.HttpSetOpt(index=0, option=sl.HttpRedirectFeature(enabled=False)))
        assert await get(at) == 302
        await at.send(sl.HttpSetOpt(index=0, option=sl.HttpRedirectFeature(enabled=True)))
        await at.send(sl.HttpSetOpt(index=0, option=sl.HttpResFilterClear()))
        assert await at.code(sl.HttpSendReq(index=0, method=GET, uri="/")) == "-3014"


@pytest.mark.asyncio
async def test_a_redirection_to_another_server_leads_there():
    async with serving(answer(b"second")) as (at, second):
        location = b"Location: http://localhost:%d/two" % second.port
        async with listening(answer(b"", location, status=b"301 Moved")) as first:
            await connect(at, first)
            assert await get(at) == 200
            assert await body(at) == b"second"
            assert second.requests[0].startswith(b"GET /two ")


@pytest.mark.asyncio
async def test_tls_is_spoken_and_not_left_for_none_by_a_redirection():
    authority = trustme.CA()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(HOST).configure_cert(context)
    down = answer(b"", b"Location: http://127.0.0.1:1/", status=b"302 Found")
    async with serving(answer(b"secret"), down, down, ssl=context) as (at, server):
        await at.send(sl.HttpConnect(index=0, host=f"https://{HOST}:{server.port}"))
        assert await get(at) == 200
        assert await body(at) == b"secret"
        assert await at.code(sl.HttpSendReq(index=0, method=GET, uri="/")) == "-3017"
        await at.send(sl.HttpSetOpt(index=0, option=sl.HttpRedirectTlsDowngrade(enabled=True)))
        assert await at.code(sl.HttpSendReq(index=0, method=GET, uri="/")) == "-111"


@pytest.mark.asyncio
async def test_what_is_no_http_and_a_connection_that_ends_get_their_codes():
    answers = (b"220 mail\r\n\r\n", b"HTTP/1.1 what\r\n\r\n", answer(b"zz\r\n", b"Transfer-Encoding: chunked"), b"HTTP")
    async with serving(*answers) as (at, server):
        await connect(at, server)
        for _ in answers[:3]:
            assert await at.code(sl.HttpSendReq(index=0, method=GET, uri="/")) == "-3003"
        asking = asyncio.create_task(at.code(sl.HttpSendReq(index=0, method=GET, uri="/")))
        while len(server.requests) < 4:
            await asyncio.sleep(0)
        server.writers[-1].close()
        assert await asking == "-3003"


@pytest.mark.asyncio
async def test_a_body_that_ends_early_ends():
    short = b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\nconnection: close\r\n\r\nabc"
    async with serving(short) as (at, server):
        await connect(at, server)
        assert await get(at) == 200
        assert await body(at) == b"abc"


@pytest.mark.asyncio
async def test_a_client_that_is_not_connected_or_not_there_is_refused():
    async with serving(answer(b"x")) as (at, server):
        assert await at.code(sl.HttpDisconnect(index=0)) == "-3020"
        assert await at.code(sl.HttpReadResBody(index=0, length=9)) == "-3020"
        assert await at.code(sl.HttpSendReq(index=0, method=GET, uri="/")) == "-3021"
        assert await at.code(sl.HttpConnect(index=0, host="ftp://server")) == "-3021"
        assert await at.code(sl.HttpConnect(index=0, host="http://nobody.lan")) == "-6150"
        assert await at.code(sl.HttpConnect(index=0, host=f"http://{HOST}:1")) == "-111"
        assert await get(at, f"http://{HOST}:{server.port}/absolute") == 200
        assert server.requests[0].startswith(b"GET /absolute ")
        assert await at.code(sl.HttpConnect(index=0, host=f"http://{HOST}:{server.port}")) == "-3013"
        await at.send(sl.HttpDisconnect(index=0))
        await connect(at, server, flags=[sl.HttpConnectFlag.HOST_EXIST])
        await at.send(sl.HttpDestroy(index=0))
        assert await at.code(sl.HttpDestroy(index=0)) == "-4"
        for _ in range(16):
            await at.send(sl.HttpCreate())
        assert await at.code(sl.HttpCreate()) == "0"
        await at.send(sl.HttpSetProxy(family=sl.Family.INET, port=3128, address="10.0.0.1"))
        assert at.device.http.proxy is not None


@pytest.mark.asyncio
async def test_a_request_on_a_connection_that_is_gone_while_chunks_are_sent_fails():
    async with bench(joined=True) as at:
        await at.ask("at+httpcreate\rat+httpconnect=0,http://10.0.0.7:80,,,,")
        assert await at.ask("at+httpsendreq=0,put,/,chunk_start,0,1,a") == b"+httpsendreq:0\r\n" + OK
        at.network.far_ends[0].close()
        await at.settle()
        assert await at.ask("at+httpsendreq=0,put,/,chunk_end,0,1,b") == refused(-3015)
        assert await at.ask("at+stop=0") == OK
        assert await at.ask("at+httpdestroy=0") == refused(-4, "parse parameters")
