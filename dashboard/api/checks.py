"""What is refused before a route looks at it: unknown or repeated parameters, and bodies that are no JSON."""

from __future__ import annotations

from fastapi import Request
from starlette.exceptions import HTTPException

from dashboard.components.words import clean, listing
from pipeline.errors import InvalidRequest


async def only_known(request: Request) -> None:
    """Refuse parameters that a route does not have: an answer without the filter that was asked for is a wrong answer.

    So is an answer to one of two values that one parameter is given. What there is, the description of the route says.

    Raises:
        InvalidRequest: The address has another parameter, or one twice.
    """
    if not request.query_params:
        return
    operations = request.app.openapi()["paths"].get(request.scope["route"].path_format, {})
    if (operation := operations.get(request.method.lower())) is None:
        return  # no route of the description: what answers says so itself
    known = [each["name"] for each in operation.get("parameters", ()) if each["in"] == "query"]
    for name in request.query_params:
        if name not in known:
            remedy = f"The parameters are {listing(known)}." if known else "It reads its body alone."
            raise InvalidRequest(f'There is no parameter "{clean(name, 40)}" here.', remedy)
        if len(request.query_params.getlist(name)) > 1:
            raise InvalidRequest(f'The parameter "{name}" is given more than once.', "Give one value.")


async def only_json(request: Request) -> None:
    """Refuse a body that is not said to be JSON.

    Raises:
        HTTPException: It is sent as something else.
    """
    media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if media_type != "application/json":
        raise HTTPException(415, "The body is not sent as JSON. Send it with Content-Type: application/json.")
