"""HTTP, WebSocket, files and updates of the virtual ESP module, byte for byte."""

import hashlib

import pytest

from atmodem.dialects.espat.device import firmware_image
from atmodem.errors import InvalidArgument
from atmodem.virtual.air import Air
from atmodem.virtual.clock import ManualClock
from atmodem.virtual.websocket import Opcode
from tests.sessions.far import free_port
from tests.sessions.web import HOST, web_server
from tests.sessions.websocket_far import websocket_server
from tests.virtual.host import ERROR, OK, PROMPT, Host, module, online

pytestmark = pytest.mark.asyncio


async def feed(host: Host, line: bytes, data: bytes, end: bytes) -> bytes:
    """Send a command and the data that it asks for; return what is printed behind the prompt, up to *end*."""
    host.send(line + b"\r\n")
    assert await host.until(b">") in (PROMPT, b">")
    host.send(data)
    return await host.until(end)


# HTTP


async def test_an_answer_comes_in_records_of_the_receive_buffer():
    async with web_server() as server, online() as (_, host):
        server.data = b"0123456789"
        url = f"{server.url}/bytes/10".encode()
        assert await host.ask(b'AT+HTTPCGET="%b",,4' % url) == (
            b"+HTTPCGET:4,0123\r\n+HTTPCGET:4,4567\r\n+HTTPCGET:2,89\r\n" + OK
        )
        assert await host.ask(b'AT+HTTPGETSIZE="%b"' % url) == b"+HTTPGETSIZE:10\r\n" + OK
        chunked = f"{server.url}/chunked/10".encode()
        assert await host.ask(b'AT+HTTPGETSIZE="%b"' % chunked) == b"+HTTPGETSIZE:-1\r\n" + OK
        assert await host.ask(b'AT+HTTPCLIENT=2,0,"%b",,,1' % url) == b"+HTTPCLIENT:10,0123456789\r\n" + OK


async def test_a_server_may_be_named_apart_from_the_path():
    async with web_server() as server, online() as (_, host):
        server.data = b"hello"
        where = f"{HOST}:{server.port}".encode()
        assert await host.ask(b'AT+HTTPCLIENT=2,0,,"%b","/bytes/5",1' % where) == b"+HTTPCLIENT:5,hello\r\n" + OK
        assert await host.ask(b"AT+HTTPCLIENT=2,0,,,,1") == ERROR


async def test_a_text_is_sent_with_its_type():
    async with web_server() as server, online() as (_, host):
        url = f"{server.url}/digest".encode()
        assert (await host.ask(b'AT+HTTPCLIENT=3,1,"%b",,,1,"{\\"a\\"\\,1}","X-A: b"' % url)).endswith(OK)
        request = server.requests[0]
        assert (request.body, request.all("content-type"), request.all("x-a")) == (
            b'{"a",1}',
            ["application/json"],
            ["b"],
        )
        done = await feed(host, b'AT+HTTPCPUT="%b",5,1,"content-type: text/x"' % url, b"hello", b"SEND OK\r\n")
        assert done.startswith(b"+HTTPCPUT:64,")
        assert server.requests[1].all("content-type") == ["text/x"]


