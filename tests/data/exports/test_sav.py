"""SPSS files: four real ones against their bytes, and files written here with known content."""

from __future__ import annotations

import struct
from pathlib import Path

import pandas as pd
import pyreadstat
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers.data.exports.reasons import reason_of
from helpers.data.exports.sav import looks_like, read
from helpers.data.exports.sav_values import value_text
from helpers.data.problems import StudyError

REAL = Path(__file__).parents[4] / "shared" / "real" / "spss"
real = pytest.mark.skipif(not REAL.is_dir(), reason="the real SPSS files (../shared/real) are not here")
NAMES = ["haven_labelled-num-na", "haven_umlauts", "pyreadstat_sample_missing", "pyreadstat_simple_alltypes"]


def dictionary(path: Path) -> tuple[int, dict[str, tuple[str, list[float]]], dict[str, dict[float, str]], str]:
    """Cases, variables (short name -> label, values or ends declared missing), value labels, encoding: read from the records of the file.

    Follows the description of the format in PSPP's developers' guide, chapter "System File Format".
    """
    raw = path.read_bytes()
    cases = struct.unpack_from("<i", raw, 80)[0]
    place, slots, declared, labels, held, encoding = 176, [], {}, {}, {}, ""
    while (kind := struct.unpack_from("<i", raw, place)[0]) != 999:
        place += 4
        if kind == 2:
            width, labelled, missing = struct.unpack_from("<3i", raw, place)
            name = raw[place + 20 : place + 28].decode("ascii").strip()
            place += 28
            label = b""
            if labelled:
                (length,) = struct.unpack_from("<i", raw, place)
                label = raw[place + 4 : place + 4 + length]
                place += 4 + (length + 3) // 4 * 4
            ends = list(struct.unpack_from(f"<{abs(missing)}d", raw, place))
            place += 8 * abs(missing)
            slots.append(name)
            if width != -1:
                declared[name] = (label, ends)
        elif kind == 3:
            (count,) = struct.unpack_from("<i", raw, place)
            place, held = place + 4, {}
            for _ in range(count):
                value, length = raw[place : place + 8], raw[place + 8]
                held[value] = raw[place + 9 : place + 9 + length]
                place += 8 + (length + 8) // 8 * 8
        elif kind == 4:
            count, *which = struct.unpack_from(f"<i{struct.unpack_from('<i', raw, place)[0]}i", raw, place)
            place += 4 + 4 * count
            labels |= {slots[number - 1]: held for number in which}
        elif kind == 6:
            place += 4 + 80 * struct.unpack_from("<i", raw, place)[0]
        elif kind == 7:
            subtype, size, count = struct.unpack_from("<3i", raw, place)
            encoding = raw[place + 12 : place + 12 + size * count].decode("ascii") if subtype == 20 else encoding
            place += 12 + size * count
    texts = {name: (label.decode(encoding), ends) for name, (label, ends) in declared.items()}
    words = {name: {number(value): label.decode(encoding) for value, label in known.items()} for name, known in labels.items()}
    return cases, texts, words, encoding


def number(value: bytes) -> float | str:
    return value.decode("ascii").strip() if value.endswith(b"       ") else struct.unpack("<d", value)[0]


def add_record(path: Path, subtype: int, text: str, encoding: str = "utf-8") -> None:
    """Put an extension record before the end of the dictionary, as SPSS does for its multiple-response sets."""
    raw, content = path.read_bytes(), text.encode(encoding)
    end = raw.index(struct.pack("<2i", 999, 0))
    path.write_bytes(raw[:end] + struct.pack("<4i", 7, subtype, 1, len(content)) + content + raw[end:])


@pytest.fixture
def written(tmp_path):
    def write(values: dict, **told) -> Path:
        path = tmp_path / "survey.sav"
        pyreadstat.write_sav(pd.DataFrame(values), path, **told)
        return path

    return write


def answers_to(delivery, question):
    answers = delivery.structure.answers
    return answers[answers["question"] == question].fillna({"missing": ""}).set_index("code")[["label_und", "missing"]].T.to_dict("list")


def kinds(delivery):
    questions = delivery.structure.questions
    return dict(zip(questions["code"], questions["kind"], strict=True))


