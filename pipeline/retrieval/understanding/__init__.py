"""What a shopper means by a query: repaired spelling, a price, names of brands and categories."""
