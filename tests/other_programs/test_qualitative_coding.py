"""Round trip through the program `qualitative-coding` (PyPI), in an environment of its own: what we write it imports, what it exports we read.

Its own limits: it codes whole lines, knows a code by its name alone, keeps no descriptions and colours, imports no empty text, stops where a
coding has no user, and its reader has a `breakpoint()` left in it, which PYTHONBREAKPOINT=0 switches off. So the project here has distinct code
names and only codings with users, and a passage is "in place" when its document and first line are right.
"""

import os
import sqlite3
import subprocess
import zipfile
from pathlib import Path

import pandas as pd
import pytest
import yaml

from data.qda.samples import guid, small_project
from helpers import open_study
from helpers.data.interviews.exchange import to_project
from helpers.data.qda.tables import CODES, CODINGS, DOCUMENTS, USERS, Project, table
from helpers.data.refi_qda import read_project, write_project

ROOT = Path(__file__).parents[2]
HOME = ROOT / os.environ.get("QUALITATIVE_CODING_ENV", ".venv-qualitative-coding")
QUIET = {**os.environ, "PYTHONBREAKPOINT": "0", "PYTHONUTF8": "1"}
TEXTS = {
    "I01": "I: Wie läuft es? 😀\nB: Gut, „danke“.\n\nI: Und sonst?\nB: Größer & <besser>,\nwenn auch langsam.\n",
    "I02": "B: Zeile null\nB: Zeile eins, ohne Ende",
    "I03": "\n\nB: Nach zwei leeren Zeilen.\n\n",
}
TREE = {"Wachstum": "", "Öl & Gas": "Wachstum", "Export: Europa": "Wachstum", "Hürden": "", "„Zölle“": "Hürden", "unbenutzt": ""}
PASSAGES = [
    ("I01", "Gut", "Öl & Gas", "A"),
    ("I01", "Gut, „danke“", "Öl & Gas", "B"),
    ("I01", "B: Gut", "Hürden", "A"),
    ("I01", "Größer & <besser>,\nwenn", "Wachstum", "A"),
    ("I01", "langsam.", "„Zölle“", "B"),
    ("I01", "I: Wie läuft es? 😀", "Export: Europa", "B"),
    ("I02", "eins", "„Zölle“", "A"),
    ("I02", "Ende", "Wachstum", "A"),
    ("I03", "Nach zwei", "Hürden", "B"),
]


@pytest.fixture(scope="module")
def programs():
    """The folder of its commands. Where REQUIRE_OTHER_PROGRAMS is set its absence is a failure, elsewhere a skip."""
    if not (HOME / "bin" / "qc").is_file():
        said = "qualitative-coding is not installed; QUALITATIVE_CODING_ENV names its environment (made from tests/other_programs/requirements.lock)"
        if os.environ.get("REQUIRE_OTHER_PROGRAMS") == "1":
            pytest.fail(said)
        pytest.skip(said)
    return HOME / "bin"


