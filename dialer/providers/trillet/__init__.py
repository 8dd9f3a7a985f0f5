"""Trillet: calls, batches, history, flows, agents and numbers, as seed 004 and docs.trillet.ai describe them."""
