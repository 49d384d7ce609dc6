"""What the coefficients of agreement are made of: ratings as counts, agreement by chance, standard errors, resampling."""
