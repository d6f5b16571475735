"""The bodies that own real hardware; the virtual one lives with the host."""
