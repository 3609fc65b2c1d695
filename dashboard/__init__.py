"""Interactive: published versions -> answers, as pages and as a REST API."""
