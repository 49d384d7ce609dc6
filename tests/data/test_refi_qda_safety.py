"""Hostile and broken files: each a clear error that shows nothing of the texts, and nothing written."""

import stat
import struct
import zipfile

import pandas as pd
import pytest

from data.qda.samples import TEXT, archive, guid, qde, selection, small_project, source, span
from helpers.data.problems import StudyError
from helpers.data.qda import archive as archives
from helpers.data.qda import packing
from helpers.data.qda.tables import CODES, CODINGS, DOCUMENTS, table
from helpers.data.refi_qda import CodeSystem, read_codebook, read_project, write_codebook, write_project

GUT = selection(*span("Gut"))


def refused(path, read=read_project):
    """The message of the error; reading must leave nothing beside the file."""
    before = sorted(path.parent.rglob("*"))
    with pytest.raises(StudyError) as caught:
        read(path)
    assert sorted(path.parent.rglob("*")) == before
    message = str(caught.value)
    assert message.startswith(f"{path.name}: ")
    assert "danke" not in message and "SECRET" not in message
    return message


@pytest.mark.parametrize("name", ["../evil.txt", "Sources/../../evil.txt", "/etc/evil.txt", "C:\\evil.txt", "..\\evil.txt", "C:evil.txt"])
def test_an_archive_that_leads_out_of_its_folder_is_refused(tmp_path, name):
    file = archive(tmp_path / "p.qdpx", qde(), more=[(name, "SECRET"), ("Sources/fine.txt", "")])
    assert "1 members have names that lead out of the archive" in refused(file)
    assert not (tmp_path.parent / "evil.txt").exists()


def test_links_inside_an_archive_are_refused(tmp_path):
    link = zipfile.ZipInfo("Sources/link.txt")
    link.create_system, link.external_attr = 3, (stat.S_IFLNK | 0o777) << 16
    assert "1 members are links" in refused(archive(tmp_path / "p.qdpx", qde(), more=[(link, "/etc/passwd")]))


def test_a_name_given_twice_is_refused(tmp_path):
    with pytest.warns(UserWarning, match="Duplicate name"):
        file = archive(tmp_path / "p.qdpx", qde(source()), {"I01": TEXT}, more=[(f"Sources/{guid('I01')}.txt", "other")])
    assert "1 names are given to several members" in refused(file)


def test_an_encrypted_archive_is_refused(tmp_path):
    file = archive(tmp_path / "p.qdpx", qde(source()), {"I01": TEXT})
    raw = bytearray(file.read_bytes())
    directory = raw.rindex(b"PK\x01\x02")  # the entry of the text in the central directory; its flags are 8 bytes on
    raw[directory + 8] |= 1
    file.write_bytes(raw)
    assert "1 members are encrypted" in refused(file)


@pytest.mark.parametrize("where", ["unused", "source", "project file"])
def test_a_zip_bomb_is_refused(tmp_path, where):
    bomb = b"0" * (archives.HARMLESS_BYTES + 1)
    project, texts, more = qde(source()), {"I01": TEXT}, []
    if where == "unused":
        more = [("Media/film.mp4", bomb)]
    if where == "source":
        texts = {"I01": bomb}
    if where == "project file":
        project = project.encode() + b" " * len(bomb)
    assert "1 members expand further than any text does" in refused(archive(tmp_path / "p.qdpx", project, texts, more=more))


def test_a_short_text_of_blanks_is_no_bomb(tmp_path):
    blanks = " " * 1_000_000
    assert read_project(archive(tmp_path / "p.qdpx", qde(source()), {"I01": blanks})).documents["text"].tolist() == [blanks]


def test_a_zip_bomb_that_lies_about_its_size_is_refused(tmp_path):
    size = archives.HARMLESS_BYTES + 1
    file = archive(tmp_path / "p.qdpx", qde(source()), {"I01": b"0" * size})
    file.write_bytes(file.read_bytes().replace(struct.pack("<L", size), struct.pack("<L", 100)))
    assert "damaged" in refused(file)


def test_a_zip_bomb_that_claims_to_be_packed_loosely_is_refused_while_it_is_read(tmp_path, monkeypatch):
    monkeypatch.setattr(archives.Archive, "_checked", lambda self: {info.filename: info for info in self._zip.infolist()})
    file = archive(tmp_path / "p.qdpx", qde(source()), {"I01": b"0" * (archives.HARMLESS_BYTES + 1)})
    assert "1 members expand further than any text does" in refused(file)


def test_all_that_is_read_together_has_a_limit(tmp_path, monkeypatch):
    monkeypatch.setattr(archives, "MOST_BYTES", 4000)
    names = [f"I{number}" for number in range(9)]
    project = qde("".join(source(name=name) for name in names))
    file = archive(tmp_path / "p.qdpx", project, {name: "a" * 400 for name in names})
    assert len(project) < 4000 < len(project) + 9 * 400
    assert "expand further" in refused(file)


