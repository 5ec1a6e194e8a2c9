"""How long the card itself works on a step of SDXL: python -m benchmarks.gpu.graph.

Its denoiser is many small kernels, and where the processor tells the card of each one too slowly,
the card waits. A CUDA graph holds them all and is told once. reelog does not make one: this shows
what is to be had.
"""

from typing import Any

import torch

from benchmarks.gpu import denoise, flops, limit, models
from gpu.diffusion import numerics

STEPS = 8


class Graphed:
    """A UNet's forward, kept as a CUDA graph when it is first called; at one shape."""

    def __init__(self, forward: Any) -> None:
        self._forward = forward
        self._graph: torch.cuda.CUDAGraph | None = None

    def __call__(self, sample: Any, timestep: Any, **options: Any) -> Any:
        """As the forward itself, over tensors that it overwrites."""
        shown = options["added_cond_kwargs"]
        time = torch.as_tensor(timestep, device=sample.device)
        given = [
            sample, time, options["encoder_hidden_states"], shown["text_embeds"], shown["time_ids"]
        ]  # fmt: skip
        if self._graph is None:
            self._capture(given, options)
        for kept, new in zip(self._kept, given, strict=True):
            kept.copy_(new)
        assert self._graph is not None
        self._graph.replay()
        return self._out

    def _capture(self, given: list[Any], options: dict[str, Any]) -> None:
        self._kept = [one.clone() for one in given]
        sample, time, words, text, sizes = self._kept
        shown = {"text_embeds": text, "time_ids": sizes}
        options = {**options, "encoder_hidden_states": words, "added_cond_kwargs": shown}
        beside = torch.cuda.Stream()
        beside.wait_stream(torch.cuda.current_stream())
        with torch.cuda.stream(beside):
            for _ in range(2):
                self._forward(sample, time, **options)
        torch.cuda.current_stream().wait_stream(beside)
        self._graph = torch.cuda.CUDAGraph()
        with torch.cuda.graph(self._graph):
            self._out = self._forward(sample, time, **options)


def main() -> None:
    """Print seconds a step, and the share of the card's limit."""
    device = numerics.settle()
    rate, row = limit.matrix_rate(device), models.SDXL
    least_s = flops.of_forward(row) / rate
    pipeline = denoise.pipeline_of(row, device, torch.bfloat16)
    unet = pipeline.unet

    def tell(name: str) -> None:
        seconds = denoise.step_s(row, pipeline, STEPS)
        print(f"{name}: {seconds * 1000:.1f} ms a step, {least_s / seconds:.0%} of the limit")

    print(f"{torch.cuda.get_device_name()}, {rate / flops.TERA:.0f} TFLOP/s in bfloat16")
    tell("eager")
    unet.to(memory_format=torch.channels_last)
    tell("channels_last")
    forward = unet.forward
    unet.forward = Graphed(forward)
    tell("channels_last, as a CUDA graph")
    unet.forward = forward
    unet.compile_repeated_blocks(fullgraph=True)
    tell("channels_last, blocks compiled")
    unet.forward = Graphed(forward)
    tell("channels_last, blocks compiled, as a CUDA graph")


if __name__ == "__main__":
    if not torch.cuda.is_available():
        raise SystemExit("no GPU at hand")
    main()
