"""What the load-test scenarios stand on."""
