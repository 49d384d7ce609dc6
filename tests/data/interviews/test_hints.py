"""Hints: what may identify somebody is found where it stands, and is never shown."""

from __future__ import annotations

import pytest

from helpers.data.interviews.hints import find_hints
from helpers.running.cli import main
from helpers.running.commands.outcome import DONE

EMAIL, TELEPHONE, WEB, NAME, OPEN = ("e-mail address", "telephone number", "web address", "name or key from the survey", "mark that is never closed")


def kinds(text, identifiers=()):
    hints = find_hints({"I01": text}, identifiers)
    assert hints.columns.tolist() == ["document", "line", "kind"]
    return hints["kind"].tolist()


@pytest.mark.parametrize(
    "number",
    [
        "+49 7531 123456",
        "+49 (0)711 123-4567",
        "+49-171-2345678",
        "+497118889990",
        "0049 711 1234567",
        "0711/123-4567",
        "0711 / 12 34 56",
        "(07531) 88-0123",
        "07531 880123",
        "0171 2345678",
        "0171-23 45 678",
        "0800 1234567",
        "+41 71 123 45 67",
        "+33 3 88 12 34 56",
        "+1 (415) 555-0132",
        "001 415 555 0132",
        "+43 5572 123456",
        "+49.711.1234567",
    ],
)
def test_telephone_numbers(number):
    assert kinds(f"B: Rufen Sie {number} an.") == [TELEPHONE]
    assert kinds(f"{number}: wir.") == [TELEPHONE]


@pytest.mark.parametrize("text", ["Tel. 88 12 34", "Telefon: 123456", "Durchwahl 123", "meine Handynummer: 2345678", "Fax 12345"])
def test_numbers_that_are_announced(text):
    assert kinds(f"B: {text}, bitte.") == [TELEPHONE]


@pytest.mark.parametrize(
    "text",
    [
        "von 2019 bis 2023",
        "2019-2023 und 2024/25",
        "am 12.01.2026 und am 01.02.2026",
        "2026-01-12",
        "03-06-2025",
        "01/2026 bis 02/2027",
        "um 09:30 Uhr, bis 10:00:00",
        "1.250.000 Euro",
        "100 000 Euro oder 1 250 000 Euro",
        "0,5 Prozent, 0.75",
        "0 bis 100 Punkte",
        "das sind 007 von 1000",
        "ISO 9001:2015",
        "+ 15 Prozent",
        "+49 Mitglieder",
        "plus/minus 20 000",
        "#00:01:23-4#",
        "[01:02:03]",
        "das Programm Mobil 2030",
        "Kennung 01234567890123456789",
        "auf Telefonkosten von 2000 Euro",
    ],
)
def test_years_times_and_amounts_are_no_telephone_numbers(text):
    assert kinds(f"B: {text}.") == []


@pytest.mark.parametrize("text", ["anna.beispiel@example.org", "anna-b@sub.example.de", "anna (at) example.org", "anna[ät]example[punkt]de"])
def test_email_addresses(text):
    assert kinds(f"B: An {text}, bitte.") == [EMAIL]


@pytest.mark.parametrize("text", ["https://example.org/x", "www.beispiel", "beispiel-cluster.de", "unter example.com"])
def test_web_addresses(text):
    assert kinds(f"B: Siehe {text}.") == [WEB]


@pytest.mark.parametrize("text", ["z.B. so", "usw. Denn", "gut.Dann", "bzw.das", "3.500", "etc.pp", "Nr.de-facto"])
def test_abbreviations_are_no_web_addresses(text):
    assert kinds(f"B: {text}") == []


@pytest.mark.parametrize("text", ["beim Mediencluster Süd", "MEDIENCLUSTER  SÜD", "des Mediencluster Süds", "(Mediencluster\nSüd)", "CI-43AYF"])
def test_names_and_keys_from_the_survey(text):
    assert kinds(f"B: {text}.", ["Mediencluster Süd", "CI-43AYF"]) == [NAME]


@pytest.mark.parametrize("text", ["Cluster Süd", "Mediencluster Südwest", "XCI-43AYF", "CI-43AYFX", "IHK", "12345"])
def test_other_words_are_no_names(text):
    assert kinds(f"B: {text}.", ["Mediencluster Süd", "CI-43AYF", "IHK", "12345", "", " "]) == []


def test_what_stands_in_a_mark_is_hidden_already():
    assert kinds("B: [E-Mail: a@example.org], [Telefon: 0711 123456], [Firma: Mediencluster Süd].", ["Mediencluster Süd"]) == []
    assert kinds("B: [Name: Anna Beispiel sagte.\nUnd weiter.") == [OPEN]
    assert kinds("B: [lacht") == []


def test_document_line_and_kind_each_once_in_order():
    texts = {"I02": "I: x\n\nB: www.a.de, www.b.de und a@example.org\nB: 0711 123456", "I01": "0711 123456\nwww.x.de"}
    assert find_hints(texts, []).to_numpy().tolist() == [
        ["I02", 3, EMAIL],
        ["I02", 4, TELEPHONE],
        ["I01", 1, TELEPHONE],
        ["I01", 2, WEB],
    ]


def test_study_check_warns_and_does_not_fail(interviews, capsys):
    interviews.transcripts["I02.txt"] += b"Bei CANARY Anna, canary-u3, 0711 123456.\nUnter CANARY@example.org.\n"
    assert main(["check", str(interviews.write())]) == DONE
    shown = capsys.readouterr()
    assert "CANARY" not in shown.out + shown.err
    assert [line for line in shown.out.splitlines() if line.startswith("warning")] == [
        f"warning: transcript I02, line 3: {NAME}",
        f"warning: transcript I02, line 3: {TELEPHONE}",
        f"warning: transcript I02, line 4: {EMAIL}",
    ]
    assert "[Name: ...]" in shown.out


def test_study_check_says_nothing_where_there_is_nothing(interviews, capsys):
    assert main(["check", str(interviews.write())]) == DONE
    assert "warning" not in capsys.readouterr().out
