"""Figures: what a table becomes in SVG, in both languages and at both widths - checked as a document, without a browser."""

import itertools
import re
import string
import warnings
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from xml.etree import ElementTree

import matplotlib
import numpy as np
import pandas as pd
import pytest

from helpers.data.languages import LANGUAGES
from helpers.reporting import charts
from helpers.reporting.charts.canvas import Canvas
from helpers.reporting.charts.palette import MARK_PAIRS, TEXT_PAIRS, contrast
from helpers.reporting.figures import NARROW, PALETTE, WIDE, draw_figure
from helpers.reporting.wording import Wording, entries

SVG = "{http://www.w3.org/2000/svg}"
GERMAN = ["Erschließung von Märkten", "Fachkräfte gewinnen im Ausland und internationale Sichtbarkeit", "Umsatz & Wachstum", "Sonstiges <andere>"]
ENGLISH = ["Opening markets", "Recruiting skilled staff abroad and international visibility", "Sales & growth", "Other <various>"]
SCALE = ["stimme gar nicht zu", "stimme eher nicht zu", "teils, teils", "stimme eher zu", "stimme voll zu"]
LEAK = 0.3717  # put into suppressed rows; neither it nor its rounded form may come out


def option_table():
    shares = [0.2, 0.84, 0.41]
    known = {"share": shares, "low": [0.1, 0.75, 0.3], "high": [0.31, 0.91, 0.52], "worst_low": [0.1, 0.4, 0.2], "worst_high": [0.6, 0.95, 0.7]}
    table = pd.DataFrame(known | {"count": [10, 42, 20], "n": [50.0, 50, 50], "suppressed": False})
    hidden = pd.DataFrame({name: [LEAK] for name in [*known, "count", "n"]} | {"suppressed": True})
    return pd.concat([table, hidden], ignore_index=True)


def likert_table():
    sides = ["negative", "negative", "neutral", "positive", "positive"]
    shares = {"Zeit": [0.1, 0.1, 0.2, 0.3, 0.3], "Geld": [0.2, 0.2, 0.2, 0.25, 0.15], "Nähe": [LEAK, LEAK, 0.2, 0.3, 0.3]}
    columns = ["item", "answer", "order", "side", "share", "suppressed"]
    rows = [
        (item, answer, place, side, share, share == LEAK)
        for item, of_item in shares.items()
        for place, (answer, side, share) in enumerate(zip(SCALE, sides, of_item, strict=True), start=1)
    ]
    return pd.DataFrame(rows, columns=columns).assign(n=50.0, count=LEAK)


