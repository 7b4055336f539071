-- How lines and fees are taxed: a rate in millionths, below zero where the
-- price contains the tax; 0 where only the amounts are known.
ALTER TABLE order_line ADD COLUMN tax_rate BIGINT NOT NULL DEFAULT 0;
ALTER TABLE order_fee ADD COLUMN tax_rate BIGINT NOT NULL DEFAULT 0;
ALTER TABLE item ADD COLUMN tax_class TEXT NOT NULL DEFAULT '';
-- What an order's currency was worth in the merchant's when it was placed, in
-- billionths; 0 when it is the same or was not known.
ALTER TABLE orders ADD COLUMN exchange_rate BIGINT NOT NULL DEFAULT 0;

-- Rates of tax and which channels they hold for; the newest version counts.
CREATE TABLE tax_table (
  m BIGINT NOT NULL,
  version BIGINT NOT NULL,
  saved_at BIGINT NOT NULL,
  saved_by TEXT NOT NULL,
  body TEXT NOT NULL,
  PRIMARY KEY (m, version)
);

-- What a currency is worth in the merchant's from a day on, in billionths.
CREATE TABLE exchange_rate (
  m BIGINT NOT NULL,
  currency TEXT NOT NULL,
  day BIGINT NOT NULL,
  rate BIGINT NOT NULL,
  PRIMARY KEY (m, currency, day)
);
