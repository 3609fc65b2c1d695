"""The data page: what a version's model was trained on, panel by panel."""