def tables(labels):
    """A draw function, its table and texts that must be found in the drawing, for every chart."""
    options, plain = option_table().assign(option=labels), ["84{percent}", "20{percent}", "•"]
    ranks = options.assign(rank=[3.0, 1, 2, LEAK], rank_low=[2.0, 1, 1, LEAK], rank_high=[3.0, 1, 3, LEAK])
    pairs = pd.DataFrame({"question": [*labels[:2], *labels[:2]], "by": ["Branche", "Branche", "Größe", "Größe"]})
    effects = pairs.assign(
        effect=[0.42, np.nan, 0.07, LEAK], low=[0.2, np.nan, 0, LEAK], high=[0.6, np.nan, 0.3, LEAK], n=50.0, p_holm=[0.01, np.nan, 0.7, LEAK]
    )
    balance = pd.DataFrame(
        {"question": ["Region"] * 4, "answer": labels, "difference": [0.31, -0.04, 0.0, LEAK], "n": 50, "suppressed": [False] * 3 + [True]}
    )
    others = {
        "ours": ["Ja", "Ja", "Nein", "Ja"],
        "published": [0.7, np.nan, np.nan, 0.34],
        "published_low": [np.nan, 0.05, 0.7, np.nan],
        "published_high": [np.nan, 0.15, np.nan, np.nan],
    }
    published = options.drop(columns="option").assign(
        measure=labels, **others, source="go-cluster", year=2015, published_n=[100, np.nan, np.nan, np.nan]
    )
    parts = pd.DataFrame({"answer": labels, "count": [52, 8, 40, LEAK], "share": [0.5, 0.1, 0.3, LEAK], "n": 118, "suppressed": [False] * 3 + [True]})
    cells = itertools.product(["ja", "nein"], ["Mobilität", "Gesundheit"])
    cross = pd.DataFrame(cells, columns=["answer", "group"]).assign(
        question="Plan", by="Branche", share=[0.25, 0.6, LEAK, 0.4], n=[20.0, 15, LEAK, 15]
    )
    last = {"n": 50.0, "suppressed": [False] * 3 + [True]}
    points = pd.DataFrame({"measure": labels, "points": [4.84, -9.9, 0.06, LEAK], **last}).assign(
        points_low=[1.2, -16.0, -3.0, LEAK], points_high=[8.0, -3.6, 3.0, LEAK]
    )
    explained = pd.DataFrame({"measure": labels, "share": [0.24, 0.2, 0.1, LEAK], "by_chance": [0.1, 0.05, 0.1, LEAK], **last}).assign(
        excess=[0.14, 0.15, 0, LEAK], excess_low=[0.01, 0.02, 0, LEAK], excess_high=[0.41, 0.3, 0.1, LEAK]
    )
    means = pd.DataFrame({"by": ["Branche"] * 4, "group": labels, "mean": [44.5, 46.2, 28.6, LEAK], **last}).assign(
        points_low=[39.0, 40, 24, LEAK], points_high=[50.0, 52, 33, LEAK]
    )
    classes = [*(f"{low}–{low + 25}" for low in (0, 25, 50, 75)), "mean"]
    centre = dict(
        zip(["mean", "points_low", "points_high", "quartile_low", "median", "quartile_high"], [39.9, 36.6, 43.1, 29.6, 36.2, 53.1], strict=True)
    )
    spread = pd.DataFrame({"answer": classes, "share": [0.49, 0.31, 0.2, LEAK, np.nan], "suppressed": [False] * 3 + [True, False]})
    spread = spread.assign(**{name: [np.nan] * 4 + [value] for name, value in centre.items()})
    fields = pd.DataFrame({"answer": labels, "count": [13, 20, 6, LEAK], "share": [0.28, 0.43, 0.13, LEAK], **last})
    curve = pd.DataFrame({"partial_r2": [0.1, 0.2, 0.3, LEAK], "null_low": [0.0, 0.01, 0.02, LEAK], "null_high": [0.09, 0.15, 0.4, LEAK], **last})
    return {
        "points": (charts.draw_points, points, ["+4{point}8", "−9{point}9", "•"]),
        "explained": (charts.draw_explained, explained, ["24{percent}", "15{percent}", "•"]),
        "means": (charts.draw_means, means, ["46{point}2", "•"]),
        "distribution": (charts.draw_distribution, spread, ["49{percent}", "39{point}9", "36{point}2", "•"]),
        "portfolio": (charts.draw_portfolio, fields, ["43{percent}", "•"]),
        "curve": (charts.draw_curve, curve, ["0{percent}"]),
        "shares": (charts.draw_shares, options, plain),
        "ranks": (charts.draw_ranks, ranks, ["1\N{EN DASH}3", "•"]),
        "likert": (charts.draw_likert, likert_table(), ["Zeit", "20", "•"]),
        "effects": (charts.draw_effects, effects.assign(suppressed=[False, False, False, True]), ["0{point}42", "•"]),
        "balance": (charts.draw_balance, balance, ["+0{point}31", "\N{MINUS SIGN}0{point}04", "•"]),
        "comparison": (charts.draw_comparison, published, [*plain, "go-cluster 2015,", "70{percent}"]),
        "composition": (charts.draw_composition, parts, ["50{percent} (52)", "•"]),
        "cross": (charts.draw_cross, cross.assign(suppressed=[False, False, True, False]), ["25{percent}", "60{percent}", "•"]),
    }


CHARTS = list(tables(GERMAN))
CASES = [(language, name) for language in LANGUAGES for name in CHARTS]
each_chart = pytest.mark.parametrize("language, name", CASES)


@cache
def drawn(language, name, *, notes=("Quelle: Befragung.",), synthetic=True):
    draw, table, _ = tables(GERMAN if language == "de" else ENGLISH)[name]
    return draw_figure(draw, table, wording=Wording(language), headline="Der Befund & mehr", subtitle="Anteile", notes=notes, synthetic=synthetic)


def shares_of(labels, shares, **more):
    table = pd.DataFrame({"option": labels, "share": shares, "n": 50}).assign(**more)
    return draw_figure(charts.draw_shares, table, wording=Wording("en"), headline="h", subtitle="s")


def versions(drawing):
    return {"wide": drawing.wide, "narrow": drawing.narrow, "alone": drawing.alone}


