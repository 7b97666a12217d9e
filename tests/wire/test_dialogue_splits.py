"""How bytes are cut into reads does not matter: the same outcomes, in the same order, whatever runs meanwhile."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from atmodem.wire.outcomes import StreamData
from atmodem.wire.states import State
from tests.wire.talk import Talk, of
from tests.wire.test_lexer import PARTS
from tests.wire.toys import (
    MILD,
    PLAIN,
    Forever,
    Gmr,
    Join,
    Links,
    MildProbe,
    MildSend,
    MildStream,
    Publish,
    Read,
    ScanNow,
    Send,
    Show,
    Switch,
    Transparent,
    Upload,
)
from tests.wire.toys_late import (
    EITHER,
    PLUS,
    Connect,
    EitherProbe,
    Get,
    ListFiles,
    Open,
    PingHost,
    PlusProbe,
    PlusStream,
    Recv,
    Skrcv,
    Sksnd,
    Update,
    Wscan,
)

VOCABULARIES = {"plain": PLAIN, "mild": MILD, "plus": PLUS, "either": EITHER}
COMMANDS = {
    "plain": [
        *(Gmr(), Join(ssid="lab", key="hunter2"), Links(), Send(link_id=1, data=b"ab"), Publish(data=b"x"), Show()),
        *(Read(size=50), Forever(), Transparent(), Join.query()),
    ],
    "mild": [
        MildProbe(),
        ScanNow(),
        MildSend(link_id=1, data=b"ab"),
        Upload(kind=1, data=b"x"),
        MildStream(),
        Switch.query(),
    ],
    "plus": [
        *(
            PlusProbe(),
            Open(port=1),
            Wscan(),
            Sksnd(handle=1, data=b"abc"),
            Update(data=b"x"),
            Skrcv(handle=1, size=20),
        ),
        PlusStream(),
    ],
    "either": [
        *(EitherProbe(), Get(what="x"), Connect(sd=1, port=1, host="h"), Recv(sd=1, format=0, length=9), ListFiles()),
        PingHost(host="h", count=2),
    ],
}
#: What answers those commands, well or badly, besides what every module may send.
ANSWERS = {
    "plain": [
        *(
            b"SEND OK\r\n",
            b"SEND FAIL\r\n",
            b"+SENT:1\r\n",
            b"+PUB:OK\r\n",
            b"+JOIN:2\r\n",
            b'+JOIN:"lab"\r\n',
            b"busy p...\r\n",
        ),
        *(
            b"AT version:1\r\n",
            b"+SHOW:a\r\n",
            b'+LINKS:0,1,"h"\r\n',
            b"ready\r\n",
            b"\xff\x00ready\r\n",
            b"AT+JOIN=",
            b"+WHY:7\r\n",
        ),
    ],
    "mild": [
        b"+SCAN:1\r\n",
        b"a,b,AA:BB:CC:DD:EE:FF,-60\r\n",
        b"+SETTING: ON\r\n",
        b"+SETTING:UP\r\n",
        b"+CME ERROR: 5\n",
    ],
    "plus": [
        b"+OK=001122334455,60\r\n",
        b"001122334455,61\r\n",
        b"+OK=3\r\n\r\n",
        b"+OK=0\r\n\r\n",
        b"+BOOT=1\r\n\r\n",
    ],
    "either": [
        *(b"+connect:1,h\n\r", b"+ping:1,1\n\r", b"+get:1\n\r", b"+list:a,1;b,2\n\r", b"Toy Ver: 1\n\r", b"x\n\r"),
        *(b"Enter AT Command:\n\r", b"+recv:1,0,2,ab\n\r"),
    ],
}


def play(name, asked, pieces):
    """Return what comes of these reads while *asked* runs, streams as the bytes in them."""
    talk = Talk(VOCABULARIES[name], echo=None)
    for command in asked:
        talk.send(command)
        # Accepted, where it is deferred: the next one may run beside it.
        if VOCABULARIES[name].request(command).script.deferred is not None:
            talk.hear(b"OK\n\r")
    begin = len(talk.out)
    talk.hear(*pieces)
    told = [repr(out) for out in talk.out[begin:] if not isinstance(out, StreamData)]
    return told, b"".join(out.data for out in of(talk.out, StreamData)), talk.state, talk.dialogue.deadline


@pytest.mark.parametrize("name", VOCABULARIES)
@settings(max_examples=250)
@given(data=st.data())
def test_the_same_bytes_give_the_same_outcomes_in_every_split(name, data):
    deferred = [Connect(sd=2, port=2, host="h"), Recv(sd=2, format=0, length=9)] if name == "either" else []
    asked = [
        *data.draw(st.lists(st.sampled_from(deferred), max_size=1) if deferred else st.just([])),
        *data.draw(st.lists(st.sampled_from(COMMANDS[name]), max_size=1)),
    ]
    parts = data.draw(st.lists(st.sampled_from([*PARTS[name], *ANSWERS[name]]) | st.binary(max_size=2), max_size=10))
    wire = b"".join(parts)
    cuts = sorted(data.draw(st.lists(st.integers(0, len(wire)), max_size=6)))

    whole = play(name, asked, [wire])

    assert play(name, asked, [wire[a:b] for a, b in zip([0, *cuts], [*cuts, len(wire)], strict=True)]) == whole
    assert play(name, asked, [bytes((byte,)) for byte in wire]) == whole


@pytest.mark.parametrize("name", VOCABULARIES)
@settings(max_examples=60)
@given(data=st.data())
def test_whatever_is_received_each_command_with_a_limit_ends(name, data):
    limited = [command for command in COMMANDS[name] if VOCABULARIES[name].request(command).timeout]
    talk = Talk(VOCABULARIES[name], echo=None)
    tickets = []
    for command in data.draw(st.lists(st.sampled_from(limited), min_size=1, max_size=4)):
        tickets.append(talk.send(command))
        for part in data.draw(
            st.lists(st.sampled_from([*PARTS[name], *ANSWERS[name]]) | st.binary(max_size=9), max_size=8)
        ):
            talk.hear(part)
            talk.wait(data.draw(st.sampled_from([0.0, 0.01, 0.5])))
    for _ in range(10):
        if talk.state is State.STREAM:
            talk.leave()
        talk.wait(100.0)

    assert all(talk.ended(ticket) for ticket in tickets)
    assert talk.state in (State.IDLE, State.DOWN)
    assert talk.dialogue.deadline is None
    assert not talk.dialogue.incomplete
