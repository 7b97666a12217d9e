"""What virtual modules read of HTTP, however it is cut."""

import asyncio

import pytest
from hypothesis import given
from hypothesis import strategies as st

from atmodem.virtual.http import BadResponse, Body, Request, Stream, read_request, read_response
from atmodem.virtual.simulation import FarEnd, SimulatedNetwork

PIECES = st.lists(st.binary(min_size=1, max_size=50), max_size=8)


def cut(data: bytes, sizes: list[int]) -> list[bytes]:
    pieces, start = [], 0
    for size in sizes:
        pieces.append(data[start : start + size])
        start += size
    return [*pieces, data[start:]]


async def connection() -> tuple[Stream, FarEnd]:
    network = SimulatedNetwork()
    stream = Stream(await network.connect(("127.0.0.1", 80)))
    return stream, network.far_ends[0]


@given(PIECES, st.lists(st.integers(0, 30), max_size=20))
def test_chunks_are_put_together_however_they_are_cut(chunks: list[bytes], sizes: list[int]):
    framed = b"".join(b"%X;x=y\r\n%b\r\n" % (len(chunk), chunk) for chunk in chunks) + b"0\r\n\r\n"
    body = Body(None, chunked=True)
    assert b"".join(body.feed(piece) for piece in cut(framed, sizes)) == b"".join(chunks)
    assert body.done


@given(st.binary(max_size=300), st.lists(st.integers(0, 60), max_size=20), st.booleans(), st.integers(1, 400))
def test_a_response_is_read_however_it_is_cut(data: bytes, sizes: list[int], chunked: bool, most: int):
    framing = b"Transfer-Encoding: Chunked" if chunked else b"Content-Length: %d" % len(data)
    framed = (b"%x\r\n%b\r\n" % (len(data), data) if data else b"") + b"0\r\n\r\n" if chunked else data
    whole = b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 404 Not Found\r\nX-A:  b \r\n" + framing + b"\r\n\r\n" + framed

    async def read() -> bytes:
        stream, far = await connection()
        reading = asyncio.ensure_future(read_response(stream, bodiless=False))
        for piece in cut(whole, sizes):
            far.send(piece)
            await asyncio.sleep(0)
        response = await reading
        assert (response.status, response.headers["x-a"], response.lines[0]) == (404, "b", "X-A:  b ")
        read = b""
        while response.more:
            piece = await response.read(stream, most)
            assert len(piece) <= most
            read += piece
        assert not response.cut
        return read

    assert asyncio.run(read()) == data


@given(st.binary(max_size=300), st.lists(st.integers(0, 60), max_size=20))
def test_a_request_is_read_however_it_is_cut(body: bytes, sizes: list[int]):
    whole = b"POST /a HTTP/1.1\r\nHost: h\r\nContent-Length: %d\r\n\r\n" % len(body) + body

    async def read() -> Request | None:
        stream, far = await connection()
        reading = asyncio.ensure_future(read_request(stream, 300))
        for piece in cut(whole, sizes):
            far.send(piece)
            await asyncio.sleep(0)
        return await reading

    assert asyncio.run(read()) == Request("POST", "/a", {"host": "h", "content-length": str(len(body))}, body)


@pytest.mark.asyncio
@pytest.mark.parametrize(
    ("answer", "body", "is_cut"),
    [
        (b"HTTP/1.1 200 OK\r\n\r\nto the end", b"to the end", False),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 20\r\n\r\nhalf of it", b"half of it", True),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhal", b"hal", True),
        (b"HTTP/1.1 204 Gone\r\nContent-Length: 20\r\n\r\n", b"", False),
    ],
)
async def test_the_end_of_the_connection_ends_a_body_and_may_cut_it(answer: bytes, body: bytes, is_cut: bool):
    stream, far = await connection()
    far.send(answer)
    far.close()
    response = await read_response(stream, bodiless=False)
    read = b""
    while response.more:
        read += await response.read(stream, 4)
    assert (read, response.cut) == (body, is_cut)
    with pytest.raises(ConnectionResetError):
        await stream.write(b"more")


@pytest.mark.asyncio
@pytest.mark.parametrize(
    "answer", [b"SSH-2.0-x\r\n\r\n", b"HTTP/1.1 never\r\n\r\n", b"HTTP/1.1 200 OK\r\nX: " + bytes(70_000)]
)
async def test_what_is_no_response_is_told(answer: bytes):
    stream, far = await connection()
    far.send(answer)
    far.close()
    with pytest.raises(BadResponse):
        await read_response(stream, bodiless=False)


@pytest.mark.asyncio
async def test_a_chunk_without_a_length_is_told():
    stream, far = await connection()
    far.send(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
    response = await read_response(stream, bodiless=False)
    far.send(b"many\r\n")
    with pytest.raises(BadResponse):
        await response.read(stream, 100)


@pytest.mark.asyncio
@pytest.mark.parametrize("asked", [b"", b"GET / HTTP/1.1\r\nHo", b"POST / HTTP/1.1\r\nContent-Length: 5\r\n\r\nabc"])
async def test_a_browser_that_goes_has_asked_for_nothing(asked: bytes):
    stream, far = await connection()
    far.send(asked)
    far.close()
    assert await read_request(stream, 10) is None


@pytest.mark.asyncio
@pytest.mark.parametrize("length", [b"11", b"x", b"-1"])
async def test_a_body_that_is_too_large_or_has_no_length_is_told(length: bytes):
    stream, far = await connection()
    far.send(b"POST / HTTP/1.1\r\nContent-Length: " + length + b"\r\n\r\n")
    with pytest.raises(BadResponse):
        await read_request(stream, 10)
