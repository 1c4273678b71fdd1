import sys
from pathlib import Path

import pytest

from triage.credentials import PasswordCredentials, Secret
from triage.errors import ConfigError

KEY = b"key of this test"


def test_a_secret_comes_from_each_of_its_four_places(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SALES_PASSWORD", "from-env")
    (tmp_path / "password").write_text("from-file\nsecond line\n")
    print_it = (sys.executable, "-c", "print('from-command'); print('more')")
    assert Secret(value="literal").read() == "literal"
    assert Secret(env="SALES_PASSWORD").read() == "from-env"
    assert Secret(file=tmp_path / "password").read() == "from-file"
    assert Secret(command=print_it).read() == "from-command"


@pytest.mark.parametrize(
    "secret",
    [
        Secret(),
        Secret(env="NO_SUCH_VARIABLE_HERE"),
        Secret(file=Path("/nonexistent/password")),
        Secret(command=("/nonexistent/program",)),
        Secret(command=(sys.executable, "-c", "import sys; print('hunter2', file=sys.stderr); sys.exit(3)")),
        Secret(command=(sys.executable, "-c", "")),
    ],
)
def test_a_missing_secret_is_an_error_with_a_remedy_and_without_the_secret(secret: Secret) -> None:
    with pytest.raises(ConfigError) as caught:
        secret.read()
    assert caught.value.remedy != ""
    assert "hunter2" not in str(caught.value)


def test_a_changed_file_is_noticed_without_a_restart(tmp_path: Path) -> None:
    file = tmp_path / "password"
    file.write_text("old")
    credentials = PasswordCredentials("sales@seller.example", Secret(file=file), KEY)
    before, login_before = credentials.digest(), credentials.login()
    file.write_text("new")
    assert (login_before.password, credentials.login().password) == ("old", "new")
    assert credentials.digest() != before


def test_the_digest_depends_on_the_key_and_tells_nothing() -> None:
    secret = Secret(value="hunter2")
    one = PasswordCredentials("sales@seller.example", secret, KEY).digest()
    other = PasswordCredentials("sales@seller.example", secret, b"another key").digest()
    assert one != other
    assert one == PasswordCredentials("sales@seller.example", Secret(value="hunter2"), KEY).digest()
    assert "hunter2" not in one


def test_no_repr_shows_a_secret() -> None:
    secret = Secret(value="hunter2")
    credentials = PasswordCredentials("sales@seller.example", secret, KEY)
    shown = f"{secret!r} {credentials!r} {credentials.login()!r}"
    assert "hunter2" not in shown


def test_the_digest_of_an_unreadable_secret_is_a_state_of_its_own(tmp_path: Path) -> None:
    file = tmp_path / "password"
    credentials = PasswordCredentials("sales@seller.example", Secret(file=file), KEY)
    missing = credentials.digest()
    file.write_text("there")
    assert credentials.digest() != missing
