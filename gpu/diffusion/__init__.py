"""Images and clips from diffusers models: loaded once, run one brief at a time, on record."""
