"""Measuring versions: protocols, baselines, intervals."""
