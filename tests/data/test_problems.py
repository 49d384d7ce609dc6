"""Everything that can be wrong with a study folder: where, what is allowed, what to do, and never what somebody typed."""

from __future__ import annotations

import datetime

import pandas as pd
import pytest
import yaml

from helpers.data import opening
from helpers.data.codebook import read_codebook
from helpers.data.problems import Problem, StudyError, named
from helpers.data.published import read_figures

EXPORT = "survey/responses.csv"


def told(problem: Problem) -> tuple[str, list[int], str]:
    return problem.file, list(problem.rows), problem.column


# The sentence


def test_a_problem_reads_like_a_sentence():
    problem = Problem("f.csv", "not a number", "from 0", "Correct the file.", rows=[9, 2], column="B5")
    assert str(problem) == "f.csv: rows 2, 9, column 'B5': not a number. Allowed: from 0. Correct the file."
    assert str(Problem("f.csv", "the file is empty")) == "f.csv: the file is empty."


def test_many_rows_are_cut():
    assert str(Problem("f.csv", "wrong", rows=range(2, 30))) == "f.csv: rows 2, 3, 4, 5, 6, 7, 8, 9 and 20 more: wrong."
    assert named("abc", most=2) == "a, b and 1 more"


# The export: one thing damaged, one problem told


def deleted_column(folder):
    for record in folder.records:
        del record["B1"]


def two_deleted_columns(folder):
    for record in folder.records:
        del record["B1"], record["B3[SQ002]"]


def value(row, code, text):
    def change(folder):
        folder.records[row - 2][code] = text

    return change


def several(*changes):
    def change(folder):
        for each in changes:
            each(folder)

    return change


def lines(edit, **declared):
    """Change the export's text."""

    def change(folder):
        folder.settings["files"] |= declared
        text = pd.DataFrame(folder.records).to_csv(index=False)
        folder.files[EXPORT] = edit(text.replace(folder.records[1]["C1"].replace('"', '""'), "CANARY")).encode()

    return change


def line(row, edit):
    def change(text):
        parts = text.splitlines()
        parts[row - 1] = edit(parts[row - 1])
        return "\n".join(parts) + "\n"

    return lines(change)


def raw(edit, **declared):
    """Change the export's bytes."""

    def change(folder):
        folder.settings["files"] |= declared
        folder.files[EXPORT] = edit(pd.DataFrame(folder.records).to_csv(index=False).encode())

    return change