def texts(svg):
    return [element.text or "" for element in ElementTree.fromstring(svg).iter(f"{SVG}text")]


def looks(svg):
    """Every shape and text with the attributes it has or inherits."""

    def walk(element, inherited):
        own = inherited | element.attrib
        if len(element) == 0 and element.tag != f"{SVG}title" and element.tag != f"{SVG}desc":
            yield element, own
        for child in element:
            yield from walk(child, own)

    return list(walk(ElementTree.fromstring(svg), {}))


@each_chart
def test_svg_is_wellformed_with_title_description_and_unique_ids(language, name):
    drawing = drawn(language, name)
    for svg in versions(drawing).values():
        root = ElementTree.fromstring(svg)
        ids = [element.attrib["id"] for element in root.iter() if "id" in element.attrib]
        assert len(ids) == len(set(ids))
        title, description = (root.find(f"{SVG}{tag}") for tag in ("title", "desc"))
        assert root.attrib["role"] == "img"
        assert root.attrib["aria-labelledby"].split() == [title.attrib["id"], description.attrib["id"]]
        assert (title.text, description.text) == ("Der Befund & mehr", drawing.description)
        assert {use.attrib["href"][1:] for use in root.iter(f"{SVG}use")} <= set(ids)


def test_drawings_on_one_page_do_not_collide():
    page = "".join(drawing.wide + drawing.narrow for drawing in (drawn(language, name) for language, name in CASES))
    ids = re.findall(r'id="([^"]+)"', page)
    assert len(ids) == len(set(ids))


@each_chart
def test_same_input_same_bytes_whatever_matplotlib_is_set_to(language, name):
    first = drawn(language, name)
    with matplotlib.rc_context(
        {"svg.fonttype": "path", "font.size": 30, "lines.linewidth": 9, "lines.solid_capstyle": "round", "figure.autolayout": True}
    ):
        assert drawn.__wrapped__(language, name) == first


def test_figures_can_be_drawn_in_threads():
    alone = [drawn(language, name) for language, name in CASES]
    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(lambda case: drawn.__wrapped__(*case), CASES)) == alone


@each_chart
def test_labels_and_numbers_are_text(language, name):
    signs = {"percent": "\N{NO-BREAK SPACE}%", "point": ","} if language == "de" else {"percent": "%", "point": "."}
    _, table, expected = tables(GERMAN if language == "de" else ENGLISH)[name]
    named = ("option", "measure", "item", "question", "group", "answer")
    labels = next((table[column] for column in named if column in table and table[column].nunique() > 1), [])
    labels = [] if name == "distribution" else labels  # the ends of its classes stand on the axis
    for svg in versions(drawn(language, name)).values():
        written = " ".join(texts(svg))
        for text in [*labels, *(text.format(**signs) for text in expected)]:
            assert text in written


@each_chart
def test_no_suppressed_number_comes_out(language, name):
    draw, table, _ = tables(GERMAN if language == "de" else ENGLISH)[name]
    drawing = drawn(language, name)
    for text in [*texts(drawing.wide), *texts(drawing.narrow), drawing.description]:
        assert "37" not in text
    blanked = table.where(~table["suppressed"].to_numpy()[:, None] | ~table.isin([LEAK]).to_numpy(), np.nan)
    assert blanked.isna().sum().sum() > table.isna().sum().sum()
    again = draw_figure(
        draw, blanked, wording=Wording(language), headline="Der Befund & mehr", subtitle="Anteile", notes=["Quelle: Befragung."], synthetic=True
    )
    assert again == drawing


@each_chart
def test_synthetic_data_are_named_in_every_version(language, name):
    line = Wording(language).say("synthetic.line")
    for svg in versions(drawn(language, name, notes=(line,))).values():
        assert " ".join(texts(svg)).count(line) == 1
    for svg in versions(drawn(language, name, synthetic=False)).values():
        assert line not in " ".join(texts(svg))


