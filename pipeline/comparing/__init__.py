"""Comparing versions: which one ships, for whom, and how sure that is."""
