"""A model of the world in which the dialer works: time, a platform and crashes, all in one process, without sockets.

``machine`` lets Hypothesis choose every step over the ledger's own operations; ``life`` lets the feeder, the caller,
the collector and the keeper themselves live through whole campaigns, and dies every few operations. Both are judged by
``judge``, a fold over every change of a state that the database itself wrote down (``watch``).
"""