def test_too_many_members_are_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(archives, "MOST_MEMBERS", 3)
    assert "the archive has 4 members" in refused(archive(tmp_path / "p.qdpx", qde(), more=[(name, "") for name in "abc"]))


@pytest.mark.parametrize("kept", [0, 30, 0.5, 0.9, -1])
def test_a_truncated_archive_is_refused(tmp_path, kept):
    raw = archive(tmp_path / "whole.qdpx", qde(source()), {"I01": TEXT}).read_bytes()
    file = tmp_path / "p.qdpx"
    file.write_bytes(raw[: int(len(raw) * kept) if isinstance(kept, float) else kept])
    assert "not a zip archive, or it is cut off" in refused(file)


def test_a_damaged_member_is_refused(tmp_path):
    file = archive(tmp_path / "p.qdpx", qde(source()), {"I01": TEXT * 9})
    raw = bytearray(file.read_bytes())
    place = raw.rindex(b"PK\x03\x04") + 100
    raw[place] ^= 0xFF
    file.write_bytes(raw)
    assert "damaged" in refused(file)


@pytest.mark.parametrize(
    ("names", "said"), [([], "holds no project files"), (["a.qde", "b.QDE"], "holds 2 project files"), (["a.qde", "Sources/b.qde"], "holds 2")]
)
def test_an_archive_needs_exactly_one_project_file(tmp_path, names, said):
    file = tmp_path / "p.qdpx"
    with zipfile.ZipFile(file, "w") as packed:
        packed.writestr("Sources/a.txt", "x")
        for name in names:
            packed.writestr(name, qde())
    assert said in refused(file)


ENTITIES = '<!DOCTYPE p [<!ENTITY a "SECRETSECRET"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'
EXTERNAL = '<!DOCTYPE p [<!ENTITY a SYSTEM "file:///etc/passwd">]>'


@pytest.mark.parametrize("doctype", [ENTITIES, EXTERNAL, '<!DOCTYPE p SYSTEM "http://example.org/p.dtd">', "<!DOCTYPE Project>"])
@pytest.mark.parametrize("kind", ["qdpx", "qde", "qdc"])
def test_entities_and_document_types_are_refused(tmp_path, doctype, kind):
    file = tmp_path / f"p.{kind}"
    xml = qde().replace("<Project", f"{doctype}<Project")
    if kind == "qdpx":
        archive(file, xml)
    else:
        file.write_text(xml, encoding="utf-8")
    assert "declares a document type or entities" in refused(file, read_codebook if kind == "qdc" else read_project)


@pytest.mark.parametrize(
    ("xml", "said"),
    [
        (qde()[:-5], "not well-formed at line 1"),
        ("", "not well-formed"),
        (qde().replace("utf-8", "klingon"), "encoding of the XML is not known"),
        ('<CodeBook xmlns="urn:QDA-XML:codebook:1.0"/>', "no REFI-QDA file"),
    ],
)
def test_other_xml_is_refused(tmp_path, xml, said):
    assert said in refused(archive(tmp_path / "p.qdpx", xml))


def test_codes_nested_without_end_are_refused(tmp_path):
    levels = 20_000
    codes = "".join(f'<Code guid="{number}" name="c">' for number in range(levels)) + "</Code>" * levels
    assert f"codes nest {levels} levels deep" in refused(archive(tmp_path / "p.qdpx", qde(codes=codes)))


def test_codings_outside_their_text_are_told_by_document_all_at_once(tmp_path):
    length = len(TEXT)
    first = source(GUT + selection(0, length) + selection(3, length + 1) + selection(length + 5, length + 9) + selection(-1, 2) + selection(5, 4))
    second = source(selection(0, 1) + selection(2, 4, code="none") + selection(0, 1, user="nobody"), name="I02")
    message = refused(archive(tmp_path / "p.qdpx", qde(first + second), {"I01": TEXT, "I02": "abc"}))
    assert f"4 codings of document I01 lie outside its text. Allowed: from 0 to {length}" in message
    assert "1 codings of document I02 lie outside its text. Allowed: from 0 to 3" in message
    assert "1 codings name an unknown code in documents I02" in message
    assert "1 codings name an unknown user in documents I02" in message


def test_codings_of_a_missing_text_are_not_outside_it_but_must_make_sense(tmp_path):
    assert len(read_project(archive(tmp_path / "p.qdpx", qde(source(selection(7, 900))))).codings) == 1
    assert "1 codings of document I01 lie outside" in refused(archive(tmp_path / "q.qdpx", qde(source(selection(9, 7)))))


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"sources": source() + source()}, "1 guids are given to several documents"),
        ({"codes": f'<Code guid="{guid("a")}" name="a"/><Code guid="{guid("a").upper()}" name="b"/>'}, "1 guids are given to several codes"),
        ({"users": f'<User guid="{guid("a")}" name="a"/><User guid="{{{guid("a")}}}" name="b"/>'}, "1 guids are given to several users"),
        ({"codes": '<Code name="a"/><Code name="b"/>'}, "2 codes have no guid"),
        ({"sources": '<TextSource name="a"/>'}, "1 documents have no guid"),
        (
            {"sources": source(selection("", 2) + selection(0, "1.5") + selection("x", "y"))},
            "3 selections have a start or an end that is no whole number",
        ),
    ],
)
def test_identifiers_and_positions_are_needed(tmp_path, changed, said):
    assert said in refused(archive(tmp_path / "p.qdpx", qde(**changed), {"I01": TEXT}))


