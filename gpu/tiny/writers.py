"""A tiny language model: its random weights write letter by letter, and mean nothing."""

from pathlib import Path

from transformers import GenerationConfig, Qwen3Config, Qwen3ForCausalLM

from gpu.tiny.words import qwen_tokenizer, shaken

READS = 65_536


def writer(folder: Path) -> None:
    """Qwen3 with one token a byte."""
    tokenizer = qwen_tokenizer()
    end = tokenizer.convert_tokens_to_ids("<|im_end|>")
    model = shaken(
        Qwen3ForCausalLM(
            Qwen3Config(
                vocab_size=300, hidden_size=16, intermediate_size=16, num_hidden_layers=2,
                num_attention_heads=2, num_key_value_heads=2, head_dim=8,
                max_position_embeddings=READS, eos_token_id=end,
            )
        )
    )  # fmt: skip
    model.generation_config = GenerationConfig(eos_token_id=end, do_sample=True)
    model.save_pretrained(folder)
    tokenizer.save_pretrained(folder)
