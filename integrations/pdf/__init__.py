"""Is this a PDF that may be passed on? Looked at in a process of its own, with little to lose."""
