package backup

import (
	"context"
	"database/sql"
	"strings"

	"orderly/internal/store"
)

// table is a table and its columns in their order.
type table struct {
	name    string
	columns []string
	binary  []bool // which columns hold bytes
}

// own are tables of the machinery: who runs, and what was migrated.
const own = "('node_slot', 'schema_version')"

// listing gives table, column and whether it holds bytes.
var listing = map[store.Engine]string{
	store.SQLite: "SELECT t.name, c.name, c.type = 'BLOB' FROM sqlite_schema AS t JOIN pragma_table_info(t.name) AS c " +
		"WHERE t.type = 'table' AND t.name NOT LIKE 'sqlite\\_%' ESCAPE '\\' AND t.name NOT IN " + own + " ORDER BY t.name, c.cid",
	store.Postgres: "SELECT c.table_name, c.column_name, c.data_type = 'bytea' FROM information_schema.columns AS c " +
		"JOIN information_schema.tables AS t ON t.table_schema = c.table_schema AND t.table_name = c.table_name AND t.table_type = 'BASE TABLE' " +
		"WHERE c.table_schema = current_schema() AND c.table_name NOT IN " + own + ` ORDER BY c.table_name COLLATE "C", c.ordinal_position`,
}

// tables lists what a backup holds, by name.
func (s *side) tables(ctx context.Context) ([]table, error) {
	rows, err := s.c.QueryContext(ctx, listing[s.engine])
	if err != nil {
		return nil, err
	}
	return collectTables(rows)
}

func collectTables(rows *sql.Rows) ([]table, error) {
	defer rows.Close()
	var out []table
	for rows.Next() {
		var name, column string
		var binary bool
		if err := rows.Scan(&name, &column, &binary); err != nil {
			return nil, err
		}
		if len(out) == 0 || out[len(out)-1].name != name {
			out = append(out, table{name: name})
		}
		t := &out[len(out)-1]
		t.columns, t.binary = append(t.columns, column), append(t.binary, binary)
	}
	return out, rows.Err()
}

func quoted(name string) string { return `"` + name + `"` }

// list is the columns for a statement.
func (t *table) list() string {
	names := make([]string, len(t.columns))
	for i, c := range t.columns {
		names[i] = quoted(c)
	}
	return strings.Join(names, ", ")
}
