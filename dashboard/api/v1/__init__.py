"""The service: one file a route, and the words that they share in `asked.py` and `answers.py`."""

from dashboard.api.v1 import compare, place, products, recommend, search, similar

routers = (search.router, similar.router, recommend.router, compare.router, place.router, products.router)

__all__ = ["routers"]
