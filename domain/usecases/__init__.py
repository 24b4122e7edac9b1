"""One file, one frozen class, one job each: a use case changes the practice in one transaction."""
