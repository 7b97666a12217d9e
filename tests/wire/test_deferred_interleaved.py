"""Deferred commands, others and events in any order: each value reaches its own command."""

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.wire.talk import Talk, events, unknown, written
from tests.wire.test_dialogue_deferred import OK, connect, connected
from tests.wire.toys_late import (
    EITHER,
    Connect,
    EitherProbe,
    Get,
    Got,
    Ping,
    PingHost,
    Recv,
    Resolve,
    Socket,
    Value,
    WlanDisconnected,
    Word,
)


@settings(max_examples=150)
@given(st.data())
def test_whatever_is_interleaved_each_value_reaches_its_own_command(data):
    talk = Talk(EITHER)
    commands = data.draw(
        st.lists(
            st.sampled_from(
                [*(connect(port) for port in (1, 2, 3)), *(Recv(sd=sd, format=0, length=9) for sd in (1, 2))]
            )
            | st.sampled_from(
                [Resolve(host="a"), PingHost(host="h", count=2), EitherProbe(), Get(what="x"), Socket(kind=Word.UDP)]
            ),
            min_size=1,
            max_size=7,
        )
    )
    tickets = [talk.send(command) for command in commands]
    answered, owed, serial = 0, [], 0
    while not all(talk.ended(ticket) for ticket in tickets):
        lines = written(talk.out)
        choices = ["event"] if serial < 5 else []
        if answered < len(lines):
            choices.append("success")
        choices += [f"value {index}" for index in range(len(owed))]
        if choices in ([], ["event"]):
            talk.wait(0.05)
            assert answered < len(written(talk.out)) or owed
            continue
        choice = data.draw(st.sampled_from(choices))
        if choice == "event":
            serial += 1
            wire = b"+eventwlan:disconnect,%d\n\r" % serial
        elif choice == "success":
            wire, later = play(lines[answered])
            owed += later
            answered += 1
        else:
            wire = owed.pop(int(choice.split()[1]))
        cut = data.draw(st.integers(0, len(wire)))
        talk.hear(wire[:cut], wire[cut:])
        if choice.startswith("value"):
            # The module prints nothing else in the same burst.
            talk.wait(0.05)

    for ticket, command in zip(tickets, commands, strict=True):
        assert belongs(command, talk.reply(ticket))
    assert events(talk.out) == [WlanDisconnected(reason=number) for number in range(1, serial + 1)]
    assert unknown(talk.out) == []
    assert talk.idle


def play(line):
    """Return what the module answers at once, and what it owes."""
    name, _, rest = line.decode().strip().removeprefix("at+").partition("=")
    values = rest.split(",")
    match name:
        case "connect":
            return OK, [f"+connect:{values[1]},h\n\r".encode() + OK]
        case "recv":
            return OK, [f"+recv:{values[0]},0,4,\n\rOK\n\r".encode() + OK]
        case "resolve":
            return b"", [b"+resolve:7\n\r" + OK]
        case "ping":
            return OK, [b"+ping:1,1\n\r+ping:2,2\n\r"]
        case "get":
            return b"+get:1\n\r" + OK, []
        case "socket":
            return b"+socket:3\n\r" + OK, []
    return OK, []


def belongs(command, reply):
    match command:
        case Connect(port=port):
            return reply == connected(port)
        case Recv(sd=sd):
            return reply == Got(sd=sd, format=0, length=4, data=b"\n\rOK")
        case Resolve():
            return reply == Value(number=7)
        case PingHost():
            return reply == Ping(sent=2, received=2)
        case Get():
            return reply == (Value(number=1),)
        case Socket():
            return reply == Value(number=3)
    return reply is None
