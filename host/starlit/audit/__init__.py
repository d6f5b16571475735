"""`starlit audit`: what a stranger could find at a running cottage, looked for by trying it."""

from starlit.audit.finding import Finding
from starlit.audit.run import audit

__all__ = ["Finding", "audit"]
