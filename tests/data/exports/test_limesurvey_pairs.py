"""LimeSurvey's pairs for R and SPSS: samples written line by line as its export plugins write them.

The form follows LimeSurvey's own source (RDataWriter.php and RSyntaxWriter.php of the plugin ExportR; exportspss() of the admin controller and
SPSSExportData() of export_helper.php) and syntax files that others have published; the survey, its words and its records are invented.
"""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers.data.exports.limesurvey_pairs import looks_like, read
from helpers.data.problems import StudyError

# Name, label, kind, answers (code -> label), ordered.
COLUMNS = [
    ("id", "id", "number", {}, False),
    ("submitdate", "submitdate", "date", {}, False),
    ("lastpage", "lastpage", "number", {}, False),
    ("startlanguage", "startlanguage", "text", {}, False),
    ("q_", "Seed", "text", {}, False),
    ("A1", 'In welcher Branche ist Ihr "Cluster" tätig?', "text", {"AO01": "Maschinenbau", "AO02": 'Gesundheit, "Pflege"'}, False),
    ("A1_other", '[Sonstiges] In welcher Branche ist Ihr "Cluster" tätig?', "text", {}, False),
    ("A2", "In welchem Land sind Sie?", "number", {"001": "Baden-Württemberg", "002": "Weiß nicht"}, False),
    ("C3_SQ001", "[Europa [EU]] Wo sind Sie tätig?", "number", {"1": "Ja", "0": "Nicht Gewählt"}, False),
    ("C3_SQ002", "[Asien] Wo sind Sie tätig?", "number", {"1": "Ja", "0": "Nicht Gewählt"}, False),
    ("C3_other", "[Sonstiges] Wo sind Sie tätig?", "text", {}, False),
    ("C4_SQ001", "[Messen] Wie wichtig ist das?", "text", {"A1": "unwichtig", "A2": "wichtig"}, True),
    ("C4_SQ002", "[Reisen] Wie wichtig ist das?", "text", {"A1": "unwichtig", "A2": "wichtig"}, True),
    ("B1", "Seit wann gibt es Sie?", "date", {}, False),
    ("B2", "Wie viele Mitglieder?", "number", {}, False),
    ("E1", "Sind Sie Mitglied?", "number", {"1": "Ja", "2": "Nein"}, False),
]
# id, submitdate, lastpage, startlanguage, seed, A1 ... E1; the second broke off, the third is "other".
RECORDS = [
    ["1", "2025-11-03 12:36:35", "4", "de", "77", "AO01", "", "001", "1", "0", "", "A2", "A1", "2001-05-01 00:00:00", "12.0000000000", "1"],
    ["2", "", "1", "de-informal", "78", "AO02", "", "", "", "", "", "", "", "", "", ""],
    ["5", "2025-11-04 08:00:00", "4", "de", "79", "-oth-", "Wir sind's, ja", "002", "0", "0", "Mars", "A1", "A1", "", "7", "2"],
]
EXPECTED = {
    "id": ["1", "2", "5"],
    "submitdate": ["2025-11-03 12:36:35", "", "2025-11-04 08:00:00"],
    "seed": ["77", "78", "79"],
    "A1": ["AO01", "AO02", "-oth-"],
    "A1[other]": ["", "", "Wir sind's, ja"],
    "A2": ["001", "", "002"],
    "C3[SQ001]": ["Y", "", "N"],
    "C3[SQ002]": ["N", "", "N"],
    "C4[SQ001]": ["A2", "", "A1"],
    "B1": ["2001-05-01 00:00:00", "", ""],
    "E1": ["1", "", "2"],
}


def bracketed(name: str) -> str:
    question, _, item = name.partition("_")
    return f"{question}[{item}]" if item else "seed" if name == "q_" else name


