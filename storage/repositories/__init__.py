"""The repositories of `domain.ports`, each over one open connection."""
