"""Projects and code systems: what is written is read back, and what other programs write is read."""

import re
import zipfile
from datetime import UTC, datetime, timedelta, timezone

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data.qda.samples import TEXT, archive, guid, passages, qde, selection, small_project, source, span
from helpers.data.problems import StudyError
from helpers.data.qda.tables import CODES, CODINGS, DOCUMENTS, USERS, table
from helpers.data.refi_qda import CodeSystem, Project, read_codebook, read_project, write_codebook, write_project

GUT = selection(*span("Gut"), name="Gut")


def round_trip(project, folder):
    write_project(project, folder / "p.qdpx")
    return read_project(folder / "p.qdpx")


# Everything that Unicode has, but what a canonical text or XML cannot hold.
words = st.text(
    st.characters(exclude_categories=["Cs"], exclude_characters=[*map(chr, range(9)), *map(chr, range(14, 32)), "\x0b", "\x0c", "\ufffe", "\uffff"]),
    max_size=8,
)
texts = st.text(st.one_of(st.characters(exclude_categories=["Cs"], exclude_characters=["\0", "\r"]), st.sampled_from("ab \n😀é")), max_size=60).map(
    lambda text: text.lstrip("\ufeff")
)
guids = st.uuids(version=4).map(str)


@st.composite
def projects(draw):
    documents = [
        (each, draw(words), text, True) for each, text in draw(st.lists(st.tuples(guids, texts), max_size=3, unique_by=lambda pair: pair[0]))
    ]
    documents += [(each, draw(words), "", False) for each in draw(st.lists(guids, max_size=1))]
    users = [(each, draw(words)) for each in draw(st.lists(guids, max_size=2, unique=True))]
    codes = []
    for each in draw(st.lists(guids, max_size=5, unique=True)):
        parent = draw(st.sampled_from(["", *(code[0] for code in codes)]))
        codes.append((each, draw(words | st.just("same")), parent, draw(words), draw(st.sampled_from(["", "#a1B2c3"])), draw(st.booleans())))
    codings = []
    if documents and codes:
        for _ in range(draw(st.integers(0, 6))):
            document = draw(st.sampled_from(documents))
            start, end = sorted(draw(st.tuples(*[st.integers(0, len(document[2]) if document[3] else 50)] * 2)))
            codings.append((document[0], start, end, draw(st.sampled_from(codes))[0], draw(st.sampled_from(["", *(user[0] for user in users)]))))
    order = draw(st.permutations(range(len(codes))))
    tables = table(DOCUMENTS, documents), table(USERS, users), table(CODES, [codes[place] for place in order]), table(CODINGS, codings)
    return Project(draw(words), draw(words), *tables)


@settings(max_examples=40, deadline=None)
@given(project=projects())
def test_any_project_is_read_as_it_was_written(project, tmp_path_factory):
    back = round_trip(project, tmp_path_factory.mktemp("projects"))
    assert back == project
    assert set(back.unread["kind"]) <= {"missing source"}


def test_the_small_project_is_read_as_it_was_written_and_nothing_is_left_unread(tmp_path):
    project = small_project()
    back = round_trip(project, tmp_path)
    assert back == project
    assert back.unread.empty
    assert passages(back) == ["Gut", "Gut", "Gut, „danke“", "besser>"]


@pytest.mark.parametrize(
    "changed",
    [
        {"name": "other"},
        {"origin": "other"},
        {"documents": table(DOCUMENTS, [(guid("I01"), "I01", TEXT + "!", True), (guid("I02"), "I02", "", True)])},
        {"users": table(USERS, [(guid("A"), "A"), (guid("B"), "C")])},
        {"codes": small_project().codes.assign(colour="#000000")},
        {"codings": small_project().codings.assign(end=lambda codings: codings["end"] + 1)},
        {"codings": small_project().codings.iloc[1:]},
        {"codings": pd.concat([small_project().codings, small_project().codings.iloc[:1]])},
    ],
)
def test_projects_with_different_content_are_not_equal(changed):
    assert small_project(**changed) != small_project()


def test_equality_does_not_depend_on_the_order_of_codings_or_the_case_of_guids():
    project = small_project()
    shuffled = project.codings.sample(frac=1, random_state=1).assign(code=project.codings["code"].str.upper())
    assert small_project(codings=shuffled.assign(code=lambda codings: codings["code"].str.upper())) != small_project(codings=project.codings.iloc[:0])
    upper = project.codings.assign(code=project.codings["code"].str.upper(), document=project.codings["document"].str.upper())
    assert small_project(codings=upper.iloc[::-1]) == project