def r_syntax(file: str = "survey_311_R_data_file.csv", columns=COLUMNS, call: str = "read.csv") -> str:
    encoding = ', fileEncoding="UTF-8-BOM"' if call == "read.csv" else ', sep=","'
    lines = [f'data <- {call}("{file}", quote = "\'\\"", na.strings=c("", "\\"\\""), stringsAsFactors=FALSE{encoding})', "", ""]
    for place, (name, label, kind, answers, ordered) in enumerate(columns, start=1):
        numeric = kind == "number"
        lines.append(f"# LimeSurvey Field type: {dict(number='F', text='A', date='DATETIME23.2')[kind]}")
        lines.append(f"data[, {place}] <- as.{'numeric' if numeric else 'character'}(data[, {place}])")
        escaped = label.replace("\\", "\\\\").replace('"', '\\"').replace("'", "\\'")
        lines.append(f'attributes(data)$variable.labels[{place}] <- "{escaped}"')
        if answers:
            levels = ",".join(code if numeric else f'"{code}"' for code in answers)
            words = ", ".join('"' + word.replace('"', '\\"') + '"' for word in answers.values())
            lines.append(f"data[, {place}] <- factor(data[, {place}], levels=c({levels}),labels=c({words}){', ordered=TRUE' if ordered else ''})")
        lines.append(f'names(data)[{place}] <- "{name}"')
    return "\n".join([*lines, "# Variable name was incorrect and was changed from  to q_ .", ""])


def r_data(records=RECORDS, heads=None) -> str:
    rows = [heads or [bracketed(name) for name, *_ in COLUMNS], *records]
    return "".join(",".join('"' + field.replace('"', '""') + '"' for field in row) + "\n" for row in rows)


def spss_syntax(file: str = "survey_311_SPSS_data_file.dat", columns=COLUMNS) -> str:
    forms = {"number": "F1", "text": "A20", "date": "DATETIME23.2"}
    lines = ["*$Rev: 121017 $ all 2.", "SET UNICODE=ON.", "SHOW LOCALE.", "PRESERVE LOCALE.", "SET LOCALE='en_UK'.", "GET DATA", " /TYPE=TXT"]
    lines += [
        f" /FILE='{file}'",
        " /DELCASE=LINE",
        ' /DELIMITERS=","',
        ' /QUALIFIER="\'"',
        " /ARRANGEMENT=DELIMITED",
        " /FIRSTCASE=1",
        " /IMPORTCASE=ALL",
    ]
    lines += [" /VARIABLES=", *(f" V{place} {forms[kind]}" for place, (_, _, kind, *_) in enumerate(columns, start=1))]
    lines[-1] += "."
    lines += ["CACHE.", "EXECUTE.", "*Define Variable Properties."]
    for place, (_, label, *_) in enumerate(columns, start=1):
        doubled = label.replace('"', '""')
        # Long labels are broken into pieces.
        pieces = [doubled[:20], doubled[20:]] if len(doubled) > 20 and '"' not in doubled else [doubled]
        lines.append(f"VARIABLE LABELS V{place} " + "+\n".join(f'"{piece}"' for piece in pieces) + ".")
    lines.append("*Define Value labels.")
    for place, (_, _, kind, answers, _) in enumerate(columns, start=1):
        if answers:
            lines.append(f"VALUE LABELS  V{place}")
            # LimeSurvey does not double quotation marks here.
            lines += [f' {code if kind == "number" else f"{chr(34)}{code}{chr(34)}"} "{label}"' for code, label in answers.items()]
            lines[-1] += "."
    lines += [f"VARIABLE LEVEL V{place}(ORDINAL)." for place, (*_, ordered) in enumerate(columns, start=1) if ordered]
    for place, (name, *_) in enumerate(columns, start=1):
        lines += ["* Variable name was incorrect and was changed from  to q_ ."] if name == "q_" else []
        lines.append(f"RENAME VARIABLE ( V{place} = {name} ).")
    return "\n".join([*lines, "RESTORE LOCALE.", ""])


