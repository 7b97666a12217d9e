"""The states of a dialogue and every way from one to another.

This table is the only place that changes a state; a step that it does not list is a defect of this package.
"""

from __future__ import annotations

from enum import Enum

__all__ = ["TRANSITIONS", "Signal", "State"]


class State(Enum):
    """Where the dialogue stands."""

    #: Nothing runs; the next command may be written.
    IDLE = "idle"
    #: A command was written; its reply or its prompt is awaited.
    WAIT = "wait"
    #: The data were written; the final is awaited.
    DATA = "data"
    #: Success came, and more rows of a list follow up to an empty line.
    LIST = "list"
    #: All bytes are data.
    STREAM = "stream"
    #: The stream is being left.
    LEAVING = "leaving"
    #: A known state is being reached.
    RESYNC = "resync"
    #: No known state could be reached.
    DOWN = "down"


class Signal(Enum):
    """What moves the dialogue."""

    WRITE = "a command is written"
    FINAL = "its final, or all that it has to tell"
    ACCEPT = "it was accepted and its value comes later"
    DATA = "its data are written"
    ROWS = "its list begins"
    STREAM = "it began a stream"
    LEAVE = "the stream is to be left"
    LEFT = "the escape was sent and silence followed"
    LOST = "its time is over, or the line is out of step"
    CLEAN = "the fence was answered"
    SPENT = "all attempts failed"
    START = "a known state is wanted"
    RESTART = "the module started anew"


TRANSITIONS: dict[tuple[State, Signal], State] = {
    (State.IDLE, Signal.WRITE): State.WAIT,
    (State.IDLE, Signal.START): State.RESYNC,
    (State.IDLE, Signal.RESTART): State.IDLE,
    (State.WAIT, Signal.FINAL): State.IDLE,
    (State.WAIT, Signal.ACCEPT): State.IDLE,
    (State.WAIT, Signal.DATA): State.DATA,
    (State.WAIT, Signal.ROWS): State.LIST,
    (State.WAIT, Signal.STREAM): State.STREAM,
    (State.WAIT, Signal.LOST): State.RESYNC,
    (State.WAIT, Signal.RESTART): State.RESYNC,
    (State.DATA, Signal.FINAL): State.IDLE,
    (State.DATA, Signal.LOST): State.RESYNC,
    (State.DATA, Signal.RESTART): State.RESYNC,
    (State.LIST, Signal.FINAL): State.IDLE,
    (State.LIST, Signal.LOST): State.RESYNC,
    (State.LIST, Signal.RESTART): State.RESYNC,
    (State.STREAM, Signal.LEAVE): State.LEAVING,
    (State.LEAVING, Signal.LEFT): State.RESYNC,
    (State.RESYNC, Signal.CLEAN): State.IDLE,
    (State.RESYNC, Signal.SPENT): State.DOWN,
    (State.RESYNC, Signal.START): State.RESYNC,
    (State.RESYNC, Signal.RESTART): State.RESYNC,
    (State.DOWN, Signal.START): State.RESYNC,
    (State.DOWN, Signal.RESTART): State.RESYNC,
}
