"""Keeps the garbage collector from looking for cycles among millions of values that have none."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager

SELDOM = 200_000


@contextmanager
def no_collection() -> Iterator[None]:
    """No collection while the block runs: it makes many values and no cycles, and looking for some took half of it."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


@contextmanager
def few_collections() -> Iterator[None]:
    """Seldom any collection while the block runs: they were a tenth of reading a list, and made calls miss slots."""
    usual = gc.get_threshold()
    gc.set_threshold(SELDOM, *usual[1:])
    try:
        yield
    finally:
        gc.set_threshold(*usual)
