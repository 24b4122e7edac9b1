"""The practice itself: what may happen to a request, a booking and a payment. Standard library only."""