async def test_errors_have_their_codes():
    async with web_server() as server, online() as (_, host):
        await host.ask(b"AT+SYSLOG=1")
        url = server.url.encode()
        wrong = b"ERR CODE:0x010a7194\r\n" + ERROR
        nobody = b"ERR CODE:0x010a7000\r\n" + ERROR
        assert await host.ask(b'AT+HTTPCGET="%b/empty/404"' % url) == wrong
        assert await host.ask(b'AT+HTTPGETSIZE="%b/empty/404"' % url) == wrong
        assert await host.ask(b'AT+HTTPCGET="%b/status/404"' % url) == b"+HTTPCGET:10,status 404\r\n" + wrong
        for line in (b'AT+HTTPCGET="http://127.0.0.1:%d/"', b'AT+HTTPGETSIZE="http://127.0.0.1:%d/"'):
            assert await host.ask(line % free_port()) == nobody
        assert await host.ask(b'AT+HTTPCGET="http://nowhere.test/"') == nobody
        for bad in (b"h", b"ftp://h/", b"http://h:99999/", b""):
            assert await host.ask(b'AT+HTTPCGET="%b"' % bad) == ERROR
        failed = await feed(host, b'AT+HTTPCPOST="%b/empty/500",3' % url, b"abc", b"FAIL\r\n")
        assert failed == b"\r\nSEND FAIL\r\n"
        for line in (b'AT+HTTPCPOST="%b",0' % url, b'AT+HTTPCPOST="%b",3,2,"X-A: b"' % url):
            assert await host.ask(line) == ERROR
    async with module() as (_, host):
        assert await host.ask(b'AT+HTTPCGET="http://example.org/"') == ERROR


async def test_a_url_and_headers_are_kept_until_they_are_forgotten_or_the_module_restarts():
    async with web_server() as server, online() as (_, host):
        url = f"{server.url}/bytes/0".encode()
        assert await host.ask(b"AT+HTTPURLCFG=7") == ERROR
        assert await feed(host, b"AT+HTTPURLCFG=%d" % len(url), url, b"OK\r\n") == b"\r\nSET OK\r\n"
        assert await feed(host, b"AT+HTTPCHEAD=4", b"A: b", b"OK\r\n") == OK
        assert await feed(host, b"AT+HTTPCHEAD=4", b"C: d", b"OK\r\n") == OK
        assert await host.ask(b"AT+HTTPCHEAD?") == b'+HTTPCHEAD:0,"A: b"\r\n+HTTPCHEAD:1,"C: d"\r\n' + OK
        assert await host.ask(b'AT+HTTPCGET=""') == OK
        assert (server.requests[0].all("a"), server.requests[0].all("c")) == (["b"], ["d"])
        assert await host.ask(b"AT+HTTPCHEAD=0") == OK
        assert await host.ask(b"AT+HTTPCHEAD?") == OK
        assert await host.ask(b"AT+HTTPCHEAD=2000") == ERROR
        host.send(b"AT+RST\r\n")
        await host.until(b"ready\r\n")
        await host.ask(b"ATE0")
        assert await host.ask(b"AT+HTTPURLCFG?") == OK


async def test_what_comes_while_a_request_runs_is_thrown_away():
    async with web_server() as server, online() as (_, host):
        server.data = b"hello"
        host.send(f'AT+HTTPCGET="{server.url}/mute"\r\n'.encode())
        await server.asked()
        host.send(b"AT\r\n")
        assert await host.until(b"\r\nbusy p...\r\n") == b"\r\nbusy p...\r\n"
        server.released.set()
        assert await host.until(b"ERROR\r\n") == ERROR


# WebSocket


async def test_a_websocket_is_told_from_its_opening_to_its_end():
    async with websocket_server() as server, online() as (_, host):
        url = server.url.encode()
        assert await host.ask(b"AT+WSCFG=1,10,120,4") == OK
        assert await host.ask(b'AT+WSOPEN=1,"%b","chat",,"Bearer x"' % url) == b"+WS_CONNECTED:1\r\n" + OK
        visitor = await server.visitors.get()
        assert "Authorization: Bearer x\r\n" in visitor.head
        assert await host.ask(b"AT+WSOPEN?") == b'+WSOPEN:1,2,"%b"\r\n' % url + OK
        assert await host.ask(b'AT+WSOPEN=1,"%b"' % url) == ERROR
        assert await feed(host, b"AT+WSSEND=1,2", b"hi", b"OK\r\n") == b"\r\nSEND OK\r\n"
        assert await feed(host, b"AT+WSSEND=1,1,2,,0", b"\x00", b"OK\r\n") == b"\r\nSEND OK\r\n"
        assert [await visitor.frames.get() for _ in range(2)] == [(Opcode.TEXT, b"hi"), (Opcode.BINARY, b"\x00")]
        await visitor.send(Opcode.TEXT, b"012345")
        assert await host.until(b"45\r\n") == b"+WS_DATA:1,4,0123\r\n+WS_DATA:1,2,45\r\n"
        await visitor.send(Opcode.PING, b"?")
        assert await visitor.frames.get() == (Opcode.PONG, b"?")
        await visitor.send(Opcode.TEXT, b"")
        assert await host.until(b",\r\n") == b"+WS_DATA:1,0,\r\n"
        assert await host.ask(b"AT+WSCLOSE=1") == OK
        assert await host.until(b"1\r\n") == b"+WS_CLOSED:1\r\n"
        assert await host.ask(b"AT+WSOPEN?") == OK
        for line in (b"AT+WSCLOSE=1", b"AT+WSSEND=1,2", b'AT+WSOPEN=0,"http://h/"', b'AT+WSOPEN=0,"ws://h:x/"'):
            assert await host.ask(line) == ERROR


