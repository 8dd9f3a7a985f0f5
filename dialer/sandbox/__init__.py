"""A voice platform to rehearse against: the documented API of one, and calls that happen in clock time."""