EXPORT_DAMAGES = {
    "a deleted column": (deleted_column, [1], "", "columns of codebook.csv are not in the file: B1"),
    "two deleted columns": (two_deleted_columns, [1], "", "columns of codebook.csv are not in the file: B1, B3[SQ002]"),
    "an undeclared answer": (
        value(2, "B1", "CANARY"),
        [2],
        "B1",
        "an answer that is not declared. Allowed: full, part, dk. Correct the file, or declare",
    ),
    "undeclared answers": (
        several(value(3, "B2", "CANARY"), value(6, "B2", "A9")),
        [3, 6],
        "B2",
        "an answer that is not declared (2 times). Allowed: A1, A2, A3.",
    ),
    "an undeclared item": (value(3, "B4[SQ002]", "3"), [3], "B4[SQ002]", "an answer that is not declared. Allowed: 1, 2, 9."),
    "an answer of an uncounted record": (value(7, "B1", "CANARY"), [7], "B1", "an answer that is not declared."),
    "no tick": (value(4, "B3[SQ001]", "CANARY"), [4], "B3[SQ001]", "not a tick. Allowed: Y, Yes, Ja, 1, N, No, Nein, 0, empty. Correct"),
    "a record number twice": (value(4, "id", "1"), [2, 4], "id", "the record number occurs more than once. Export it again"),
    "a unit twice": (value(4, "token", "CANARY-U1"), [2, 4], "unit_id", "a unit answered more than once. Take out"),
    "a unit outside the frame": (value(3, "token", "CANARY-U9"), [3], "unit_id", "the unit is not in the frame. Correct the identifier"),
    "no unit": (value(3, "token", ""), [3], "unit_id", "the unit is not in the frame."),
    "a share of 140 %": (
        value(5, "B6", "140"),
        [5],
        "B6",
        "a number outside its range. Allowed: from 0 up to 100 per cent. Correct the file, or the range",
    ),
    "a negative share": (value(5, "B6", "-1"), [5], "B6", "a number outside its range. Allowed: from 0 up to 100 per cent."),
    "a text for a number": (value(4, "B5", "CANARY"), [4], "B5", "not a number. Allowed: from 0 up to 50. Correct the file."),
    "a number out of range": (value(4, "B5", "51"), [4], "B5", "a number outside its range. Allowed: from 0 up to 50."),
    "an empty file": (raw(lambda _: b""), [], "", "the file is empty. Export it again"),
    "blanks only": (raw(lambda _: b" \r\n\r\n ,, \n"), [], "", "the file is empty. Export it again"),
    "a byte-order mark only": (raw(lambda _: b"\xef\xbb\xbf"), [], "", "the file is empty."),
    "header only": (raw(lambda text: text.splitlines()[0] + b"\r\n"), [], "", "the file has a header and no records. Export"),
    "utf-8 declared, cp1252 it is": (
        raw(lambda text: text.decode().encode("cp1252"), encoding="utf-8"),
        [4],
        "",
        "the bytes are not utf-8. Allowed: UTF-8, UTF-16 with mark, cp1252. Save it as 'CSV UTF-8', or correct files.encoding in study.yaml.",
    ),
    "ascii declared": (raw(lambda text: text, encoding="ascii"), [4], "", "the bytes are not ascii. Allowed: UTF-8"),
    "utf-16 declared, utf-8 it is": (raw(lambda text: text + b"\n" * (len(text) % 2), encoding="utf-16-le"), [], "", "the bytes are not utf-16-le."),
    "cp1252 declared, utf-8 it is": (
        raw(lambda text: text, encoding="cp1252"),
        [4],
        "",
        "letters such as umlauts were lost or encoded twice, in columns O. Export it again as UTF-8, do not open and save it in between; if study.yaml says",
    ),
    "neither utf-8 nor cp1252": (raw(lambda text: text.replace("ä".encode(), b"\x81\x8d")), [4], "", "the bytes are not utf-8 or cp1252."),
    "zero bytes": (
        raw(lambda text: text.replace(b"full", b"fu\x00ll")),
        [],
        "",
        "the file is not text in a known encoding (it has zero bytes). Allowed: UTF-8",
    ),
    "utf-16 without a mark": (
        raw(lambda text: text.decode().encode("utf-16-le")),
        [],
        "",
        "the file is not text in a known encoding (it has zero bytes).",
    ),
    "umlauts encoded twice": (
        raw(lambda text: text.replace("ä".encode(), "Ã¤".encode())),
        [4],
        "",
        "letters such as umlauts were lost or encoded twice, in columns O.",
    ),
    "lost letters": (
        raw(lambda text: text.replace("ä".encode(), "\ufffd".encode())),
        [4],
        "",
        "letters such as umlauts were lost or encoded twice, in columns O.",
    ),
    "a long row": (line(3, lambda text: text + ",CANARY"), [3], "", "the row has more fields than the header's 15. Put texts with separators"),
    "a short row": (
        line(3, lambda text: text.rsplit(",", 2)[0]),
        [3],
        "",
        "the row has fewer fields than the header's 15. Export it again; a record may be cut off.",
    ),
    "a cut file": (raw(lambda text: text[: text.index(b"CANARY-U6") + 4]), [7], "", "the row has fewer fields than the header's 15."),
    "an unclosed quotation mark": (
        line(4, lambda text: text.replace("CANARY", '"CANARY', 1)),
        [4],
        "",
        "a quotation mark is never closed, or stands alone inside a text.",
    ),
    "a quotation mark inside": (
        line(3, lambda text: text.replace("dk", '"d"k"')),
        [3],
        "",
        "a quotation mark is never closed, or stands alone inside a text.",
    ),
    "a header twice": (
        line(1, lambda text: text.replace("B2", "B1")),
        [1],
        "",
        "columns G, H have the same header. Keep one of each, under its own name; the first row is the header.",
    ),
    "a code twice": (line(1, lambda text: text.replace("B2", "B1. Is it so?")), [1], "", None),
    "no header": (
        lines(lambda text: text.split("\n", 1)[1]),
        [1],
        "",
        "columns A, B, D, K have the same header. Keep one of each, under its own name; the first",
    ),
    "another header": (
        line(1, lambda text: text.replace(",", ",x")),
        [1],
        "",
        "none of the columns of codebook.csv is in the file. Allowed: token, A1, B1",
    ),
    "another separator declared": (
        lines(lambda text: text.replace(",", ";"), separator=","),
        [1],
        "",
        "none of the columns of codebook.csv is in the file.",
    ),
    "no file": (
        lambda folder: folder.files.update({EXPORT: None}),
        [],
        "",
        "there is no such file. Put it there, or correct the path in study.yaml.",
    ),
}


@pytest.mark.parametrize("damage", EXPORT_DAMAGES)
def test_a_damaged_export_is_told_with_file_row_column_and_cure(damage, folder):
    change, rows, column, words = EXPORT_DAMAGES[damage]
    change(folder)
    problems = folder.problems()
    assert told(problems[0]) == (EXPORT, rows, column)
    if words is not None:
        assert len(problems) == 1
        assert words in str(problems[0])


def test_a_code_under_two_headers_is_told_beside_the_missing_one(folder):
    EXPORT_DAMAGES["a code twice"][0](folder)
    lacking, twice = folder.problems()
    assert "not in the file: B2" in lacking.what
    assert "several columns carry the same question code: B1" in twice.what


def test_an_encoding_that_nobody_knows(folder):
    folder.settings["files"]["encoding"] = "utf-9"
    problem = folder.problem()
    assert told(problem) == ("study.yaml", [], "files.encoding")
    assert str(problem).endswith("the encoding is not known. Allowed: utf-8, cp1252, utf-16. Say one of these, or leave it out.")


@pytest.mark.parametrize("encoding", ["hex", "undefined", "\x00", "idna"])
def test_odd_encodings_end_in_a_problem(encoding, folder):
    folder.settings["files"]["encoding"] = encoding
    assert folder.problems()


def test_a_wrong_mark_at_the_start(folder):
    folder.files[EXPORT] = b"\xff\xfe" + pd.DataFrame(folder.records).to_csv(index=False).encode()[:-1]
    assert folder.problem().file == EXPORT


# Excel


def test_a_sheet_that_is_not_there(folder, as_excel):
    folder.settings["files"] |= {"responses": "survey/responses.xlsx", "sheet": "Antworten"}
    folder.files["survey/responses.xlsx"] = as_excel(folder.records, sheet="Daten")
    assert str(folder.problem()) == "survey/responses.xlsx: there is no such sheet. Allowed: Daten. Correct files.sheet in study.yaml."
    folder.settings["files"]["sheet"] = 3
    assert "there is no such sheet" in folder.problem().what


