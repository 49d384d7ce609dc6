"""Running: execute the notebooks, bind what they published, swap it in."""
