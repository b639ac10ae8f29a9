"""Shopify: its webhooks become orders."""
