"""Product and query text: vectors from MiniLM, terms for BM25."""
