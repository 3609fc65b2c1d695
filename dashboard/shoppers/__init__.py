"""The parts of the Shopper page."""
