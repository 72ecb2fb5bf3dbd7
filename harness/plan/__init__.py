"""What is sent, what fails and what must hold: declarations, and the instants planned from them."""
