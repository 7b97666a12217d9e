"""The witness rule."""

import os
import stat

import pytest

from tests.witness import require

ABSENT = "atmodem-absent-witness"


def test_a_missing_witness_skips_by_default(monkeypatch):
    monkeypatch.delenv("ATMODEM_WITNESSES", raising=False)
    with pytest.raises(pytest.skip.Exception, match=f"witness missing: {ABSENT}"):
        require(ABSENT)


def test_a_missing_witness_fails_where_witnesses_are_required(monkeypatch):
    monkeypatch.setenv("ATMODEM_WITNESSES", "required")
    with pytest.raises(pytest.fail.Exception, match=f"witness missing: {ABSENT}"):
        require(ABSENT)


def test_a_present_witness_is_returned_by_its_path(monkeypatch, tmp_path):
    program = tmp_path / "witness"
    program.touch()
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=os.pathsep)
    assert require("witness") == str(program)
