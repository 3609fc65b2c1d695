"""Runs of the pipeline that a page starts: each a process of its own, which outlives the page and its server."""
