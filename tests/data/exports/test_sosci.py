"""SoSci Survey: data sets built as its exports look, by scripts and data sets of published studies (GNU R 2015 to 2024, SPSS 2015 and 2021)."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers.data.exports.sosci import looks_like, read
from helpers.data.exports.spss_syntax import read_syntax
from helpers.data.problems import StudyError

COLUMNS = {
    **{"CASE": "numeric", "SERIAL": "character", "REF": "character", "QUESTNNR": "character", "MODE": "factor", "STARTED": "POSIXct"},
    **{"AB01": "numeric", "AB01_04": "character", "AB02_01": "numeric", "AB02_02": "numeric", "AB02_03": "numeric"},
    **{"CD01": "numeric", "CD01_01": "logical", "CD01_02": "logical", "CD01_03": "logical", "CD01_03a": "character"},
    **{
        "CD02": "numeric",
        "CD02_01": "logical",
        "CD02_02": "logical",
        "EF01_01": "numeric",
        "EF01_01a": "logical",
        "EF02_01": "character",
        "EF03_01": "numeric",
    },
    **{"TIME001": "integer", "TIME_SUM": "integer", "MAILSENT": "POSIXct", "LASTDATA": "POSIXct", "FINISHED": "logical", "Q_VIEWER": "logical"},
    **{"LASTPAGE": "numeric", "MAXPAGE": "numeric"},
}
LABELS = {
    "AB01": "Rechtsform",
    "AB01_04": "Rechtsform: Sonstiges",
    **{
        "AB02_01": "Zustimmung: Wir planen &quot;weit&quot; voraus",
        "AB02_02": "Zustimmung: Wir messen: jedes Jahr",
        "AB02_03": "Zustimmung: Wir zögern (umgepolt)",
    },
    **{"CD01": "Regionen: Ausweichoption (negativ) oder Anzahl ausgewählter Optionen", "CD01_01": "Regionen: Europa", "CD01_02": "Regionen: Asien"},
    **{"CD01_03": "Regionen: andere", "CD01_03a": "Regionen: andere (offene Eingabe)"},
    **{"CD02": "Hürden: Residual option (negative) or number of selected options", "CD02_01": "Hürden: Geld", "CD02_02": "Hürden: Zeit"},
    **{
        "EF01_01": "Mitglieder:  ... Mitglieder",
        "EF01_01a": "Mitglieder:  ... Mitglieder: keine Angabe",
        "EF02_01": "Anmerkungen: [01]",
        "EF03_01": "Regler: [01]",
    },
}
# CASE, SERIAL, REF, QUESTNNR, MODE, STARTED; answers; TIME001 ... MAXPAGE. Quoted as SoSci Survey quotes: texts are, numbers are not.
ROWS = [
    '21\tgeheim-1\t\t"base"\t"interview"\t2024-09-23 09:27:46\t1\t""\t5\t4\t2\t2\tT\tT\tF\t""\t-1\tF\tF\t120\tF\t"Sehr ""gut"", danke"\t101\t20\t87\t\t2024-09-23 09:29:13\tT\tF\t3\t3',
    '22\t\t\t"base"\t"interview"\t2024-09-23 10:00:00\t-9\t""\t-9\t-1\t1\t-1\tF\tF\tF\t""\t0\tF\tF\t\tT\t\t-9\t11\t50\t\t2024-09-23 10:05:00\tT\tF\t3\t3',
    '24\t\t\t"base"\t"interview"\t2024-09-23 11:00:00\t-2\t"gGmbH"\t\t\t\t\t\t\t\t""\t1\tT\tF\t7\tF\t""\t\t9\t9\t\t2024-09-23 11:01:00\tF\tT\t1\t1',
]
SYSTEM = {"submitdate", "id", "token", "startdate", "datestamp", "lastpage"}


def r_script(columns: dict[str, str] = COLUMNS, labels: dict[str, str] = LABELS, frame: str = "ds") -> str:
    quoted = ",".join(f'"{name}"' for name in columns)
    kinds = ", ".join(f'{name}="{kind}"' for name, kind in columns.items())
    scale = "".join(f'attr({frame}$AB02_0{item},"1") = "gar nicht"\nattr({frame}$AB02_0{item},"5") = "voll"\n' for item in (1, 2))
    boxes = "".join(
        f'attr({frame}${name},"F") = "nicht gewählt"\nattr({frame}${name},"T") = "ausgewählt"\n'
        for name, kind in columns.items()
        if kind == "logical"
    )
    comments = "".join(f'comment({frame}${name}) = "{labels.get(name, "Angabe des Systems")}"\n' for name in columns if name != "CASE")
    return f"""# Dieses Script liest eine CSV-Datendatei in GNU R ein.
