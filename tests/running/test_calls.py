"""Calls in forks: the same as one after the other, and what goes wrong arrives."""

import json
import os
import signal
import threading
import traceback

import pytest

from helpers.running.kernels import calls
from helpers.running.kernels.calls import LostCallError, call_all
from helpers.running.kernels.parent import warm_parent

pytestmark = pytest.mark.skipif(os.name != "posix", reason="processes are forked where the system can fork")


def test_calls_are_made_side_by_side_and_answered_in_order():
    parents = call_all(os.getppid, [(), ()])
    assert parents == [warm_parent()._forkserver_pid] * 2 != [os.getppid()] * 2
    assert call_all(os.getppid, [()]) == [os.getppid()]  # nothing to be beside
    assert call_all(os.getppid, [(), ()], side_by_side=False) == [os.getppid()] * 2
    assert call_all(divmod, [(7, 2), (9, 4), (1, 1)]) == [(3, 1), (2, 1), (1, 0)]


def test_an_error_arrives_with_the_place_where_it_arose():
    with pytest.raises(json.JSONDecodeError) as found:
        call_all(json.loads, [("1",), ("{",)])
    told = "".join(traceback.format_exception(found.value))
    assert "decoder.py" in told and "in call_all" in told


def test_an_error_that_cannot_be_sent_is_told_by_its_name():
    holding = LookupError("x")
    holding.held = threading.Lock()
    assert repr(calls._sendable(holding)) == "RuntimeError('LookupError')"
    assert repr(calls._sendable(LookupError("x"))) == "LookupError('x')"


def test_a_process_that_is_killed_is_told():
    with pytest.raises(LostCallError, match="kill was killed before it had ended"):
        call_all(os.kill, [(0, 0), (0, signal.SIGKILL)])  # each leads a group of its own
