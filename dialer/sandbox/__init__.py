"""A voice platform to rehearse against: CallFluent's documented API, and calls that happen in clock time."""
