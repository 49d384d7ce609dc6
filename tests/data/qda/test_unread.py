"""Unread: one of everything that a project may hold and is not read, each told by its kind."""

from data.qda.samples import TEXT, archive, guid, qde, selection, source, span
from helpers.data.refi_qda import read_project

CODING = f'<Coding guid="c"><CodeRef targetGUID="{guid("growth")}"/></Coding>'
MEDIA = f"""
<PictureSource guid="1" path="internal://1.jpg"><PictureSelection guid="2" firstX="1">{CODING}</PictureSelection></PictureSource>
<AudioSource guid="3" path="relative:///3.m4a"/>
<VideoSource guid="4" path="4.mp4"><Transcript guid="5" plainTextPath="internal://5.txt"><SyncPoint guid="6"/>
  <TranscriptSelection guid="7">{CODING}</TranscriptSelection></Transcript><VideoSelection guid="8">{CODING}</VideoSelection>{CODING}</VideoSource>
<PDFSource guid="9"><PDFSelection guid="10" page="0">{CODING}</PDFSelection><Representation guid="11">{selection(0, 1)}</Representation></PDFSource>
"""
REST = f"""
<Variables><Variable guid="12" name="v"/></Variables><Cases><Case guid="13"><CodeRef targetGUID="{guid("growth")}"/></Case></Cases>
<Notes><Note guid="14"><PlainTextContent>memo</PlainTextContent></Note></Notes><Links><Link guid="15"/></Links>
<Sets><Set guid="16" name="s"/><Set guid="17" name="t"/></Sets><Graphs><Graph guid="18"><Vertex guid="19"/></Graph></Graphs>
<Description>of the project</Description><NoteRef targetGUID="14"/><Novelty/>
"""
TEXT_SOURCE = source(
    "<Description> of the text </Description>"
    + selection(*span("Gut"), content="<Description>a comment</Description>" + CODING + '<NoteRef targetGUID="14"/>')
    + selection(*span("danke"), content="<Description/>")
    + selection(*span("sonst"), content='<Coding guid="d"/>')
    + CODING
    + "<VariableValue><VariableRef/></VariableValue>",
    attributes='richTextPath="internal://rich.docx"',
)


def test_everything_that_is_not_read_is_told(tmp_path):
    users = f'<User guid="{guid("A")}" name="A" id="AA"/>'
    file = archive(tmp_path / "p.qdpx", qde(TEXT_SOURCE + MEDIA, rest=REST, users=users), {"I01": TEXT}, more=[("Sources/rich.docx", b"x")])
    project = read_project(file)
    assert project.unread.set_index("kind")["count"].to_dict() == {
        "abbreviation of a user": 1,
        "audio": 1,
        "case": 1,
        "coding of a whole document": 1,
        "coding of unread source": 6,
        "coding without code": 1,
        "description": 3,
        "element Novelty": 1,
        "graph": 1,
        "link": 1,
        "note": 1,
        "note reference": 2,
        "pdf": 1,
        "picture": 1,
        "position not confirmed": 1,
        "rich text": 1,
        "selection without code": 1,
        "set": 2,
        "transcript": 1,
        "variable": 1,
        "variable value": 1,
        "video": 1,
    }
    assert project.unread["reason"].ne("").all()
    assert project.codings[["start", "end"]].to_numpy().tolist() == [list(span("Gut"))]


def test_what_is_unread_is_not_compared(tmp_path):
    told = read_project(archive(tmp_path / "p.qdpx", qde(source(), rest=REST), {"I01": TEXT}))
    assert told == read_project(archive(tmp_path / "q.qdpx", qde(source()), {"I01": TEXT}))


def test_who_changed_what_and_when_is_told(tmp_path):
    dated = source(attributes=f'creatingUser="{guid("A")}"') + source(name="I02", attributes='creationDateTime="2026-01-01T00:00:00Z"')
    project = read_project(archive(tmp_path / "p.qdpx", qde(dated), {"I01": TEXT, "I02": TEXT}))
    assert project.unread[["kind", "count"]].to_numpy().tolist() == [["history", 2]]
