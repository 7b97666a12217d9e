"""The table of transitions is whole: nothing in it is out of reach, and nothing is missing that the code asks for."""

import ast
from pathlib import Path

import pytest

from atmodem import wire
from atmodem.wire.states import TRANSITIONS, Signal, State


def reachable_from(start):
    seen, new = set(), {start}
    while new:
        seen |= new
        new = {after for (before, _), after in TRANSITIONS.items() if before in new} - seen
    return seen


@pytest.mark.parametrize("state", State)
def test_every_state_can_be_reached_and_left(state):
    assert state in reachable_from(State.IDLE)
    assert State.IDLE in reachable_from(state)


@pytest.mark.parametrize("signal", Signal)
def test_every_signal_is_sent_and_stands_in_the_table(signal):
    sent = set()
    for path in Path(wire.__path__[0]).glob("*.py"):
        if path.stem != "states":
            attributes = [
                n for n in ast.walk(ast.parse(path.read_text(encoding="utf-8"))) if isinstance(n, ast.Attribute)
            ]
            sent |= {node.attr for node in attributes if ast.unparse(node.value) == "Signal"}

    assert signal.name in sent
    assert signal in {asked for _, asked in TRANSITIONS}


def test_signals_and_states_say_what_they_are():
    assert all(signal.value for signal in Signal)
    assert len({state.value for state in State}) == len(State)
