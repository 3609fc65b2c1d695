"""What a version's model was trained on: computed once from the prepared tables, kept beside the version."""