@pytest.mark.parametrize("content", [b"", b"no zip", b"PK\x03\x04 cut off", b"\xd0\xcf\x11\xe0 an old or locked workbook"])
def test_what_is_no_workbook(content, folder):
    folder.settings["files"]["responses"] = "survey/responses.xlsx"
    folder.files["survey/responses.xlsx"] = content
    assert "the file is not an Excel workbook" in folder.problem().what


def test_an_empty_sheet(folder, as_excel):
    folder.settings["files"]["responses"] = "survey/responses.xlsx"
    folder.files["survey/responses.xlsx"] = as_excel([{None: None}])
    assert "the sheet is empty" in folder.problem().what


def test_a_row_in_excel_is_named_as_excel_does(folder, as_excel):
    folder.records[2]["B5"] = "CANARY"
    folder.settings["files"]["responses"] = "survey/responses.xlsx"
    folder.files["survey/responses.xlsx"] = as_excel(folder.records)
    assert told(folder.problem()) == ("survey/responses.xlsx", [4], "B5")


# The folder and study.yaml


def test_a_folder_that_is_no_study(tmp_path):
    (tmp_path / "notes.txt").write_text("CANARY")
    with pytest.raises(StudyError) as caught:
        opening.open_study(tmp_path)
    first, *_ = caught.value.problems
    assert first.file == str(tmp_path)
    assert first.what == "the folder is not a study: it has no study.yaml"
    assert "data/demo" in first.remedy


def test_a_folder_that_is_not_there(tmp_path):
    with pytest.raises(StudyError, match="there is no such folder"):
        opening.open_study(tmp_path / "nowhere")
    with pytest.raises(StudyError, match="there is no such folder"):
        opening.open_study("nowhere/at/all")
    (tmp_path / "a_file").write_text("")
    with pytest.raises(StudyError, match="there is no such folder"):
        opening.open_study(tmp_path / "a_file")


YAML_DAMAGES = {
    "an open bracket": (b"title: {de: x, en: y\nsynthetic: true\n", [2], "this is not YAML"),
    "a tab": (b"title:\n\tde: x\n", [2], "this is not YAML"),
    "two colons": (b"title: a: CANARY\n", [1], "this is not YAML"),
    "a key given twice": (b"population: 8\nplace: {de: x, en: y}\npopulation: 9\n", [3], "a key is given twice"),
    "a deep key given twice": (b"title:\n  de: x\n  de: CANARY\n", [3], "a key is given twice"),
    "not UTF-8": ("title: {de: ä, en: y}\n".encode("cp1252"), [], "the bytes are not UTF-8"),
    "an impossible date": (b"fieldwork: {start: 2025-02-30, end: 2025-03-01}\n", [], "there is a date that does not exist"),
    "nothing": (b"", [], "the file is empty or has no keys"),
    "a comment": (b"# CANARY\n", [], "the file is empty or has no keys"),
    "a list": (b"- CANARY\n", [], "the file is empty or has no keys"),
    "a text": (b"CANARY\n", [], "the file is empty or has no keys"),
    "an object": (b"!!python/object/apply:os.system ['CANARY']\n", [1], "this is not YAML"),
}


@pytest.mark.parametrize("damage", YAML_DAMAGES)
def test_a_study_yaml_that_cannot_be_read(damage, folder):
    content, rows, words = YAML_DAMAGES[damage]
    folder.files["study.yaml"] = content
    problem = folder.problem()
    assert told(problem) == ("study.yaml", rows, "")
    assert problem.what == words


def test_study_yaml_may_have_a_byte_order_mark(folder):
    folder.files["study.yaml"] = b"\xef\xbb\xbf" + yaml.safe_dump(folder.settings, allow_unicode=True).encode()
    assert folder.open().population == 8


NEW, GONE = "CANARY", object()
SETTINGS_DAMAGES = {
    **{
        key: (GONE, "this key is missing")
        for key in ("title", "synthetic", "place", "units", "instrument", "fieldwork", "files", "files.responses", "title.en")
    },
    **{
        key: (GONE, "this key is missing")
        for key in ("fieldwork.end", "groups.sector_group.of", "groups.sector_group.label", "indices.effort.label.de")
    },
    **{
        key: (1, "there is no such key")
        for key in ("titel", "files.reponses", "roles.sektor", "groups.sector_group.label.fr", "disclosure.K", "partial.most")
    },
    "title": (GONE, "this key is missing"),
    "place": (NEW, "this needs keys of its own"),
    "groups": ([NEW], "this needs keys of its own"),
    "synthetic": (NEW, "valid boolean"),
    "units.de": ("", "at least 1 character"),
    "units.en": (5, "this must be a text"),
    "population": (0, "greater than 0"),
    "fieldwork.start": (NEW, "date"),
    "fieldwork": ({"start": datetime.date(2025, 3, 2), "end": datetime.date(2025, 3, 1)}, "the end lies before the start"),
    "files.reader": (NEW, "'limesurvey', 'csv' or 'excel'"),
    "files.separator": ("::", "',', ';'"),
    "partial.least": (1.5, "less than or equal to 1"),
    "repeated": (NEW, "'refuse' or 'keep_latest'"),
    "disclosure.k": (2, "greater than or equal to 3"),
    "weights.trim": (1, "greater than 1"),
    "weights.margins": (["a", "b", "c"], "at most 2 items"),
    "cross.of": ("plan", "this must be a list"),
    "groups.size_class.levels.0.up_to": ("many", "valid number"),
    "groups.size_class.levels.0.code": ("no blanks!", "pattern"),
    "indices.effort.items": ([{"variable": "partners", "low": 0, "high": 1}], "at least 2 items"),
    "indices.effort.items.0": ({"variable": "partners", "low": 1, "high": 1}, "'low' and 'high' are the same"),
    "indices.effort.items.1.weight": (0, "greater than 0"),
    "compare": ([{"figure": "gocluster_fairs", "variable": "fairs", "question": "plan"}], "either 'variable'"),
}


