"""Tokenizers made in memory, and small text encoders: every character is a token or unknown."""

from typing import Any

import torch
from transformers import (
    CLIPTextConfig,
    CLIPTextModel,
    CLIPTextModelWithProjection,
    CLIPTokenizer,
    Qwen2Tokenizer,
    Qwen3Config,
    Qwen3ForCausalLM,
    Qwen3Model,
    T5Config,
    T5EncoderModel,
    T5Tokenizer,
    UMT5Config,
    UMT5EncoderModel,
)

LETTERS = [chr(code) for code in range(33, 127)]
CHAT = (
    "{% for message in messages %}<|im_start|>{{ message['role'] }}\n{{ message['content'] }}"
    "<|im_end|>\n{% endfor %}{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}"
)
SEED = 20261124


def clip_tokenizer() -> Any:
    """Letters, and letters that end a word."""
    pieces = ["<|startoftext|>", "<|endoftext|>", *LETTERS, *(f"{one}</w>" for one in LETTERS)]
    vocab = {piece: number for number, piece in enumerate(pieces)}
    tokenizer = CLIPTokenizer(vocab=vocab, merges=[])
    tokenizer.model_max_length = 77
    return tokenizer


def clip_encoder(projected: bool = False) -> Any:
    """A CLIP text encoder of width 32."""
    config = CLIPTextConfig(
        vocab_size=2 + 2 * len(LETTERS), hidden_size=32, intermediate_size=37,
        num_attention_heads=4, num_hidden_layers=3, projection_dim=32, hidden_act="gelu",
        bos_token_id=0, eos_token_id=1, pad_token_id=1,
    )  # fmt: skip
    return shaken((CLIPTextModelWithProjection if projected else CLIPTextModel)(config))


def t5_tokenizer() -> Any:
    """Letters with and without the mark of a word's beginning."""
    pieces = ["<pad>", "</s>", "<unk>", "▁", *LETTERS]
    tokenizer = T5Tokenizer(
        vocab=[(piece, -float(at)) for at, piece in enumerate(pieces)], extra_ids=0
    )
    tokenizer.model_max_length = 512
    return tokenizer


def t5_encoder(kind: str = "t5") -> Any:
    """A T5 or UMT5 encoder of width 32."""
    config_class, model_class = (
        (UMT5Config, UMT5EncoderModel) if kind == "umt5" else (T5Config, T5EncoderModel)
    )
    config = config_class(
        vocab_size=4 + len(LETTERS), d_model=32, d_kv=8, d_ff=37, num_layers=2, num_heads=4,
        dropout_rate=0.0, pad_token_id=0, eos_token_id=1, decoder_start_token_id=0,
    )  # fmt: skip
    return shaken(model_class(config))


def qwen_tokenizer() -> Any:
    """Every byte is a token, so that any text has tokens."""
    from transformers.convert_slow_tokenizer import bytes_to_unicode

    pieces = [*bytes_to_unicode().values(), "<|endoftext|>", "<|im_start|>", "<|im_end|>"]
    tokenizer = Qwen2Tokenizer(
        vocab={piece: number for number, piece in enumerate(pieces)}, merges=[],
        additional_special_tokens=["<|im_start|>", "<|im_end|>"],
    )  # fmt: skip
    tokenizer.chat_template = CHAT
    return tokenizer


def qwen3_encoder(width: int = 16, layers: int = 2, writes: bool = False) -> Any:
    """A Qwen3, with or without the head that writes."""
    config = Qwen3Config(
        vocab_size=300, hidden_size=width, intermediate_size=16, num_hidden_layers=layers,
        num_attention_heads=2, num_key_value_heads=2, head_dim=8, max_position_embeddings=512,
    )  # fmt: skip
    return shaken((Qwen3ForCausalLM if writes else Qwen3Model)(config))


def shaken(model: Any) -> Any:
    """The model with the same small random weights on every machine, ready to be used."""
    generator = torch.Generator("cpu").manual_seed(SEED)
    with torch.no_grad():
        for name, parameter in sorted(model.named_parameters()):
            noise = torch.randn(parameter.shape, generator=generator, dtype=torch.float32)
            around = (
                1.0 if name.endswith("norm.weight") or "norm" in name.split(".")[-2:][0] else 0.0
            )
            is_scale = around and name.endswith("weight") and parameter.ndim == 1
            parameter.copy_((1.0 if is_scale else 0.0) + noise * (0.02 if is_scale else 0.08))
    return model.eval()
