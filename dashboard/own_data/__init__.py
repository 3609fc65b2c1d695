"""A reader's own data: files, which column is which, and what a run would make of them."""
