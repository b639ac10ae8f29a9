"""Mails are caught: in memory for tests, in a folder of their owner for a person."""

import smtplib
from email.message import EmailMessage
from pathlib import Path

import pytest

from infra.local.mail import MailCatcher, link_in, text_of


def send(port: int, text: str) -> None:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = "keycloak@example.com", "ada@example.com", "Hello"
    mail.set_content(text)
    with smtplib.SMTP("127.0.0.1", port) as server:
        server.send_message(mail)


def test_a_mail_is_found_by_its_recipient() -> None:
    with MailCatcher() as catcher:
        send(catcher.port, "Click http://127.0.0.1/go?a&#61;1 please")
        mail = catcher.wait("ada@example.com")
        assert catcher.to("bob@example.com") == []
    assert text_of(mail).startswith("Click")
    assert link_in(mail) == "http://127.0.0.1/go?a=1"


def test_a_mail_without_a_link_says_so() -> None:
    with MailCatcher() as catcher:
        send(catcher.port, "Nothing to click")
        with pytest.raises(ValueError, match="no link"):
            link_in(catcher.wait("ada@example.com"))


def test_mails_in_a_folder_belong_to_their_owner(tmp_path: Path) -> None:
    with MailCatcher(tmp_path / "mail") as catcher:
        send(catcher.port, "Read me")
        (file,) = (tmp_path / "mail").iterdir()
    assert "Read me" in file.read_text()
    assert file.stat().st_mode & 0o077 == 0
    assert file.suffix == ".eml"