# Die Beschriftungen für Werte wird ebenfalls als Attribute (attr) abgelegt.

{frame}_file = file.choose()
# setwd("./")
# {frame}_file = "rdata_test_2024-09-23_16-45.csv"

{frame} = read.delim(
  file={frame}_file, encoding="UTF-8", fileEncoding="UTF-8",
  header = FALSE, sep = "\\t", quote = "\\"",
  dec = ".", row.names = NULL,
  col.names = c(
    {quoted}
  ),
  as.is = TRUE,
  colClasses = c(
    {kinds}
  ),
  skip = 1,
  na.strings = ""
)

attr({frame}, "project") = "test"

# Variable und Value Labels
{frame}$AB01 = factor({frame}$AB01, levels=c("1","2","-2","-9"), labels=c("Verein, \\"e. V.\\"","GmbH","[NA] sonstige Texteingabe","[NA] nicht beantwortet"), ordered=FALSE)
{scale}attr({frame}$AB02_01,"-1") = "weiß nicht"
attr({frame}$AB02_02,"-1") = "weiß nicht"
attr({frame}$AB02_03,"1") = "voll"
attr({frame}$AB02_03,"5") = "gar nicht"
attr({frame}$CD01,"-1") = "weiß ich nicht"
attr({frame}$CD02,"-1") = "keine davon"
attr({frame}$EF03_01,"1") = "links"
attr({frame}$EF03_01,"101") = "rechts"
{boxes}{comments}
"""


def data_set(rows: list[str] = ROWS, columns: dict[str, str] = COLUMNS) -> str:
    return "\n".join(["\t".join(f'"{name}"' for name in columns), *rows, ""])


def written(folder: Path, data: str | None = None, script: str | None = None, encoding: str = "utf-8") -> Path:
    path = folder / "rdata_test_2024-09-23_16-45.csv"
    path.write_bytes((data or data_set()).encode(encoding))
    (folder / "import_test_2024-09-23_16-45.r").write_text(script or r_script(), encoding="utf-8")
    return path


@pytest.fixture
def delivered(tmp_path):
    return read(written(tmp_path))


def question(delivery, code: str) -> dict:
    (row,) = delivery.structure.questions.query("code == @code").to_dict("records")
    return row


def offered(delivery, code: str) -> list[tuple[str, str, str]]:
    answers = delivery.structure.answers
    return [(row["code"], row["label_und"], row["missing"]) for row in answers[answers["question"] == code].to_dict("records")]


def said(error) -> str:
    return str(error.value)


def test_every_column_is_a_question_of_the_tool_or_named_as_unread(delivered):
    told = " ".join(delivered.unread)
    for column in COLUMNS:
        known = column in delivered.records or column in ("CASE", "SERIAL", "STARTED", "LASTDATA", "LASTPAGE", "FINISHED")
        assert known or column in told or column in ("REF", "MAILSENT"), column  # those two are empty


def test_records_carry_codes_rows_and_the_columns_of_the_interview(delivered):
    records = delivered.records
    assert list(records.index) == [2, 3, 4]
    assert list(records["id"]) == ["21", "22", "24"] and records.at[2, "token"] == "geheim-1"
    assert list(records["submitdate"]) == ["2024-09-23 09:29:13", "2024-09-23 10:05:00", ""]
    assert list(records["AB01"]) == ["1", "-9", "-2"] and list(records["lastpage"]) == ["3", "3", "1"]
    assert records.at[2, "EF02_01"] == 'Sehr "gut", danke'


def test_single_choice_has_its_labels_and_the_reason_of_an_answer_that_is_none(delivered):
    assert question(delivered, "AB01")["kind"] == "single"
    assert offered(delivered, "AB01") == [
        ("1", 'Verein, "e. V."', ""),
        ("2", "GmbH", ""),
        ("-2", "sonstige Texteingabe", ""),  # the free field of the list was filled: an answer
        ("-9", "nicht beantwortet", "no_answer"),
    ]


def test_a_scale_with_words_at_its_ends_has_all_its_points_and_its_residual_option(delivered):
    assert question(delivered, "AB02") == question(delivered, "AB02") | {"kind": "set", "label_und": "Zustimmung", "type": "F"}
    assert question(delivered, "AB02_02") == question(delivered, "AB02_02") | {
        "parent": "AB02",
        "kind": "ordinal",
        "label_und": "Wir messen: jedes Jahr",
    }
    assert offered(delivered, "AB02") == [
        *[("1", "gar nicht", ""), ("2", "2", ""), ("3", "3", ""), ("4", "4", ""), ("5", "voll", "")],
        *[("-1", "weiß nicht", "dont_know"), ("-9", "nicht beantwortet", "no_answer")],
    ]
    assert offered(delivered, "AB02_01") == []


def test_an_item_that_is_turned_round_is_no_part_of_the_set_and_this_is_said(delivered):
    assert question(delivered, "AB02_03")["parent"] == ""
    assert offered(delivered, "AB02_03")[0] == ("1", "voll", "")
    assert any("AB02_03" in sentence and "turned round" in sentence for sentence in delivered.unread)


def test_boxes_are_yes_and_no_and_a_residual_option_stands_in_each(delivered):
    boxes = delivered.records[["CD01_01", "CD01_02", "CD01_03"]]
    assert list(boxes.loc[2]) == ["Y", "Y", "N"]
    assert list(boxes.loc[3]) == ["-1", "-1", "-1"]
    assert offered(delivered, "CD01") == [("-1", "weiß ich nicht", "dont_know")]
    assert [question(delivered, code)["kind"] for code in ("CD01", "CD01_02", "CD01_03a")] == ["set", "multiple", "text"]
    assert question(delivered, "CD01")["label_und"] == "Regionen" and question(delivered, "CD01_02")["label_und"] == "Asien"


def test_none_of_them_means_no_tick_but_nothing_at_all_means_no_answer(delivered):
    boxes = delivered.records[["CD02_01", "CD02_02"]]
    assert list(boxes.loc[2]) == ["N", "N"]  # -1: keine davon
    assert list(boxes.loc[3]) == ["", ""]  # no tick, no residual option
    assert list(boxes.loc[4]) == ["Y", "N"]
    assert offered(delivered, "CD02") == []


def test_what_was_not_shown_is_told_from_what_was_left_out(delivered):
    records = delivered.records
    assert list(records.loc[4, ["AB02_01", "CD01_01", "EF03_01"]]) == ["N/A", "N/A", "N/A"]
    assert records.at[3, "AB02_01"] == "-9" and records.at[3, "EF01_01"] == "" and records.at[4, "EF02_01"] == ""


def test_without_code_minus_nine_an_empty_cell_stays_empty_and_this_is_said(tmp_path):
    script = r_script().replace(',"-9"', "").replace(',"[NA] nicht beantwortet"', "")
    delivery = read(written(tmp_path, data_set([row.replace("-9", "2") for row in ROWS]), script))
    assert delivery.records.at[4, "AB02_01"] == ""
    assert any("no code -9" in sentence for sentence in delivery.unread)


def test_numbers_sliders_texts_and_a_box_beside_a_field(delivered):
    assert [question(delivered, code)["kind"] for code in ("EF01_01", "EF03_01", "EF02_01", "EF01_01a")] == ["number", "number", "text", "single"]
    assert offered(delivered, "EF03_01") == [("-9", "nicht beantwortet", "no_answer")]
    assert offered(delivered, "EF01_01a") == [("Y", "ausgewählt", ""), ("N", "nicht gewählt", "")]
    assert list(delivered.records["EF01_01a"]) == ["N", "Y", "N"]
    assert question(delivered, "EF02_01")["label_und"] == "Anmerkungen"


def test_times_viewers_and_counts_are_named(delivered):
    told = "\n".join(delivered.unread)
    for word in ("TIME001, TIME_SUM", "1 records only looked through", "CD01, CD02", "QUESTNNR, MODE", "EF03_01"):
        assert word in told
    assert "geheim" not in told and "gGmbH" not in told


def test_records_of_tests_are_counted(tmp_path):
    delivery = read(written(tmp_path, data_set([ROWS[0].replace("interview", "orgtest"), *ROWS[1:]])))
    assert any(sentence.startswith("1 records are not regular interviews") for sentence in delivery.unread)


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "cp1252"])
def test_every_usual_encoding_is_read(tmp_path, encoding):
    row = ROWS[0].replace("danke", "schöne Grüße")
    path = written(tmp_path, data_set([row, *ROWS[1:]]), encoding=encoding)
    assert looks_like(path)
    assert read(path).records.at[2, "EF02_01"].endswith("schöne Grüße")


def test_the_arrow_and_another_name_of_the_data_are_read_as_well(tmp_path):
    script = r_script(frame="data").replace('") = "', '")<-"')
    assert offered(read(written(tmp_path, script=script)), "CD01") == [("-1", "weiß ich nicht", "dont_know")]


def test_a_second_row_of_labels_is_no_record_and_codes_of_boxes_may_be_numbers(tmp_path):
    labels = "\t".join(f'"{LABELS.get(name, "Interview-Nummer (fortlaufend)")}"' for name in COLUMNS)
    rows = [row.replace("\tT", "\t2").replace("\tF", "\t1") for row in ROWS]
    delivery = read(written(tmp_path, data_set([labels, *rows])))
    assert list(delivery.records.index) == [3, 4, 5] and list(delivery.records.loc[3, ["CD01_01", "CD01_03"]]) == ["Y", "N"]


SPSS = """* Um den Datensatz in SPSS zu laden, führen Sie diese Syntax bitte vollständig aus.
* - entweder (a) wählen Sie im Menü oben: "Ausführen", "Alles"
* - oder (b) markieren Sie die gesamte Syntax (Strg+A) und klicken Sie auf den Pfeil (Aktuellen Befehl ausführen)