def spss_data(records=RECORDS) -> str:
    def field(text: str, kind: str) -> str:
        if kind == "date" and text:
            day, time = text.split()
            text = "-".join(reversed(day.split("-"))) + " " + time
        return "'" + text.replace("'", "''") + "'" if text else ""

    kinds = [kind for _, _, kind, *_ in COLUMNS]
    return "".join(",".join(field(text, kind) for text, kind in zip(row, kinds, strict=True)) + "\n" for row in records)


@pytest.fixture(params=["R", "SPSS"])
def pair(request, tmp_path):
    name, ending = ("survey_311_R", ".R") if request.param == "R" else ("survey_311_SPSS", ".sps")
    data = tmp_path / f"{name}_data_file{'.csv' if ending == '.R' else '.dat'}"
    syntax = tmp_path / f"{name}_syntax_file{ending}"
    data.write_text(r_data() if ending == ".R" else spss_data(), encoding="utf-8-sig" if ending == ".R" else "utf-8")
    syntax.write_text(r_syntax() if ending == ".R" else "\ufeff" + spss_syntax(), encoding="utf-8")
    return data, syntax


def test_both_pairs_give_the_same_records_codes_ticks_and_dates(pair):
    data, syntax = pair
    records = read(data).records
    assert {column: records[column].tolist() for column in EXPECTED} == EXPECTED
    assert list(records.columns) == [bracketed(name) for name, *_ in COLUMNS]
    assert list(records.index) == ([2, 3, 4] if syntax.suffix == ".R" else [1, 2, 3])


def test_both_pairs_give_the_same_questionnaire(pair):
    structure = read(pair[0]).structure
    questions = structure.questions.set_index("code")
    assert questions["kind"].to_dict() == {
        **{
            "A1": "single",
            "A2": "single",
            "C3": "set",
            "SQ001": "ordinal",
            "SQ002": "ordinal",
            "C4": "set",
            "B1": "text",
            "B2": "number",
            "E1": "single",
        }
    }
    assert list(structure.questions["parent"]) == ["", "", "", "C3", "C3", "", "C4", "C4", "", "", ""]
    assert list(structure.questions["kind"])[3:5] == ["multiple", "multiple"]
    assert structure.languages == ("de",)
    assert questions.at["A1", "label_de"] == 'In welcher Branche ist Ihr "Cluster" tätig?'
    assert structure.questions["label_de"].tolist()[2:5] == ["Wo sind Sie tätig?", "Europa [EU]", "Asien"]
    assert questions["other"].groupby(level=0).any().to_dict() == {
        code: code in ("A1", "C3") for code in ("A1", "A2", "B1", "B2", "C3", "C4", "E1", "SQ001", "SQ002")
    }
    answers = structure.answers.groupby("question")[["code", "label_de"]].apply(lambda told: dict(told.to_numpy())).to_dict()
    assert answers == {
        "A1": {"AO01": "Maschinenbau", "AO02": 'Gesundheit, "Pflege"'},
        "A2": {"001": "Baden-Württemberg", "002": "Weiß nicht"},
        "C4": {"A1": "unwichtig", "A2": "wichtig"},
        "E1": {"1": "Ja", "2": "Nein"},
    }


def test_either_file_may_be_named_first_and_the_other_is_found(pair):
    data, syntax = pair
    first = read(data).records
    for delivery in (read(syntax), read(data, companion=syntax), read(syntax, companion=data)):
        assert delivery.records.equals(first)
    renamed = data.rename(data.with_stem("export_311"))
    assert read(renamed).records.equals(first)
    assert looks_like(renamed) and looks_like(syntax)


def test_a_missing_companion_is_named(pair):
    data, syntax = pair
    syntax.unlink()
    usual = r"survey_311_R_syntax_file\.R" if data.suffix == ".csv" else r"survey_311_SPSS_syntax_file\.sps"
    with pytest.raises(StudyError, match=rf"the syntax file \(\.R or \.sps\) that explains this data file is missing\. Allowed: {usual}"):
        read(data)
    # Without a header the data can be nothing else; with one they are any CSV file.
    assert looks_like(data) == (data.suffix == ".dat")


