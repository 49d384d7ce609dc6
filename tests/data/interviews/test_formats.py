"""Formats: the same words from .txt, .docx and .rtf as other programs write them."""

from __future__ import annotations

import io
import zipfile

import docx
import pytest
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls

from helpers.data.interviews import word
from helpers.data.interviews.formats import read_text
from helpers.data.interviews.transcripts import read_transcript, transcript_files
from helpers.data.problems import StudyError

TEXT = "I: Größe? #00:00:04-2#\nB: „Märkte“ – nun ja …\n\nUnd mehr."
# As f4transkript writes it: escapes of cp1252, unicode with a replacement, one \par per paragraph.
F4 = rb"""{\rtf1\ansi\ansicpg1252\deff0\deflang1031{\fonttbl{\f0\fnil\fcharset0 Arial;}{\f1\fnil Arial;}}
{\colortbl ;\red0\green0\blue255;}
{\*\generator Msftedit 5.41.21.2510;}\viewkind4\uc1\pard\f0\fs22 I: Gr\'f6\'dfe? #00:00:04-2#\par
B: \u8222?M\'e4rkte\u8220? \u8211? nun ja \u8230?\par
\par
Und mehr.\par
}"""
# As Word writes it: bold labels, a header, a footnote, a picture and a comment that are not part of what was said.
WORD_RTF = rb"""{\rtf1\adeflang1025\ansi\ansicpg1252\uc1{\fonttbl{\f0\froman\fcharset0 Times New Roman;}}{\stylesheet{\ql Normal;}}
{\info{\title Interview mit CANARY}{\author CANARY}}{\header \pard Kopfzeile CANARY\par}
\pard\plain {\b I: }{Gr\'f6\'dfe?{\footnote \pard Fu\'dfnote CANARY\par} #00:00:04-2#\par }
{\b B: }{\ldblquote weg\rdblquote \u-10179?\u-8638?\line Und mehr.\par }{\*\atnid X}{\*\annotation Kommentar CANARY}}"""


def saved(tmp_path, name, content):
    path = tmp_path / name
    path.write_bytes(content)
    return path


def problem_of(path):
    with pytest.raises(StudyError) as caught:
        read_text(path)
    (problem,) = caught.value.problems
    assert problem.remedy
    assert problem.file.endswith(path.name)
    return problem


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_plain_text_of_any_encoding_and_line_end(tmp_path, encoding, newline):
    assert read_text(saved(tmp_path, "I01.txt", TEXT.replace("\n", newline).encode(encoding))) == TEXT


def test_utf16_of_the_other_order(tmp_path):
    assert read_text(saved(tmp_path, "I01.TXT", b"\xfe\xff" + TEXT.encode("utf-16-be"))) == TEXT


def test_rtf_as_f4transkript_writes_it(tmp_path):
    assert read_text(saved(tmp_path, "I01.rtf", F4)).rstrip("\n") == TEXT


def test_rtf_as_word_writes_it(tmp_path):
    text = read_text(saved(tmp_path, "I01.rtf", WORD_RTF))
    assert "CANARY" not in text
    assert [line for line in text.split("\n") if line] == ["I: Größe? #00:00:04-2#", "B: “weg”\U0001f642", "Und mehr."]


def test_a_table_in_rtf_has_a_line_per_row_and_a_tab_between_cells(tmp_path):
    rows = rb"\trowd\cellx1000\cellx2000 I\cell Warum?\cell\row\trowd\cellx1000\cellx2000 B\cell Nun \\cell.\cell\row"
    transcript = read_transcript(saved(tmp_path, "I01.rtf", rb"{\rtf1\ansi\ansicpg1252 " + rows + rb"}"))
    assert transcript.text.split("\n")[1] == "B\tNun \\cell.\t"
    segments = transcript.segments
    assert segments[["speaker", "kind"]].to_numpy().tolist() == [["I", "question"], ["B", "answer"]]


def word_file(tmp_path, build, name="I01.docx"):
    document = docx.Document()
    build(document)
    document.save(tmp_path / name)
    return tmp_path / name


