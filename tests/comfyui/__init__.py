"""Tests of the ComfyUI backend, against a server that speaks ComfyUI's protocol."""
