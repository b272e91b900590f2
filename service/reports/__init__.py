"""Documents that people ask for by name. One file = one report; `registry` finds them."""
