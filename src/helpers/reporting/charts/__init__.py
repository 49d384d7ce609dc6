"""The charts of the report. Each draws a labelled, suppressed table on a canvas and knows its text alternative.

A chart takes the tables of `helpers.quantitative` after the door has hidden and labelled them: id columns hold display texts, numbers are raw,
rows whose boolean ``suppressed`` is true hold no numbers.
"""

from helpers.reporting.charts.agreement import draw_agreement
from helpers.reporting.charts.composition import draw_composition
from helpers.reporting.charts.cross import draw_cross
from helpers.reporting.charts.curve import draw_curve
from helpers.reporting.charts.explained import draw_explained
from helpers.reporting.charts.groups import draw_balance, draw_effects
from helpers.reporting.charts.indices import draw_distribution, draw_means, draw_portfolio
from helpers.reporting.charts.likert import draw_likert
from helpers.reporting.charts.points import draw_points
from helpers.reporting.charts.power import draw_power
from helpers.reporting.charts.published import draw_comparison
from helpers.reporting.charts.saturation import draw_saturation
from helpers.reporting.charts.shares import draw_ranks, draw_shares
from helpers.reporting.charts.themes import draw_themes
from helpers.reporting.charts.waves import draw_waves

__all__ = [
    "draw_agreement",
    "draw_balance",
    "draw_comparison",
    "draw_composition",
    "draw_cross",
    "draw_curve",
    "draw_distribution",
    "draw_effects",
    "draw_explained",
    "draw_likert",
    "draw_means",
    "draw_points",
    "draw_portfolio",
    "draw_power",
    "draw_ranks",
    "draw_saturation",
    "draw_shares",
    "draw_themes",
    "draw_waves",
]
