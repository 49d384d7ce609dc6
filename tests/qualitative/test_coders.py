"""Agreement code by code: every number against the coefficient of a plain table of that code, and what must hold for any codings."""

import itertools

import numpy as np
import pandas as pd
import pytest

from helpers.qualitative import agreement
from helpers.qualitative.coders import code_agreement
from helpers.qualitative.coefficients.resampling import drawn_weights
from helpers.qualitative.overlap import code_overlap
from helpers.qualitative.passages.decisions import make_decisions
from helpers.qualitative.unitizing import unitizing_alpha, unitizing_by_code

OPTIONS = {"resamples": 200, "seed": 1}


def interviews(documents=8, turns=9):
    """Turns of 20 characters with one between; every third is a question."""
    rows = [
        (f"I{document:02}", turn, 21 * turn, 21 * turn + 20, "answer" if turn % 3 else "question")
        for document in range(1, documents + 1)
        for turn in range(turns)
    ]
    return pd.DataFrame(rows, columns=["document", "segment", "start", "end", "kind"])


def codings_of(segments, coders, *, codes=("costs", "trust", "rare"), seed=1, know=0.8):
    """Coders who find what is there with probability ``know`` and add something now and then; passages start and end a little apart."""
    rng = np.random.default_rng(seed)
    rows = []
    for code, frequency in zip(codes, (0.5, 0.3, 0.03), strict=False):
        there = rng.random(len(segments)) < frequency
        for coder in coders:
            found = np.where(rng.random(len(segments)) < know, there, rng.random(len(segments)) < frequency)
            for segment in segments[found].itertuples():
                start = segment.start + rng.integers(0, 6)
                rows.append((segment.document, start, start + rng.integers(3, 14), code, coder))
    return pd.DataFrame(rows, columns=["document", "start", "end", "code", "coder"])


def ratings_of(segments, codings, coders, code):
    """Answers x coders, 1 or 0, None where the coder coded nothing in the document: written out."""
    rows = []
    for unit in segments[segments["kind"] == "answer"].itertuples():
        own = codings[codings["document"] == unit.document]
        hits = own[(own["start"] < unit.end) & (own["end"] > unit.start) & (own["code"] == code)]
        rows.append([float(coder in set(hits["coder"])) if coder in set(own["coder"]) else np.nan for coder in coders])
    table = pd.DataFrame(rows, columns=list(coders), index=segments.loc[segments["kind"] == "answer", "document"])
    return table[table.notna().sum(axis=1) >= 2]


@pytest.fixture(scope="module", params=["two", "three, some documents missing"])
def study(request):
    segments = interviews()
    coders = ["A", "B"] if request.param == "two" else ["A", "B", "C"]
    codings = codings_of(segments, coders)
    if len(coders) == 3:
        left_out = {("A", "I01"), ("B", "I01"), ("B", "I03"), ("C", "I05")}
        codings = codings[[pair not in left_out for pair in zip(codings["coder"], codings["document"], strict=True)]]
    return segments, codings, coders


def test_every_code_equals_its_plain_table(study):
    segments, codings, coders = study
    found = code_agreement(segments, codings, coders=coders, least=1, **OPTIONS).set_index("code")
    assert found.index.tolist() == ["costs", "rare", "trust", ""]
    kappa = agreement.cohen_kappa if len(coders) == 2 else agreement.conger_kappa
    for code in ("costs", "rare", "trust"):
        ratings = ratings_of(segments, codings, coders, code)
        row = found.loc[code]
        assert row["n"] == len(ratings)
        assert row["occurrences"] == (ratings.sum(axis=1) > 0).sum()
        assert row["prevalence"] == pytest.approx(ratings.mean().mean())
        assert row["alpha"] == pytest.approx(agreement.krippendorff_alpha(ratings))
        assert row["kappa"] == pytest.approx(kappa(ratings))
        for name, function in (("percent", "percent_agreement"), ("brennan_prediger", "brennan_prediger"), ("ac1", "gwet_ac1")):
            assert row[name] == pytest.approx(getattr(agreement, function)(ratings, categories=[0, 1])), name


def test_intervals_equal_those_of_the_plain_table(study):
    segments, codings, coders = study
    found = code_agreement(segments, codings, coders=coders, least=1, level=0.9, **OPTIONS).set_index("code")
    for code in ("costs", "trust"):
        ratings = ratings_of(segments, codings, coders, code)
        plain = agreement.bootstrap_alpha(ratings, groups=ratings.index, level=0.9, **OPTIONS).iloc[0]
        assert found.loc[code, ["low", "high"]].tolist() == pytest.approx(plain[["low", "high"]].tolist())


