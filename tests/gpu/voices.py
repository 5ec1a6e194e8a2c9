"""Tiny voices with random weights, the real classes: what comes out is a buzz, not speech."""

from io import BytesIO
from pathlib import Path
from typing import Any

import sentencepiece
import torch
from safetensors.torch import save_file
from tokenizers import Tokenizer, models, pre_tokenizers
from transformers import (
    PocketTTSAudioTokenizerConfig,
    PocketTTSAudioTokenizerModel,
    PocketTTSConfig,
    PocketTTSFeatureExtractor,
    PocketTTSForConditionalGeneration,
    PreTrainedTokenizerFast,
    SpeechT5Config,
    SpeechT5ForTextToSpeech,
    SpeechT5HifiGan,
    SpeechT5HifiGanConfig,
    SpeechT5Tokenizer,
)

from gpu.briefs import AudioBrief
from gpu.stages import Made
from gpu.tiny.words import shaken
from gpu.voice import VoiceStage
from tests.gpu.footage import quiet

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


def pocket(folder: Path, stops: bool = True) -> Path:
    """A Pocket TTS with its codec beside it, and no voice."""
    pieces = ["<unk>", "<pad>", *SIGNS, "▁"]
    marks = {
        "audio_prompt_token": "<voice>", "audio_latent_token": "<latent>",
        "audio_prompt_bos_token": "<voice_begins>", "audio_bos_token": "<audio_begins>",
    }  # fmt: skip
    at = {mark: len(pieces) + number for number, mark in enumerate(marks.values())}
    signs = Tokenizer(models.WordLevel({one: n for n, one in enumerate(pieces)}, "<unk>"))
    signs.pre_tokenizer = pre_tokenizers.Sequence(
        [pre_tokenizers.Metaspace(), pre_tokenizers.Split("", "isolated")]
    )
    tokens = PreTrainedTokenizerFast(
        tokenizer_object=signs, unk_token="<unk>", pad_token="<pad>", padding_side="left",
        extra_special_tokens=marks,
    )  # fmt: skip
    head = {
        "hidden_size": 16, "num_hidden_layers": 1, "latent_dim": 8, "condition_dim": 16,
        "frequency_embedding_size": 16,
    }  # fmt: skip
    model = shaken(
        PocketTTSForConditionalGeneration(
            PocketTTSConfig(
                vocab_size=len(pieces) + 4, hidden_size=16, num_hidden_layers=1,
                num_attention_heads=2, intermediate_size=16, latent_dim=8, flow_head_config=head,
                pad_token_id=1, audio_prompt_token_id=at["<voice>"],
                audio_latent_token_id=at["<latent>"],
                audio_prompt_bos_token_id=at["<voice_begins>"],
                audio_bos_token_id=at["<audio_begins>"],
            )
        )
    )  # fmt: skip
    model.generation_config.do_sample = True
    with torch.no_grad():
        model.eos_head.bias.fill_(90.0 if stops else -90.0)
    codec = PocketTTSAudioTokenizerModel(
        PocketTTSAudioTokenizerConfig(
            hidden_size=16, num_filters=2, num_hidden_layers=1, intermediate_size=16,
            num_attention_heads=2, num_key_value_heads=2, upsample_groups=16, latent_dim=8,
        )
    )  # fmt: skip
    model.save_pretrained(folder)
    tokens.save_pretrained(folder)
    PocketTTSFeatureExtractor().save_pretrained(folder)
    shaken(codec).save_pretrained(folder / "codec")
    return folder


def another_speaker(file: Path, seed: int) -> Path:
    """An x-vector."""
    generator = torch.Generator("cpu").manual_seed(seed)
    save_file({"xvector": torch.randn(SPEAKER_SIZE, generator=generator)}, file)
    return file


def brief(model: Path, text: str, seed: int = 1, **settings: str) -> AudioBrief:
    """A line for the voice in a folder."""
    return AudioBrief(
        text=text,
        language="en",
        role="narration",
        seed=seed,
        settings=settings,
        running={"model": "somebody/some-voice", "where": str(model)},
    )


def spoken(out: Path, line: AudioBrief, by: VoiceStage | None = None) -> Made:
    """The line, by a voice that is loaded or by a new one."""
    return (by or VoiceStage()).run(line, out, quiet)
