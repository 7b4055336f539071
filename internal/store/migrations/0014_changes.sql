-- Orders can be changed after they were placed: what they were at placement,
-- for folding their journal, and which line stands in for which.
ALTER TABLE orders ADD COLUMN as_placed TEXT NOT NULL DEFAULT '';
ALTER TABLE order_line ADD COLUMN substitutes BIGINT NOT NULL DEFAULT 0;
