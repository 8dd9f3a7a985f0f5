"""Makes phone numbers of cells: exactly as `phonenumbers` does, and a column at a time."""
