import os

# python-telegram-bot 22 warns each time a period is read as a number, also when it builds a RetryAfter
# itself. Its documentation offers this switch to the next major version's timedelta; it is read at run time.
os.environ.setdefault("PTB_TIMEDELTA", "true")