def test_all_codes_sum_disagreements_before_they_divide(study):
    segments, codings, coders = study
    found = code_agreement(segments, codings, coders=coders, least=1, **OPTIONS).set_index("code")
    tables = [ratings_of(segments, codings, coders, code) for code in ("costs", "rare", "trust")]

    def parts(ratings):
        """Observed and expected disagreement of Krippendorff, from pairs written out."""
        units = [unit.dropna().tolist() for _, unit in ratings.iterrows()]
        seen = sum(sum(one != two for one, two in itertools.permutations(unit, 2)) / (len(unit) - 1) for unit in units)
        everything = [value for unit in units for value in unit]
        return seen, 2 * everything.count(0) * everything.count(1) / (len(everything) - 1)

    def all_alpha(chosen):
        observed, expected = np.sum([parts(ratings) for ratings in chosen], axis=0)
        return 1 - observed / expected

    assert found.at["", "alpha"] == pytest.approx(all_alpha(tables))
    documents = tables[0].index.unique()
    weights = np.concatenate(list(drawn_weights(len(documents), resamples=200, seed=1, width=7)))[:12]
    first = [
        all_alpha([pd.concat([table.loc[[name]] for name, times in zip(documents, row, strict=True) for _ in range(int(times))]) for table in tables])
        for row in weights
    ]
    few = code_agreement(segments, codings, coders=coders, least=1, resamples=12, seed=1, level=0.5).set_index("code")
    assert few.loc["", ["low", "high"]].tolist() == pytest.approx(np.quantile(first, [0.25, 0.75]).tolist())
    assert found.at["", "percent"] == pytest.approx(found["percent"].iloc[:3].mean())
    assert found.at["", "brennan_prediger"] == pytest.approx(found["brennan_prediger"].iloc[:3].mean())
    assert found.at["", "occurrences"] == found["occurrences"].iloc[:3].sum()
    assert found.at["", "prevalence"] == pytest.approx(found["prevalence"].iloc[:3].mean())


@pytest.mark.parametrize("coders", ["AB", "ABC"])
def test_free_segmentation_of_documents_that_all_worked_on(coders):
    segments = interviews()
    codings = codings_of(segments, coders)
    codings = codings[(codings["coder"] != "B") | (codings["document"] != "I02")]
    found = code_agreement(segments, codings, coders=list(coders), least=1, **OPTIONS).set_index("code")
    shared = codings[codings["document"] != "I02"]
    lengths = segments[segments["document"] != "I02"].groupby("document")["end"].max()
    plain = unitizing_by_code(shared, length=lengths).set_index("code")["alpha"]
    assert found["alpha_u"].drop("").to_dict() == pytest.approx(plain.to_dict())
    assert found.at["", "alpha_u"] == pytest.approx(unitizing_alpha(shared, length=lengths))
    if coders == "AB":
        assert found["overlap"].to_dict() == pytest.approx(code_overlap(codings, coders=["A", "B"]).set_index("code")["share"].to_dict())


def test_overlap_of_three_coders_is_over_their_pairs():
    segments = interviews()
    codings = codings_of(segments, "ABC")
    found = code_agreement(segments, codings, coders=list("ABC"), least=1, **OPTIONS).set_index("code")["overlap"]
    tables = [code_overlap(codings, coders=pair).set_index("code") for pair in itertools.combinations("ABC", 2)]
    matched = sum(2 * table["matched"] for table in tables)
    passages = sum(table["n_first"] + table["n_second"] for table in tables)
    assert found.to_dict() == pytest.approx((matched / passages).to_dict())


def test_rare_codes_are_not_assessable():
    segments = interviews()
    found = code_agreement(segments, codings_of(segments, "AB"), coders=["A", "B"], **OPTIONS).set_index("code")
    assert found["assessable"].to_dict() == {"costs": True, "rare": False, "trust": True, "": True}
    coefficients = found.columns.drop(["n", "occurrences", "prevalence", "assessable"])
    assert list(coefficients) == ["percent", "alpha", "low", "high", "kappa", "brennan_prediger", "ac1", "alpha_u", "overlap"]
    assert found.loc["rare", coefficients].isna().all()
    assert found.loc[["costs", "trust", ""], coefficients].notna().all(axis=None)
    assert found.at["rare", "occurrences"] > 0
    exactly = found.at["rare", "occurrences"]
    again = code_agreement(segments, codings_of(segments, "AB"), coders=["A", "B"], least=exactly, **OPTIONS)
    assert again["assessable"].all()


def test_codes_in_the_order_of_the_code_system_unused_ones_too():
    segments = interviews()
    codings = codings_of(segments, "AB")
    found = code_agreement(segments, codings, coders=["A", "B"], codes=["trust", "unused", "costs"], least=0, **OPTIONS)
    assert found["code"].tolist() == ["trust", "unused", "costs", ""]
    unused = found.set_index("code").loc["unused"]
    assert (unused["n"], unused["occurrences"], unused["percent"]) == (48, 0, 1)
    assert unused[["alpha", "kappa", "alpha_u", "overlap"]].isna().all()
    # A document stays "worked on" if only codes outside the list were given in it.
    only_rare = codings[(codings["document"] != "I01") | (codings["coder"] == "A")]
    only_rare = pd.concat([only_rare, pd.DataFrame([("I01", 0, 5, "rare", "B")], columns=codings.columns)])
    there = code_agreement(segments, only_rare, coders=["A", "B"], codes=["costs"], **OPTIONS).iloc[0]
    assert there["n"] == 48
    plain = code_overlap(only_rare, coders=["A", "B"]).set_index("code")
    assert there["overlap"] == plain.at["costs", "share"]
    assert plain.at["costs", "n_first"] == (only_rare.query("code == 'costs'")["coder"] == "A").sum()