@real
@pytest.mark.parametrize("name", NAMES)
def test_counts_labels_and_values_of_a_real_file_are_those_in_its_bytes(name):
    path = REAL / f"{name}.sav"
    cases, variables, words, _ = dictionary(path)
    delivery = read(path)
    questions = delivery.structure.questions[delivery.structure.questions["kind"] != "set"]
    assert len(delivery.records) == cases
    assert list(delivery.records.index) == list(range(1, cases + 1))
    assert len(delivery.records.columns) == len(variables) == len(questions)
    assert [label or code for (label, _), code in zip(variables.values(), questions["code"], strict=True)] == list(questions["label_und"])
    for (short, (_, ends)), code in zip(variables.items(), questions["code"], strict=True):
        parent = questions.set_index("code").at[code, "parent"]
        told = answers_to(delivery, code) | answers_to(delivery, parent)
        for value, label in words.get(short, {}).items():
            assert told[value if isinstance(value, str) else f"{value:g}"][0] == label
        # A range is a pair of its ends; the sample files declare at most one value besides.
        assert bool(ends) == any(reason for _, reason in told.values())


@real
def test_ranges_and_single_missing_values_of_the_real_files_have_a_reason():
    delivery = read(REAL / "pyreadstat_simple_alltypes.sav")
    assert answers_to(delivery, "z") == {"-9": ["-9", "missing"], "999": ["skipped", "skipped"]}
    assert {code for code, (_, reason) in answers_to(delivery, "x").items() if reason} == {"7", "8", "99"}
    assert kinds(delivery)["z"] == "number"
    sample = read(REAL / "pyreadstat_sample_missing.sav")
    assert answers_to(sample, "mylabl")["-1"] == ["undetermined", "undetermined"]
    assert [code for code, (_, reason) in answers_to(sample, "myord").items() if not reason] == ["1", "2", "3"]
    assert (kinds(sample)["myord"], kinds(sample)["mylabl"], kinds(sample)["mynum"]) == ("ordinal", "single", "number")
    assert sample.records["mynum"].tolist() == ["1.1", "1.2", "-1000.3", "-1.4", "1000.3", "-1", "2500"]
    assert sample.records["mylabl"].tolist() == ["1", "2", "1", "2", "1", "-1", ""]
    assert any("notes" in sentence for sentence in sample.unread)


@real
def test_boxes_of_a_real_dichotomous_set_are_ticks_and_a_battery_stays_as_it_is():
    delivery = read(REAL / "pyreadstat_simple_alltypes.sav")
    questions = delivery.structure.questions.set_index("code")
    assert questions.loc[["bool1", "bool2", "bool3"], "parent"].unique().tolist() == ["mymrset"]
    assert questions.at["mymrset", "label_und"] == "My multiple response set"
    assert delivery.records["bool1"].tolist() == ["Y", "Y", "N", "N", "", "Y"]
    assert delivery.records["bool2"].tolist() == ["Y", "N", "Y", "N", "Y", "Y"]
    assert questions.loc["ca_subvar_2", ["parent", "kind"]].tolist() == ["categorical_array", "single"]
    assert delivery.records["ca_subvar_3"].tolist() == ["b", "c", "d", "b", "d", "d"]


@real
def test_dates_and_times_of_the_real_files_are_in_iso_order():
    sample = read(REAL / "pyreadstat_sample_missing.sav").records
    assert sample["mydate"].tolist() == ["2018-05-06", "1880-05-06", "1960-01-01", "1583-01-01", "", "", ""]
    assert sample["dtime"].tolist()[:2] == ["2018-05-06 10:10:10", "1880-05-06 10:10:10"]
    assert sample["mytime"].tolist() == ["10:10:10", "23:10:10", "00:00:00", "16:10:10", "", "", ""]
    assert read(REAL / "pyreadstat_simple_alltypes.sav").records["quarter"].tolist()[0] == "2014-10-01"


@real
def test_umlauts_of_a_real_file_are_read_and_a_wrong_encoding_is_refused():
    path = REAL / "haven_umlauts.sav"
    assert [label for label, _ in answers_to(read(path), "var1").values()] == ["the ä umlaut", "the ü umlaut", "the ö umlaut"]
    with pytest.raises(StudyError, match="letters such as umlauts are UTF-8, but study"):
        read(path, encoding="windows-1252")
    with pytest.raises(StudyError, match="letters do not fit the encoding 'ascii'"):
        read(path, encoding="ascii")
    with pytest.raises(StudyError, match=r"study\.yaml: column 'files\.encoding': the encoding is not known"):
        read(path, encoding="klingon")


def test_reasons_are_guessed_in_german_and_english():
    words = {"weiß nicht": "dont_know", "Don't know": "dont_know", "keine Angabe": "no_answer", "k. A.": "no_answer", "Refused": "no_answer"}
    words |= {"trifft nicht zu": "not_applicable", "Not applicable": "not_applicable", "Filterfehler": "filterfehler", "": "missing"}
    assert {label: reason_of(label) for label in words} == words