DATA LIST FREE(TAB)
 /CASE (F8.0)
  SERIAL (A4)
  REF (A4)
  QUESTNNR (A4)
  MODE (A16)
  STARTED (DATETIME)
  LM01_01 (F3.0)
  LM01_02 (F3.0)
  LI02_01_CN (F3.0)
  LI02_01_1 (F1.0)
  LI02_01_2 (F1.0)
  LI07 (F3.0)
  LI11_01 (A4)
  LASTDATA (DATETIME)
  FINISHED (F1.0)
  LASTPAGE (F8.0).
BEGIN DATA
98\t\t\tbase\tinterview\t21-07-2021 16:21:39\t3\t3\t1\t1\t2\t2\t5.\t21-07-2021 16:26:50\t1\t3\t
100\t\t\tbase\tinterview\t27-07-2021 16:21:49\t-9\t4\t0\t1\t1\t-9\t\t
27-07-2021 16:27:21\t0\t2\t
END DATA.


VARIABLE WIDTH  SERIAL REF QUESTNNR MODE LI11_01 (8) STARTED LASTDATA (20)
.


**** Variable und Value Labels *********************************************************************************************


VARIABLE LABELS
 CASE 'Interview-Nummer (fortlaufend)'
 LM01_01 'Planung: Alles hat einen Ort.'
 LM01_02 'Planung: Wir wissen''s vorher / nachher...'
 LI02_01_CN 'Wege: Anzahl ausgewählter Optionen oder Code für Ausweichoption (falls &lt; 0) für: Wege'
 LI02_01_1 'Wege: Wege/zu Fuß'
 LI02_01_2 'Wege: Wege/Rad'
 LI07 'Beruf'
 LI11_01 'Semester: [01]'
 LASTPAGE 'Seite, die der Teilnehmer zuletzt bearbeitet hat'
