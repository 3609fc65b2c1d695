"""The New product page: a product that is not in the catalogue, tried on a version."""
