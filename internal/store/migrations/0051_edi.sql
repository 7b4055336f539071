-- With whom documents are exchanged by EDI. sent is the last control number
-- that was given out to the partner; it is counted under the merchant's lock
-- and has no gaps. since is the entry of the journal from which on the partner
-- is told of things.
CREATE TABLE trading_partner (
  m BIGINT NOT NULL,
  id BIGINT NOT NULL,
  code TEXT NOT NULL,
  name TEXT NOT NULL,
  kind TEXT NOT NULL,
  standard TEXT NOT NULL,
  release TEXT NOT NULL,
  our_qualifier TEXT NOT NULL,
  our_id TEXT NOT NULL,
  their_qualifier TEXT NOT NULL,
  their_id TEXT NOT NULL,
  our_group TEXT NOT NULL,
  their_group TEXT NOT NULL,
  separators TEXT NOT NULL,
  terminator TEXT NOT NULL,
  one_line BIGINT NOT NULL,
  documents_in TEXT NOT NULL,
  documents_out TEXT NOT NULL,
  channel TEXT NOT NULL,
  customer BIGINT NOT NULL,
  supplier BIGINT NOT NULL,
  location BIGINT NOT NULL,
  test BIGINT NOT NULL,
  ask BIGINT NOT NULL,
  ack_hours BIGINT NOT NULL,
  in_path TEXT NOT NULL,
  out_path TEXT NOT NULL,
  active BIGINT NOT NULL,
  sent BIGINT NOT NULL,
  since BIGINT NOT NULL,
  created_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL,
  version BIGINT NOT NULL,
  PRIMARY KEY (m, id),
  CHECK (sent >= 0)
);
CREATE UNIQUE INDEX trading_partner_code ON trading_partner (m, code);
-- A file finds its partner by the two addresses.
CREATE UNIQUE INDEX trading_partner_address ON trading_partner (m, standard, their_id, their_qualifier, our_id, our_qualifier);

-- Every interchange in and out. Nothing is ever removed. No hash or control
-- number of a partner comes in twice.
CREATE TABLE edi_file (
  m BIGINT NOT NULL,
  id BIGINT NOT NULL,
  partner BIGINT NOT NULL,
  direction TEXT NOT NULL,
  name TEXT NOT NULL,
  hash TEXT NOT NULL,
  bytes BIGINT NOT NULL,
  standard TEXT NOT NULL,
  control TEXT NOT NULL,
  test BIGINT NOT NULL,
  status TEXT NOT NULL,
  answer TEXT NOT NULL,
  ack TEXT NOT NULL,
  ack_due BIGINT NOT NULL,
  ack_at BIGINT NOT NULL,
  answers BIGINT NOT NULL,
  error TEXT NOT NULL,
  faults TEXT NOT NULL,
  repeats BIGINT NOT NULL,
  created_at BIGINT NOT NULL,
  sent_at BIGINT NOT NULL,
  version BIGINT NOT NULL,
  PRIMARY KEY (m, id)
);
CREATE UNIQUE INDEX edi_file_hash ON edi_file (m, direction, hash);
CREATE INDEX edi_file_control ON edi_file (m, partner, direction, control, id);
CREATE INDEX edi_file_partner ON edi_file (m, partner, id);
CREATE INDEX edi_file_open ON edi_file (m, direction, status, id) WHERE status IN ('received', 'waiting', 'failed', 'partly', 'rejected');
CREATE INDEX edi_file_answers ON edi_file (m, answers) WHERE answers > 0;
-- Whose acknowledgment is late.
CREATE INDEX edi_file_due ON edi_file (m, ack_due, id) WHERE ack = 'pending' AND ack_due > 0;

-- The text of a file, in parts of at most 64 kB.
CREATE TABLE edi_text (
  m BIGINT NOT NULL,
  file BIGINT NOT NULL,
  n BIGINT NOT NULL,
  body TEXT NOT NULL,
  PRIMARY KEY (m, file, n)
);

-- The messages of a file, and what each became or was made of.
CREATE TABLE edi_document (
  m BIGINT NOT NULL,
  file BIGINT NOT NULL,
  n BIGINT NOT NULL,
  partner BIGINT NOT NULL,
  direction TEXT NOT NULL,
  type TEXT NOT NULL,
  message TEXT NOT NULL,
  control TEXT NOT NULL,
  grp TEXT NOT NULL,
  number TEXT NOT NULL,
  status TEXT NOT NULL,
  code TEXT NOT NULL,
  error TEXT NOT NULL,
  kind TEXT NOT NULL,
  subject BIGINT NOT NULL,
  ack TEXT NOT NULL,
  key TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  done_at BIGINT NOT NULL,
  PRIMARY KEY (m, file, n)
);
CREATE INDEX edi_document_open ON edi_document (m, file, n) WHERE direction = 'in' AND status = 'accepted';
CREATE INDEX edi_document_subject ON edi_document (m, subject, file, n) WHERE subject > 0;
-- What a partner was told of, once.
CREATE UNIQUE INDEX edi_document_key ON edi_document (m, partner, key) WHERE key <> '';
-- By what an acknowledgment finds what it answers.
CREATE INDEX edi_document_group ON edi_document (m, partner, grp, control) WHERE direction = 'out';
