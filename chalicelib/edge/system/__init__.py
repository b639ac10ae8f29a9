"""The OpenAPI document, the API reference, and health checks."""
