"""How the shipped model of names is made: `make train-names`. Nothing here is imported by what serves."""
