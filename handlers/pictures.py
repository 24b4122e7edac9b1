"""Pictures that screens carry."""

from io import BytesIO


def qr_png(link: str) -> bytes:
    """A QR code large enough to scan from one phone's screen with another."""
    import segno  # noqa: PLC0415 - loaded with the first picture

    picture = BytesIO()
    segno.make(link, error="m").save(picture, kind="png", scale=8, border=4)
    return picture.getvalue()
