"""The ledger: the SQL database that is the only truth (DESIGN §2)."""
