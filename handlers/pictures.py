"""Pictures that screens carry."""

from io import BytesIO

import segno


def qr_png(link: str) -> bytes:
    """A QR code large enough to scan from one phone's screen with another."""
    picture = BytesIO()
    segno.make(link, error="m").save(picture, kind="png", scale=8, border=4)
    return picture.getvalue()
