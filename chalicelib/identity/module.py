"""The declaration of identity."""

from chalicelib.kernel.declaration import Module
from chalicelib.kernel.privacy import Purpose
from chalicelib.kernel.recipients import Recipient

MODULE = Module(
    "identity",
    recipients=(
        Recipient(
            "keycloak",
            fields={"users.email": "email", "users.given_name": "firstName", "users.family_name": "lastName"},
            purpose=Purpose.AUTHENTICATE,
            reason="The account with which the person logs in",
            place="Keycloak, which the operator runs with the product",
        ),
    ),
)
