"""OpenCX (OpenCopilot, "Open"): seed 003, and the OpenAPI file of its time (September 2024)."""
