"""Pictures, drawn by matplotlib in a process of their own: it would hold 70 MB of the program's memory for good."""