.


VALUE LABELS
 /LM01_01 LM01_02
 1 'stimme nicht zu' 4 'stimme zu' -9 'nicht beantwortet'
 /LI02_01_CN 0 'nicht beantwortet'
 /LI02_01_1 LI02_01_2 1 'nicht gewählt' 2 'ausgewählt'
 /LI07 1 'in Ausbildung' 2 'im Beruf' 3 'Sonstiges' -9 'nicht beantwortet'
 /FINISHED 0 'abgebrochen' 1 'ausgefüllt'
.

MISSING VALUES
 LM01_01 LM01_02 LI02_01_CN LI07 (-8,-9)
.
"""


def spss(folder: Path, text: str = SPSS) -> Path:
    path = folder / "spss_test_2021-10-18.sps"
    path.write_text(text, encoding="utf-8")
    return path


def test_an_spss_syntax_with_the_data_inside_is_read_whatever_its_line_ends(tmp_path):
    path = spss(tmp_path)
    assert looks_like(path)
    delivery = read(path)
    records = delivery.records
    assert list(records.index) == [1, 2] and list(records["id"]) == ["98", "100"]
    assert list(records["submitdate"]) == ["2021-07-21 16:26:50", ""] and records.at[2, "datestamp"] == "2021-07-27 16:27:21"
    assert list(records.loc[1, ["LM01_01", "LI02_01_1", "LI02_01_2", "LI07", "LI11_01"]]) == ["3", "N", "Y", "2", "5."]
    assert list(records.loc[2, ["LI02_01_1", "LI02_01_2"]]) == ["", ""]
    assert [code for code, _, _ in offered(delivery, "LM01")] == ["1", "2", "3", "4", "-9"]
    assert question(delivery, "LI07")["kind"] == "single" and question(delivery, "LM01_02")["label_und"] == "Wir wissen's vorher / nachher..."
    assert any("cuts long texts short" in sentence and "LM01_02" in sentence for sentence in delivery.unread)


@pytest.mark.parametrize(
    ("damaged", "told"),
    [
        (SPSS.replace("END DATA.", ""), "row 22: the data begin here and never end"),
        (SPSS.replace("\t27-07-2021 16:21:49", ""), "no whole number of records with 16 values"),
        (SPSS[: SPSS.index(" LASTPAGE 'Seite")], "the script ends before it has described every column"),
        (SPSS.replace("  LM01_02 (F3.0)", "  LM01_01 (F3.0)"), "names columns twice: LM01_01"),
        (SPSS.replace("einen Ort.'", "einen Ort."), f"row {SPSS[: SPSS.index('einen Ort')].count(chr(10)) + 1}: a quotation mark is never closed"),
    ],
)
def test_a_damaged_syntax_is_refused(tmp_path, damaged, told):
    with pytest.raises(StudyError) as error:
        read(spss(tmp_path, damaged))
    assert told in said(error) and "Export it again" in said(error).replace("Export the syntax again", "Export it again")


def test_the_missing_script_is_named(tmp_path):
    path = written(tmp_path)
    (tmp_path / "import_test_2024-09-23_16-45.r").unlink()
    (tmp_path / "analyse.R").write_text("x <- 1\n", encoding="utf-8")
    with pytest.raises(StudyError) as error:
        read(path)
    assert "the import script is missing" in said(error) and "import_*.r" in said(error) and "choose GNU R" in said(error)


def test_of_several_scripts_the_fitting_one_is_taken(tmp_path):
    path = written(tmp_path)
    others = {name: kind for name, kind in COLUMNS.items() if name != "AB01_04"}
    (tmp_path / "import_aaa.r").write_text(r_script(others), encoding="utf-8")
    assert "AB01_04" in read(path).records


def test_columns_in_another_order_lacking_or_unknown_are_named(tmp_path):
    names = list(COLUMNS)
    moved = [*names[:6], names[7], names[6], *names[8:]]
    with pytest.raises(StudyError, match=r"another order than in import_test_2024-09-23_16-45\.r, beginning with 'AB01_04'"):
        read(written(tmp_path, data_set([], dict.fromkeys(moved, ""))))
    with pytest.raises(StudyError) as error:
        read(written(tmp_path, data_set([], {**{name: "" for name in names if name != "CD02"}, "NEW": ""})))
    assert "not in the file: CD02" in said(error) and "does not know these columns: NEW" in said(error)


def test_a_column_twice_a_record_cut_off_and_a_wrong_encoding_are_refused(tmp_path):
    with pytest.raises(StudyError, match="same header"):
        read(written(tmp_path, data_set().replace('"AB02_02"', '"AB02_01"', 1)))
    with pytest.raises(StudyError) as error:
        read(written(tmp_path, data_set([ROWS[0], ROWS[1][:60]])))
    assert "row 3" in said(error) and "fewer fields" in said(error)
    with pytest.raises(StudyError) as error:
        read(written(tmp_path, data_set([ROWS[0].replace("danke", "schöne")]), encoding="cp1252"), encoding="utf-8")
    assert "the bytes are not utf-8" in said(error) and "schöne" not in said(error)
    with pytest.raises(StudyError, match="encoded twice"):
        read(written(tmp_path, data_set([ROWS[0].replace("danke", "schöne")])), encoding="cp1252")


def test_a_script_that_is_cut_off_or_another_file_is_refused(tmp_path):
    path = written(tmp_path, script=r_script()[: r_script().index("comment(ds$CD01)")])
    with pytest.raises(StudyError, match="ends before it has described every column"):
        read(path)
    other = tmp_path / "analyse.r"
    other.write_text("x <- 1\n", encoding="utf-8")
    with pytest.raises(StudyError, match=r"analyse\.r: this is not an import script"):
        read(path, companion=other)
    with pytest.raises(StudyError, match="there is no such file"):
        read(path, companion=tmp_path / "lost.r")


def test_other_files_are_not_taken_for_its_own(tmp_path):
    for name, text in {
        "a.csv": "id,submitdate,Q1\n1,,2\n",
        "b.csv": "CASE,age\n1,2\n",
        "c.sps": "DATA LIST FREE(TAB)\n /id (F8.0).\n",
        "d.csv": "",
    }.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
        assert not looks_like(tmp_path / name)
    assert not looks_like(tmp_path / "lost.csv")
    assert not looks_like(written(tmp_path).with_suffix(".r").with_name("import_test_2024-09-23_16-45.r"))
    with pytest.raises(StudyError, match="not a data set of SoSci Survey"):
        read(tmp_path / "a.csv")


@settings(max_examples=15, deadline=None)
@given(st.lists(st.sampled_from(["1", "2", "3", "4", "5", "-1", "-9", ""]), min_size=1, max_size=8))
def test_codes_come_through_unchanged_and_each_is_declared(tmp_path_factory, codes):
    rows = [ROWS[0].replace("\t5\t4\t2\t", f"\t{code}\t4\t2\t", 1) for code in codes]
    delivery = read(written(tmp_path_factory.mktemp("codes"), data_set(rows)))
    assert list(delivery.records["AB02_01"]) == [code or "N/A" for code in codes]
    assert {code for code in codes if code} <= {code for code, _, _ in offered(delivery, "AB02")}


TEXTS = st.text(st.characters(min_codepoint=32, max_codepoint=0x2FF, exclude_characters="\x7f"), min_size=1, max_size=12).map(str.strip).filter(bool)


@settings(max_examples=25, deadline=None)
@given(st.dictionaries(st.integers(-99, 99).map(str), TEXTS, min_size=1, max_size=4), st.sampled_from(["'", '"']))
def test_whatever_spss_quotes_is_read_back(labels, mark):
    quoted = " ".join(f"{code} {mark}{label.replace(mark, mark * 2)}{mark}" for code, label in labels.items())
    syntax = read_syntax(f"VALUE LABELS A B\n {quoted}.\nMISSING VALUES A (LO THRU -1, 99) / B (7).\n", file="x.sps")
    assert syntax.value_labels == {"A": labels, "B": labels}
    assert syntax.missing_values == {"A": ("99",), "B": ("7",)} and syntax.missing_ranges == {"A": ("LO", "-1")}


def test_a_range_of_columns_means_all_between():
    syntax = read_syntax("DATA LIST FREE /a (F1.0) b (F1.0) c (F1.0).\nMISSING VALUES a TO c (9).\nVARIABLE LABELS a 'one' + ' two'.", file="x.sps")
    assert set(syntax.missing_values) == {"a", "b", "c"} and syntax.variable_labels == {"a": "one two"}


def test_the_tables_have_the_types_that_structures_have(delivered):
    assert list(delivered.structure.answers.columns) == ["question", "code", "order", "label_und", "missing"]
    assert isinstance(delivered.records, pd.DataFrame) and delivered.records.columns.is_unique
    named_by = {*delivered.structure.questions.query("kind != 'set'")["code"]}
    assert named_by == set(delivered.records.columns) - SYSTEM
