"""What `ssl` of the Pico's firmware adds to its built-in `tls`; the unix port has `tls` alone."""

import tls
from tls import CERT_NONE, CERT_REQUIRED  # noqa: F401


def wrap_socket(
    sock, server_side=False, cert_reqs=CERT_NONE, cadata=None, server_hostname=None,
    do_handshake=True,
):  # fmt: skip
    context = tls.SSLContext(tls.PROTOCOL_TLS_CLIENT)
    context.verify_mode = CERT_NONE  # as the firmware's: names and authorities come in first
    if cadata:
        context.load_verify_locations(cadata)
    context.verify_mode = cert_reqs
    return context.wrap_socket(
        sock, server_side=server_side, do_handshake_on_connect=do_handshake,
        server_hostname=server_hostname,
    )  # fmt: skip
