"""What customers call the items that they buy: their own codes and names."""