@each_chart
def test_text_is_large_enough_stays_on_the_sheet_and_overlaps_nothing(language, name):
    drawing = drawn(language, name)
    for svg, width in ((drawing.wide, WIDE), (drawing.narrow, NARROW)):
        measure = Canvas(width, wording=Wording(language)).measure
        height, boxes = float(ElementTree.fromstring(svg).attrib["height"]), []
        for element, look in looks(svg):
            if element.tag == f"{SVG}text":
                size = float(look["font-size"].removesuffix("px"))
                assert size >= 12
                long = measure(element.text, size=size, bold="font-weight" in look)
                left = float(look["x"]) - {"start": 0, "middle": 0.5, "end": 1}[look.get("text-anchor", "start")] * long
                assert left >= -0.6
                assert left + long <= width + 0.6
                assert 0.7 * size <= float(look["y"]) <= height
                boxes.append((left, left + long, float(look["y"]) - 0.7 * size, float(look["y"])))
            elif element.tag == f"{SVG}use":
                x, y = float(look["x"]), float(look["y"])
                boxes.append((x - 4, x + 4, y - 4, y + 4))
        for one, other in itertools.combinations(boxes, 2):
            assert min(one[1], other[1]) - max(one[0], other[0]) < 0.5 or min(one[3], other[3]) <= max(one[2], other[2]), (one, other)


@each_chart
def test_colours_come_from_the_palette(language, name):
    drawing = drawn(language, name)
    inline = {f"var(--{colour}, {light})" for colour, (light, _) in PALETTE.items()} | {"none"}
    plain = {light for light, _ in PALETTE.values()} | {"none"}
    for svg, allowed in ((drawing.wide, inline), (drawing.narrow, inline), (drawing.alone, plain)):
        shapes = [(element, look) for element, look in looks(svg) if f"{SVG}defs" != element.tag and "id" not in element.attrib]
        assert all("fill" in look for _, look in shapes)
        assert {look[paint] for _, look in shapes for paint in ("fill", "stroke") if paint in look} <= allowed


@pytest.mark.parametrize("mode", [0, 1], ids=["light", "dark"])
def test_contrast_suffices_for_text_and_marks(mode):
    for pairs, least in ((TEXT_PAIRS, 4.5), (MARK_PAIRS, 3.0)):
        for one, other in pairs:
            assert contrast(PALETTE[one][mode], PALETTE[other][mode]) >= least, (one, other)


def test_contrast_is_that_of_the_guideline():
    # WCAG 2.2: 21 is the most there is; #767676 is the lightest grey with 4.5 on white (4.54).
    assert contrast("#000000", "#ffffff") == 21
    assert contrast("#ffffff", "#767676") == pytest.approx(4.54, abs=0.005)


@each_chart
def test_files_are_small_and_refer_to_nothing_outside(language, name):
    for svg in versions(drawn(language, name)).values():
        assert len(svg.encode()) < 12_000
        assert set(re.findall(r"https?://[^\"]+", svg)) == {"http://www.w3.org/2000/svg"}
        assert not re.search(r"<(script|style|metadata|image|foreignObject|!|\?)|clip-path|url\(|matplotlib|date", svg)


def test_wording_has_both_languages_and_the_same_values():
    own = {key: versions for key, versions in entries().items() if key.startswith("chart.")}
    assert len(own) > 50
    for key, of_key in own.items():
        assert set(of_key) == set(LANGUAGES), key
        values = [{field for _, field, _, _ in string.Formatter().parse(text) if field} for text in of_key.values()]
        assert values[0] == values[1], key


def test_description_names_highest_lowest_and_how_many_are_hidden():
    assert drawn("en", "shares").description == (
        "Dot plot of 3 shares. Highest: “Recruiting skilled staff abroad and international visibility” at 84% (range 75% to 91%). Lowest: “Opening "
        "markets” at 20% (range 10% to 31%). A band shows what is possible, depending on what the others would have answered. 1 figure is not shown, "
        "to protect respondents, and is left out here."
    )
    assert drawn("de", "likert").description.startswith(
        "3 gestapelte Balken. „stimme eher zu“ und „stimme voll zu“ zusammen, am höchsten: „Zeit“ mit 60\xa0%"
    )


@pytest.mark.parametrize("column, order", [("option", "bca"), ("item", "bca"), ("answer", "abc"), ("group", "abc")])
def test_shares_are_sorted_unless_they_are_ordered_by_nature(column, order):
    table = pd.DataFrame({column: ["a", "b", "c"], "share": [0.2, 0.5, 0.3], "n": 50})
    svg = draw_figure(charts.draw_shares, table, wording=Wording("en"), headline="h", subtitle="s").wide
    heights = {element.text: float(look["y"]) for element, look in looks(svg) if element.text in {"a", "b", "c"}}
    assert "".join(sorted(heights, key=heights.get)) == order


