"""What changes the shape of the stored documents: one change a file, in order, applied once."""
