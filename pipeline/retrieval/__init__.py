"""Answering questions from a published version: search, similar, recommend."""
