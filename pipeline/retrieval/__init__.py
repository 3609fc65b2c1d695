"""Answering questions from a published version: search, similar, recommend."""

import sys

# LightGBM imports scikit-learn where it is installed, for an interface that nothing here uses: that is half the time in
# which a server starts. While LightGBM is imported, scikit-learn counts as not installed, as it is in the container.
if "sklearn" not in sys.modules:
    sys.modules["sklearn"] = None  # type: ignore[assignment]
    try:
        import lightgbm  # noqa: F401
    finally:
        del sys.modules["sklearn"]
