// MicroPython's own settings of TLS, with smaller buffers.
//
// A TLS record may carry 16 KB, and a buffer for one is kept from the connection's first byte on. The
// longest packet to a pod is a manifest of 4 KB, and a broker writes each packet as records of its
// own. A longer record ends the connection, and the pod makes a new one. What a pod sends is split.
#include "mbedtls/mbedtls_config_port.h"

#undef MBEDTLS_SSL_IN_CONTENT_LEN
#define MBEDTLS_SSL_IN_CONTENT_LEN (4608)
#undef MBEDTLS_SSL_OUT_CONTENT_LEN
#define MBEDTLS_SSL_OUT_CONTENT_LEN (2048)
