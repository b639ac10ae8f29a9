"""Words that occur nowhere else, so that they can be looked for where they must not be."""

import itertools
import uuid
from dataclasses import dataclass, field

numbers = itertools.count(1)


@dataclass
class Marks:
    """Makes the unique words and remembers where each was put: `create_item.sku`."""

    prefix: str = field(default_factory=lambda: "Zq" + uuid.uuid4().hex[:10])
    made: dict[str, str] = field(default_factory=dict)

    def __call__(self, name: str) -> str:
        """A word of 18 letters and digits, good in every pattern that takes mixed case."""
        word = f"{self.prefix}x{next(numbers):05d}"
        self.made[word] = name
        return word

    def found_in(self, text: str) -> dict[str, str]:
        """Which of the words occur, with the places that they were put into."""
        folded = text.casefold()
        if self.prefix.casefold() not in folded:
            return {}
        return {word: name for word, name in self.made.items() if word.casefold() in folded}
