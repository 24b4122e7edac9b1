"""The child: a picture's JSON (`integrations.plots.spec`) comes in by standard input, a PNG goes out."""

import sys

from domain.model.pictures import StatsPicture, WeekPicture
from integrations.limits import limit_this_process
from integrations.plots.paper import Paper
from integrations.plots.spec import LARGEST, read
from integrations.plots.stats import stats
from integrations.plots.week import week


def drawn(spec: WeekPicture | StatsPicture) -> bytes:
    paper: Paper = week(spec) if isinstance(spec, WeekPicture) else stats(spec)
    return paper.png()


def main() -> None:
    limit_this_process()  # after the imports: on its first run matplotlib writes its list of fonts
    sys.stdout.buffer.write(drawn(read(sys.stdin.buffer.read(LARGEST + 1))))


if __name__ == "__main__":
    main()
