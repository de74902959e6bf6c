package archtest

import (
	"go/ast"
	"strings"
)

// engineWords are the names by which code could ask which engine it runs on.
var engineWords = map[string]bool{
	"Dialect": true, "IsPostgres": true, "IsSQLite": true, "Postgres": true, "PostgreSQL": true, "SQLite": true,
}

// checkDialect: only platform/sqldb and platform/search know which engine
// they run on, and cli hands on the address.
func checkDialect(t *tree) []finding {
	var out []finding
	for _, s := range t.product() {
		switch s.room {
		case "platform/sqldb", "platform/search", "testkit", "archtest":
			continue
		}
		ast.Inspect(s.file, func(n ast.Node) bool {
			if sel, ok := n.(*ast.SelectorExpr); ok && engineWords[sel.Sel.Name] {
				out = append(out, t.at(sel.Pos(), "asks for the engine (%s): only platform/sqldb and platform/search do", sel.Sel.Name))
			}
			return true
		})
		for _, im := range s.file.Imports {
			p := strings.Trim(im.Path.Value, `"`)
			if strings.HasPrefix(p, "modernc.org/sqlite") || strings.HasPrefix(p, "github.com/jackc/pgx") {
				out = append(out, t.at(im.Pos(), "imports a driver: only platform/sqldb does"))
			}
		}
	}
	return out
}
