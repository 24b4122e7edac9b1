"""What somebody came for when the privacy notice stood in the way: its Agree carries it, so that nothing is lost."""

from dataclasses import replace

from handlers.call import Call
from handlers.callbacks import TYPED, VERSION, Press, Verb, parse

_PRESSED, _COMMAND = "p", "c"
_LONGEST_REV = 999_999_999


def carried(call: Call) -> tuple[str, str]:
    """Subject and argument of Agree."""
    if call.press is not None:
        return _pressed(call.press)
    return ("", f"{_COMMAND}.{call.command}") if call.command else ("", TYPED)


def _pressed(press: Press) -> tuple[str, str]:
    """Nothing where the two do not fit into one button: then home is as good."""
    argument = f"{_PRESSED}.{press.verb}.{press.rev}.{press.argument}"
    try:
        str(Press(Verb.AGREE, press.subject, argument, _LONGEST_REV))
    except ValueError:
        return "", ""
    return press.subject, argument


def onward(call: Call) -> Call | None:
    """From the pressed Agree. It proves nothing: what it leads to looks at who presses, as ever."""
    kind, _, rest = call.button.argument.partition(".")
    match kind:
        case "p":
            press = _read(call.button.subject, rest)
            return replace(call, press=press) if press is not None else None
        case "c":
            return replace(call, press=None, command=rest)
        case _ if kind == TYPED:
            return replace(call, press=None)
        case _:
            return None


def _read(subject: str, carried: str) -> Press | None:
    verb, _, rest = carried.partition(".")
    rev, _, argument = rest.partition(".")
    try:
        press = parse(f"{VERSION}:{verb}:{subject}:{argument}:{rev}")
    except ValueError:
        return None
    return None if press.verb is Verb.AGREE else press
