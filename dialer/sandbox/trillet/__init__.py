"""Trillet's side of the practice platform; pages are those of docs.trillet.ai/v1/api-reference/endpoints/."""
