"""Speed, measured: one script per figure, ratios against a peer in one run."""
