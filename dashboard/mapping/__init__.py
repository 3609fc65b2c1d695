"""The Map page's parts: what is drawn, what is selected, and what is said of it."""
