"""Simulated chips at register level, and the virtual body made of them (docs/virtual-body.md)."""
