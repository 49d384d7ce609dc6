"""Exchange: a REFI-QDA project in the place of the tables, and the tables as a project."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest
from pandas.testing import assert_frame_equal

from helpers.data.interviews.exchange import UNNAMED, from_project, to_project
from helpers.data.problems import StudyError
from helpers.data.refi_qda import Project, read_project, write_project

REAL = Path(__file__).parents[4] / "shared" / "real" / "qda"


def guid(number: int) -> str:
    return f"00000000-0000-4000-8000-{number:012d}"


def foreign(spoken, *, names=("I01.docx", "I02", "I03.TXT"), deep=False) -> Project:
    """A project as another program may leave it: names with umlauts and endings, a user's codings and somebody's."""
    codes = [(guid(10), "Märkte & Absatz", "", "", "#abc"), (guid(11), "Märkte – Absatz", guid(10), "Worum es geht.\nRegel egal", "")]
    codes += [(guid(12), "Tiefer", guid(11), "Definition: Das.\nKodierregel: Immer.\nUnd nie.", "#112233")] if deep else []
    start = spoken["I01"].index("Wegen der Märkte.")
    return Project(
        name="p",
        origin="x",
        documents=pd.DataFrame({"guid": [guid(n) for n in range(3)], "name": names, "text": [spoken[f"I0{n}"] for n in (1, 2, 3)], "found": True}),
        users=pd.DataFrame({"guid": [guid(20)], "name": ["Anna"]}),
        codes=pd.DataFrame(codes, columns=["guid", "name", "parent", "description", "colour"]).assign(codable=True),
        codings=pd.DataFrame(
            {"document": guid(0), "start": start, "end": [start + 17, start + 5], "code": [guid(11), guid(10)], "coder": [guid(20), ""]}
        ),
    )


def test_a_project_becomes_the_tables_of_the_house(spoken):
    codes, codings, texts = from_project(foreign(spoken, deep=True), file="p.qdpx")
    assert codes[["code", "parent"]].to_numpy().tolist() == [
        ["maerkte_absatz", ""],
        ["maerkte_absatz_2", "maerkte_absatz"],
        ["tiefer", "maerkte_absatz_2"],
    ]
    assert codes["label_en"].tolist() == codes["label_de"].tolist() == ["Märkte & Absatz", "Märkte – Absatz", "Tiefer"]
    assert codes["definition_de"].tolist() == ["", "Worum es geht.\nRegel egal", "Das."]
    assert codes["rule"].tolist() == ["", "", "Immer.\nUnd nie."]
    assert codes["colour"].tolist() == ["#aabbcc", "#808080", "#112233"]
    assert codings[["document", "code", "coder"]].to_numpy().tolist() == [["I01", "maerkte_absatz", UNNAMED], ["I01", "maerkte_absatz_2", "Anna"]]
    assert texts == spoken


def test_the_same_coding_twice_counts_once(spoken):
    project = foreign(spoken)
    twice = Project("p", "x", project.documents, project.users, project.codes, pd.concat([project.codings, project.codings]))
    assert_frame_equal(from_project(twice, file="p.qdpx")[1], from_project(project, file="p.qdpx")[1])


@pytest.mark.parametrize("names", [("I01.docx", "I01.txt", "I03"), ("I02", "I02", "I03")])
def test_documents_of_the_same_name_are_told(spoken, names):
    with pytest.raises(StudyError, match=r"p\.qdpx: two documents have the same name"):
        from_project(foreign(spoken, names=names), file="p.qdpx")


def put(interviews, project, tmp_path, name="project.qdpx"):
    write_project(project, tmp_path / "made.qdpx")
    interviews.files[name] = (tmp_path / "made.qdpx").read_bytes()
    interviews.codes, interviews.codings, interviews.quotations = [], [], []
    interviews.study.settings["interviews"] = {"interviewers": ["I"], "coders": ["Anna"]}


def test_a_study_may_bring_a_project_instead_of_tables_and_transcripts(interviews, spoken, tmp_path):
    put(interviews, foreign(spoken), tmp_path)
    interviews.transcripts = {"I02.pdf": b"the project brings this text"}
    material = interviews.open().interviews
    assert material.texts == spoken
    assert material.passages(material.agreed())["text"].tolist() == ["Wegen der Märkte."]
    assert material.documents["words"].tolist() == [20, 10, 11]
    assert set(material.segments["kind"]) == {"question", "answer", "other"}


def test_a_transcript_stands_in_for_a_source_that_is_missing(interviews, spoken, tmp_path):
    project = foreign(spoken)
    documents = project.documents.assign(text=["", *project.documents["text"][1:]], found=[False, True, True])
    put(interviews, Project("p", "x", documents, project.users, project.codes, project.codings), tmp_path)
    material = interviews.open().interviews
    assert material.texts["I01"] == spoken["I01"]
    assert material.passages(material.agreed())["text"].tolist() == ["Wegen der Märkte."]
    assert list(material.texts) == ["I01", "I02", "I03"]


def test_a_project_beside_the_tables_is_refused(interviews, spoken, tmp_path):
    codes, codings = interviews.codes, interviews.codings
    put(interviews, foreign(spoken), tmp_path)
    interviews.codes, interviews.codings = codes, codings
    problem = interviews.own_problem()
    assert "project.qdpx, codes.csv, codings.csv" in problem.what
    assert "Keep one" in problem.remedy


def test_two_projects_are_refused(interviews, spoken, tmp_path):
    put(interviews, foreign(spoken), tmp_path)
    interviews.files["another.QDPX"] = interviews.files["project.qdpx"]
    assert "another.QDPX, project.qdpx" in interviews.own_problem().what


def test_a_third_level_is_refused(interviews, spoken, tmp_path):
    put(interviews, foreign(spoken, deep=True), tmp_path)
    problem = interviews.own_problem()
    assert (problem.file, problem.what) == ("interviews/project.qdpx", "1 codes stand on a third level or deeper")


def test_documents_of_no_interview_are_counted_and_not_named(interviews, spoken, tmp_path):
    put(interviews, foreign(spoken, names=("CANARY Ilse", "I02", "I03")), tmp_path)
    told = {problem.file: problem.what for problem in interviews.own_problems() if problem.file.endswith(".qdpx")}
    assert told == {"interviews/project.qdpx": "there is no such interview (2 times)"}


def test_a_damaged_project_is_told_beside_the_rest(interviews, spoken, tmp_path):
    put(interviews, foreign(spoken), tmp_path)
    interviews.files["project.qdpx"] = b"PK cut off"
    interviews.documents[0]["consent"] = ""
    assert [problem.file for problem in interviews.own_problems()] == ["interviews/interviews.csv", "project.qdpx"]


@pytest.mark.parametrize("language", ["de", "en"])
def test_there_and_back_nothing_is_lost(interviews, language, tmp_path):
    interviews.codes[1].update(rule="Immer.\nAußer nie.", anchor="„Wegen der Märkte.“", exclusion="Sonst: time", definition_de="Märkte: alle")
    material = interviews.open().interviews
    project = to_project(material, language=language)
    write_project(project, tmp_path / "there.qdpx")
    assert read_project(tmp_path / "there.qdpx") == project
    codes, codings, texts = from_project(project, file="there.qdpx")
    new = dict(zip(material.codes["code"], codes["code"], strict=True))
    assert texts == material.texts
    columns = ["document", "start", "end", "code", "coder"]
    expected = material.codings.assign(code=material.codings["code"].map(new)).sort_values(columns).reset_index(drop=True)
    assert_frame_equal(codings.sort_values(columns).reset_index(drop=True), expected)
    assert codes["parent"].tolist() == material.codes["parent"].map({**new, "": ""}).tolist()
    assert codes["label_de"].tolist() == material.codes[f"label_{language}"].tolist()
    assert codes["definition_de"].tolist() == material.codes[f"definition_{language}"].tolist()
    for same in ("rule", "anchor", "exclusion", "colour"):
        assert codes[same].tolist() == material.codes[same].tolist()


def test_the_same_interviews_give_the_same_project(interviews):
    material = interviews.open().interviews
    assert to_project(material, language="de") == to_project(material, language="de")
    guids = pd.concat([getattr(to_project(material, language="en"), table)["guid"] for table in ("documents", "users", "codes")])
    assert guids.is_unique
    description = to_project(material, language="en").codes["description"][0]
    assert description == "Definition: What motives is"


def test_other_languages_are_refused(interviews):
    with pytest.raises(ValueError, match="'de' or 'en'"):
        to_project(interviews.open().interviews, language="fr")


def test_a_real_project_becomes_the_tables_of_the_house():
    path = REAL / "skyloom_TestProject.qdpx"
    if not path.is_file():
        pytest.skip("the real project is not beside the house (../shared/real)")
    project = read_project(path)
    codes, codings, _ = from_project(project, file=path.name)
    assert len(codes) == len(project.codes)
    assert codes["code"].is_unique
    assert 0 < len(codings) <= len(project.codings)
    assert codings["code"].isin(codes["code"]).all()
