"""Reference values that no test compares, by the beginning of their id, each with the reason."""

_INTERVIEWS = "agreement between coders and co-occurrence belong to the interviews, which the project does not analyse yet"
_VERDICTS = "orderings and posteriors of shares belong to the verdicts on statements, which are simulated there by the Polya posterior"

NOT_COMPARED = {
    "beta.gas.pub.phiBC": "bias-corrected precision: the model reports the maximum likelihood estimate",
    "beta.gas.pub.phiBR": "bias-reduced precision: the model reports the maximum likelihood estimate",
    "ridge.": "no ridge regression: the primary model has few terms, fixed in advance",
    "omega.bfiA.": "hierarchical and total omega need three factors; blocks of this study are held to have one",
    "KMO.": "no factor analysis is offered, so its preconditions are not tested",
    "bartlett.": "no factor analysis is offered, so its preconditions are not tested",
    "pratt.": "Pratt's shares may be negative; LMG, alone and added last are offered",
    "friedman.": "ratings of several items are shown as distributions; no test across items is offered",
    "wilcox.": "ratings are not paired before and after",
    "mwu.": "two groups are compared by Kruskal-Wallis and Cliff's delta, as more groups are",
    "bh95.BH": "families are corrected after Holm, which bounds the chance of any false finding",
    "fisher.": "tables of any size have one seeded Monte Carlo test, with its own checks against complete enumeration",
    "kendall.mtcars": "the agreement of two indices is Spearman's",
    "spearman.mtcars": "the correlation of two indices is compared with scipy's on random data",
    "eta2H.": "the effect size of Kruskal-Wallis is epsilon squared",
    "prop.81_263.ac": "intervals are exact or Wilson's",
    "prop.1_29.ac": "intervals are exact or Wilson's",
    "prop.81_263.jeff": "intervals are exact or Wilson's",
    "prop.1_29.jeff": "intervals are exact or Wilson's",
    "svy.strat": "no stratified design: every unit of the frame was asked",
    "svy.rake.mean[1]": "standard error of a raked mean: shares stand beside their weighted version without an interval of its own",
    "svy.srs.logitci": "intervals are exact or Wilson's",
    "lmer.": "no multilevel model: one answer per unit",
    "kripp2011.": _INTERVIEWS,
    "cohen60.": _INTERVIEWS,
    "kendallW.": _INTERVIEWS,
    "phi.": _INTERVIEWS,
    "jaccard.": _INTERVIEWS,
    "dir.": _VERDICTS,
    "beta.gt": _VERDICTS,
}
