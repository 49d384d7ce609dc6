import numpy as np
import pandas as pd
import pytest

from helpers.integration.statements.populations import MAKERS, made_population
from helpers.integration.verdicts import statement_verdicts


@pytest.mark.parametrize("kind", MAKERS)
@pytest.mark.parametrize(("effect", "truth"), [(-0.1, 0), (0.0, 0.5), (0.1, 1)])
def test_a_population_is_as_true_as_was_asked(kind, effect, truth):
    made = made_population(kind, effect, size=120, seed=3)
    census = statement_verdicts(made.units, pd.DataFrame([made.claim]), made.sets, population=120, resamples=1, seed=1)
    assert len(made.units) == len(made.favours) == 120 and set(np.unique(made.favours)) <= {-1, 0, 1}
    assert census["probability"].min() == truth
    assert np.sign(made.favours.sum()) == np.sign(effect)


def test_what_cannot_be_made_is_said():
    with pytest.raises(ValueError, match="there are for majority, minority, ratings"):
        made_population("importance", 0.1, size=20, seed=1)
    with pytest.raises(ValueError, match="shares of said would lie outside"):
        made_population("majority", 0.6, size=20, seed=1)