def test_a_repeated_coding_is_kept_as_often_as_it_is_there(tmp_path):
    project = small_project(codings=pd.concat([small_project().codings] * 2))
    assert len(round_trip(project, tmp_path).codings) == 8


def test_the_input_is_not_changed(tmp_path):
    codings = small_project().codings.assign(code=lambda codings: codings["code"].str.upper()).iloc[::-1]
    before = codings.copy()
    write_project(small_project(codings=codings), tmp_path / "p.qdpx")
    pd.testing.assert_frame_equal(codings, before)


def test_the_same_project_gives_the_same_bytes(tmp_path):
    for name in ("a.qdpx", "b.qdpx"):
        write_project(small_project(codings=small_project().codings.sample(frac=1, random_state=len(name))), tmp_path / name)
    assert (tmp_path / "a.qdpx").read_bytes() == (tmp_path / "b.qdpx").read_bytes()
    with zipfile.ZipFile(tmp_path / "a.qdpx") as packed:
        assert packed.namelist() == ["project.qde", f"sources/{guid('I01')}.txt", f"sources/{guid('I02')}.txt"]
        assert {info.date_time for info in packed.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert packed.read(f"sources/{guid('I01')}.txt").decode("utf-8") == TEXT


def written_xml(project, folder):
    write_project(project, folder / "p.qdpx")
    with zipfile.ZipFile(folder / "p.qdpx") as packed:
        return packed.read("project.qde").decode("utf-8")


def test_elements_stand_in_the_order_of_the_schema_and_all_guids_differ(tmp_path):
    xml = written_xml(small_project(codings=pd.concat([small_project().codings] * 2)), tmp_path)
    assert re.findall(r"^  <(\w+)", xml, re.MULTILINE) == ["Users", "CodeBook", "Sources"]
    made = re.findall(r'\bguid="([^"]+)"', xml)
    assert len(made) == len(set(made)) == 2 + 4 + 2 + 4 + 2 * 4  # users, codes, documents, selections, codings
    assert all(re.fullmatch(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", each) for each in made)


def test_a_selection_is_named_after_the_line_it_starts_in(tmp_path):
    starts = {0: 0, TEXT.index("\n"): 0, TEXT.index("\n") + 1: 1, TEXT.index("\n\n") + 1: 2, TEXT.index("I: Und"): 3, len(TEXT): 5}
    codings = table(CODINGS, [(guid("I01"), start, len(TEXT), guid("growth"), guid("A")) for start in starts])
    named = re.findall(r'name="line:(\d+)" startPosition="(\d+)"', written_xml(small_project(codings=codings), tmp_path))
    assert {int(start): int(line) for line, start in named} == starts


def test_line_ends_and_tabs_in_names_and_descriptions_are_kept(tmp_path):
    project = small_project(codes=small_project().codes.assign(name="a\tb\nc\r\nd\re", description=" a\tb\nc\r\nd\re "))
    assert round_trip(project, tmp_path) == project


def test_a_date_is_written_in_universal_time_and_told_as_unread(tmp_path):
    write_project(small_project(), tmp_path / "p.qdpx", modified=datetime(2026, 3, 1, 1, 30, tzinfo=timezone(timedelta(hours=2))))
    with zipfile.ZipFile(tmp_path / "p.qdpx") as packed:
        dates = set(re.findall(r'DateTime="([^"]+)"', packed.read("project.qde").decode("utf-8")))
    assert dates == {"2026-02-28T23:30:00Z"}
    assert read_project(tmp_path / "p.qdpx").unread["kind"].tolist() == ["history"]
    with pytest.raises(ValueError, match="no time zone"):
        write_project(small_project(), tmp_path / "p.qdpx", modified=datetime(2026, 3, 1, tzinfo=UTC).replace(tzinfo=None))


@pytest.mark.parametrize("namespace", ['xmlns="urn:QDA-XML:project:1.0"', "", 'xmlns="urn:QDA-XML:project:2.0"'])
@pytest.mark.parametrize(
    ("folder", "qde_name"),
    [("Sources", "Project.qde"), ("sources", "project.QDE"), ("SOURCES", "Mein Projekt.qde"), ("Export/Sources", "Export/p.qde")],
)
def test_any_namespace_folder_and_name_of_the_project_file_is_read(tmp_path, namespace, folder, qde_name):
    litter = [("__MACOSX/._Project.qde", b"\0\5"), ("Sources/.DS_Store", b"\0")]
    file = archive(tmp_path / "p.qdpx", qde(source(GUT), namespace=namespace), {"I01": TEXT}, folder=folder, qde_name=qde_name, more=litter)
    project = read_project(file)
    assert passages(project) == ["Gut"]
    assert project.unread.empty


def test_guids_may_have_braces_and_capitals(tmp_path):
    shouted = re.sub(r'(guid|targetGUID)="([^"]+)"', lambda found: f'{found[1]}="{{{found[2].upper()}}}"', qde(source(GUT)))
    project = read_project(archive(tmp_path / "p.qdpx", shouted, {"I01": TEXT}))
    assert project.codings.loc[0, ["document", "code", "coder"]].tolist() == [guid("I01"), guid("growth"), guid("A")]


@pytest.mark.parametrize(
    "stored",
    [
        TEXT.encode(),
        b"\xef\xbb\xbf" + TEXT.encode(),
        TEXT.encode("utf-16"),
        b"\xfe\xff" + TEXT.encode("utf-16-be"),
        TEXT.encode("utf-16-le"),
        TEXT.encode("utf-16-be"),
    ],
    ids=["utf-8", "utf-8 with mark", "utf-16 with mark", "utf-16 big-endian with mark", "utf-16 little-endian", "utf-16 big-endian"],
)
def test_texts_in_every_unicode_encoding_are_read_alike(tmp_path, stored):
    project = read_project(archive(tmp_path / "p.qdpx", qde(source(GUT)), {"I01": stored}))
    assert project.documents["text"].tolist() == [TEXT]
    assert passages(project) == ["Gut"]


def test_a_coding_without_its_own_user_has_that_of_its_selection(tmp_path):
    made = selection(*span("Gut"), user="").replace("<PlainTextSelection", f'<PlainTextSelection creatingUser="{guid("A")}"')
    nobody = selection(*span("danke"), user="")
    project = read_project(archive(tmp_path / "p.qdpx", qde(source(made + nobody)), {"I01": TEXT}))
    assert project.codings["coder"].tolist() == [guid("A"), ""]


def test_nested_codes_come_in_the_order_of_the_file_with_their_parents(tmp_path):
    codes = "".join(f'<Code guid="{guid(top)}" name="{top}" isCodable="0"><Description>of {top}</Description>{{}}</Code>' for top in "ab")
    child = '<Code guid="{}" name="same" color="#F00082"/>'
    project = read_project(archive(tmp_path / "p.qdpx", qde(codes=codes.format(child.format(guid("1")), child.format(guid("2"))))))
    assert project.codes["name"].tolist() == ["a", "same", "b", "same"]
    assert project.codes["parent"].tolist() == ["", guid("a"), "", guid("b")]
    assert project.codes["description"].tolist() == ["of a", "", "of b", ""]
    assert project.codes["codable"].tolist() == [False, True, False, True]
    assert project.codes["colour"].tolist() == ["", "#F00082", "", "#F00082"]


def test_a_code_system_is_read_as_it_was_written(tmp_path):
    system = CodeSystem("cluster studies", small_project().codes)
    write_codebook(system, tmp_path / "c.qdc")
    back = read_codebook(tmp_path / "c.qdc")
    assert back == system
    assert back.unread.empty
    assert back != CodeSystem("cluster studies", system.codes.iloc[:1])
    assert 'xmlns="urn:QDA-XML:codebook:1.0"' in (tmp_path / "c.qdc").read_text(encoding="utf-8")


def test_sets_of_a_code_system_are_told(tmp_path):
    file = tmp_path / "c.qdc"
    file.write_text(f'<CodeBook><Codes><Code guid="{guid("a")}" name="a"/></Codes><Sets><Set guid="x" name="s"/></Sets></CodeBook>', encoding="utf-8")
    assert read_codebook(file).unread[["kind", "count"]].to_numpy().tolist() == [["set", 1]]


def test_a_project_needs_its_columns():
    with pytest.raises(ValueError, match="codings lacks coder"):
        small_project(codings=small_project().codings.drop(columns="coder"))


def test_a_code_system_without_codes_is_refused(tmp_path):
    with pytest.raises(StudyError, match="there are no codes"):
        write_codebook(CodeSystem("", table(CODES)), tmp_path / "c.qdc")
    assert list(tmp_path.iterdir()) == []
