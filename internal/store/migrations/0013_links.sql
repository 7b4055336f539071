-- What became of a link by which a customer follows an order: when it was first
-- opened by somebody who is not signed in here, and when it was ended.
ALTER TABLE tracking_link ADD COLUMN opened_at BIGINT NOT NULL DEFAULT 0;
ALTER TABLE tracking_link ADD COLUMN revoked_at BIGINT NOT NULL DEFAULT 0;
