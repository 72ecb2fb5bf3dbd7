"""AWS on this machine: an emulator whose App Runner runs the service as it was deployed."""
