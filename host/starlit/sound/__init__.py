"""Sound on the host: rendering the pod's layers, measuring them, reading recordings."""