@pytest.mark.parametrize("key", SETTINGS_DAMAGES)
def test_missing_unknown_and_ill_typed_settings(key, folder):
    new, words = SETTINGS_DAMAGES[key]
    *path, last = [int(part) if part.isdigit() else part for part in key.split(".")]
    block = folder.settings
    for part in path:
        block = block.setdefault(part, {}) if isinstance(block, dict) else block[part]
    if new is GONE:
        del block[last]
    else:
        block[last] = new
    problem = next(problem for problem in folder.problems() if problem.column.startswith(key))
    assert (problem.file, list(problem.rows)) == ("study.yaml", [])
    assert words in problem.what


GROUP_DAMAGES = {
    "limits that fall": ("size_class", [{"up_to": 40}, {"up_to": 30}, {}], "rising 'up_to' limits"),
    "equal limits": ("size_class", [{"up_to": 30}, {"up_to": 30}, {}], "rising 'up_to' limits"),
    "no last class": ("size_class", [{"up_to": 30}, {"up_to": 40}, {"up_to": 50}], "rising 'up_to' limits"),
    "a gap": ("size_class", [{"up_to": 30}, {}, {}], "rising 'up_to' limits"),
    "no limit": ("size_class", [{"up_to": float("nan")}, {}], "rising 'up_to' limits"),
    "infinite": ("size_class", [{"up_to": float("inf")}, {}], "rising 'up_to' limits"),
    "both kinds": ("sector_group", [{"from": ["mobility"]}, {"from": ["digital", "health"], "up_to": 3}], "'up_to' is for numbers"),
    "half a list": ("sector_group", [{"from": ["mobility"]}, {}], "or none of them"),
    "one level": ("size_class", [{}], "at least 2 items"),
}


@pytest.mark.parametrize("damage", GROUP_DAMAGES)
def test_groups_that_are_none(damage, folder):
    name, levels, words = GROUP_DAMAGES[damage]
    folder.settings["groups"][name]["levels"] = [
        {"code": f"c{place}", "label": {"de": "x", "en": "y"}, **level} for place, level in enumerate(levels)
    ]
    problem = folder.problems()[0]
    assert problem.column.startswith(f"groups.{name}")
    assert words in problem.what


def test_two_groups_of_one_code(folder):
    for level in folder.settings["groups"]["size_class"]["levels"]:
        level["code"] = "same"
    assert folder.problem().what == "a 'code' is given to two levels"


# Names in study.yaml


def put(key, new):
    def change(folder):
        *path, last = key.split(".")
        block = folder.settings
        for part in path:
            block = block[part]
        block[last] = new

    return change


def sector_groups(**sources):
    levels = [{"code": code, "from": source, "label": {"de": code, "en": code}} for code, source in sources.items()]
    return put("groups.sector_group.levels", levels)


def confidential(name):
    def change(folder):
        folder.variable(name)["sensitivity"] = "identifier"

    return change


