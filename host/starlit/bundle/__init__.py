"""The pod as a Pico carries it: few files, short names, compiled (docs/bundle.md).

package -> resolve -> fold -> shake -> join -> rename -> prime -> compile -> manifest
"""

from starlit.bundle.build import ARCHES, BUDGET_BYTES, Bundle, build, read_manifest

__all__ = ["ARCHES", "BUDGET_BYTES", "Bundle", "build", "read_manifest"]
