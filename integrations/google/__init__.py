"""Google: the calendar, and the consent to use it. Google's library is loaded by the first call."""
