"""What OpenCX documents, one module for each service."""
