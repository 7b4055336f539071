-- Purchase orders of one purpose, newest first.
CREATE INDEX purchase_purpose ON purchase (m, purpose, id);