def run(program, *arguments, cwd):
    done = subprocess.run([program, *map(str, arguments)], cwd=cwd, env=QUIET, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def demo_like():
    codings = [
        (guid(document), TEXTS[document].index(passage), TEXTS[document].index(passage) + len(passage), guid(code), guid(coder))
        for document, passage, code, coder in PASSAGES
    ]
    return Project(
        name="Drei Gespräche",
        origin="cluster studies",
        documents=table(DOCUMENTS, [(guid(name), name, text, True) for name, text in TEXTS.items()]),
        users=table(USERS, [(guid("A"), "A"), (guid("B"), "B")]),
        codes=table(
            CODES, [(guid(name), name, guid(parent) if parent else "", f"Definition von {name}", "#1f77b4", True) for name, parent in TREE.items()]
        ),
        codings=table(CODINGS, codings),
    )


def by_line(project):
    """What is coded, in the program's own terms: (document, line, code, coder), by name, lines counted from 0."""
    names = [project.documents.set_index("guid")["name"], project.codes.set_index("guid")["name"], project.users.set_index("guid")["name"]]
    texts = project.documents.set_index("guid")["text"]
    return {
        (names[0][row.document].removesuffix(".txt"), texts[row.document][: row.start].count("\n"), names[1][row.code], names[2][row.coder])
        for row in project.codings.itertuples()
    }


def tree_of(project):
    names = project.codes.set_index("guid")["name"]
    return {name: names.get(parent, "") for name, parent in zip(project.codes["name"], project.codes["parent"], strict=True)}


def yaml_tree(nodes, parent=""):
    tree = {}
    for node in nodes:
        name, children = next(iter(node.items())) if isinstance(node, dict) else (node, [])
        tree |= {name: parent, **yaml_tree(children, name)}
    return tree


@pytest.fixture(scope="module", params=["small", "demo"])
def project(request):
    if request.param == "small":
        return demo_like()
    return to_project(open_study(ROOT / "data" / "demo").interviews, language="de")


@pytest.fixture(scope="module")
def imported(programs, project, tmp_path_factory):
    """The program's folder after it imported our archive."""
    folder = tmp_path_factory.mktemp("qualitative-coding")
    write_project(project, folder / "ours.qdpx")
    home = folder / "home"
    home.mkdir()
    run(programs / "qc", "init", "--import", folder / "ours.qdpx", cwd=home)
    return home


def texts_of(project):
    return {name.removesuffix(".txt"): text for name, text in zip(project.documents["name"], project.documents["text"], strict=True)}


def test_it_imports_every_text_and_code(imported, project):
    assert {path.stem: path.read_text(encoding="utf-8") for path in (imported / "corpus").iterdir()} == texts_of(project)
    assert yaml_tree(yaml.safe_load((imported / "codebook.yaml").read_text(encoding="utf-8"))) == tree_of(project)


def test_it_imports_every_coding_in_place(imported, project):
    question = """
        select document_index.document_id, coded_line.line, coded_line.code_id, coded_line.coder_id from coded_line
        join coded_line_location_association as place on place.coded_line_id = coded_line.id
        join location on location.id = place.location_id join document_index on document_index.id = location.document_index_id
    """
    database = sqlite3.connect(imported / "qualitative_coding.sqlite3")
    try:
        found = {(document.removesuffix(".txt"), line, code, coder) for document, line, code, coder in database.execute(question)}
    finally:
        database.close()
    assert found == by_line(project)
    assert len(found) >= len(PASSAGES)


def test_its_own_export_is_read_with_nothing_lost(programs, imported, project):
    run(programs / "qc", "export", "theirs.qdpx", cwd=imported)
    back = read_project(imported / "theirs.qdpx")
    assert back.unread.empty
    assert texts_of(back) == texts_of(project)
    assert set(back.users["name"]) == set(project.users["name"])
    assert tree_of(back) == tree_of(project)
    assert by_line(back) == by_line(project)
    lines = back.codings.assign(text=back.codings["document"].map(back.documents.set_index("guid")["text"]))
    whole = [row.text[row.start : row.end] in row.text.splitlines(keepends=True) for row in lines.itertuples()]
    assert all(whole)


ODD = {
    "documents missing": small_project(documents=small_project().documents.assign(found=False, text=""), codings=small_project().codings),
    "nothing": Project("", "", table(DOCUMENTS), table(USERS), table(CODES), table(CODINGS)),
    "all": small_project(codings=pd.concat([small_project().codings] * 2)),
}


def test_what_we_write_is_valid_by_the_schema_of_the_standard(programs, tmp_path):
    """The schema that comes with the program is the standard's, version 1.0 of March 2019."""
    for number, project in enumerate(ODD.values()):
        write_project(project, tmp_path / f"{number}.qdpx")
        with zipfile.ZipFile(tmp_path / f"{number}.qdpx") as packed:
            (tmp_path / f"{number}.qde").write_bytes(packed.read("project.qde"))
    script = "import sys, xmlschema, importlib.resources as r; s = xmlschema.XMLSchema(str(r.files('qualitative_coding') / 'refi_qda' / 'schema.xsd')); [s.validate(f) for f in sys.argv[1:]]"
    run(programs / "python", "-c", script, *sorted(tmp_path.glob("*.qde")), cwd=tmp_path)