async def test_a_lost_websocket_is_looked_for_again_and_one_that_the_server_closed_is_not():
    clock = ManualClock()
    async with websocket_server() as server, online(clock=clock) as (_, host):
        url = server.url.encode()
        assert (await host.ask(b'AT+WSOPEN=0,"%b"' % url)).endswith(OK)
        (await server.visitors.get()).drop()
        assert await host.until(b"0\r\n") == b"+WS_DISCONNECTED:0\r\n"
        assert await host.ask(b"AT+WSOPEN?") == b'+WSOPEN:0,1,"%b"\r\n' % url + OK
        assert await host.ask(b"AT+WSSEND=0,2") == ERROR
        server.refuses = True
        clock.advance(10)
        server.refuses = False
        assert await host.until(b"0\r\n") == b"+WS_CONNECTED:0\r\n"
        while server.visitors.qsize() > 1:
            await server.visitors.get()
        await (await server.visitors.get()).send(Opcode.CLOSE, b"\x03\xe8")
        assert await host.until(b"0\r\n") == b"+WS_CLOSED:0\r\n"
        assert await host.ask(b"AT+WSOPEN?") == OK
        assert (await host.ask(b'AT+WSOPEN=0,"%b"' % url)).endswith(OK)


async def test_a_websocket_that_is_refused_or_not_there_is_an_error():
    async with websocket_server() as server, online() as (_, host):
        server.refuses = True
        assert await host.ask(b'AT+WSOPEN=0,"%b"' % server.url.encode()) == ERROR
        assert await host.ask(b'AT+WSOPEN=0,"ws://nowhere.test/"') == ERROR
        assert await host.ask(b"AT+WSHEAD=2000") == ERROR
        assert await feed(host, b"AT+WSHEAD=4", b"A: b", b"OK\r\n") == OK
        assert await host.ask(b"AT+WSHEAD?") == b'+WSHEAD:0,"A: b"\r\n' + OK


# Files


