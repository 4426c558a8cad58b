"""Users' own files whose hooks a config does not list, so that giving them does less than it seems to."""

from detcore.plugins import Registry

__all__ = ["unlisted_hooks"]


def unlisted_hooks(registry: Registry) -> list[str]:
    """One notice for each file, with the override that lists it; a file that only offers components needs none."""
    return [
        f"{file.path}: its hooks are not called, because hooks under [plugins] does not list them; "
        f"list them with plugins.hooks+={name}"
        for file, name in registry.unlisted_files()
    ]
