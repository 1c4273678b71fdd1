"""The configuration of the demo: an ordinary one, so that every command works on it from another terminal."""

from importlib import resources
from pathlib import Path

from triage.demo.servers import DemoServers

CONFIG = """\
# Written by `triage demo`.
catalogue_file = "catalogue.toml"

[company]
name = "Lumina LED Co., Ltd."
person = "Li Na"
role = "Export Sales Manager"
website = "https://lumina-led.example"
profile = "We have made LED lamps in Ningbo since 2008."
catalogue_link = "https://lumina-led.example/catalogue.pdf"

[markets.weights]
DE = 1.5
US = 1.3

[followups]
enabled = true
a_day = 3

[web]
port = 0
login = false

[accounts.demo]
address = "{user}"
person = "Li Na"
sender_name = "Li Na, Lumina LED"
password = {{ value = "{password}" }}
first_run = "everything"
poll_seconds = 2.0

[accounts.demo.imap]
host = "{imap_host}"
port = {imap_port}
security = "none"

[accounts.demo.smtp]
host = "{smtp_host}"
port = {smtp_port}
security = "none"
"""


def write_config(folder: Path, servers: DemoServers) -> Path:
    """Put configuration and catalogue into the folder; returns the configuration's path."""
    catalogue = resources.files("triage.demo").joinpath("catalogue.toml").read_text(encoding="utf-8")
    (folder / "catalogue.toml").write_text(catalogue, encoding="utf-8")
    text = CONFIG.format(
        user=servers.user,
        password=servers.password,
        imap_host=servers.imap_host,
        imap_port=servers.imap_port,
        smtp_host=servers.smtp_host,
        smtp_port=servers.smtp_port,
    )
    path = folder / "config.toml"
    path.write_text(text, encoding="utf-8")
    return path
