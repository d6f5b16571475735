"""The pod's case as source: `python -m enclosure` builds, checks, slices and draws it."""
