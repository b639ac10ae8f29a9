"""What other packages may ask of identity."""

from chalicelib.identity.tenants.service import ensure as ensure_tenant

__all__ = ["ensure_tenant"]
