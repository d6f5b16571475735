"""TLS to a broker: its certificate and its name are verified, and nothing switches that off."""

import ssl
from pathlib import Path

from starlit.errors import UserError


def client_context(ca: Path | None) -> ssl.SSLContext:
    """Trusts `ca` (PEM) and nothing else, or this computer's authorities where that is None."""
    try:
        context = ssl.create_default_context(cafile=str(ca) if ca else None)
    except (OSError, ssl.SSLError) as error:
        why = error.strerror if isinstance(error, FileNotFoundError) else "no certificate in it"
        raise UserError(f"certificate {ca}: {why}; name the cottage's ca.pem with ?ca=") from None
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    return context


def why_untrusted(error: BaseException | None) -> str:
    """What was wrong with the broker's certificate, in words, or "" for any other failure."""
    if isinstance(error, ssl.SSLCertVerificationError):
        return f"its certificate is not to be trusted ({error.verify_message.rstrip('.')})"
    if isinstance(error, ssl.SSLError):
        return f"no TLS with it ({error.reason or error})"
    return ""
