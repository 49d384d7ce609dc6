"""The ten colours of the report: name -> (light, dark). The page makes CSS variables of them; figures name them with the light one as fallback."""

from __future__ import annotations

PALETTE: dict[str, tuple[str, str]] = {
    "paper": ("#ffffff", "#14181c"),
    "ink": ("#1c2126", "#e9ecef"),
    "muted": ("#56626c", "#a7b1ba"),
    "rule": ("#dde2e6", "#333b43"),
    "accent": ("#0b6e99", "#4db4e0"),
    "accent-soft": ("#cfe3ed", "#12445c"),
    "warm": ("#b24a08", "#f29a4f"),
    "warm-soft": ("#f6dcc9", "#5c3413"),
    "mark": ("#6f8291", "#8597a5"),
    "mark-soft": ("#e4e9ec", "#2f3941"),
}

# What is written on what: WCAG 2.2 asks 4.5 of text, and 3 of marks that carry meaning. The soft colours and the rule are grounds: whatever
# they say is also said by an outline, an end or a number in a colour of these lists.
TEXT_PAIRS = (
    *((text, "paper") for text in ("ink", "muted", "accent", "warm")),
    *(("ink", ground) for ground in ("accent-soft", "warm-soft", "mark-soft")),
    ("paper", "accent"),
    ("paper", "warm"),
)
MARK_PAIRS = (
    *((mark, "paper") for mark in ("accent", "warm", "mark")),
    ("accent", "accent-soft"),
    ("warm", "warm-soft"),
    ("mark", "mark-soft"),
)
WRITTEN_ON = {"accent": "paper", "warm": "paper", "accent-soft": "ink", "warm-soft": "ink", "mark-soft": "ink"}


def colour(name: str) -> str:
    """The light version of a palette colour, which is also its fallback."""
    return PALETTE[name][0]


def contrast(one: str, other: str) -> float:
    """Contrast ratio of two colours, 1 to 21.

    References
    ----------
    WCAG 2.2, "contrast ratio" and "relative luminance".

    Examples
    --------
    >>> contrast("#ffffff", "#000000")
    21.0
    """
    dark, light = sorted((_luminance(one), _luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def _luminance(hexadecimal: str) -> float:
    channels = [int(hexadecimal[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    red, green, blue = (value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4 for value in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
