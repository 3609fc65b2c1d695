"""What is said of a version without maps: by the Map page, and by the service, which needs no pages to say it."""

from __future__ import annotations

from pipeline.errors import InvalidRequest

REMEDY = "Publish it again with --replace, or choose another version."


def no_maps(name: str) -> InvalidRequest:
    """Return the error of a version without maps."""
    return InvalidRequest(f'Version "{name}" has no maps.', REMEDY)