PHRASE = {"de": "x", "en": "y"}
SIZES = [{"code": "s", "up_to": 5, "label": PHRASE}, {"code": "l", "label": PHRASE}]
REFERENCES = {
    "unit unknown": (put("roles.unit", "nobody"), "roles.unit", "nothing fitting called nobody", "a text that is an identifier"),
    "unit no identifier": (put("roles.unit", "comment"), "roles.unit", "nothing fitting called comment", "a text that is an identifier"),
    "sector unknown": (put("roles.sector", "nothing"), "roles.sector", "nothing fitting called nothing", "a single-choice or grouping variable"),
    "sector a number": (put("roles.sector", "partners"), "roles.sector", "nothing fitting called partners", "a single-choice or grouping variable"),
    "membership unknown": (
        put("roles.membership", ["size", "nothing", "comment"]),
        "roles.membership",
        "nothing, comment",
        "variables of the codebook",
    ),
    "outcome unknown": (put("roles.outcome", "nothing"), "roles.outcome", "nothing", "an index, or a variable of the codebook"),
    "cross of a number": (put("cross.of", ["plan", "exports"]), "cross.of", "exports", "choice questions, tick boxes"),
    "cross by a tick": (put("cross.by", ["fairs"]), "cross.by", "fairs", "single-choice or grouping variables"),
    "cross of something confidential": (several(confidential("plan")), "cross.of", "plan", "choice questions, tick boxes"),
    "weights of the survey": (put("weights.margins", ["plan"]), "weights.margins", "plan", "single-choice or grouping variables of the frame"),
    "group of nothing": (put("groups.size_class.of", "nothing"), "groups.size_class.of", "no such variable", "a variable of type number or share"),
    "group of a wrong type": (
        put("groups.size_class.of", "sector"),
        "groups.size_class.of",
        "no such variable",
        "a variable of type number or share",
    ),
    "merged numbers": (put("groups.sector_group.of", "size"), "groups.sector_group.of", "no such variable", "a variable of type single or ordinal"),
    "group of a group": (
        put(
            "groups.more",
            {"of": "sector_group", "label": PHRASE, "levels": [{"code": code, "from": [code], "label": PHRASE} for code in ("making", "serving")]},
        ),
        "groups.more.of",
        "no such variable",
        "a variable of type single or ordinal",
    ),
    "a level in no group": (sector_groups(a=["mobility"], b=["digital"]), "groups.sector_group", "not declared: health", ""),
    "a level in two groups": (sector_groups(a=["mobility", "health"], b=["digital", "health"]), "groups.sector_group", "not declared: health", ""),
    "an undeclared level": (sector_groups(a=["mobility", "space"], b=["digital", "health"]), "groups.sector_group", "not declared: space", ""),
    "a group of a variable's name": (
        put("groups.plan", {"of": "size", "label": PHRASE, "levels": SIZES}),
        "groups.plan",
        "has this name already",
        "",
    ),
    "an index of a variable's name": (
        put(
            "indices.plan", {"label": PHRASE, "items": [{"variable": "partners", "low": 0, "high": 1}, {"variable": "exports", "low": 0, "high": 1}]}
        ),
        "indices.plan",
        "has this name already",
        "",
    ),
    "index of a text": (
        put("indices.effort.items", [{"variable": "comment", "low": 0, "high": 1}, {"variable": "measures", "low": 0, "high": 1}]),
        "indices.effort",
        "comment, measures",
        "numbers, choices, tick boxes",
    ),
    "model of nothing": (put("model.outcome", "nothing"), "model.outcome", "nothing", "an index, or a variable of the codebook"),
    "terms of nothing": (put("model.terms", ["log(size)", "log(nothing)", "size:plan"]), "model.terms", "nothing, size:plan", "or log(variable)"),
    "codings of nothing": (put("model.codings", ["sector", "nothing"]), "model.codings", "nothing", "single-choice or grouping variables"),
    "alternative of another type": (
        put("model.alternatives", [{"family": "poisson", "outcome": "size"}, {"family": "poisson", "outcome": "sector"}]),
        "model.alternatives.1",
        "sector",
        "a number",
    ),
    "beta regression of a number": (put("model.alternatives", [{"family": "beta", "outcome": "size"}]), "model.alternatives.0", "size", "an index"),
    "alternative of an answer that is none": (
        put("model.alternatives", [{"family": "firth_logit", "outcome": "plan", "answer": "perhaps"}]),
        "model.alternatives.0.answer",
        "the question has no such answer",
        "",
    ),
    "an unpublished figure": (
        put("compare", [{"figure": "nothing", "variable": "fairs"}]),
        "compare",
        "figures.csv has no nothing",
        "gocluster_fairs",
    ),
    "compared with no tick box": (
        put("compare", [{"figure": "gocluster_fairs", "variable": "plan"}]),
        "compare.0",
        "no such question",
        "fairs, visits",
    ),
    "compared with no answer": (
        put("compare", [{"figure": "gocluster_fairs", "question": "plan", "answer": "x"}]),
        "compare.0.answer",
        "no such answer",
        "full, part",
    ),
}


@pytest.mark.parametrize("damage", REFERENCES)
def test_every_name_in_study_yaml_must_exist_and_fit(damage, folder):
    change, key, words, allowed = REFERENCES[damage]
    change(folder)
    problem = next(problem for problem in folder.problems() if problem.column == key)
    assert problem.file == "study.yaml"
    assert words in problem.what
    assert allowed in problem.allowed


def test_what_only_a_frame_knows_needs_a_frame(folder):
    del folder.settings["files"]["frame"]
    variables, weights = folder.problems()
    assert told(variables) == ("codebook.csv", [], "code")
    assert "variables without an export code, and there is no frame: sector, size" in variables.what
    assert told(weights) == ("study.yaml", [], "weights")


def test_a_frame_that_nothing_links_to_the_answers(folder):
    folder.variable("unit_id")["code"] = ""
    assert told(folder.problem()) == ("study.yaml", [], "roles.unit")


# The codebook


def cell(name, column, text):
    def change(folder):
        folder.variable(name)[column] = text

    return change


def row_of(**changes):
    def change(folder):
        folder.codebook.append({**folder.variable("partners"), "name": "more", "code": "B9", **changes})
        folder.records = [{**record, "B9": ""} for record in folder.records]

    return change


CODEBOOKS = {
    "a name with blanks": (row_of(name="More of it"), [17], "name", "not a name", "small letters, digits and _, a letter first"),
    "a name twice": (row_of(name="partners"), [14, 17], "name", "the name is given twice", ""),
    "a code twice": (row_of(code="B5"), [14, 17], "code", "the export code is given twice", ""),
    "no such type": (row_of(type="numeric"), [17], "type", "no such type", "single, multiple, ordinal, number, share, text, set"),
    "no such sensitivity": (row_of(sensitivity="secret"), [17], "sensitivity", "no such sensitivity", "open, quasi, identifier, free"),
    "an open text": (row_of(type="text", low="", high=""), [17], "sensitivity", "a text may hold anything", "identifier, free"),
    "no such set": (row_of(set="nothing"), [17], "set", "no row of type 'set' has this name", ""),
    "a set in a set": (row_of(type="set", set="measures", low="", high=""), [17], "set", "a set cannot belong to a set", ""),
    "a set of nothing": (row_of(type="set", low="", high=""), [17], "name", "no variable belongs to this set", ""),
    "a mixed set": (row_of(set="measures"), [9, 10, 17], "set", "the items of the set are of different types", ""),
    "a tick box alone": (row_of(type="multiple", low="", high=""), [17], "set", "a tick box needs the name of its set", ""),
    "a secret tick box": (cell("fairs", "sensitivity", "identifier"), [9], "sensitivity", "a tick box cannot be confidential", "open, quasi"),
    "no German label": (cell("plan", "label_de", ""), [6], "label_de", "the label is empty", ""),
    "no English label": (cell("plan", "label_en", " "), [6], "label_en", "the label is empty", ""),
    "a low text": (cell("partners", "low", "nothing"), [14], "low", "not a number", "a number with a decimal point, or nothing"),
    "a decimal comma": (cell("partners", "high", "0,5"), [14], "high", "not a number", "a number with a decimal point, or nothing"),
    "upside down": (cell("partners", "low", "60"), [14], "low", "the range is upside down", "low below high"),
    "a range of choices": (cell("plan", "high", "3"), [6], "low", "only numbers and shares have a range", ""),
    "no answers": (row_of(type="single", low="", high=""), [17], "name", "no answers are declared", ""),
}


