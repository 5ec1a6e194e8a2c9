"""Tiny voices with random weights, the real classes: what comes out is a buzz, not speech."""

from io import BytesIO
from pathlib import Path
from typing import Any

import sentencepiece
import torch
from safetensors.torch import save_file
from transformers import (
    SpeechT5Config,
    SpeechT5ForTextToSpeech,
    SpeechT5HifiGan,
    SpeechT5HifiGanConfig,
    SpeechT5Tokenizer,
)

from gpu.tiny.words import shaken

SPEAKER_SIZE = 16
SIGNS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ.,;:!?'\"-()"


def speecht5(folder: Path, stops: bool = True, **changes: Any) -> Path:
    """A SpeechT5 as a folder of model, vocoder and speaker. `stops`: at once, or never."""
    config = SpeechT5Config(
        vocab_size=4 + len(SIGNS) + 1, hidden_size=16, encoder_layers=1, encoder_attention_heads=2,
        encoder_ffn_dim=16, decoder_layers=1, decoder_attention_heads=2, decoder_ffn_dim=16,
        num_mel_bins=8, speech_decoder_prenet_units=8, speaker_embedding_dim=SPEAKER_SIZE,
        speech_decoder_postnet_layers=2, speech_decoder_postnet_units=8, max_text_positions=600,
        max_speech_positions=1876, conv_dim=(8,), conv_stride=(2,), conv_kernel=(2,),
        num_conv_pos_embeddings=4, num_conv_pos_embedding_groups=2, **changes,
    )  # fmt: skip
    model = shaken(SpeechT5ForTextToSpeech(config))
    with torch.no_grad():
        model.speech_decoder_postnet.prob_out.bias.fill_(9.0 if stops else -90.0)
    vocoder = SpeechT5HifiGan(
        SpeechT5HifiGanConfig(
            model_in_dim=8, upsample_initial_channel=32, resblock_kernel_sizes=[3],
            resblock_dilation_sizes=[[1, 3]],
        )
    )  # fmt: skip
    model.save_pretrained(folder / "model")
    tokenizer(folder).save_pretrained(folder / "model")
    shaken(vocoder).save_pretrained(folder / "vocoder")
    another_speaker(folder / "speaker.safetensors", 1)
    return folder


def tokenizer(folder: Path) -> Any:
    """Every sign is a token."""
    written = BytesIO()
    sentencepiece.SentencePieceTrainer.train(
        sentence_iterator=iter([" ".join(SIGNS)]), model_writer=written, model_type="char",
        vocab_size=4 + len(SIGNS) + 1, character_coverage=1.0, bos_id=0, pad_id=1, eos_id=2,
        unk_id=3, minloglevel=2,
    )  # fmt: skip
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / "signs.model"
    file.write_bytes(written.getvalue())
    made = SpeechT5Tokenizer(str(file))
    file.unlink()
    return made


def another_speaker(file: Path, seed: int) -> Path:
    """An x-vector."""
    generator = torch.Generator("cpu").manual_seed(seed)
    save_file({"xvector": torch.randn(SPEAKER_SIZE, generator=generator)}, file)
    return file
