"""Tiny voices: what comes out of random weights is a buzz as long as a line would be."""

from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import sentencepiece
import torch
from safetensors.torch import save_file
from tokenizers import Tokenizer, models, pre_tokenizers
from transformers import (
    DacConfig,
    DacModel,
    DiaConfig,
    DiaFeatureExtractor,
    DiaForConditionalGeneration,
    DiaTokenizer,
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

from gpu.tiny.words import SEED, shaken

SIGNS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ.,;:!?'\"-()"
SPEAKER_SIZE = 16
LATENT_SIZE = 8
_MARKS = {
    "audio_prompt_token": "<voice>",
    "audio_latent_token": "<latent>",
    "audio_prompt_bos_token": "<voice_begins>",
    "audio_bos_token": "<audio_begins>",
}


def speecht5(folder: Path) -> None:
    """SpeechT5: folders model and vocoder, and an x-vector."""
    model = shaken(
        SpeechT5ForTextToSpeech(
            SpeechT5Config(
                vocab_size=5 + len(SIGNS), hidden_size=16, encoder_layers=1,
                encoder_attention_heads=2, encoder_ffn_dim=16, decoder_layers=1,
                decoder_attention_heads=2, decoder_ffn_dim=16, num_mel_bins=8,
                speech_decoder_prenet_units=8, speaker_embedding_dim=SPEAKER_SIZE,
                speech_decoder_postnet_layers=2, speech_decoder_postnet_units=8,
                max_text_positions=600, max_speech_positions=1876, conv_dim=(8,),
                conv_stride=(2,), conv_kernel=(2,), num_conv_pos_embeddings=4,
                num_conv_pos_embedding_groups=2,
            )
        )
    )  # fmt: skip
    _set(model.speech_decoder_postnet.prob_out.bias, 9.0)  # ends as soon as it may
    vocoder = SpeechT5HifiGan(
        SpeechT5HifiGanConfig(
            model_in_dim=8, upsample_initial_channel=32, resblock_kernel_sizes=[3],
            resblock_dilation_sizes=[[1, 3]],
        )
    )  # fmt: skip
    model.save_pretrained(folder / "model")
    _sentencepiece_tokenizer().save_pretrained(folder / "model")
    shaken(vocoder).save_pretrained(folder / "vocoder")
    save_file({"xvector": _noise(SPEAKER_SIZE)}, folder / "speaker.safetensors")


def pocket_tts(folder: Path) -> None:
    """Pocket TTS: the model, a folder codec, and somebody's latents."""
    tokenizer = _fast_tokenizer()
    at = {f"{mark}_id": tokenizer.convert_tokens_to_ids(one) for mark, one in _MARKS.items()}
    model = shaken(
        PocketTTSForConditionalGeneration(
            PocketTTSConfig(
                vocab_size=len(tokenizer), hidden_size=16, num_hidden_layers=1,
                num_attention_heads=2, intermediate_size=16, latent_dim=LATENT_SIZE,
                pad_token_id=tokenizer.pad_token_id, **at,
                flow_head_config={
                    "hidden_size": 16, "num_hidden_layers": 1, "latent_dim": LATENT_SIZE,
                    "condition_dim": 16, "frequency_embedding_size": 16,
                },
            )
        )
    )  # fmt: skip
    _set(model.eos_head.bias, 90.0)
    model.generation_config.do_sample = True
    codec = PocketTTSAudioTokenizerModel(
        PocketTTSAudioTokenizerConfig(
            hidden_size=16, num_filters=2, num_hidden_layers=1, intermediate_size=16,
            num_attention_heads=2, num_key_value_heads=2, upsample_groups=16,
            latent_dim=LATENT_SIZE,
        )
    )  # fmt: skip
    model.save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    PocketTTSFeatureExtractor().save_pretrained(folder)
    shaken(codec).save_pretrained(folder / "codec")
    save_file({"audio_prompt_latents": _noise(5, LATENT_SIZE)}, folder / "speaker.safetensors")


def dia(folder: Path) -> None:
    """Dia: the model, and a folder codec. It is told no voice."""
    codes = 16
    narrow = {"hidden_size": 16, "num_hidden_layers": 1, "head_dim": 8, "intermediate_size": 16}
    model = shaken(
        DiaForConditionalGeneration(
            DiaConfig(
                encoder_config={
                    **narrow, "num_attention_heads": 2, "num_key_value_heads": 2,
                },
                decoder_config={
                    **narrow, "num_attention_heads": 2, "num_key_value_heads": 1,
                    "cross_num_attention_heads": 2, "cross_head_dim": 8,
                    "cross_num_key_value_heads": 2, "cross_hidden_size": 16,
                    "vocab_size": codes + 4, "eos_token_id": codes, "pad_token_id": codes + 1,
                    "bos_token_id": codes + 2,
                },
            )
        )
    )  # fmt: skip
    model.generation_config.do_sample = True
    codec = DacModel(
        DacConfig(
            encoder_hidden_size=4, decoder_hidden_size=16, downsampling_ratios=[8, 8, 8],
            codebook_size=codes, codebook_dim=4, sampling_rate=44_100,
        )
    )  # fmt: skip
    model.save_pretrained(folder)
    DiaTokenizer().save_pretrained(folder)
    DiaFeatureExtractor(sampling_rate=44_100).save_pretrained(folder)
    shaken(codec).save_pretrained(folder / "codec")


def _sentencepiece_tokenizer() -> Any:
    """Every sign is a token."""
    written = BytesIO()
    sentencepiece.SentencePieceTrainer.train(
        sentence_iterator=iter([" ".join(SIGNS)]), model_writer=written, model_type="char",
        vocab_size=5 + len(SIGNS), character_coverage=1.0, bos_id=0, pad_id=1, eos_id=2, unk_id=3,
        minloglevel=2,
    )  # fmt: skip
    with TemporaryDirectory() as folder:
        file = Path(folder, "signs.model")
        file.write_bytes(written.getvalue())
        return SpeechT5Tokenizer(str(file))


def _fast_tokenizer() -> Any:
    """Every sign is a token, and there are four marks."""
    pieces = ["<unk>", "<pad>", *SIGNS, "▁"]
    signs = Tokenizer(models.WordLevel({one: at for at, one in enumerate(pieces)}, "<unk>"))
    signs.pre_tokenizer = pre_tokenizers.Sequence(
        [pre_tokenizers.Metaspace(), pre_tokenizers.Split("", "isolated")]
    )
    return PreTrainedTokenizerFast(
        tokenizer_object=signs, unk_token="<unk>", pad_token="<pad>", padding_side="left",
        extra_special_tokens=_MARKS,
    )  # fmt: skip


def _noise(*shape: int) -> torch.Tensor:
    return torch.randn(shape, generator=torch.Generator("cpu").manual_seed(SEED))


def _set(parameter: Any, value: float) -> None:
    with torch.no_grad():
        parameter.fill_(value)
