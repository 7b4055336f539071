-- What cards bring: whether a payment can be captured in parts, and until when
-- a dispute of it can be answered.
ALTER TABLE payment ADD COLUMN parts BIGINT NOT NULL DEFAULT 0;
ALTER TABLE payment ADD COLUMN respond_by BIGINT NOT NULL DEFAULT 0;
