"""The Reverse search page: who finds a product."""
