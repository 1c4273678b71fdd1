"""The configuration: one TOML file, overridden by `TRIAGE_...` variables, turned into the frozen values that rooms use.

`config.example.toml` explains every key. Secrets come from a value, an environment variable, a file or a command
and are held as `SecretStr`, so that no log or error shows them.
"""

from triage.config.accounts import AccountSection
from triage.config.loading import default_settings, load
from triage.config.service import OidcSection, WebSection
from triage.config.settings import Settings

__all__ = ["AccountSection", "OidcSection", "Settings", "WebSection", "default_settings", "load"]