def test_touching_is_not_overlapping():
    segments = pd.DataFrame([("d", 1, 0, 10, "answer"), ("d", 2, 10, 20, "answer")], columns=["document", "segment", "start", "end", "kind"])
    codings = pd.DataFrame([("d", 0, 10, "c", "A"), ("d", 9, 11, "c", "B")], columns=["document", "start", "end", "code", "coder"])
    decided = make_decisions(segments, codings, coders=["A", "B"])
    assert decided.given[:, :, 0].tolist() == [[True, False], [True, True]]
    assert decided.rated.all()


def test_order_of_rows_and_coders_and_names_of_codes_do_not_matter():
    segments = interviews()
    codings = codings_of(segments, "AB")
    found = code_agreement(segments, codings, coders=["A", "B"], least=1, **OPTIONS)
    other = code_agreement(segments, codings.sample(frac=1, random_state=1), coders=["B", "A"], least=1, **OPTIONS)
    pd.testing.assert_frame_equal(found, other)
    renamed = code_agreement(segments, codings.replace({"costs": "zz"}), coders=["A", "B"], least=1, **OPTIONS)
    before, after = found.set_index("code").rename({"costs": "zz"}), renamed.set_index("code")
    pd.testing.assert_frame_equal(after.loc[before.index], before)


def test_full_agreement_and_independence():
    segments = interviews(documents=60)
    own = codings_of(segments, "A")
    same = code_agreement(segments, pd.concat([own, own.assign(coder="B")]), coders=["A", "B"], **OPTIONS)
    ones = ["percent", "alpha", "low", "high", "kappa", "brennan_prediger", "ac1", "alpha_u", "overlap"]
    assert (same.loc[same["assessable"], ones] == 1).all(axis=None)
    guessed = code_agreement(segments, codings_of(segments, "AB", know=0), coders=["A", "B"], **OPTIONS).set_index("code")
    assert guessed.loc[["costs", "trust", ""], ["alpha", "kappa"]].abs().to_numpy().max() < 0.13
    # Thrown into one pot, guesses would look like agreement because both know which code is frequent.
    pot = pd.concat([ratings_of(segments, codings_of(segments, "AB", know=0), "AB", code) for code in ("costs", "trust", "rare")])
    assert agreement.krippendorff_alpha(pot) > guessed.at["", "alpha"] + 0.1


def test_recovers_how_often_coders_know():
    segments = interviews(documents=400)
    found = code_agreement(segments, codings_of(segments, "AB", know=0.8), coders=["A", "B"], **OPTIONS).set_index("code")
    # Both know in .64 of the answers; else at least one guesses with the code's own frequency.
    assert found.loc[["costs", "trust", ""], "alpha"].tolist() == pytest.approx([0.64] * 3, abs=0.05)
    assert found.loc[["costs", "trust", ""], "kappa"].tolist() == pytest.approx([0.64] * 3, abs=0.05)


def test_one_document_has_no_interval():
    segments = interviews(documents=1, turns=40)
    found = code_agreement(segments, codings_of(segments, "AB"), coders=["A", "B"], **OPTIONS).set_index("code")
    assert found[["low", "high"]].isna().all(axis=None)
    assert found.loc["", "alpha"] > 0


def test_wrong_input_is_told():
    segments = interviews()
    codings = codings_of(segments, "AB")
    with pytest.raises(ValueError, match="no coding: C"):
        code_agreement(segments, codings, coders=["A", "C"], **OPTIONS)
    with pytest.raises(ValueError, match="the table of segments lacks the columns kind"):
        code_agreement(segments.drop(columns="kind"), codings, coders=["A", "B"], **OPTIONS)
    with pytest.raises(ValueError, match="the table of codings lacks the columns code"):
        code_agreement(segments, codings.drop(columns="code"), coders=["A", "B"], **OPTIONS)
    with pytest.raises(ValueError, match="lie in documents that have no segments"):
        code_agreement(segments[segments["document"] != "I01"], codings, coders=["A", "B"], **OPTIONS)
    with pytest.raises(ValueError, match="no answer lies in a document that two of the 2 coders coded"):
        code_agreement(segments.assign(kind="other"), codings, coders=["A", "B"], **OPTIONS)
    with pytest.raises(ValueError, match="resamples"):
        code_agreement(segments, codings, coders=["A", "B"], resamples=0, seed=1)


def test_the_input_is_not_changed():
    segments = interviews()
    codings = codings_of(segments, "AB")
    before = segments.copy(), codings.copy()
    code_agreement(segments, codings, coders=["A", "B"], **OPTIONS)
    pd.testing.assert_frame_equal(segments, before[0])
    pd.testing.assert_frame_equal(codings, before[1])
