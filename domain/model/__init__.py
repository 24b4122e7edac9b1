"""What the practice is made of: plain values and the pure rules over them."""