@pytest.mark.parametrize("version", ["wide", "narrow"])
def test_scale_of_shares_starts_at_zero_and_is_linear(version):
    svg = versions(shares_of(["all", "half", "none"], [1.0, 0.5, 0.0]))[version]
    dots = [float(look["x"]) for element, look in looks(svg) if element.tag == f"{SVG}use"]
    full, half, none = sorted(dots, reverse=True)
    assert full - half == pytest.approx(half - none, abs=0.2)
    zero = [look["d"] for element, look in looks(svg) if element.tag == f"{SVG}path" and "--mark," in look.get("stroke", "")]
    assert float(re.match(r"M([\d.]+)", zero[0])[1]) == pytest.approx(none, abs=1)


@pytest.mark.parametrize("version", ["wide", "narrow"])
def test_likert_parts_are_as_wide_as_their_shares_and_the_neutral_one_is_centred(version):
    table = pd.DataFrame({"item": "i", "answer": ["no", "so so", "yes"], "order": [1, 2, 3], "side": [-1, 0, 1], "share": [0.2, 0.5, 0.3], "n": 50})
    svg = versions(draw_figure(charts.draw_likert, table, wording=Wording("en"), headline="h", subtitle="s"))[version]
    boxes = [re.findall(r"[\d.]+", look["d"]) for element, look in looks(svg) if element.tag == f"{SVG}path" and look["fill"] != "none"]
    negative, neutral, positive = sorted((float(x), float(end)) for x, y, end, *_ in boxes if float(end) - float(x) > 20)
    widths = [end - start for start, end in (negative, neutral, positive)]
    assert [width / sum(widths) for width in widths] == pytest.approx([0.2, 0.5, 0.3], abs=0.01)
    middle = next(look["d"] for element, look in looks(svg) if element.tag == f"{SVG}path" and look["fill"] == "none")
    assert float(re.match(r"M([\d.]+)", middle)[1]) == pytest.approx(sum(neutral) / 2, abs=1)


def test_what_is_hidden_of_a_rating_is_blank_and_as_wide_as_what_is_left():
    paths = [look for element, look in looks(drawn("en", "likert").wide) if element.tag == f"{SVG}path"]
    blank, neutral = (
        [float(end) - float(x) for look in paths if ground in look["fill"] for x, y, end in re.findall(r"M([\d.]+) ([\d.]+)H([\d.]+)", look["d"])]
        for ground in ("--paper", "--mark-soft")
    )
    assert len(blank) == 2  # in the key and in one bar
    assert max(blank) == pytest.approx(max(neutral), abs=0.3)  # both are a fifth


def test_hidden_rows_are_counted_when_there_are_many_and_listed_when_there_are_few():
    few = shares_of([f"option {i}" for i in range(8)], [0.5] * 3 + [np.nan] * 5, suppressed=[False] * 3 + [True] * 5)
    many = shares_of([f"option {i}" for i in range(65)], [0.5] * 20 + [np.nan] * 45, suppressed=[False] * 20 + [True] * 45)
    assert texts(few.wide).count("•") == 5
    assert "option 7" in texts(few.wide)
    assert "option 64" not in texts(many.wide)
    assert any(text.startswith("45 more are not shown") for text in texts(many.wide))
    assert len(many.narrow.encode()) < 12_000


def test_nothing_to_show_says_so():
    hidden = shares_of(["a", "b"], [np.nan, np.nan], suppressed=True)
    assert any(text.startswith("To protect respondents, nothing is shown") for text in texts(hidden.wide))
    assert shares_of([], []).description == "There is nothing to show in this figure."


def test_labels_of_any_kind_are_drawn_quietly():
    labels = ["$x_1$ & {y} <script>", 'fill="#000000" %', "日本語\x0b ☃", "Donaudampfschifffahrtsgesellschaftskapitänswitwenversicherung " * 3]
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        drawing = shares_of(labels, [0.1, 0.2, 0.3, 0.4], low=[np.nan, 0.1, 0.1, 0.2], high=[np.nan, 0.3, 0.4, 0.5])
    written = texts(drawing.wide)
    assert {"$x_1$ & {y} <script>", 'fill="#000000" %', "日本語 ☃"} <= set(written)
    assert ElementTree.fromstring(drawing.narrow).find(f".//{SVG}script") is None


def test_wrapping_loses_no_letter_and_no_line_is_too_long():
    canvas = Canvas(NARROW, wording=Wording("de"))
    text = "Internationalisierungsmaßnahmen in Baden-Württemberg und/oder Vorarlberg"
    for width in (60, 90, 140, 300):
        lines = canvas.wrap(text, width)
        assert all(canvas.measure(line) <= width for line in lines)
        assert re.sub(r"[-\s]", "", "".join(lines)) == re.sub(r"[-\s]", "", text)


