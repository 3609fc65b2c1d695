"""The whole round of a login: the server, a provider of OpenID Connect, and what a browser would send."""

from __future__ import annotations

import asyncio
import json
import os
import re
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest
import websockets
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from pipeline.versions import VersionStore
from tests import tiny
from tests.asynchronous import run

ROOT = Path(__file__).parents[2]

pytest.importorskip("authlib", reason="the login needs Authlib (requirements-serve.txt)")


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return found.getsockname()[1]


@contextmanager
def served(app: str, port: int, probe: str, **environment: str) -> Iterator[str]:
    """Serve an application until the end of the block; its address."""
    command = [sys.executable, "-m", "uvicorn", app, "--host", "127.0.0.1", "--port", str(port)]
    given = {**os.environ, "OMP_NUM_THREADS": "1", **environment}
    address = f"http://127.0.0.1:{port}"
    with subprocess.Popen(
        command, cwd=ROOT, env=given, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as process:
        try:
            for _ in range(600):
                try:
                    httpx.get(address + probe).raise_for_status()
                    break
                except httpx.HTTPError:
                    assert process.poll() is None, "the server ended"
                    time.sleep(0.1)
            yield address
        finally:
            process.terminate()


@pytest.fixture(scope="module")
def explorer(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    artifacts = tmp_path_factory.mktemp("artifacts")
    tiny.publish(VersionStore(artifacts))
    provider, port = free_port(), free_port()
    issuer = f"http://127.0.0.1:{provider}"
    auth = {
        "redirect_uri": f"http://127.0.0.1:{port}/oauth2callback",
        "cookie_secret": "0123456789abcdef0123456789abcdef",
        "client_id": "explorer",
        "client_secret": "secret",
        "server_metadata_url": f"{issuer}/.well-known/openid-configuration",
    }
    secrets = json.dumps({"auth": auth, "login": {"allowed": ["@shop.example"]}})
    with (
        served("tests.deploy.identity_provider:app", provider, "/keys", ISSUER=issuer),
        served("dashboard.app:app", port, "/healthz", PSE_ARTIFACTS=str(artifacts), PSE_LOGIN=secrets) as address,
    ):
        yield address


class Browser:
    """As much of a browser as a login needs.

    Args:
        address: Of the server.
    """

    def __init__(self, address: str) -> None:
        self.address = address
        self.client = httpx.Client()
        self.client.get(f"{address}/_stcore/health")  # brings the token against forged requests

    def see(self, press: str = "") -> tuple[int, str]:
        """Open the Search page, press a button of it; how many products it shows, and where it sends the browser."""
        return run(self._see(press))

    async def _see(self, press: str) -> tuple[int, str]:
        cookies = {cookie.name: cookie.value for cookie in self.client.cookies.jar}
        products, goes, buttons = 0, "", {}
        async with websockets.connect(
            self.address.replace("http", "ws", 1) + "/_stcore/stream",
            subprotocols=["streamlit", cookies["_streamlit_xsrf"]],
            origin=self.address,
            additional_headers={"Cookie": "; ".join(f"{name}={value}" for name, value in cookies.items())},
            max_size=None,
        ) as page:
            asked = BackMsg()
            asked.rerun_script.page_name = "search"
            asked.rerun_script.query_string = "q=camera"
            await page.send(asked.SerializeToString())
            while True:
                told = ForwardMsg.FromString(await asyncio.wait_for(page.recv(), 60))
                kind = told.WhichOneof("type")
                if kind == "delta":
                    element = told.delta.new_element
                    products += len(re.findall("data-product=", element.html.body))
                    buttons[element.button.label] = element.button.id
                elif kind == "auth_redirect":
                    goes = told.auth_redirect.url
                elif kind == "script_finished" and press in buttons and press:
                    pressed = asked.rerun_script.widget_states.widgets.add()
                    pressed.id, pressed.trigger_value = buttons[press], True
                    await page.send(asked.SerializeToString())
                    press = ""
                elif kind == "script_finished":
                    return products, goes


@pytest.fixture
def browser(explorer: str) -> Iterator[Browser]:
    found = Browser(explorer)
    yield found
    found.client.close()


def test_a_stranger_is_sent_to_the_provider_comes_back_sees_the_pages_and_leaves(browser: Browser) -> None:
    assert browser.see() == (0, "")
    products, goes = browser.see("Log in")
    assert products == 0
    assert goes.startswith("/auth/login?provider=")
    back = browser.client.get(browser.address + goes, follow_redirects=True)
    assert back.url == f"{browser.address}/"
    assert len(back.history) == 3  # to the provider, back with its code, to the start page
    assert browser.see()[0] > 0
    browser.client.get(f"{browser.address}/auth/logout")
    assert browser.see() == (0, "")


def test_a_forged_cookie_opens_nothing(browser: Browser) -> None:
    browser.client.cookies.set("_streamlit_user", "forged")
    assert browser.see() == (0, "")
