"""The second stage: candidates of many kinds, evidence about each, and a learned order."""
