"""What a comparison is made of."""

from collections.abc import Callable
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Scenario:
    """One load. `goal` is the share of the reference's figure that ours may have at most, of the first figure of its
    row."""

    name: str
    load: list  # arguments of the load
    targets: tuple
    goal: float | None = None
    part: str | None = None  # of the load's result, where it has several
    figure: str = "cpu"  # what the goal is about: cpu or p50
    reference: str | None = None  # the suite's, if none is given
    keys: int = 0  # so many sensors speak DTLS
    has_data: bool = False  # --data, in the target's folder
    options: list = field(default_factory=list)  # of our program besides
    floor_options: list = field(default_factory=list)  # of a bare relay besides
    floors: dict = field(default_factory=dict)  # least of a figure, whatever others have
    ceilings: dict = field(default_factory=dict)  # most of a figure

    @property
    def group(self):
        """Scenarios of one group are parts of one run."""
        return " ".join([*self.load, *self.options, *self.targets])


@dataclass(frozen=True)
class Suite:
    """Programs of one kind under the same loads."""

    name: str
    text: str
    load: str  # the program that makes it
    targets: tuple
    ours: tuple  # of those
    reference: str  # of those: what ours is compared with
    reference_title: str
    scenarios: list
    start: Callable  # (given, target, processor, scenario): a running target, for `with`


def flags(**values):
    """--name value …, with hyphens."""
    return [word for name, value in values.items() for word in (f"--{name.replace('_', '-')}", str(value))]
