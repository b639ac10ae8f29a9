"""What vendors sell: their numbers of items, prices, packs and lead times."""