@pytest.mark.parametrize("p_holm, fill", [(0.01, "--accent"), (0.2, "--paper"), (np.nan, "--paper")])
def test_only_effects_told_apart_from_chance_are_filled(p_holm, fill):
    table = pd.DataFrame({"question": ["q"], "by": ["b"], "effect": [0.4], "low": [0.1], "high": [0.6], "n": 50, "p_holm": [p_holm]})
    svg = draw_figure(charts.draw_effects, table, wording=Wording("en"), headline="h", subtitle="s").wide
    assert fill in next(look["fill"] for element, look in looks(svg) if element.tag == f"{SVG}use")


def test_published_ranges_are_hollow_bars_and_points_hollow_marks():
    shapes = [(element.tag, look["fill"]) for element, look in looks(drawn("en", "comparison").wide) if "--warm," in look.get("stroke", "")]
    hollow = [tag.removeprefix(SVG) for tag, fill in shapes if "--paper" in fill]
    assert sorted(hollow) == ["path", "use", "use", "use", "use"]  # one range; two points, one bound and the key


def test_a_cross_table_draws_four_answers_and_counts_the_others():
    cells = pd.DataFrame(itertools.product("abcdef", ["x", "y"]), columns=["answer", "group"])
    table = cells.assign(question="q", by="g", share=[0.3, 0.3, 0.01, 0.01, 0.2, 0.2, 0.2, 0.2, 0.02, 0.02, 0.27, 0.27], n=50)
    drawing = draw_figure(charts.draw_cross, table, wording=Wording("en"), headline="h", subtitle="s")
    for svg in (drawing.wide, drawing.narrow):
        assert [text for text in texts(svg) if text in set("abcdef")] == ["a", "c", "d", "f"]
        assert "2 more answers are in the table." in texts(svg)


def test_mistakes_are_explained():
    with pytest.raises(ValueError, match="described_as"):
        draw_figure(lambda canvas, table: None, pd.DataFrame({"share": [1.0]}), wording=Wording("en"), headline="h", subtitle="s")
    with pytest.raises(ValueError, match="none of the columns"):
        draw_figure(charts.draw_shares, pd.DataFrame({"share": [1.0]}), wording=Wording("en"), headline="h", subtitle="s")
    with pytest.raises(ValueError, match="negative, neutral and positive"):
        draw_figure(charts.draw_likert, likert_table().assign(side="left"), wording=Wording("en"), headline="h", subtitle="s")
    cross = tables(GERMAN)["cross"][1].assign(question=list("abab"))
    with pytest.raises(ValueError, match="2 questions"):
        draw_figure(charts.draw_cross, cross, wording=Wording("en"), headline="h", subtitle="s")


def test_the_table_is_left_as_it_is():
    for draw, table, _ in tables(GERMAN).values():
        before = table.copy(deep=True)
        draw_figure(draw, table, wording=Wording("de"), headline="h", subtitle="s")
        pd.testing.assert_frame_equal(table, before)


def test_an_effect_is_filled_only_where_its_interval_leaves_zero_out():
    table = pd.DataFrame(
        {"measure": ["a", "b", "c"], "points": [5.0, 1.0, 3.0], "points_low": [2.0, -1.0, np.nan], "points_high": [8.0, 3.0, np.nan], "n": 50}
    )
    drawing = draw_figure(charts.draw_points, table, wording=Wording("en"), headline="h", subtitle="s")
    marks = [look for element, look in looks(drawing.wide) if element.tag == f"{SVG}use"]
    assert len(marks) == 3 + 2  # and two in the key
    assert "Highest: “a” at +5.0" in drawing.description
    without = draw_figure(charts.draw_points, table.drop(columns=["points_low", "points_high"]), wording=Wording("en"), headline="h", subtitle="s")
    assert "distinguishable from zero" in " ".join(texts(drawing.wide)) and "distinguishable" not in " ".join(texts(without.wide))


def test_a_curve_says_how_much_of_it_lies_beyond_chance():
    draw, table, _ = tables(ENGLISH)["curve"]
    description = draw_figure(draw, table, wording=Wording("en"), headline="h", subtitle="s").description
    assert "3 choices: from 10% through 20% in the middle to 30%; 2 of them beyond" in description
