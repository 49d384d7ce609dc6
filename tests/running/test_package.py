"""The public folder as a Frictionless Data Package, read by the frictionless library."""

import json
import shutil

import pytest
from frictionless import Package, validate

from helpers.data.opening import open_study
from helpers.running.package import PACKAGE_FILE

CROSS = "descriptives-cross-sector-group"


def said_wrong(public):
    """What the library finds wrong, by kind."""
    return {kind for (kind,) in validate(str(public / PACKAGE_FILE)).flatten(["type"])}


def described(public):
    return json.loads((public / PACKAGE_FILE).read_text(encoding="utf-8"))


def holds_with_every_row(public):
    report = validate(str(public / PACKAGE_FILE))
    assert report.flatten(["place", "type", "title", "message"]) == []
    assert report.valid
    rows = {task.place: task.stats.get("rows") for task in report.tasks}
    tables = list((public / "tables").glob("*.csv"))
    assert len(tables) > 20
    for path in tables:
        text = path.read_text(encoding="utf-8-sig")
        assert rows[f"tables/{path.name}"] == len(text.splitlines()) - 1


def test_the_demos_package_is_valid_row_by_row(demo_outputs):
    holds_with_every_row(demo_outputs / "public")


def test_the_real_studys_package_is_valid_row_by_row(rse_outputs):
    holds_with_every_row(rse_outputs / "public")
    assert "syntheti" not in (rse_outputs / "public" / PACKAGE_FILE).read_text(encoding="utf-8").lower()


def test_every_public_file_is_described_once(demo_outputs):
    public = demo_outputs / "public"
    paths = [resource["path"] for resource in described(public)["resources"]]
    there = {str(path.relative_to(public)) for path in public.rglob("*") if path.is_file()}
    assert sorted(paths) == sorted(there - {PACKAGE_FILE})


def test_both_languages_are_read_as_the_same_numbers(demo_outputs):
    package = Package(str(demo_outputs / "public" / PACKAGE_FILE))
    compared = 0
    for resource in package.resources:
        if not resource.name.endswith("-de") or resource.type != "table":
            continue
        english = package.get_resource(f"{resource.name[:-3]}-en")
        types = [field.type for field in resource.schema.fields]
        assert types == [field.type for field in english.schema.fields], resource.name
        numbers = [place for place, kind in enumerate(types) if kind != "string"]
        for german_row, english_row in zip(resource.read_rows(), english.read_rows(), strict=True):
            german_cells, english_cells = list(german_row.values()), list(english_row.values())
            assert [german_cells[place] for place in numbers] == [english_cells[place] for place in numbers], resource.name
            compared += sum(german_cells[place] is not None for place in numbers)
    assert compared > 1000


def test_numbers_are_typed_and_the_mark_of_suppression_survives(demo_outputs):
    resource = Package(str(demo_outputs / "public" / PACKAGE_FILE)).get_resource(f"{CROSS}-de")
    kinds = {field.name: field.type for field in resource.schema.fields}
    assert kinds == {"Frage": "string", "Antwort": "string", "Nach": "string", "Gruppe": "string", "Anzahl": "integer", "n": "integer"} | {
        "Anteil": "number",
        "Gesperrt": "string",
    }
    rows = resource.read_rows()
    assert {row["Gesperrt"] for row in rows} == {"•", None}
    assert all((row["Anzahl"] is None) == (row["Gesperrt"] == "•") for row in rows)
    assert any(row["Anteil"] is not None and 0 < row["Anteil"] < 1 for row in rows)


def test_the_package_says_what_it_is_and_nothing_of_the_clock(demo_outputs):
    study, package = open_study("data/demo"), described(demo_outputs / "public")
    made = json.loads((demo_outputs / "internal" / "manifest.json").read_text(encoding="utf-8"))
    assert package["name"] == "demo"
    assert package["title"] == f"{study.settings.title['de']} / {study.settings.title['en']}"
    assert package["created"] == f"{study.settings.fieldwork.end.isoformat()}T00:00:00Z"
    assert package["version"] == made["code"]
    assert "licenses" not in package
    assert "Synthetische Daten" in package["description"]
    assert "Synthetic data" in package["description"]
    tables = {resource["name"]: resource for resource in package["resources"] if "schema" in resource}
    for anchor, entry in made["published"].items():
        for language, word in (("de", "Synthetische Daten"), ("en", "Synthetic data")) if entry["columns"] else ():
            table = tables[f"{anchor}-{language}"]
            assert table["title"] == entry["title"][language]
            assert anchor in table["description"]
            assert word in table["description"]
    assert len(tables) == len(package["resources"]) - 4


@pytest.fixture
def broken(demo_outputs, tmp_path):
    """A package of one table that was changed; without its checksums unless they are kept."""

    def change(old, new, *, checksums=False):
        public = tmp_path / "public"
        shutil.copytree(demo_outputs / "public", public)
        path = public / "tables" / f"{CROSS}-de.csv"
        text = path.read_bytes().decode("utf-8")
        assert old in text
        path.write_bytes(text.replace(old, new, 1).encode("utf-8"))
        package = described(public)
        (resource,) = package["resources"] = [resource for resource in package["resources"] if resource["path"] == f"tables/{path.name}"]
        if not checksums:
            del resource["bytes"], resource["hash"]
        (public / PACKAGE_FILE).write_text(json.dumps(package), encoding="utf-8")
        return public

    return change


def test_a_table_that_was_copied_as_it_is_stays_valid(broken):
    assert said_wrong(broken("•", "•", checksums=True)) == set()


@pytest.mark.parametrize(
    ("old", "new", "kind"),
    [
        (";14;", ";fourteen;", "type-error"),
        (";14;", ";14,5;", "type-error"),
        (";Anteil;", ";Share;", "incorrect-label"),
        ("\r\n", "\r\n\r\n", "blank-row"),
        (";•\r\n", "\r\n", "missing-cell"),
        (";•\r\n", ";•;more\r\n", "extra-cell"),
    ],
)
def test_a_broken_table_is_found(broken, old, new, kind):
    assert said_wrong(broken(old, new)) == {kind}


def test_a_number_that_was_changed_is_found_by_its_checksum(broken):
    assert "hash-count" in said_wrong(broken(";14;", ";15;", checksums=True))


def test_a_file_that_is_missing_is_found(demo_outputs, tmp_path):
    shutil.copytree(demo_outputs / "public", tmp_path / "public")
    (tmp_path / "public" / "tables" / f"{CROSS}-en.csv").unlink()
    assert said_wrong(tmp_path / "public") == {"scheme-error"}
