"""What can be asked of Trillet, service by service."""
