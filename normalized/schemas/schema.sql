-- Made from pipeline/data/datasets.csv. Lists are joined by ' | ' as in the CSV files.

-- One row per order: its title page
CREATE TABLE orders (
  order_id TEXT NOT NULL,
  "number" TEXT,
  number_raw TEXT,
  "date" DATE,
  date_raw TEXT,
  title TEXT,
  issuer TEXT,
  region TEXT,
  signatory TEXT,
  signatory_position TEXT,
  period TEXT,
  source_file TEXT NOT NULL,
  source_format TEXT NOT NULL,
  source_sha256 TEXT NOT NULL,
  witnesses TEXT,
  PRIMARY KEY (order_id)
);

-- One row per organization that carries out activities
CREATE TABLE organizations (
  organization_id TEXT NOT NULL,
  name TEXT NOT NULL,
  legal_form TEXT,
  mentions INTEGER NOT NULL,
  variants TEXT,
  PRIMARY KEY (organization_id)
);

-- One row per municipality that an order names
CREATE TABLE municipalities (
  municipality_id TEXT NOT NULL,
  name TEXT NOT NULL,
  kind TEXT,
  region TEXT,
  oktmo TEXT,
  mentions INTEGER NOT NULL,
  variants TEXT,
  PRIMARY KEY (municipality_id)
);

-- Ids that decisions have replaced: who kept an old id finds the new one here
CREATE TABLE id_changes (
  dataset TEXT NOT NULL,
  old_id TEXT NOT NULL,
  new_id TEXT,
  reason TEXT NOT NULL CHECK (reason IN ('merged', 'renamed', 'dropped', 'gone')),
  PRIMARY KEY (dataset, old_id)
);

-- One row per activity of a roadmap (plan of measures)
CREATE TABLE activities (
  activity_id TEXT NOT NULL,
  order_id TEXT NOT NULL,
  appendix TEXT,
  section_no TEXT,
  section TEXT,
  item_no TEXT,
  title TEXT,
  title_raw TEXT,
  deadline TEXT,
  deadline_raw TEXT,
  start_date DATE,
  end_date DATE,
  place TEXT,
  witnesses TEXT,
  extra TEXT,
  PRIMARY KEY (activity_id),
  FOREIGN KEY (order_id) REFERENCES orders (order_id)
);

-- One row per school, put together from all its mentions
CREATE TABLE schools (
  school_id TEXT NOT NULL,
  name TEXT NOT NULL,
  legal_form TEXT,
  school_type TEXT,
  "level" TEXT CHECK ("level" IN ('primary', 'basic', 'secondary')),
  proper_name TEXT,
  "number" TEXT,
  locality TEXT,
  municipality_id TEXT,
  roles TEXT,
  mentions INTEGER NOT NULL,
  variants TEXT,
  PRIMARY KEY (school_id),
  FOREIGN KEY (municipality_id) REFERENCES municipalities (municipality_id)
);

-- One row per person
CREATE TABLE persons (
  person_id TEXT NOT NULL,
  name TEXT NOT NULL,
  surname TEXT,
  initials TEXT,
  organization_id TEXT,
  mentions INTEGER NOT NULL,
  variants TEXT,
  PRIMARY KEY (person_id),
  FOREIGN KEY (organization_id) REFERENCES organizations (organization_id)
);

-- Who carries out an activity: one row per pair of organization and person
CREATE TABLE activity_executors (
  activity_id TEXT NOT NULL,
  "position" INTEGER NOT NULL,
  organization_id TEXT,
  organization TEXT,
  person_id TEXT,
  person TEXT,
  raw TEXT,
  place TEXT,
  witnesses TEXT,
  PRIMARY KEY (activity_id, position),
  FOREIGN KEY (activity_id) REFERENCES activities (activity_id),
  FOREIGN KEY (organization_id) REFERENCES organizations (organization_id),
  FOREIGN KEY (person_id) REFERENCES persons (person_id)
);

-- One row per pair of a school at risk and its partner school (training site)
CREATE TABLE training_sites (
  site_id TEXT NOT NULL,
  order_id TEXT NOT NULL,
  appendix TEXT,
  "position" INTEGER NOT NULL,
  municipality_no TEXT,
  municipality_id TEXT,
  municipality TEXT,
  municipality_raw TEXT,
  school_id TEXT,
  school TEXT,
  school_raw TEXT,
  partner_id TEXT,
  partner TEXT,
  partner_raw TEXT,
  place TEXT,
  witnesses TEXT,
  extra TEXT,
  PRIMARY KEY (site_id),
  FOREIGN KEY (order_id) REFERENCES orders (order_id),
  FOREIGN KEY (municipality_id) REFERENCES municipalities (municipality_id),
  FOREIGN KEY (school_id) REFERENCES schools (school_id),
  FOREIGN KEY (partner_id) REFERENCES schools (school_id)
);
