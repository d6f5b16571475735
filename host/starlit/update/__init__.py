"""New programs for pods: signed here, verified there (docs/update.md)."""