@pytest.mark.parametrize("damage", CODEBOOKS)
def test_a_wrong_codebook(damage, folder):
    change, rows, column, what, allowed = CODEBOOKS[damage]
    change(folder)
    problem = next(problem for problem in folder.problems() if problem.column == column)
    assert told(problem) == ("codebook.csv", rows, column)
    assert (problem.what, problem.allowed) == (what, allowed)


def level(variable, code, column, text):
    def change(folder):
        folder.level(variable, code)[column] = text

    return change


def more_levels(*rows):
    def change(folder):
        names = ("variable", "code", "order", "label_de", "label_en", "missing")
        folder.levels += [dict(zip(names, row, strict=True)) for row in rows]

    return change


LEVELS = {
    "no such variable": (more_levels(("nothing", "a", "1", "x", "y", "")), [14], "variable", "codebook.csv has no such variable", ""),
    "an answer twice": (more_levels(("plan", "full", "3", "x", "y", "")), [5, 14], "code", "the answer is declared twice for its variable", ""),
    "no code": (level("plan", "part", "code", ""), [6], "code", "the answer has no code", ""),
    "no place": (level("plan", "part", "order", ""), [6], "order", "the real answers of a variable are numbered 1, 2, 3 ...", "each number once"),
    "a place twice": (
        level("plan", "part", "order", "1"),
        [5, 6],
        "order",
        "the real answers of a variable are numbered 1, 2, 3 ...",
        "each number once",
    ),
    "a gap": (level("plan", "part", "order", "4"), [6], "order", "the real answers of a variable are numbered 1, 2, 3 ...", "each number once"),
    "half a place": (
        level("plan", "part", "order", "1.5"),
        [6],
        "order",
        "the real answers of a variable are numbered 1, 2, 3 ...",
        "each number once",
    ),
    "a place for none": (level("plan", "dk", "order", "3"), [7], "order", "an answer that is none has no place", "nothing"),
    "no reason": (level("plan", "dk", "missing", "Don't know"), [7], "missing", "not a reason", "small letters and _, such as dont_know"),
    "no German label": (level("plan", "part", "label_de", ""), [6], "label_de", "the label is empty", ""),
    "no English label": (level("plan", "part", "label_en", ""), [6], "label_en", "the label is empty", ""),
    "the same words": (level("plan", "part", "label_de", "Umfassend"), [5, 6], "label_de", "two answers of a question read the same", ""),
    "the same English words": (level("plan", "dk", "label_en", "In part"), [6, 7], "label_en", "two answers of a question read the same", ""),
    "the tick comes second": (
        more_levels(("measures", "N", "1", "nicht genannt", "not named", ""), ("measures", "Y", "2", "genannt", "named", "")),
        [14, 15],
        "order",
        "the first answer of a tick box is the tick",
        "",
    ),
}


@pytest.mark.parametrize("damage", LEVELS)
def test_wrong_levels(damage, folder):
    change, rows, column, what, allowed = LEVELS[damage]
    change(folder)
    problem = next(problem for problem in folder.problems() if problem.column == column)
    assert told(problem) == ("levels.csv", rows, column)
    assert (problem.what, problem.allowed) == (what, allowed)


def test_only_answers_that_are_none(folder):
    for code in ("full", "part"):
        folder.levels.remove(folder.level("plan", code))
    assert told(folder.problems()[0]) == ("codebook.csv", [6], "name")


def test_items_need_answers_of_their_own_or_of_their_set(folder):
    folder.levels = [row for row in folder.levels if row["variable"] != "trust"]
    assert told(folder.problem()) == ("codebook.csv", [12, 13], "name")


@pytest.mark.parametrize("file", ["codebook.csv", "levels.csv"])
@pytest.mark.parametrize(
    ("content", "words"),
    [
        (None, "there is no such file"),
        (b"", "the file is empty"),
        (b"name,type,variable\nx,y,z\n", "columns are missing"),
        ("name;Straße\n".encode() + b"\xff\xfe\x00\n", "zero bytes"),
    ],
)
def test_codebook_files_that_cannot_be_used(file, content, words, folder):
    folder.files[file] = content
    (problem,) = [problem for problem in folder.problems() if problem.file == file]
    assert words in problem.what


def test_a_codebook_without_variables(folder, as_csv):
    folder.files["codebook.csv"] = b",".join(as_csv(folder.codebook).split(b",")[:9]) + b',"sensitivity"\r\n'
    assert "a header and no variables" in folder.problem().what


def test_a_study_of_numbers_needs_no_levels(folder):
    folder.without_frame()
    folder.codebook = [row for row in folder.codebook if row["type"] in ("number", "share", "text")]
    folder.files["levels.csv"] = b"variable,code,order,label_de,label_en,missing\r\n"
    assert list(folder.open().responses.columns) == ["partners", "exports"]