def test_every_value_of_a_declared_range_is_an_answer_that_is_none(written):
    values = {"age": [30.0, 44.0, -1.0, -3.0, None], "city": ["Ulm", "NA", "Ulm", "", "Aalen"]}
    path = written(
        values, missing_ranges={"age": [{"lo": -9.0, "hi": -1.0}, 99.0], "city": ["NA"]}, variable_value_labels={"age": {-1.0: "Weiß nicht"}}
    )
    delivery = read(path)
    assert answers_to(delivery, "age") == {"-3": ["-3", "missing"], "-1": ["Weiß nicht", "dont_know"], "99": ["99", "missing"]}
    assert answers_to(delivery, "city") == {"NA": ["NA", "missing"]}
    assert delivery.records["age"].tolist() == ["30", "44", "-1", "-3", ""]
    assert kinds(delivery) == {"age": "number", "city": "text"}


def test_a_free_text_never_becomes_an_answer(written):
    delivery = read(written({"remark": ["Anna", "Anna", "Berta"], "rating": [1.0, 1.0, 2.0]}, variable_measure={"rating": "ordinal"}))
    assert not answers_to(delivery, "remark")
    assert kinds(delivery)["remark"] == "text"


def test_a_variable_without_missing_values_leaves_open_which_answers_are_none(written):
    words = {1.0: "Ja", 9.0: "Weiß nicht"}
    path = written({"open": [1.0, 9.0], "told": [1.0, 9.0]}, missing_ranges={"told": [9.0]}, variable_value_labels={"open": words, "told": words})
    answers = read(path).structure.answers
    assert answers.loc[answers["question"] == "open", "missing"].isna().all()
    assert list(answers.loc[answers["question"] == "told", "missing"]) == ["", "dont_know"]


def test_measure_and_labels_tell_the_kind(written):
    values = {name: [1.0, 2.0, 3.0, 1.0, 2.0, 3.0] for name in ("scaled", "ranked", "named", "bare", "points")}
    words = {1.0: "wenig", 3.0: "viel"}
    measures = {"scaled": "scale", "ranked": "ordinal", "named": "nominal", "points": "ordinal"}
    path = written(values, variable_measure=measures, variable_value_labels={"scaled": words, "ranked": words, "named": words})
    delivery = read(path)
    assert kinds(delivery) == {"scaled": "number", "ranked": "ordinal", "named": "single", "bare": "number", "points": "ordinal"}
    assert list(answers_to(delivery, "ranked").values()) == [["wenig", ""], ["2", ""], ["viel", ""]]
    assert any("'scaled' is a number" in sentence for sentence in delivery.unread)


@pytest.mark.parametrize(
    ("subtype", "declared"), [(7, "$media=D1 1 13 Which media? tv press\n"), (19, "$media=E 1 1 1 13 Which media? tv press\n")], ids=["D", "E"]
)
def test_a_dichotomous_set_becomes_ticks(written, subtype, declared):
    values = {"tv": [1.0, 2.0, 9.0, None], "press": [2.0, 1.0, 9.0, None]}
    path = written(
        values, column_labels=["Television", "Press"], missing_ranges={"tv": [9.0], "press": [9.0]}, variable_value_labels={"tv": {1.0: "TV"}}
    )
    add_record(path, subtype, declared)
    delivery = read(path)
    questions = delivery.structure.questions.set_index("code")
    assert delivery.records.to_dict("list") == {"tv": ["Y", "N", "9", ""], "press": ["N", "Y", "9", ""]}
    assert questions["kind"].to_dict() == {"media": "set", "tv": "multiple", "press": "multiple"}
    assert questions["label_und"].tolist() == ["Which media?", "TV" if subtype == 19 else "Television", "Press"]
    assert answers_to(delivery, "tv") == {"9": ["9", "missing"]}


def test_a_counted_value_may_be_a_text(written):
    path = written({"a": ["Ja", "Nein", ""], "b": ["Nein", "Ja", "Ja"]})
    add_record(path, 7, "$m=D2 Ja 0  a b\n")
    assert read(path).records.to_dict("list") == {"a": ["Y", "N", ""], "b": ["N", "Y", "Y"]}


def test_a_set_of_categories_becomes_one_box_per_category(written):
    words = {1.0: "Europe", 2.0: "Asia", 3.0: "Africa", 99.0: "keine Angabe"}
    path = written(
        {"m1": [1.0, 2.0, 99.0, None], "m2": [2.0, None, None, None]},
        variable_value_labels={"m1": words, "m2": words},
        missing_ranges={"m1": [99.0], "m2": [99.0]},
    )
    add_record(path, 7, "$regions=C 6 Where? m1 m2\n")
    delivery = read(path)
    assert delivery.records.to_dict("list") == {
        "regions[1]": ["Y", "N", "99", ""],
        "regions[2]": ["Y", "Y", "99", ""],
        "regions[3]": ["N", "N", "99", ""],
    }
    questions = delivery.structure.questions
    assert questions[["code", "parent", "kind", "label_und"]].values.tolist()[1:] == [
        [code, "regions", "multiple", label] for code, label in zip("123", ["Europe", "Asia", "Africa"], strict=True)
    ]
    assert answers_to(delivery, "regions") == {"99": ["keine Angabe", "no_answer"]}
    assert any("order" in sentence for sentence in delivery.unread)


