"""What a person sees: the cottage's night on a terminal."""
