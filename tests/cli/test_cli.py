"""The command line tool, run as its users run it."""

import asyncio
import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from atmodem import AtmodemError, Capability
from atmodem.api.virtual import make_device, serve_pty
from atmodem.cli import scenes
from atmodem.cli.catalogue import catalogue
from atmodem.cli.main import main
from atmodem.dialects import espat, find_dialect, names
from tests.cli.terminal import ATMODEM, LIMIT, run, terminal

ESPAT = find_dialect("espat")
ESPAT.device()


def test_a_virtual_module_on_a_pty_answers_another_program(tmp_path: Path):
    port = tmp_path / "modem"
    with terminal("virtual", "espat", "--pty", str(port)) as module:
        module.until(f"virtual espat on {port}\n")
        done = run("send", str(port), "AT+GMR", "--dialect", "espat")
        assert (done.returncode, done.stderr) == (0, "")
        lines = done.stdout.splitlines()
        assert lines[0].startswith("AT version:")
        assert lines[-1] == "OK"
        refused = run("send", str(port), "AT+CIPCLOSE=3", "--dialect", "espat")
        assert refused.returncode == 1
        assert refused.stdout.startswith("refused: AT+CIPCLOSE=3: ")
        module.press("\x03")
        assert module.end() == 0
    assert not port.is_symlink()


def test_a_virtual_module_on_tcp_is_found_out_and_ends_on_request():
    with terminal("virtual", "espat", "--tcp", "127.0.0.1:0", "--profile", "3.3", "--baudrate", "921600") as module:
        url = module.until("\n").split(" on ")[1].strip()
        done = run("send", url, "AT+GMR")
        assert done.stdout.startswith("AT version:3.3.")
        module.signal(signal.SIGTERM)
        assert module.end() == 0


@pytest.mark.asyncio
async def test_events_are_shown_as_they_come_until_interrupted(tmp_path: Path):
    async with make_device(ESPAT) as device, serve_pty(device, tmp_path / "modem") as path:
        with terminal("events", path, "--dialect", "espat") as shell:
            shown = asyncio.create_task(asyncio.to_thread(shell.until, "WifiDisconnected("))
            while not shown.done():
                device.emit(espat.WifiDisconnect())
                await asyncio.sleep(0.02)
            assert "WifiDisconnect()\n" in await shown
            shell.press("\x03")
            assert await asyncio.to_thread(shell.end) == 130
            assert "Traceback" not in shell.shown


JOINED = ("virtual, on the pty", "scan and join lab", "joined lab, address 192.168.")
ECHOED = ("TCP echo of 1048576 random bytes", "1.0/1.0 MB", "all bytes came back intact")
PROTECTED = ("TLS by the module", "all bytes came back intact")
FETCHED = ("HTTPS request", "HTTP/1.1 200 OK: <h1>It works</h1>")
ENDED = ("commands, ", "s in all")

#: What the demo of each dialect shows, in this order.
STORY = {
    "espat": [
        *JOINED,
        *ECHOED,
        *PROTECTED,
        *("UDP echo", "1024 bytes came back from ('127.0.0.1', "),
        *FETCHED,
        *("MQTT by the module", "lab/temperature: b'21.5'"),
        *("Bluetooth Low Energy", "wristband at ", "heart rates 71, 72, 74"),
        *ENDED,
    ],
    "mxchip": [
        *JOINED,
        *ECHOED,
        *PROTECTED,
        *("UDP echo", "1024 bytes came back from ('127.0.0.1', "),
        *FETCHED,
        *("MQTT by the module", "one of lab/#: b'21.5'", "Bluetooth Low Energy: a wristband: mxchip cannot"),
        *ENDED,
    ],
    "air602": [
        *JOINED,
        *ECHOED,
        "TLS by the module: echo of 65536 random bytes: air602 cannot",
        *("UDP echo", "512 bytes came back from ('127.0.0.1', "),
        *FETCHED,
        *("MQTT by the module", "lab/temperature: b'21.5'", "Bluetooth Low Energy: a wristband: air602 cannot"),
        *ENDED,
    ],
    "simplelink": [
        *JOINED,
        *ECHOED,
        *PROTECTED,
        *("UDP echo", "bytes came back from somebody"),
        *FETCHED,
        *("MQTT by the module", "lab/temperature: b'21.5'", "Bluetooth Low Energy: a wristband: simplelink cannot"),
        *ENDED,
    ],
}


