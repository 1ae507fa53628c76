"""What a hub is told at start, and the one sentence when it cannot start."""

import socket
import subprocess
import sys

import pytest
from hub_kit import settings_text
from support.world import PartySim

from evalhub.hub.__main__ import main
from evalhub.hub.settings import SettingsError, load

PARTIES = [PartySim("wuhan", "host"), PartySim("oversight", "oversight")]


def _config(folder, text):
    path = folder / "hub.toml"
    path.write_text(text)
    return path


def _plain(folder, **more):
    return settings_text(PARTIES, folder / "data", **more)


def test_paths_are_relative_to_the_file(tmp_path):
    text = 'domain = "hub.test"\ndata = "records"\n'
    settings = load(_config(tmp_path, text))
    assert settings.data == str(tmp_path / "records")
    assert settings.database_url == f"sqlite:///{tmp_path}/records/hub.sqlite"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("x", "TOML"),
        ('data = "d"\n', "domain"),
        ('data = "d"\ndomain = "hub.test"\ncolour = "red"\n', "colour"),
        ('data = "d"\ndomain = "hub.test"\nport = 70000\n', "port"),
        ('data = "d"\ndomain = "not a host"\n', "host name"),
        ('data = "d"\ndomain = "hub.test"\nhost = "0.0.0.0"\n', "127.0.0.1"),
        ('data = "d"\ndomain = "hub.test"\ncertificate = "c.pem"\n', "go together"),
        ('data = "d"\ndomain = "hub.test"\ncertificate = "c"\nkey = "k"\nauthority = "a"\n', "no file"),
        ('data = "d"\ndomain = "hub.test"\ndatabase = "postgresql://x/y"\n', "sqlite"),
        ('data = "d"\ndomain = "hub.test"\nline_buffer = 10\n', "line_buffer"),
    ],
)
def test_each_mistake_is_one_sentence(tmp_path, capsys, text, said):
    path = _config(tmp_path, text)
    with pytest.raises(SettingsError, match=said):
        load(path)
    assert main(["--config", str(path)]) == 2
    words = capsys.readouterr().err
    assert words.startswith("evalhub hub: ")
    assert words.count("\n") == 1


def test_no_party_twice_and_no_key_off_the_curve(tmp_path):
    text = _plain(tmp_path)
    for old, new in (('"oversight"', '"wuhan"'), (PARTIES[1].identity.public.x, PARTIES[0].identity.public.x)):
        with pytest.raises(SettingsError):
            load(_config(tmp_path, text.replace(old, new)))


def _refused(capsys, path, *words):
    assert main(["--config", str(path)]) == 2
    said = capsys.readouterr()
    assert all(word in said.err for word in words), said.err
    assert said.err.count("\n") == 1
    assert not said.out


def test_a_missing_file_as_the_process_tells_it(tmp_path):
    command = [sys.executable, "-m", "evalhub.hub", "--config", str(tmp_path / "none.toml")]
    done = subprocess.run(command, capture_output=True, text=True, timeout=20, check=False)
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (2, "", 1)
    assert "cannot read" in done.stderr


def test_a_busy_port(tmp_path, capsys):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        _refused(capsys, _config(tmp_path, _plain(tmp_path, port=taken.getsockname()[1])), "listen", "in use")


def test_a_data_folder_that_cannot_be_used(tmp_path, capsys):
    (tmp_path / "data").write_text("a file")
    _refused(capsys, _config(tmp_path, _plain(tmp_path)), "data folder")


def test_a_key_file_that_is_open_to_others_or_damaged(tmp_path, capsys):
    (tmp_path / "data").mkdir()
    key = tmp_path / "data" / "log.key"
    key.write_text("00" * 32)
    key.chmod(0o644)
    _refused(capsys, _config(tmp_path, _plain(tmp_path)), "owner only")
    key.write_text("00" * 31)
    key.chmod(0o600)
    _refused(capsys, tmp_path / "hub.toml", "damaged")
