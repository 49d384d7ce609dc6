"""Small REFI-QDA projects, whole and broken, that the tests of reading and writing share."""

import uuid
import zipfile

from helpers.data.qda.tables import CODES, CODINGS, DOCUMENTS, USERS, Project, table

TEXT = "I: Wie läuft es? 😀\nB: Gut, „danke“.\n\nI: Und sonst?\nB: Größer & <besser>.\n"
NAMESPACE = 'xmlns="urn:QDA-XML:project:1.0"'


def guid(word):
    return str(uuid.uuid5(uuid.NAMESPACE_OID, word))


def span(passage, text=TEXT):
    start = text.index(passage)
    return start, start + len(passage)


def small_project(**changes):
    """Two documents, two coders, nested codes of which two have the same name, overlapping codings."""
    codes = [
        (guid("growth"), "Growth", "", "Wächst\n  oder will es.", "#1f77b4", True),
        (guid("growth other"), "Other", guid("growth"), "", "", True),
        (guid("barriers"), "Barriers", "", "", "#FF7F0E", False),
        (guid("barriers other"), "Other", guid("barriers"), "a < b & c", "", True),
    ]
    codings = [
        (guid("I01"), *span("Gut"), guid("growth other"), guid("A")),
        (guid("I01"), *span("Gut, „danke“"), guid("growth"), guid("A")),
        (guid("I01"), *span("Gut"), guid("growth other"), guid("B")),
        (guid("I01"), *span("besser>"), guid("barriers other"), ""),
    ]
    parts = {
        "name": "Zwei Gespräche",
        "origin": "cluster studies",
        "documents": table(DOCUMENTS, [(guid("I01"), "I01", TEXT, True), (guid("I02"), "I02", "", True)]),
        "users": table(USERS, [(guid("A"), "A"), (guid("B"), "B")]),
        "codes": table(CODES, codes),
        "codings": table(CODINGS, codings),
    }
    return Project(**{**parts, **changes})


def source(content="", *, name="I01", path=None, attributes=""):
    """A TextSource element; the path is that of its own guid inside the archive unless said otherwise."""
    path = f"internal://{guid(name)}.txt" if path is None else path
    where = f'plainTextPath="{path}"' if path else ""
    return f'<TextSource guid="{guid(name)}" name="{name}" {where} {attributes}>{content}</TextSource>'


def selection(start, end, *, name="", code="growth", user="A", content=None):
    coder = f'creatingUser="{guid(user)}"' if user else ""
    coding = f'<Coding guid="{uuid.uuid4()}" {coder}><CodeRef targetGUID="{guid(code)}"/></Coding>' if content is None else content
    label = f'name="{name}"' if name else ""
    return f'<PlainTextSelection guid="{uuid.uuid4()}" {label} startPosition="{start}" endPosition="{end}">{coding}</PlainTextSelection>'


def qde(sources="", *, rest="", codes=None, users=None, namespace=NAMESPACE, attributes=""):
    """A project file with one code (growth) and one user (A)."""
    codes = f'<Code guid="{guid("growth")}" name="Growth" isCodable="true"/>' if codes is None else codes
    users = f'<User guid="{guid("A")}" name="A"/>' if users is None else users
    listed = f"<Users>{users}</Users><CodeBook><Codes>{codes}</Codes></CodeBook><Sources>{sources}</Sources>"
    return f'<?xml version="1.0" encoding="utf-8"?><Project {namespace} name="p" origin="o" {attributes}>{listed}{rest}</Project>'


def archive(path, project, texts=None, *, folder="Sources", qde_name="Project.qde", more=()):
    """A .qdpx archive: the project file, texts by name, and further members as (ZipInfo or name, content)."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr(qde_name, project)
        for name, content in (texts or {}).items():
            packed.writestr(f"{folder}/{guid(name)}.txt", content)
        for name, content in more:
            packed.writestr(name, content)
    return path


def passages(project):
    """The coded passages as the texts have them."""
    texts = project.documents.set_index("guid")["text"]
    return [texts[row.document][row.start : row.end] for row in project.codings.itertuples()]
