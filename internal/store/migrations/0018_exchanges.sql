-- What goes out in exchange for a return: the order, what of the returned units'
-- worth pays for it, and what of that they have come to so far.
ALTER TABLE order_return ADD COLUMN replacement BIGINT NOT NULL DEFAULT 0;
ALTER TABLE order_return ADD COLUMN credit BIGINT NOT NULL DEFAULT 0;
ALTER TABLE order_return ADD COLUMN settled BIGINT NOT NULL DEFAULT 0;
