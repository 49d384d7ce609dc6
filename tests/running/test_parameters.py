import nbformat
import pytest

from helpers.running.parameters import ParameterError, check, declared, fitting, parse


@pytest.fixture
def notebook(tmp_path):
    source = 'study_dir = "data/demo"  # folder\nresamples = 5000  # draws\ntrim = 3.0  # largest weight\nfast = False  # skip'
    cell = nbformat.v4.new_code_cell(source, metadata={"tags": ["parameters"]})
    path = tmp_path / "01_example.ipynb"
    nbformat.write(
        nbformat.v4.new_notebook(cells=[cell], metadata={"kernelspec": {"name": "python3", "display_name": "p", "language": "python"}}), path
    )
    return path


def test_declared_parameters_and_their_types(notebook):
    assert declared(notebook) == {"study_dir": "data/demo", "resamples": 5000, "trim": 3.0, "fast": False}


def test_fitting_values_pass(notebook):
    assert check(parse({"resamples": "200", "trim": "2", "fast": "true", "study_dir": "data/mine"}), [notebook]) is None


def test_all_unknown_and_ill_typed_parameters_are_named_at_once(notebook):
    with pytest.raises(ParameterError) as refused:
        check(parse({"resample": "200", "resamples": "many", "fast": "1"}), [notebook])
    message = str(refused.value)
    assert "there is no parameter 'resample'. Allowed: fast, resamples, study_dir, trim." in message
    assert "01_example: the parameter 'resamples' is a text. Allowed: a whole number, such as 5000." in message
    assert "01_example: the parameter 'fast' is a whole number. Allowed: true or false" in message


def test_a_notebook_gets_only_what_it_has(notebook):
    assert fitting({"resamples": 10, "other": 1}, notebook) == {"resamples": 10}
