"""What the documentation lists is what the code has."""

from pathlib import Path

from atmodem.wire.states import TRANSITIONS

DOCS = Path(__file__).parent.parent / "docs"


def test_the_table_of_states_is_that_of_the_code():
    rows = [line for line in (DOCS / "states.md").read_text().splitlines() if line.startswith("| ")][1:]
    assert rows == [
        f"| {state.value} | {signal.value} | {after.value} |" for (state, signal), after in TRANSITIONS.items()
    ]