async def test_files_are_written_behind_a_bare_prompt_and_read_with_a_count():
    async with module() as (device, host):
        host.send(b'AT+FS=0,1,"a.txt",0,5\r\n')
        assert await host.take(1) == b">"
        host.send(b"he\r\nl")
        assert await host.until(OK) == OK
        assert await host.ask(b'AT+FS=0,2,"a.txt",1,100') == b"+FS:4,e\r\nl" + OK
        assert await host.ask(b'AT+FS=0,2,"a.txt",5,1') == b"+FS:0," + OK
        assert await host.ask(b'AT+FS=0,3,"a.txt"') == b"+FS:5\r\n" + OK
        digest = hashlib.md5(b"he\r\nl", usedforsecurity=False).hexdigest().encode()
        assert await host.ask(b'AT+FS=0,5,"a.txt"') == b"+FS:" + digest + b"\r\n" + OK
        assert await feed(host, b'AT+FS=0,1,"b",7,1', b"x", b"OK\r\n") == OK
        assert device.files.content["b"] == bytes(7) + b"x"
        assert await host.ask(b'AT+FS=0,4,"."') == b"+FS:a.txt b\r\n" + OK
        assert await host.ask(b"AT+FS=0,6") == b"+FS:1040384,1048576\r\n" + OK
        assert await host.ask(b"AT+FSMOUNT=0") == OK
        assert await host.ask(b'AT+FS=0,0,"a.txt"') == OK
        for line in (
            b'AT+FS=0,0,"a.txt"',
            b'AT+FS=0,2,"a.txt",0,1',
            b'AT+FS=0,2,"b",0,0',
            b'AT+FS=0,1,"b",0,8193',
            b'AT+FS=0,1,"b",1048576,1',
            b'AT+FS=0,1,"%b",0,1' % (b"n" * 32),
            b'AT+FS=0,4,"/"',
            b'AT+FS=0,7,"b"',
            b"AT+FS=0,3",
            b'AT+FS=1,4,"."',
        ):
            assert await host.ask(line) == ERROR
        host.send(b"AT+RESTORE\r\n")
        await host.until(b"ready\r\n")
        await host.ask(b"ATE0")
        assert await host.ask(b'AT+FS=0,3,"b"') == b"+FS:8\r\n" + OK


# Updates


async def test_an_update_tells_its_steps_and_restarts():
    async with web_server() as server:
        air = Air(services={("iot.espressif.cn", 8000): (HOST, server.port)})
        rom = "/v1/device/rom/"
        async with online(air=air) as (_, host):
            assert await host.ask(b"AT+CIPFWVER?") == ERROR
            assert await host.ask(b"AT+CIUPDATE") == b"+CIPUPDATE:1\r\n+CIPUPDATE:2\r\n" + ERROR
            server.pages[f"{rom}?is_format_simple=true"] = b'{"rom_version": "4.9", "status": 200}'
            assert await host.ask(b"AT+CIPFWVER?") == b'+CIPFWVER:"4.9"\r\n' + OK
            steps = b"+CIPUPDATE:1\r\n+CIPUPDATE:2\r\n+CIPUPDATE:3\r\n"
            assert await host.ask(b"AT+CIUPDATE") == steps + ERROR
            assert await host.ask(b"AT+CIUPDATE?") == b"+CIUPDATE:-1\r\n" + OK
            for refused in (b"AT+CIUPDATE=1", b'AT+CIUPDATE=0,"4.9","mqtt_ca"'):
                assert await host.ask(refused) == ERROR
            server.pages[f"{rom}?action=download_rom&version=4.9&filename=ota.bin"] = firmware_image("4.9.0.0")
            assert await host.ask(b"AT+CIUPDATE") == steps + b"+CIPUPDATE:4\r\n" + OK
            assert await host.until(b"ready\r\n") == b"\r\nready\r\n"
            await host.ask(b"ATE0")
            assert (await host.ask(b"AT+GMR")).startswith(b"AT version:4.9.0.0(virtual - ESP32C3")


async def test_an_update_from_a_url_acknowledges_it_first():
    async with web_server() as server, online() as (_, host):
        server.data = firmware_image("5.5.0.0", 100)
        for path in (b"/bytes/50", b"/empty/404"):
            url = server.url.encode() + path
            told = await feed(host, b"AT+USEROTA=%d" % len(url), url, b"ERROR\r\n")
            assert told == b"\r\nRecv %d bytes\r\n" % len(url) + ERROR
        url = server.url.encode() + b"/bytes/100"
        host.send(b"AT+USEROTA=%d\r\n" % len(url))
        assert await host.until(b">") == PROMPT
        host.send(url)
        assert await host.until(b"ready\r\n") == b"\r\nRecv %d bytes\r\n" % len(url) + OK + b"\r\nready\r\n"


async def test_an_image_must_be_one():
    image = firmware_image("1.2.3.4", 80)
    assert len(image) == 80
    for version, size in (("", 100), ("x" * 32, 100), ("1", 79)):
        with pytest.raises(InvalidArgument):
            firmware_image(version, size)
