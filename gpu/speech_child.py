"""Speaks one text with eSpeak NG and prints the samples. A program of its own, for each line anew:

in one process a line comes out differently after other lines. Standard library only, no imports of
ours, so that it starts in a few milliseconds.
"""

import ctypes
import json
import struct
import sys

_SYNCHRONOUS = 2
_DO_NOT_EXIT = 0x8000
_UTF8 = 1
_RATE, _PITCH = 1, 3
_OK = 0
_Heard = ctypes.CFUNCTYPE(
    ctypes.c_int, ctypes.POINTER(ctypes.c_short), ctypes.c_int, ctypes.c_void_p
)


def speak(request: dict[str, str | int]) -> bytes:
    """The rate in Hz as a little-endian u32, then the samples, 16 bit, as the machine stores them.

    Exits with a sentence when eSpeak NG refuses.
    """
    espeak = ctypes.CDLL(str(request["library"]))
    data = str(request["data"]).encode()
    rate_hz = espeak.espeak_Initialize(_SYNCHRONOUS, 0, data, _DO_NOT_EXIT)
    if rate_hz <= 0:
        sys.exit(f"eSpeak NG cannot start with the data in {request['data']}")
    if espeak.espeak_SetVoiceByName(str(request["voice"]).encode()) != _OK:
        sys.exit(f"eSpeak NG has no voice {request['voice']!r}")
    espeak.espeak_SetParameter(_RATE, int(request["rate_wpm"]), 0)
    espeak.espeak_SetParameter(_PITCH, int(request["pitch"]), 0)
    heard = bytearray()

    def hear(samples: ctypes.c_void_p, count: int, _events: ctypes.c_void_p) -> int:
        if samples and count:
            heard.extend(ctypes.string_at(samples, count * 2))
        return 0

    callback = _Heard(hear)
    espeak.espeak_SetSynthCallback(callback)
    text = str(request["text"]).encode()
    size = ctypes.c_size_t(len(text) + 1)
    if espeak.espeak_Synth(text, size, 0, 0, 0, _UTF8, None, None) != _OK:
        sys.exit("eSpeak NG could not speak this text")
    espeak.espeak_Synchronize()
    return struct.pack("<I", rate_hz) + bytes(heard)


if __name__ == "__main__":
    sys.stdout.buffer.write(speak(json.load(sys.stdin.buffer)))
