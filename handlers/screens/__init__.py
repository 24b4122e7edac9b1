"""State in, words and buttons out. Pure: no screen asks anything of the world."""