@pytest.mark.parametrize("dialect", STORY)
def test_the_demo_shows_on_a_terminal_what_the_module_can(dialect: str):
    with terminal("demo", "--dialect", dialect) as shell:
        status = shell.end()
    position = 0
    for step in STORY[dialect]:
        position = shell.shown.find(step, position)
        assert position >= 0, f"{step} is missing in {shell.shown}"
    assert status == 0
    assert "went wrong" not in shell.shown


@pytest.mark.parametrize("played", [False, AtmodemError("the far end is [gone]")])
def test_a_scene_that_goes_wrong_is_told_and_the_next_one_plays(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], played: bool | AtmodemError
):
    async def fail(setting: scenes.Setting) -> bool:
        if isinstance(played, AtmodemError):
            raise played
        return played

    async def succeed(setting: scenes.Setting) -> bool:
        setting.tell("well")
        return True

    scene = scenes.Scene("first", Capability.WIFI_JOIN, fail)
    monkeypatch.setattr(scenes, "SCENES", (scene, scenes.Scene("second", Capability.WIFI_JOIN, succeed)))
    assert main(["demo"]) == 1
    shown = capsys.readouterr().out
    assert shown.endswith("went wrong: first\n")
    assert "second\n  well\n" in shown
    assert ("the far end is [gone]" in shown) == bool(played)


def test_the_demo_names_what_the_module_cannot(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]):
    lacked = scenes.Scene("multicast", Capability.UDP_JOIN_GROUP, scenes.SCENES[0].play)
    monkeypatch.setattr(scenes, "SCENES", (lacked,))
    assert main(["demo"]) == 0
    assert "multicast: espat cannot\n" in capsys.readouterr().out


def test_all_declarations_are_listed_as_json():
    done = run("commands", "--json")
    assert (done.returncode, done.stderr) == (0, "")
    entries = json.loads(done.stdout)
    listed = {(entry["dialect"], entry["type"], entry["name"]) for entry in entries}
    expected = set()
    for name in names():
        vocabulary = find_dialect(name).vocabulary
        expected |= {(name, "command", command.declaration.name) for command in vocabulary.commands.values()}
        expected |= {(name, "event", event.declaration.name) for event in vocabulary.events}
    assert listed == expected
    mode = next(e for e in entries if (e["dialect"], e["type"], e["name"]) == ("espat", "command", "CWMODE"))
    assert mode["forms"] == ["query", "set"]
    assert mode["params"][0] == "mode"
    assert mode["reply"] == ["mode"]
    assert mode["section"]
    assert all(entry["summary"] for entry in entries)