def test_data_missing_beside_a_script_are_named(pair):
    data, syntax = pair
    data.unlink()
    with pytest.raises(StudyError, match="the data file that this syntax file reads is missing"):
        read(syntax)


def test_an_analysis_of_somebody_is_no_syntax_file(tmp_path):
    data, analysis = tmp_path / "survey_311_R_data_file.csv", tmp_path / "survey_311.R"
    data.write_text(r_data())
    analysis.write_text('data <- read.csv("survey_311_R_data_file.csv")\nsummary(data$A1)\n')
    assert not looks_like(analysis) and not looks_like(data)
    with pytest.raises(StudyError, match="this is not a syntax file of LimeSurvey"):
        read(data, companion=analysis)


def test_columns_in_another_order_than_the_script_says_are_refused(pair):
    data, syntax = pair
    # The records change places with the script's: in R the header tells, for SPSS only the values can.
    moved = [[*row[:5], row[8], *row[6:8], row[5], *row[9:]] for row in RECORDS]
    heads = [bracketed(name) for name, *_ in COLUMNS]
    heads[5], heads[8] = heads[8], heads[5]
    data.write_text(r_data(moved, heads) if syntax.suffix == ".R" else spss_data(moved), encoding="utf-8")
    what = "columns stand elsewhere than .*: C3_SQ001, A1" if syntax.suffix == ".R" else "as if the columns stood in another order: A1, C3_SQ001"
    with pytest.raises(StudyError, match=what) as caught:
        read(data)
    assert "sind's" not in str(caught.value)


def test_a_header_that_is_there_twice_is_refused(tmp_path):
    heads = [bracketed(name) for name, *_ in COLUMNS]
    heads[14] = "A2"
    (tmp_path / "s.R").write_text(r_syntax("d.csv"))
    (tmp_path / "d.csv").write_text(r_data(heads=heads))
    with pytest.raises(StudyError, match="columns have the same header"):
        read(tmp_path / "d.csv")


def test_words_as_a_header_are_held_against_the_labels_and_times_are_left_out(tmp_path):
    words = ["Antwort-ID", "Datum Abgeschickt", "Letzte Seite", "Start-Sprache", "Zufallsstartwert"]
    for _, label, *_ in COLUMNS[5:]:
        item, _, question = label.rpartition("] ")
        words.append(f"{question} {item + ']' if item else ''}".strip())
    (tmp_path / "s.R").write_text(r_syntax("d.csv"))
    timed = [[*row, "12.5"] for row in RECORDS]
    (tmp_path / "d.csv").write_text(r_data(timed, heads=[*words, "Gesamtzeit"]))
    delivery = read(tmp_path / "d.csv")
    assert {column: delivery.records[column].tolist() for column in EXPECTED} == EXPECTED
    assert delivery.unread == ["Columns that s.R does not explain: Gesamtzeit."]
    words[13], words[15] = words[15], words[13]
    (tmp_path / "d.csv").write_text(r_data(heads=words))
    with pytest.raises(StudyError, match="columns stand elsewhere than"):
        read(tmp_path / "d.csv")


def test_an_old_script_reads_data_without_a_header(tmp_path):
    script = r_syntax("d.csv", call="read.table").replace('"\'\\""', '"\'"').replace("factor(", "ordered(")
    (tmp_path / "s.R").write_text(script)
    (tmp_path / "d.csv").write_text(spss_data().replace("01-05-2001", "2001-05-01"))
    delivery = read(tmp_path / "d.csv")
    assert delivery.records["A1[other]"].tolist() == EXPECTED["A1[other]"]
    assert set(delivery.structure.questions["kind"]) == {"ordinal", "set", "multiple", "text", "number"}


