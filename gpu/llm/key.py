"""The key of a server: named by the environment variable that holds it, and never shown."""

import os
from dataclasses import dataclass

DEFAULT = "OPENAI_API_KEY"


@dataclass(frozen=True)
class Key:
    """The variable's name; empty where the profile names none, which means OPENAI_API_KEY.

    `trusted`: whether whoever works here chose server and variable. No other key is sent.
    """

    named: str = ""
    trusted: bool = True

    @property
    def variable(self) -> str:
        """The name of the variable."""
        return self.named or DEFAULT

    def value(self, url: str) -> str:
        """What is sent to that URL; empty where there is no key for it.

        A key that the profile does not name is not sent in the clear: it is somebody else's.
        """
        if not self.trusted or (not self.named and not url.startswith("https://")):
            return ""
        return os.environ.get(self.variable, "").strip()

    def hidden(self, text: str, url: str) -> str:
        """The text without the key, for servers that quote it."""
        value = self.value(url)
        return text.replace(value, "…") if value else text
