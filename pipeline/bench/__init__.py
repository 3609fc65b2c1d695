"""Benchmarks: many runs by a plan, and one report computed from the versions that they publish."""
