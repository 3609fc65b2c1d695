"""Answers are sent at once: a connection inherits TCP_NODELAY from the socket that accepts it."""

from __future__ import annotations

import os
import socket
import sys

import pytest

from dashboard.api.nodelay import set_nodelay

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="there is no /proc/self/fd")


def test_what_a_bound_socket_accepts_has_no_delay() -> None:
    def accepted(listening: socket.socket) -> int:
        listening.listen()
        with socket.create_connection(listening.getsockname()) as client:
            server, _ = listening.accept()
            with server, client:
                return server.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)

    with socket.socket(socket.AF_INET) as before, socket.socket(socket.AF_INET) as after:
        before.bind(("127.0.0.1", 0))
        after.bind(("127.0.0.1", 0))
        assert accepted(before) == 0
        open_before = len(os.listdir("/proc/self/fd"))
        set_nodelay()
        assert len(os.listdir("/proc/self/fd")) == open_before  # nothing was left open
        assert accepted(after) != 0
