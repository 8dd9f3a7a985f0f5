"""OpenCX as it is practised."""
