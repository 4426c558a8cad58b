"""Every error a user can cause, as one small tree.

DetcoreError                 exit status 1: the user's mistake, told in one paragraph
├── ConfigError              a config file or override is wrong; carries every problem found
│   └── UnknownComponentError   a name no installed plugin provides
├── DatasetError             annotations or pictures are wrong; names file and record
├── WeightsError             a weights file or checkpoint does not fit
├── RunError                 a run directory is in the way, missing, or unfinished
├── TrainingError            training cannot go on: a loss or gradient is not finite
└── PluginError              exit status 3: a plugin failed; names distribution and entry point

A caller's programming mistakes stay ``TypeError`` and ``ValueError``.
"""

__all__ = [
    "ConfigError",
    "DatasetError",
    "DetcoreError",
    "DetcoreWarning",
    "PluginError",
    "RunError",
    "TrainingError",
    "UnknownComponentError",
    "WeightsError",
]


class DetcoreError(Exception):
    """Something a user can put right; its message is shown alone, without a traceback."""

    exit_status = 1

    part: tuple[str | int, ...] = ()
    """Path of the part of a config that failed while it was built; empty: the error is not about one."""


class DetcoreWarning(UserWarning):
    """Something a user should know that stops nothing; the command shows its message alone."""


class ConfigError(DetcoreError):
    """A config is wrong. ``str()`` of it lists every problem, one a line."""


class UnknownComponentError(ConfigError):
    """A config names a component that nothing installed provides."""


class DatasetError(DetcoreError):
    """A dataset's annotations or pictures are wrong."""


class WeightsError(DetcoreError):
    """A weights file or a checkpoint cannot be read, or does not fit the model."""


class RunError(DetcoreError):
    """A run directory is in the way, missing, or not what was asked for."""


class TrainingError(DetcoreError):
    """Training cannot go on."""


class PluginError(DetcoreError):
    """A plugin failed while it was found, loaded or built."""

    exit_status = 3
