"""A provider of OpenID Connect for tests: it knows one account, and lets it in without a word."""

from __future__ import annotations

import os
import time

from joserfc import jwt
from joserfc.jwk import RSAKey
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse
from starlette.routing import Route

ISSUER = os.environ.get("ISSUER", "")
KEY = RSAKey.generate_key(2048, {"kid": "1", "use": "sig", "alg": "RS256"})
NONCES: dict[str, str] = {}


def configuration(request: Request) -> JSONResponse:
    return JSONResponse(
        {
            "issuer": ISSUER,
            "authorization_endpoint": f"{ISSUER}/authorize",
            "token_endpoint": f"{ISSUER}/token",
            "jwks_uri": f"{ISSUER}/keys",
            "response_types_supported": ["code"],
            "id_token_signing_alg_values_supported": ["RS256"],
            "code_challenge_methods_supported": ["S256"],
        }
    )


def authorize(request: Request) -> RedirectResponse:
    asked = request.query_params
    NONCES["code"] = asked["nonce"]
    return RedirectResponse(f"{asked['redirect_uri']}?code=code&state={asked['state']}")


async def token(request: Request) -> JSONResponse:
    async with request.form() as form:
        assert form["code"] == "code"
        assert form["code_verifier"]  # RFC 7636
    now = int(time.time())
    claims = {"iss": ISSUER, "sub": "1", "aud": "explorer", "iat": now, "exp": now + 60, "nonce": NONCES["code"]}
    account = {"email": "ann@shop.example", "email_verified": True}
    signed = jwt.encode({"alg": "RS256", "kid": "1"}, claims | account, KEY)
    return JSONResponse({"access_token": "none", "token_type": "Bearer", "id_token": signed})


def keys(request: Request) -> JSONResponse:
    return JSONResponse({"keys": [KEY.as_dict(private=False)]})


app = Starlette(
    routes=[
        Route("/.well-known/openid-configuration", configuration),
        Route("/authorize", authorize),
        Route("/token", token, methods=["POST"]),
        Route("/keys", keys),
    ]
)
