"""The entry: `streamlit run dashboard/app.py` serves the pages and the REST API from one process."""

import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from threading import Thread

import streamlit as st
from starlette.middleware import Middleware
from starlette.routing import Route

# `streamlit run` puts this folder on the path, not the repository that holds the packages `dashboard` and `pipeline`.
sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from dashboard import assets, login
from dashboard.allocator import keep_freed_memory
from dashboard.api import app as api
from dashboard.api import logs
from dashboard.early_styles import EarlyStyles
from dashboard.headers import PAGES, SafeHeaders
from dashboard.loading import warm
from dashboard.origins import SameOriginSockets

EARLY = [Path(__file__).parent / "components" / name for name in ("look.css", "frame.css", "narrow.css")]


@asynccontextmanager
async def lifespan(app: st.App) -> AsyncIterator[None]:
    logs.install()
    keep_freed_memory()
    Thread(target=warm, daemon=True).start()
    yield


# Routes rather than a mount: the API's own paths are full, so that it answers the same when served alone.
app = st.App(
    Path(__file__).with_name("main.py"),
    routes=[
        *(Route(path, api) for path in ("/api", "/api/{rest:path}", "/healthz", "/readyz", "/metrics")),
        Route("/recommend", api, methods=["POST", "OPTIONS"]),  # to read it is the page of that name
        assets.ROUTE,
    ],
    middleware=[
        Middleware(SafeHeaders, headers=PAGES),
        Middleware(EarlyStyles, css="".join(each.read_text("utf-8") for each in EARLY)),
        Middleware(SameOriginSockets, allowed=st.get_option("server.corsAllowedOrigins")),
    ],
    secrets=login.secrets(),
    lifespan=lifespan,
)
