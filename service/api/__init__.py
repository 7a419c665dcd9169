"""JSON over the workflow, under /api/v1."""
