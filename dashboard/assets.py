"""Scripts that pages fetch from this server: Plotly's, as its package ships it, and the map's own."""

from __future__ import annotations

import gzip
import hashlib
from collections.abc import Callable
from functools import lru_cache
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

CLIENT = Path(__file__).parent / "mapping" / "client"
TYPE = "text/javascript; charset=utf-8"
PLOTLY, MAP = "plotly.min.js", "map.js"
PARTS = ("outline.js", "names.js", "bytes.js", "traces.js", "map.js")  # of the map's script, in their order
PREFIX = "/assets"


def plotly() -> bytes:
    """Return Plotly's script. The package is not imported: it is slow, and only a file of it is read."""
    spec = find_spec("plotly")
    assert spec is not None
    assert spec.origin is not None
    return (Path(spec.origin).parent / "package_data" / PLOTLY).read_bytes()


def script() -> bytes:
    """Return the map's script as one module: its parts one after the other, as they need no more than that."""
    return b"\n".join((CLIENT / part).read_bytes() for part in PARTS)


READ: dict[str, Callable[[], bytes]] = {PLOTLY: plotly, MAP: script}


@lru_cache
def content(name: str) -> tuple[bytes, bytes, str]:
    """Return a file as it is, compressed, and the first digits of its SHA-256.

    Raises:
        KeyError: There is no such file.
    """
    raw = READ[name]()
    return raw, gzip.compress(raw, 6, mtime=0), hashlib.sha256(raw).hexdigest()[:12]


def address(name: str, base: str = "") -> str:
    """Return the address of a file: another one whenever its content changes, so that browsers may keep it for good.

    Args:
        name: The file.
        base: The path that the dashboard is served below.
    """
    tag = version("plotly") if name == PLOTLY else content(name)[2]
    return f"{base}{PREFIX}/{name}?v={tag}"


def serve(request: Request) -> Response:
    """Answer a file."""
    name = request.path_params["name"]
    try:
        raw, packed, _ = content(name)
    except KeyError:
        return Response("There is no such file.", 404, media_type="text/plain")
    headers = {"Cache-Control": "public, max-age=31536000, immutable", "Vary": "Accept-Encoding"}
    if "gzip" in request.headers.get("accept-encoding", ""):
        return Response(packed, media_type=TYPE, headers={**headers, "Content-Encoding": "gzip"})
    return Response(raw, media_type=TYPE, headers=headers)


ROUTE = Route(PREFIX + "/{name}", serve)