def test_a_set_that_has_the_name_of_a_variable_gets_another(written):
    path = written({"media": [1.0, 2.0], "tv": [1.0, 0.0], "press": [0.0, 1.0]})
    add_record(path, 7, "$media=D1 1 0  tv press\n")
    assert kinds(read(path)) == {"media": "number", "$media": "set", "tv": "multiple", "press": "multiple"}


def test_zsav_and_columns_of_the_survey_tool_are_read(written, tmp_path):
    packed = tmp_path / "packed.zsav"
    pyreadstat.write_sav(pd.DataFrame({"id": [7.0], "submitdate": ["2025-01-01 10:00:00 "], "q": ["  ja "]}), packed, compress=True)
    delivery = read(packed)
    assert delivery.records.iloc[0].tolist() == ["7", "2025-01-01 10:00:00", "ja"]
    assert list(kinds(delivery)) == ["q"]


def test_a_weight_and_a_second_file_are_told(written, tmp_path):
    path = written({"q": [1.0, 2.0], "w": [0.5, 1.5]})
    raw = bytearray(path.read_bytes())
    raw[76:80] = struct.pack("<i", 2)
    path.write_bytes(raw)
    unread = " ".join(read(path, companion=tmp_path / "syntax.sps").unread)
    assert "weighted" in unread and "syntax.sps" in unread


@settings(max_examples=15, deadline=None)
@given(st.lists(st.one_of(st.none(), st.integers(-(10**9), 10**9), st.floats(-1e6, 1e6, allow_subnormal=False)), min_size=1, max_size=8))
def test_numbers_come_back_as_they_were(tmp_path_factory, numbers):
    path = tmp_path_factory.mktemp("sav") / "numbers.sav"
    pyreadstat.write_sav(pd.DataFrame({"n": pd.Series(numbers, dtype="float64")}), path)
    texts = read(path).records["n"]
    assert not any(text.endswith(".0") for text in texts)
    assert [None if text == "" else pytest.approx(float(text), rel=1e-12) for text in texts] == numbers


@given(st.datetimes(min_value=pd.Timestamp("1600-01-01").to_pydatetime(), max_value=pd.Timestamp("2200-01-01").to_pydatetime()))
def test_a_moment_is_the_seconds_since_the_gregorian_calendar_began(moment):
    whole = moment.replace(microsecond=0)
    # 141428 days lie between 14 October 1582 and 1 January 1970.
    seconds = (whole - pd.Timestamp("1970-01-01").to_pydatetime()).total_seconds() + 141428 * 86400
    assert value_text(seconds, "DATETIME20") == whole.isoformat(" ")
    assert value_text(seconds, "EDATE10") == whole.date().isoformat()


def test_other_files_and_damaged_ones_are_refused(written, tmp_path):
    path = written({"name": ["Anna Muster", "Berta Muster"]})
    assert looks_like(path)
    other = tmp_path / "table.sav"
    other.write_text("a;b\n1;2\n")
    assert not looks_like(other)
    with pytest.raises(StudyError, match=r"table\.sav: this is not an SPSS file"):
        read(other)
    with pytest.raises(StudyError, match="there is no such file"):
        read(tmp_path / "absent.sav")
    whole = path.read_bytes()
    for kept in (len(whole) - 8, 200):
        path.write_bytes(whole[:kept])
        with pytest.raises(StudyError, match="damaged or cut off") as caught:
            read(path)
        assert "Muster" not in str(caught.value)


def test_letters_in_another_encoding_than_the_file_says_are_refused_without_quoting_them(written):
    path = written({"name": ["Käthe", "Jörg"]}, column_labels=["Wie heißen Sie?"])
    declared = path.read_bytes()
    path.write_bytes(declared.replace("ä".encode(), b"\xe4 ").replace("ö".encode(), b"\xf6 ").replace("ß".encode(), b"\xdf "))
    with pytest.raises(StudyError, match="the encoding that the file itself declares") as caught:
        read(path)
    assert "files.encoding" in str(caught.value)
    assert "J" not in str(caught.value)
    assert read(path, encoding="windows-1252").records["name"].tolist() == ["Kä the", "Jö rg"]
    path.write_bytes(declared)
    with pytest.raises(StudyError, match="in the answers of name") as caught:
        read(path, encoding="windows-1252")
    assert "Käthe" not in str(caught.value) and "KÃ" not in str(caught.value)
