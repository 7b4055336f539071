-- Trial orders: requests that ask for nothing. They are of no order and no
-- fulfillment, so that nothing that counts those counts them.
CREATE TABLE partner_trial (
  m BIGINT NOT NULL,
  id BIGINT NOT NULL,
  number BIGINT NOT NULL,
  location BIGINT NOT NULL,
  step TEXT NOT NULL,
  lines TEXT NOT NULL,
  reference TEXT NOT NULL,
  reason TEXT NOT NULL,
  carrier TEXT NOT NULL,
  tracking TEXT NOT NULL,
  answered_by TEXT NOT NULL,
  theirs BIGINT NOT NULL,
  submitted_at BIGINT NOT NULL,
  answered_at BIGINT NOT NULL,
  shipped_at BIGINT NOT NULL,
  ended_at BIGINT NOT NULL,
  version BIGINT NOT NULL,
  PRIMARY KEY (m, id)
);
CREATE UNIQUE INDEX partner_trial_no ON partner_trial (m, number);
CREATE INDEX partner_trial_at ON partner_trial (m, location, id);

-- Whether nothing is asked of a partner before a trial order has passed, and when
-- the first one did.
ALTER TABLE partner ADD COLUMN trial_first BIGINT NOT NULL DEFAULT 0;
ALTER TABLE partner ADD COLUMN passed_at BIGINT NOT NULL DEFAULT 0;
