"""Sources: found where real exports put them, never outside the project's folder, and told where they are missing."""

import pytest

from data.qda.samples import TEXT, archive, guid, passages, qde, selection, source, span
from helpers.data.refi_qda import read_project

GUT, UNNAMED = selection(*span("Gut"), name="Gut"), selection(*span("Gut"))


def kinds(project):
    return project.unread.set_index("kind")["count"].to_dict()


def bare(folder, content, **kwargs):
    """A .qde file on its own, in a folder of its own."""
    folder.mkdir(exist_ok=True)
    file = folder / "project.qde"
    file.write_text(qde(content, **kwargs), encoding="utf-8")
    return file


@pytest.mark.parametrize(
    ("place", "path", "base"),
    [
        ("Sources/a.txt", "internal://a.txt", ""),
        ("sources/A.TXT", "internal:///a.txt", ""),
        ("a.txt", "internal://a.txt", ""),
        ("a.txt", "relative:///a.txt", ""),
        ("Sources/a.txt", "relative:///a.txt", ""),
        ("Media/mit Blank.txt", "relative:///Media/mit%20Blank.txt", ""),
        ("Media/a.txt", "relative:///Media\\a.txt", ""),
        ("Media/a.txt", "relative:///a.txt", "Media"),
        ("Media/a.txt", "relative:///a.txt", "Media\\"),
        ("a.txt", "relative:///a.txt", "/Users/somebody/else"),
        ("a.txt", "a.txt", ""),
    ],
)
def test_sources_beside_a_bare_project_file_are_found(tmp_path, place, path, base):
    file = bare(tmp_path / "p", source(GUT, path=path), attributes=f'basePath="{base}"')
    target = tmp_path / "p" / place
    target.parent.mkdir(exist_ok=True)
    target.write_text(TEXT, encoding="utf-8")
    project = read_project(file)
    assert passages(project) == ["Gut"]
    assert kinds(project) == {}


def test_an_absolute_path_inside_the_folder_is_followed(tmp_path):
    file = bare(tmp_path / "p", source(GUT, path=f"absolute://{tmp_path}/p/a.txt"))
    (tmp_path / "p" / "a.txt").write_text(TEXT, encoding="utf-8")
    assert passages(read_project(file)) == ["Gut"]


@pytest.mark.parametrize(
    "path",
    [
        "absolute:///{}/secret.txt",
        "file://{}/secret.txt",
        "{}/secret.txt",
        "relative:///../secret.txt",
        "internal://../../secret.txt",
        "../secret.txt",
        "relative:///link.txt",
        "relative:///up/secret.txt",
    ],
)
def test_no_path_leads_out_of_the_folder(tmp_path, path):
    (tmp_path / "secret.txt").write_text("secret", encoding="utf-8")
    file = bare(tmp_path / "p", source(UNNAMED, path=path.format(tmp_path)))
    (tmp_path / "p" / "link.txt").symlink_to(tmp_path / "secret.txt")
    (tmp_path / "p" / "up").symlink_to(tmp_path)
    project = read_project(file)
    assert project.documents[["text", "found"]].to_numpy().tolist() == [["", False]]
    assert kinds(project) == {"source outside the project": 1}


@pytest.mark.parametrize("path", ["internal://none.txt", "relative:///none.txt", "C:\\Texte\\I01.txt", ""])
def test_a_missing_source_is_told_and_its_codings_kept(tmp_path, path):
    project = read_project(archive(tmp_path / "p.qdpx", qde(source(UNNAMED, path=path))))
    assert project.documents[["guid", "text", "found"]].to_numpy().tolist() == [[guid("I01"), "", False]]
    assert project.codings[["start", "end"]].to_numpy().tolist() == [list(span("Gut"))]
    told = kinds(project)
    assert told in ({"missing source": 1}, {"source outside the project": 1})
    assert path.startswith("C:") == ("source outside the project" in told)


def test_an_empty_source_is_there(tmp_path):
    project = read_project(archive(tmp_path / "p.qdpx", qde(source()), {"I01": b""}))
    assert project.documents[["text", "found"]].to_numpy().tolist() == [["", True]]


def test_a_source_in_another_encoding_is_told(tmp_path):
    project = read_project(archive(tmp_path / "p.qdpx", qde(source()), {"I01": "Größe".encode("cp1252")}))
    assert project.documents["found"].tolist() == [False]
    assert kinds(project) == {"source in an unknown encoding": 1}


def test_a_project_file_without_sources_folder_beside_an_archive_is_not_mixed_up(tmp_path):
    (tmp_path / "Sources").mkdir()
    (tmp_path / "Sources" / f"{guid('I01')}.txt").write_text(TEXT, encoding="utf-8")
    project = read_project(archive(tmp_path / "p.qdpx", qde(source(GUT))))
    assert project.documents["found"].tolist() == [False]


def test_a_relative_source_beside_the_archive_is_read(tmp_path):
    (tmp_path / "a.txt").write_text(TEXT, encoding="utf-8")
    assert passages(read_project(archive(tmp_path / "p.qdpx", qde(source(GUT, path="relative:///a.txt"))))) == ["Gut"]


def test_files_that_nothing_names_are_told(tmp_path):
    more = [("Sources/forgotten.txt", "x"), ("Sources/.root", ""), ("Sources/", "")]
    project = read_project(archive(tmp_path / "p.qdpx", qde(source(GUT)), {"I01": TEXT}, more=more))
    assert kinds(project) == {"unused file": 1}
