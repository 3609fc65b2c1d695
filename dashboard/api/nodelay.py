"""Sends answers at once where uvicorn has several workers.

`uvicorn --workers N` binds its socket in a way that keeps asyncio from setting TCP_NODELAY: every answer on a
connection that is kept open then waits some 40 ms for the client's acknowledgement. A connection inherits the setting
from the socket that accepts it. Source: https://github.com/Kludex/uvicorn/issues/3149.
"""

from __future__ import annotations

import os
import socket
import stat
from contextlib import suppress
from pathlib import Path

DESCRIPTORS = Path("/proc/self/fd")  # there is none but on Linux, and only there is this so


def set_nodelay() -> None:
    """Set TCP_NODELAY on the TCP sockets that this process holds: those that it was handed to accept from."""
    for each in list(DESCRIPTORS.iterdir()) if DESCRIPTORS.is_dir() else ():
        with suppress(OSError):  # some are closed by now, as that of the folder itself
            if stat.S_ISSOCK(os.fstat(int(each.name)).st_mode):
                _set(int(each.name))


def _set(descriptor: int) -> None:
    with socket.socket(fileno=os.dup(descriptor)) as found:
        if found.family in (socket.AF_INET, socket.AF_INET6) and found.type == socket.SOCK_STREAM:
            found.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
