"""Places: sky, relief, ground, water, plants, buildings and rooms. Knows no shot size."""
