"""Products added to a version while it serves: laid over what was published, which stays as it is."""
