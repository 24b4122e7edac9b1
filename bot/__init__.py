"""The program: settings, wiring, the loops that take things in and send things out, the command line."""
