package store

import (
	"context"
	"database/sql/driver"
	"errors"
)

// bareStmt is a statement of SQLite's driver without what database/sql puts
// around each call: an act writes a row a statement, forty for an order that
// goes from placing to delivery, so what stands around it counts.
type bareStmt interface {
	driver.Stmt
	driver.StmtExecContext
}

func (c *conn) prepareBare(ctx context.Context, text string) (out bareStmt, err error) {
	err = c.c.Raw(func(raw any) error {
		stmt, err := raw.(driver.ConnPrepareContext).PrepareContext(ctx, text)
		if err != nil {
			return err
		}
		var ok bool
		if out, ok = stmt.(bareStmt); !ok {
			return errors.Join(errors.New("the driver's statements take no context"), stmt.Close())
		}
		return nil
	})
	return out, err
}

// execBare runs a statement to its end. The driver is not given the context:
// it would start a goroutine for every statement to watch it. One statement
// here writes a bounded number of rows into a local file, so that to look
// between statements is enough.
func (c *conn) execBare(ctx context.Context, stmt bareStmt, args []any) (res driver.Result, err error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	values := c.values[:0]
	for i, a := range args {
		v, err := plainValue(a)
		if err != nil {
			return nil, err
		}
		values = append(values, driver.NamedValue{Ordinal: i + 1, Value: v})
	}
	c.values = values
	err = c.c.Raw(func(any) error {
		res, err = stmt.ExecContext(context.WithoutCancel(ctx), values)
		return err
	})
	clear(values) // keep nothing of a customer's alive
	return res, err
}

// plainValue turns an argument into what a driver takes, as database/sql does.
func plainValue(a any) (driver.Value, error) {
	switch a.(type) {
	case nil, int64, string, []byte:
		return a, nil
	}
	return driver.DefaultParameterConverter.ConvertValue(a)
}
