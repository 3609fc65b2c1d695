"""Products that a version was not built from: their vectors, and where they belong."""
