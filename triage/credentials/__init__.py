"""Who to be at a mail server: passwords and OAuth2 tokens. No secret appears in a repr, an error or a log."""

from triage.credentials.oauth2 import GOOGLE, OAuth2Credentials, TokenEndpoint, microsoft
from triage.credentials.secret import PasswordCredentials, Secret

__all__ = ["GOOGLE", "OAuth2Credentials", "PasswordCredentials", "Secret", "TokenEndpoint", "microsoft"]
