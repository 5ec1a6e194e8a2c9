"""How fast models run here: beside the card's own limit, and beside a plain diffusers script."""
