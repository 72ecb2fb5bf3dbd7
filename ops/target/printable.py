"""Text of others, of which a terminal obeys nothing."""


def printable(text: str) -> str:
    """The text, with an escape in place of each character that would not be seen, or would be obeyed."""
    return text if text.isprintable() else "".join(each if each.isprintable() else _escaped(each) for each in text)


def _escaped(character: str) -> str:
    return character.encode("unicode_escape").decode("ascii")
