"""Who may speak in a cottage: its own certificate authority, its keys, each pod's credential."""
