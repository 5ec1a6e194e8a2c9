"""ComfyUI as who makes pictures and clips: workflows, its server's protocol, what comes back."""