@pytest.mark.parametrize("name", ["none.qdpx", "none.qde", "p.zip", "p.txt"])
def test_missing_files_and_other_kinds_are_refused(tmp_path, name):
    assert "none" not in name or "there is no such file" in refused(tmp_path / name)
    assert "p." not in name or "Allowed: .qdpx, .qde" in refused(tmp_path / name)


def unwritten(folder, write):
    """The message of the error; an older file stays as it was, and nothing is left beside it."""
    file = folder / "p.qdpx"
    file.write_bytes(b"older")
    with pytest.raises(StudyError) as caught:
        write(file)
    assert file.read_bytes() == b"older"
    assert list(folder.iterdir()) == [file]
    assert "danke" not in str(caught.value)
    return str(caught.value)


def with_text(text):
    return {"documents": table(DOCUMENTS, [(guid("I01"), "I01", text, True)]), "codings": table(CODINGS)}


def with_codes(*changes):
    rows = [{"guid": guid("x"), "name": "x", "parent": "", "description": "", "colour": "", "codable": True, **change} for change in changes]
    return {"codes": pd.DataFrame(rows), "codings": table(CODINGS)}


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"name": "a\x00"}, "the project's name or origin has control characters"),
        ({"origin": "a\ufffe"}, "the project's name or origin has control characters"),
        (with_codes({"name": "a\x07b"}), f"the name of 1 codes ({guid('x')}) has control characters"),
        (with_codes({"description": "a\x1bb"}), "the description of 1 codes (x) has control characters"),
        (with_codes({"colour": "red"}), "1 codes (x) have a colour that is none"),
        (with_codes({"guid": "x"}), "1 codes have no valid guid"),
        (with_codes({"parent": guid("nobody")}), "1 codes lie below a code that is not there"),
        (with_codes({"parent": guid("x")}), "1 codes lie below a code that is not there, or below themselves"),
        (with_codes({}, {"name": "y"}), "1 guids are given to several codes"),
        (with_text("a\r\nb"), "1 texts (I01) hold zero bytes, a carriage return"),
        (with_text("a\0b"), "1 texts (I01) hold zero bytes"),
        (with_text("\ufeffa"), "or a byte-order mark"),
        ({"documents": small_project().documents.assign(found=False)}, "1 documents (I01) have a text and are marked as not found"),
        ({"documents": small_project().documents.assign(name="a\x01")}, f"the name of 2 documents ({guid('I01')}, {guid('I02')}) has control"),
        ({"documents": small_project().documents.iloc[1:]}, "4 codings name an unknown document"),
        ({"users": small_project().users.iloc[:1]}, "1 codings name an unknown user in documents I01"),
        ({"codes": small_project().codes.iloc[:3]}, "1 codings name an unknown code in documents I01"),
        ({"codings": small_project().codings.assign(end=len(TEXT) + 1)}, "4 codings of document I01 lie outside its text"),
    ],
)
def test_what_others_could_not_read_is_not_written(tmp_path, changed, said):
    assert said in unwritten(tmp_path, lambda file: write_project(small_project(**changed), file))


def test_all_problems_of_a_project_are_told_at_once(tmp_path):
    changed = small_project(name="\x00", users=small_project().users.iloc[:1], codes=small_project().codes.assign(colour="red"))
    assert len(unwritten(tmp_path, lambda file: write_project(changed, file)).splitlines()) == 3


def test_codes_that_cannot_be_written_alone_are_refused(tmp_path):
    codes = table(CODES, [(guid("x"), "a\x01", guid("y"), "", "red", True)])
    with pytest.raises(StudyError) as caught:
        write_codebook(CodeSystem("", codes), tmp_path / "c.qdc")
    assert len(caught.value.problems) == 3
    assert list(tmp_path.iterdir()) == []


def test_a_wrong_ending_or_a_missing_folder_is_refused(tmp_path):
    with pytest.raises(StudyError, match=r"Let it end in \.qdpx"):
        write_project(small_project(), tmp_path / "p.zip")
    with pytest.raises(StudyError, match="the folder is not there"):
        write_project(small_project(), tmp_path / "none" / "p.qdpx")
    assert list(tmp_path.iterdir()) == []


def test_a_failure_while_writing_leaves_the_older_file(tmp_path, monkeypatch):
    def fail(*_):
        raise OSError("disk full")

    file = tmp_path / "p.qdpx"
    file.write_bytes(b"older")
    monkeypatch.setattr(packing.os, "replace", fail)
    with pytest.raises(OSError, match="disk full"):
        write_project(small_project(), file)
    assert file.read_bytes() == b"older"
    assert list(tmp_path.iterdir()) == [file]
