"""Measurements of the product against recordings and other people's software."""