def test_a_codebook_from_a_german_spreadsheet(folder, as_csv):
    expected = read_codebook(folder.write())
    folder.files |= {
        "codebook.csv": as_csv(folder.codebook, separator=";", encoding="cp1252"),
        "levels.csv": as_csv(folder.levels, separator=";", encoding="cp1252") + b";;;;;\r\n",
    }
    read = read_codebook(folder.write())
    pd.testing.assert_frame_equal(read.variables, expected.variables)
    pd.testing.assert_frame_equal(read.levels, expected.levels)


# The frame


def in_frame(row, column, text):
    def change(folder):
        folder.frame[row - 2][column] = text

    return change


def without(column):
    def change(folder):
        for row in folder.frame:
            del row[column]

    return change


FRAMES = {
    "a unit twice": (in_frame(9, "unit_id", "CANARY-U1"), [2, 9], "unit_id", "a unit is there twice, or has no identifier. Keep one row per unit."),
    "no unit": (in_frame(9, "unit_id", ""), [9], "unit_id", "a unit is there twice, or has no identifier."),
    "no column of units": (without("unit_id"), [1], "", "there is no column 'unit_id', which roles.unit names."),
    "a missing column": (without("sector"), [1], "", "columns that codebook.csv takes from the frame are missing: sector. Add them, or give"),
    "an undeclared level": (in_frame(3, "sector", "CANARY"), [3], "sector", "an answer that is not declared. Allowed: mobility, digital, health."),
    "a text for a number": (in_frame(4, "size", "CANARY"), [4], "size", "not a number. Allowed: from 1 up to 500."),
    "a number out of range": (in_frame(4, "size", "501"), [4], "size", "a number outside its range. Allowed: from 1 up to 500."),
    "header only": (lambda folder: folder.files.update({"frame.csv": b"unit_id,sector,size\r\n"}), [], "", "the file has a header and no units."),
    "empty": (lambda folder: folder.files.update({"frame.csv": b""}), [], "", "the file is empty."),
    "not there": (lambda folder: folder.files.update({"frame.csv": None}), [], "", "there is no such file."),
}


@pytest.mark.parametrize("damage", FRAMES)
def test_a_wrong_frame(damage, folder):
    change, rows, column, words = FRAMES[damage]
    change(folder)
    problem = folder.problem()
    assert told(problem) == ("frame.csv", rows, column)
    assert words in str(problem)


def test_a_frame_needs_a_unit(folder):
    folder.settings["roles"] = {}
    assert told(folder.problem()) == ("study.yaml", [], "roles.unit")


def test_a_population_that_disagrees_with_the_frame(folder):
    folder.settings["population"] = 9
    assert str(folder.problem()) == (
        "study.yaml: column 'population': the population is 9, the frame has 8 units. Make them agree, or leave the population out."
    )
    del folder.settings["population"]
    assert folder.open().population == 8


def test_more_answers_than_units(folder):
    folder.without_frame()
    folder.settings["population"] = 4
    assert folder.problem().what == "there are 5 answers from a population of 4"
    folder.settings["population"] = 5
    assert folder.open().population == 5


# The questionnaire's structure


def ask(folder, structure):
    folder.structure = structure
    folder.settings["files"]["structure"] = "survey/structure.lss"


@pytest.mark.parametrize(
    ("variable", "code", "question"), [("plan", "part", "B1"), ("plan", "dk", "B1"), ("importance", "A3", "B2"), ("trust", "9", "B4")]
)
def test_answers_that_the_codebook_forgot(variable, code, question, folder, small_questionnaire):
    """Found although nobody chose them."""
    ask(folder, small_questionnaire)
    assert folder.open().responses.shape[0] == 5
    folder.levels.remove(folder.level(variable, code))
    problem = next(problem for problem in folder.problems() if problem.file == "survey/structure.lss")
    assert told(problem) == ("survey/structure.lss", [], question)
    assert str(problem).endswith(f"the questionnaire offers answers that are not declared: {code}. Declare them in levels.csv.")


def test_answers_declared_for_each_item_are_declared(folder, small_questionnaire):
    ask(folder, small_questionnaire)
    folder.levels += [{**row, "variable": item} for item in ("trust_banks", "trust_state") for row in folder.levels if row["variable"] == "trust"]
    folder.levels = [row for row in folder.levels if row["variable"] != "trust"]
    assert folder.open().responses["trust_banks"].cat.categories.tolist() == ["1", "2"]


def test_a_field_for_other_answers_is_an_answer(folder, small_questionnaire):
    small_questionnaire.questions.loc[small_questionnaire.questions["code"].eq("B1"), "other"] = True
    ask(folder, small_questionnaire)
    assert folder.problem().what == "the questionnaire offers answers that are not declared: -oth-"


@pytest.mark.parametrize("content", [None, b"", b"no xml", b"<document/>", b"<?xml version='1.0'?><a><b></a>"])
def test_a_structure_that_is_none(content, folder):
    folder.settings["files"]["structure"] = "survey/structure.lss"
    folder.files["survey/structure.lss"] = content
    assert folder.problem().file == "structure.lss"


# Published figures


@pytest.fixture
def root(tmp_path, monkeypatch):
    """Another project root, with figures of its own."""
    (tmp_path / "data" / "published").mkdir(parents=True)
    monkeypatch.setattr(opening, "ROOT", tmp_path)
    return tmp_path


