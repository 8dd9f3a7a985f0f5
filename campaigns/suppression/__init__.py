"""Who must not be called: entries of lists, registries' files, and what people say in calls. Knows no ledger."""
