"""By itself, so that the command line has it before it loads what reads the settings."""


class SettingsError(Exception):
    """One line per problem, each with the variable's name and never its value."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems
