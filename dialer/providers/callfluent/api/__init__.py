"""All that CallFluent's documents describe (seeds 000, 001, 002), one module per service, typed."""
