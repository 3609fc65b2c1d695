"""The service: one file a route."""
