"""Reading a dataset: descriptions, readers, canonical tables, splits."""