FIGURE = {
    **{"id": "f1", "measure_de": "Messen", "measure_en": "Fairs", "unit": "share", "value": "0.7", "low": "", "high": "", "n": "100", "year": "2015"},
    **{"population_de": "a", "population_en": "b", "format_de": "c", "format_en": "d", "source": "e", "url": ""},
}
FIGURES = {
    "no source": ({"source": ""}, "source", "a figure of others needs its source", ""),
    "no value": ({"value": ""}, "value", "neither a value nor a range", "value, or low, high or both"),
    "per cent": ({"value": "70"}, "value", "a share outside its range", "from 0 to 1, as a proportion"),
    "a high of per cent": ({"value": "", "low": "0.5", "high": "70"}, "value", "a share outside its range", "from 0 to 1, as a proportion"),
    "no number": ({"n": "about 100"}, "n", "not a number", "a number with a decimal point"),
    "a decimal comma": ({"value": "0,7"}, "value", "neither a value nor a range", "value, or low, high or both"),
    "upside down": ({"low": "0.8", "high": "0.6"}, "low", "the range is upside down", "low below high"),
    "no such unit": ({"unit": "%"}, "unit", "no such unit", "share, members, count"),
    "no name": ({"id": ""}, "id", "the name is empty or given twice", ""),
    "no label": ({"measure_de": ""}, "measure_de", "the label is empty", ""),
}


@pytest.mark.parametrize("damage", FIGURES)
def test_a_wrong_published_figure(damage, folder, root, as_csv):
    changes, column, what, allowed = FIGURES[damage]
    (root / opening.FIGURES_FILE).write_bytes(as_csv([FIGURE, {**FIGURE, "id": "f2", **changes}]))
    problem = folder.problems()[0]
    assert told(problem) == ("figures.csv", [3], column)
    assert (problem.what, problem.allowed) == (what, allowed)


def test_figures_are_numbers_with_their_sources(root, as_csv):
    (root / "f.csv").write_bytes(as_csv([FIGURE, {**FIGURE, "id": "f2", "value": "", "low": "0.5", "unit": "count", "n": ""}]))
    figures = read_figures(root / "f.csv")
    assert list(figures.index) == ["f1", "f2"]
    assert figures.loc["f1", ["value", "n", "year", "source"]].tolist() == [0.7, 100, 2015, "e"]
    assert figures["low"].tolist()[1] == 0.5
    assert figures["n"].isna().tolist() == [False, True]


def test_figures_without_a_column(root, as_csv):
    (root / "f.csv").write_bytes(as_csv([{name: text for name, text in FIGURE.items() if name != "source"}]))
    with pytest.raises(StudyError, match=r"f\.csv: row 1: columns are missing: source"):
        read_figures(root / "f.csv")


def test_a_comparison_where_there_are_no_figures(folder, root):
    assert folder.open().figures.empty
    folder.settings["compare"] = [{"figure": "gocluster_fairs", "variable": "fairs"}]
    assert "has no gocluster_fairs" in folder.problem().what


# All at once


def test_several_problems_in_several_files_are_told_at_once(folder, small_questionnaire):
    folder.settings |= {"cross": {"of": ["nothing"], "by": ["size_class"]}, "repeated": "refuse"}
    folder.settings["compare"] = [{"figure": "gocluster_fairs", "question": "plan", "answer": "fully"}]
    ask(folder, small_questionnaire)
    folder.levels.remove(folder.level("importance", "A3"))
    folder.frame[1]["size"] = "CANARY"
    folder.frame[2]["sector"] = "CANARY"
    folder.records[0] |= {"B5": "CANARY", "B6": "140"}
    folder.records[2]["id"] = "1"
    for record in folder.records:
        del record["C1"]
    places = [(problem.file, list(problem.rows), problem.column) for problem in folder.problems()]
    assert sorted(places) == sorted(
        [
            ("study.yaml", [], "cross.of"),
            ("study.yaml", [], "compare.0.answer"),
            ("survey/structure.lss", [], "B2"),
            ("frame.csv", [3], "size"),
            ("frame.csv", [4], "sector"),
            (EXPORT, [1], ""),
            (EXPORT, [2, 4], "id"),
            (EXPORT, [2], "B2"),
            (EXPORT, [2], "B5"),
            (EXPORT, [2], "B6"),
        ]
    )


def test_files_that_cannot_be_read_do_not_hide_one_another(folder):
    del folder.settings["title"]
    folder.files |= {"codebook.csv": b"", "levels.csv": None}
    assert [problem.file for problem in folder.problems()] == ["study.yaml", "codebook.csv", "levels.csv"]
    folder.settings["title"] = {"de": "x", "en": "y"}
    folder.settings["files"]["structure"] = "survey/structure.lss"
    folder.files |= {EXPORT: b"", "frame.csv": None, "survey/structure.lss": b""}
    assert [problem.file for problem in folder.problems()] == ["codebook.csv", "levels.csv", "structure.lss", EXPORT, "frame.csv"]


def test_all_wrong_settings_are_told_at_once(folder):
    del folder.settings["title"], folder.settings["units"]
    folder.settings |= {"titel": 1, "population": -1}
    assert [problem.column for problem in folder.problems()] == ["title", "units", "population", "titel"]


def test_both_files_of_the_codebook_are_told_at_once(folder):
    folder.variable("plan")["label_de"] = ""
    folder.variable("partners")["high"] = "many"
    folder.level("plan", "part")["order"] = "7"
    assert [told(problem) for problem in folder.problems()] == [
        ("codebook.csv", [6], "label_de"),
        ("codebook.csv", [14], "high"),
        ("levels.csv", [6], "order"),
    ]