def test_all_declarations_are_listed_for_people(capsys: pytest.CaptureFixture[str]):
    assert main(["commands"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == len(catalogue())
    assert any(line.startswith("espat        GMR ") for line in lines)
    assert any(line.startswith("espat      ! ") for line in lines)
    shown = {line.split()[1]: line.split()[2] for line in lines if line.startswith("espat        ")}
    assert (shown["GMR"], shown["BLEINIT"], shown["BTADDR"]) == ("run", "documentation", "unproven")
    # Bluetooth was never run against firmware.
    assert "run" not in {evidence for name, evidence in shown.items() if name.startswith(("BLE", "BT", "BLUFI"))}


@pytest.mark.parametrize("arguments", [["commands"], ["send", "virtual://espat", "AT"]])
def test_a_reader_that_has_gone_away_is_no_error(arguments: list[str]):
    reading, writing = os.pipe()
    os.close(reading)
    done = subprocess.run(
        [*ATMODEM, *arguments],
        stdout=writing,
        stderr=subprocess.PIPE,
        env={name: value for name, value in os.environ.items() if name != "PYTHONUNBUFFERED"},
        timeout=LIMIT,
        check=False,
    )
    os.close(writing)
    assert (done.returncode, done.stderr) == (0, b"")


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["dance"],
        ["virtual", "nokia", "--pty", "x"],
        ["virtual", "espat"],
        ["virtual", "espat", "--pty", "x", "--tcp", "127.0.0.1:0"],
        ["send", "x"],
        ["send", "x", "AT", "--baudrate", "fast"],
        ["events", "x", "--dialect", "nokia"],
    ],
)
def test_wrong_usage_is_status_2(arguments: list[str], capsys: pytest.CaptureFixture[str]):
    with pytest.raises(SystemExit) as caught:
        main(arguments)
    assert caught.value.code == 2
    assert capsys.readouterr().err.startswith("usage: atmodem")


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["send", "/dev/does-not-exist", "AT"], "there is no port /dev/does-not-exist (plug the module in"),
        (["send", "virtual://nokia", "AT"], "dialect must be one of air602, espat"),
        (["send", "virtual://espat", "AT\r\nAT"], "must be"),
        (["send", "virtual://espat", "AT", "--timeout", "-1"], "timeout must be 0 or more seconds"),
        (["events", "tcp://127.0.0.1", "--dialect", "espat"], "url must be tcp://host:port"),
        (["virtual", "espat", "--tcp", "4000"], "--tcp must be HOST:PORT, such as 127.0.0.1:4000"),
        (["virtual", "espat", "--tcp", "192.0.2.1:0"], "host must be a loopback address"),
        (["virtual", "espat", "--tcp", "127.0.0.1:99999"], "port 99999 cannot be used"),
        (["virtual", "espat", "--pty", "/dev/null"], "/dev/null cannot be made: File exists (choose another path)"),
        (["virtual", "espat", "--pty", "/x", "--profile", "1.7"], "profile must be one of 2.0"),
    ],
)
def test_an_error_is_status_1_and_tells_what_to_do(arguments: list[str], told: str, capsys: pytest.CaptureFixture[str]):
    assert main(arguments) == 1
    error = capsys.readouterr().err
    assert error.startswith("atmodem: ")
    assert told in error
    assert len(error.splitlines()) == 1


def test_a_reply_is_printed_as_it_is_but_for_what_no_terminal_can_show(capsys: pytest.CaptureFixture[str]):
    assert main(["send", "virtual://espat", "AT+CIPMUX?"]) == 0
    assert capsys.readouterr().out == "+CIPMUX:1\nOK\n"


def test_the_demo_names_the_extra_that_it_needs():
    script = "import sys; sys.modules['trustme'] = None; from atmodem.cli.main import main; sys.exit(main(['demo']))"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=LIMIT, check=False)
    assert done.returncode == 1
    assert done.stderr == "The demo needs another extra: pip install 'atmodem[cli,virtual]'\n"


def test_a_missing_extra_is_named():
    script = "import sys; sys.modules['rich.console'] = None; import atmodem.cli.main"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=LIMIT, check=False)
    assert done.returncode == 1
    assert done.stderr.startswith("The command line tool needs the extra: pip install 'atmodem[cli]'\n")


def test_the_installed_tool_is_this_one():
    done = subprocess.run(
        [Path(sys.executable).with_name("atmodem"), "--help"],
        capture_output=True,
        text=True,
        timeout=LIMIT,
        check=False,
    )
    assert done.returncode == 0
    assert done.stdout == run("--help").stdout
    assert "Drive serial AT modules, or be one." in done.stdout
