"""Maps of the vectors: where each product lies, what lies with it, and how far the picture can be trusted."""
