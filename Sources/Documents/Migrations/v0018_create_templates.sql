-- Owner: TemplateStore. Grows with names that were ever used: a row stays when its template is removed, so that no version
-- comes twice. Never pruned. Read by its key, and in its order by lists.
CREATE TABLE templates (
    tenant text NOT NULL,
    name text NOT NULL,
    last_version integer NOT NULL DEFAULT 0,
    -- Null where none is, or all were removed.
    active_version integer,
    PRIMARY KEY (tenant, name)
);

-- Owner: TemplateStore. Grows with changes of templates. Removed with the template. A row is never changed. Read by its
-- key; the versions of a name in the order of their numbers.
CREATE TABLE template_versions (
    tenant text NOT NULL,
    name text NOT NULL,
    version integer NOT NULL,
    source jsonb NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (tenant, name, version),
    CONSTRAINT template_versions_have_a_template FOREIGN KEY (tenant, name) REFERENCES templates
);
