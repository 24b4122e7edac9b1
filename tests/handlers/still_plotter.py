"""What is to be drawn, kept instead of drawn: a process for each picture would cost the tests minutes."""

from io import BytesIO

from PIL import Image

from domain.errors import PictureFailed
from domain.model.pictures import StatsPicture, WeekPicture


class StillPlotter:
    def __init__(self) -> None:
        self.specs: list[WeekPicture | StatsPicture] = []
        self.fails = False

    async def week(self, spec: WeekPicture) -> bytes:
        return self._kept(spec)

    async def stats(self, spec: StatsPicture) -> bytes:
        return self._kept(spec)

    def _kept(self, spec: WeekPicture | StatsPicture) -> bytes:
        if self.fails:
            raise PictureFailed("not today")
        self.specs.append(spec)
        content = BytesIO()
        Image.new("RGB", (40, 30)).save(content, "PNG")
        return content.getvalue()
