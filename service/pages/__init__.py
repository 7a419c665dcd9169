"""HTML over the workflow."""
