"""The REST API: `dashboard.api:app` serves alone under uvicorn, and beside the pages in `dashboard/app.py`."""

from dashboard.api.application import app

__all__ = ["app"]
