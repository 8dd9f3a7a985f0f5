"""``python -m dialer`` is the same program as ``dialer``."""

from dialer.cli import main

if __name__ == "__main__":
    main()
