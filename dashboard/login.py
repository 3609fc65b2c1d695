"""The login of the pages: asked for where the secrets hold [auth], by OpenID Connect; absent, nothing changes.

Streamlit does the talking with the provider (https://docs.streamlit.io/develop/api-reference/user/st.login); what is
here decides who is let in. The API knows no login: it has its key.
"""

from __future__ import annotations

import json
import logging
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import streamlit as st
from streamlit.errors import StreamlitAuthError

from dashboard import frame
from dashboard.components import notes
from dashboard.components.words import clean, plain
from pipeline.errors import ExplorerError

TITLE = "Product Search Explorer"

log = logging.getLogger(__name__)


class LoginError(ExplorerError):
    """The login is set up in a way that cannot be used."""


def secrets(environment: Mapping[str, str] = os.environ) -> dict[str, Any] | None:
    """Return the secrets that the environment's PSE_LOGIN holds as JSON, for where no file can be mounted.

    Raises:
        LoginError: It is no JSON object with `auth`.
    """
    if not (text := environment.get("PSE_LOGIN", "").strip()):
        return None
    try:
        found: dict[str, Any] = json.loads(text)
        if not isinstance(found["auth"], dict):
            raise TypeError
    except (ValueError, KeyError, TypeError):  # said without the text, which is secret
        remedy = 'Write it as {"auth": {"redirect_uri": ..., ...}}, or leave it out.'
        raise LoginError("The environment's PSE_LOGIN cannot be read.", remedy) from None
    return found


def admits() -> bool:
    """Tell whether whoever looks may see the pages.

    Raises:
        LoginError: There are secrets that cannot be read, and so nobody knows whether they ask for a login.
    """
    if _table("auth") is None:
        return True
    return bool(st.user.get("is_logged_in")) and _invited()


def ask() -> None:
    """Draw what a visitor sees who is not let in."""
    if st.user.get("is_logged_in"):
        name = clean(str(st.user.get("email") or "This account"), 200)
        with frame.page(TITLE, ""):
            st.html(notes.message(f"{name} has no access.", "Ask whoever runs this, or log in as somebody else."))
            _leave()
        return
    with frame.page(TITLE, "Log in to see the pages."):
        auth = _table("auth") or {}
        providers = [name for name, value in auth.items() if isinstance(value, Mapping) and "client_id" in value]
        for name in providers or [""]:
            label = f"Log in with {plain(name.title())}" if name else "Log in"
            if st.button(label, key=f"login-{name}", type="primary"):
                _to(name or None)


def draw() -> None:
    """Draw who is logged in, and the way out; nothing where no login is asked for."""
    if _table("auth") is not None:
        st.divider()
        st.html(notes.small(clean(str(st.user.get("email") or st.user.get("name") or "Logged in"), 200)))
        _leave()


def _to(provider: str | None) -> None:
    try:
        st.login(provider)
    except StreamlitAuthError as error:
        log.warning("Nobody can log in: %s", error)
        st.html(notes.message("The login is not set up in full.", "The reason is in the server's log."))


def _leave() -> None:
    st.button("Log out", key="logout", on_click=st.logout)


def _invited() -> bool:
    """Tell whether [login] names the account in `allowed`, by its address or as "@" and its host; all, without it.

    An address counts unless the provider says that it has not checked it.
    """
    if (login := _table("login")) is None or "allowed" not in login:
        return True
    address = str(st.user.get("email") or "").strip().lower()
    allowed = login["allowed"]
    if not isinstance(allowed, list) or "@" not in address or st.user.get("email_verified") is False:
        return False
    return bool({address, address[address.rindex("@") :]} & {str(each).strip().lower() for each in allowed})


def _table(name: str) -> Mapping[str, Any] | None:
    """Return a table of the secrets, None where there is none."""
    try:
        found = st.secrets.get(name)
    except FileNotFoundError:  # no file, or one that cannot be read: Streamlit does not tell them apart
        if any(Path(path).exists() for path in st.get_option("secrets.files")):
            raise LoginError(
                "The secrets cannot be read.", "Mend the secrets file; the server's log says where."
            ) from None
        return None
    return found if found is None or isinstance(found, Mapping) else {}
