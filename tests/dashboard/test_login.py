"""The login: absent without [auth], before every page with it, and shut where nobody can tell."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import streamlit as st
from streamlit import user_info
from streamlit.runtime.secrets import secrets_singleton
from streamlit.testing.v1 import AppTest

from dashboard import login
from pipeline.versions import VersionStore
from tests import tiny
from tests.dashboard.screens import MAIN, checked, labels, products, screen

AUTH = {
    "redirect_uri": "https://shop.example/oauth2callback",
    "cookie_secret": "0123456789abcdef0123456789abcdef",
    "client_id": "explorer",
    "client_secret": "secret",
    "server_metadata_url": "https://id.example/.well-known/openid-configuration",
}
ANN = {"is_logged_in": True, "email": "Ann@Shop.example", "email_verified": True}


@pytest.fixture(autouse=True)
def published(store: VersionStore) -> None:
    tiny.publish(store)


def opened(page: str = "search", user: dict[str, Any] | None = None, **secrets: Any) -> AppTest:
    """Open a page for a user; what the secrets hold."""
    test = AppTest.from_file(MAIN, default_timeout=30)
    test.secrets.update(secrets)
    test.user.update(user or {})
    test.query_params["q"] = "compact camera"
    return checked(test.run())


def shut(test: AppTest) -> bool:
    """Tell whether nothing of the pages is shown."""
    return test.title[0].value == "Product Search Explorer" and not products(test) and not test.sidebar.selectbox


def test_without_auth_nothing_is_asked() -> None:
    test = opened()
    assert products(test)[0] == "C1"
    assert "Log out" not in labels(test)
    assert products(opened(other={"key": "value"}))[0] == "C1"


def test_with_auth_a_stranger_sees_the_login_only() -> None:
    test = opened(auth=AUTH)
    assert shut(test)
    assert labels(test) == ["Log in"]
    assert "Log in to see the pages." in screen(test)


def test_each_named_provider_has_its_button() -> None:
    shared = {name: AUTH[name] for name in ("redirect_uri", "cookie_secret")}
    provider = {name: AUTH[name] for name in ("client_id", "client_secret", "server_metadata_url")}
    assert labels(opened(auth={**shared, "okta": provider, "google": provider})) == [
        "Log in with Okta",
        "Log in with Google",
    ]


def test_whoever_is_logged_in_sees_the_pages_and_the_way_out() -> None:
    test = opened(user=ANN, auth=AUTH)
    assert products(test)[0] == "C1"
    assert "Ann@Shop.example" in "".join(each.body for each in test.sidebar.get("html"))
    test = checked(test.button(key="logout").click().run())
    assert shut(test)


@pytest.mark.parametrize(
    ("allowed", "user", "inside"),
    [
        (["ann@shop.example"], ANN, True),
        (["@shop.example"], ANN, True),
        (["@example"], ANN, False),
        (["bob@shop.example"], ANN, False),
        ([], ANN, False),
        ("@shop.example", ANN, False),  # no list
        (["@shop.example"], {**ANN, "email_verified": False}, False),
        (["@shop.example"], {"is_logged_in": True}, False),
    ],
)
def test_a_list_says_who_is_let_in(allowed: Any, user: dict[str, Any], inside: bool) -> None:
    test = opened(user=user, auth=AUTH, login={"allowed": allowed})
    assert shut(test) is not inside
    if not inside:
        assert "has no access." in screen(test)
        assert labels(test) == ["Log out"]


def test_a_name_with_markup_is_text() -> None:
    test = opened(user={"is_logged_in": True, "email": "<b>x</b>@evil.example"}, auth=AUTH, login={"allowed": []})
    assert "<b>x</b>" not in "".join(each.body for each in test.main.get("html"))


def test_auth_that_is_no_table_lets_nobody_in() -> None:
    assert shut(opened(auth="yes"))


def test_secrets_that_cannot_be_read_let_nobody_in(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "secrets.toml").write_text("[auth\n")
    real = st.get_option
    monkeypatch.setattr(
        st, "get_option", lambda name: [str(tmp_path / "secrets.toml")] if name == "secrets.files" else real(name)
    )
    test = AppTest.from_file(MAIN, default_timeout=30).run()
    assert "The secrets cannot be read." in screen(test)
    assert not products(test)


def test_a_login_that_lacks_its_package_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(user_info, "is_authlib_installed", lambda: False)
    test = checked(opened(auth=AUTH).button(key="login-").click().run())
    assert "The login is not set up in full." in screen(test)


def test_the_environment_may_hold_the_secrets() -> None:
    assert login.secrets({}) is None
    assert login.secrets({"PSE_LOGIN": '{"auth": {"client_id": "x"}}'}) == {"auth": {"client_id": "x"}}
    for wrong in ("yes", "[]", "{}", '{"auth": 1}'):
        with pytest.raises(login.LoginError, match="PSE_LOGIN cannot be read"):
            login.secrets({"PSE_LOGIN": wrong})


def test_no_secret_of_another_test_is_left() -> None:
    assert not secrets_singleton.load_if_toml_exists()
