"""What the practice platform serves, one module per service of the documents."""