def test_docx_with_bold_labels_breaks_tables_and_fields(tmp_path):
    def build(document):
        paragraph = document.add_paragraph()
        paragraph.add_run("I:").bold = True
        paragraph.add_run("\tGröße? #00:00:04-2#")
        document.add_paragraph("")
        broken = document.add_paragraph("B: Eine Zeile")
        broken.add_run().add_break()
        broken.add_run("und noch eine.")
        table = document.add_table(rows=2, cols=3)
        for cell, text in zip((cell for row in table.rows for cell in row.cells), ["I", "Warum?", "00:00:10", "B1", "Nun\nja.", ""], strict=True):
            cell.text = text
        field = document.add_paragraph("B: ")
        field._p.append(parse_xml(f'<w:fldSimple {nsdecls("w")} w:instr="AUTHOR"><w:r><w:t>gesagt</w:t></w:r></w:fldSimple>'))
        control = parse_xml(f"<w:sdt {nsdecls('w')}><w:sdtContent><w:p><w:r><w:t>I: Im Feld?</w:t></w:r></w:p></w:sdtContent></w:sdt>")
        document.element.body.insert(len(document.element.body) - 1, control)
        document.sections[0].header.paragraphs[0].text = "Kopf CANARY"

    path = word_file(tmp_path, build)
    assert read_text(path).split("\n") == [
        "I:\tGröße? #00:00:04-2#",
        "",
        "B: Eine Zeile",
        "und noch eine.",
        "I\tWarum?\t00:00:10",
        "B1\tNun ja.",
        "B: gesagt",
        "I: Im Feld?",
    ]
    assert read_transcript(path).segments["kind"].tolist() == ["question", "answer", "answer", "question", "answer", "answer", "question"]


def test_a_text_box_is_not_part_of_what_is_said(tmp_path):
    def build(document):
        run = document.add_paragraph("B: Nun. ").add_run()
        box = f"<w:pict {nsdecls('w')}><w:txbxContent><w:p><w:r><w:t>CANARY</w:t></w:r></w:p></w:txbxContent></w:pict>"
        run._r.append(parse_xml(box))

    assert read_text(word_file(tmp_path, build)) == "B: Nun. "


@pytest.mark.parametrize("kind", ["w:ins", "w:del", "w:moveFrom", "w:moveTo"])
def test_tracked_changes_are_refused(tmp_path, kind):
    def build(document):
        document.add_paragraph("B: Nun.")._p.append(OxmlElement(kind))

    assert "tracked changes" in problem_of(word_file(tmp_path, build)).what


def test_tracked_changes_in_rtf_are_refused(tmp_path):
    assert "tracked changes" in problem_of(saved(tmp_path, "I01.rtf", rb"{\rtf1\ansi B: Nun {\deleted\revauthdel1 CANARY} ja.\par}")).what
    assert read_text(saved(tmp_path, "I02.rtf", rb"{\rtf1\ansi{\*\revtbl {Unknown;}} B: Nun {\revised0 ja}.\par}")).strip() == "B: Nun ja."


@pytest.mark.parametrize("name", ["I01.doc", "I01.pdf", "I01.odt", "I01.mp3", "I01"])
def test_other_formats_are_refused(tmp_path, name):
    assert problem_of(saved(tmp_path, name, b"CANARY")).allowed == ".txt, .docx, .rtf"


def not_a_word_file() -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("readme.txt", "x")
    return stream.getvalue()


@pytest.mark.parametrize(
    "name, content, what",
    [
        ("I01.txt", b"", "empty"),
        ("I01.txt", b"\xef\xbb\xbf \r\n\t", "empty"),
        ("I01.txt", "I: Warum?".encode("utf-16-le"), "known encoding"),
        ("I01.txt", b"I: \x81\x8d", "known encoding"),
        ("I01.txt", "I: Ma\ufffdrkte\nB: GrÃ¶ÃŸe".encode(), "in lines 1, 2"),
        ("I01.rtf", b"I: Warum?", "not RTF"),
        ("I01.rtf", b"{\\rtf1\\ansi }", "empty"),
        ("I01.docx", b"\xd0\xcf\x11\xe0 protected", "damaged"),
        ("I01.docx", b"PK\x03\x04 cut", "damaged"),
        ("I01.docx", not_a_word_file(), "damaged"),
    ],
)
def test_damaged_and_empty_files_are_told(tmp_path, name, content, what):
    assert what in problem_of(saved(tmp_path, name, content)).what


def test_a_word_file_that_unpacks_to_too_much_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(word, "_LARGEST", 1000)
    assert "too large" in problem_of(word_file(tmp_path, lambda document: document.add_paragraph("B: Nun."))).what


def test_files_of_the_system_are_no_transcripts(tmp_path):
    for name in ("I02.txt", "I01.docx", ".DS_Store", "~$I01.docx", "Thumbs.db"):
        saved(tmp_path, name, b"x")
    assert [path.name for path in transcript_files(tmp_path)] == ["I01.docx", "I02.txt"]
    assert transcript_files(tmp_path / "nowhere") == []