def test_a_file_that_was_cut_off_names_its_row(pair):
    data, _ = pair
    whole = data.read_bytes()
    data.write_bytes(whole[: whole.rindex(b"79")])
    row = 4 if data.suffix == ".csv" else 3
    with pytest.raises(StudyError, match=rf"row {row}: (a quotation mark is never closed|the row has fewer fields)"):
        read(data)
    data.write_bytes(whole[: whole.index(b"\n") + 1] if data.suffix == ".csv" else b"")
    with pytest.raises(StudyError, match="the file has no records"):
        read(data)


@pytest.mark.parametrize("place", [12, 13])
def test_a_script_that_was_cut_off_is_refused(pair, place):
    data, syntax = pair
    text = syntax.read_text(encoding="utf-8")
    # Within the 12th column of the R script, and before the 13th.
    r_mark = "\nattributes(data)$variable.labels[12]" if place == 12 else "# LimeSurvey Field type: A\ndata[, 13]"
    syntax.write_text(text[: text.index(f"RENAME VARIABLE ( V{place}" if syntax.suffix == ".sps" else r_mark)], encoding="utf-8")
    with pytest.raises(StudyError, match=r"as if it were cut off|ends before these columns: C4\[SQ002\], B1, B2") as caught:
        read(data)
    assert "Mars" not in str(caught.value)


@pytest.mark.parametrize("encoding", ["cp1252", "utf-16"])
def test_other_encodings_are_recognised(pair, encoding):
    data, syntax = pair
    for file in pair:
        file.write_text(file.read_text(encoding="utf-8-sig"), encoding=encoding)
    assert read(data).structure.questions["label_de"].tolist()[0] == 'In welcher Branche ist Ihr "Cluster" tätig?'
    assert looks_like(syntax)


def test_a_wrong_encoding_is_refused(pair):
    with pytest.raises(StudyError, match="letters such as umlauts do not fit the encoding cp1252"):
        read(pair[0], encoding="cp1252")
    with pytest.raises(StudyError, match="the encoding is not known"):
        read(pair[0], encoding="klingon")


def test_ticks_of_another_version_are_refused(pair):
    data, _ = pair
    old = [[*row[:8], *({"1": "2", "0": "1"}.get(text, text) for text in row[8:10]), *row[10:]] for row in RECORDS]
    old += [[*old[0]], [*RECORDS[2]]]
    data.write_text(r_data(old) if data.suffix == ".csv" else spss_data(old), encoding="utf-8")
    with pytest.raises(StudyError, match=r"column 'C3\[SQ001\]': a tick that .* does not know"):
        read(data)


def test_two_scripts_for_one_file_are_not_chosen_between(pair):
    data, syntax = pair
    syntax.with_stem("again").write_bytes(syntax.read_bytes())
    with pytest.raises(StudyError, match="several files could be the syntax file"):
        read(data)


@settings(max_examples=20, deadline=None)
@given(
    st.text(st.characters(codec="utf-8", exclude_categories=["C", "Z"], exclude_characters="\\ÃÂâ\ufffd"), min_size=1, max_size=12),
    st.sampled_from("RS"),
)
def test_whatever_a_label_holds_it_comes_back(tmp_path_factory, label, program):
    folder = tmp_path_factory.mktemp("pair")
    columns = [
        (name, words, kind, dict.fromkeys(answers, label) if name == "A1" else answers, ordered) for name, words, kind, answers, ordered in COLUMNS
    ]
    columns = [
        (name, words, kind, {"AO01": label, "AO02": "x"} if name == "A1" else answers, ordered) for name, words, kind, answers, ordered in columns
    ]
    script, data = (folder / "s.R", folder / "d.csv") if program == "R" else (folder / "s.sps", folder / "d.dat")
    script.write_text(r_syntax("d.csv", columns) if program == "R" else spss_syntax("d.dat", columns), encoding="utf-8")
    data.write_text(r_data() if program == "R" else spss_data(), encoding="utf-8")
    answers = read(data).structure.answers
    assert answers.loc[answers["question"] == "A1", "label_de"].tolist() == [label, "x"]
