"""Long work from the browser: starting runs of the pipeline, and watching them."""
