package search
import ("testing";"time";"context";"fmt";"database/sql";"qingdan/internal/platform/sqldb";"qingdan/internal/testkit")
func TestProbe(t *testing.T){
 dsn:=testkit.DSN(t, sqldb.PostgreSQL)
 db,_:=testkit.OpenDSN(t,dsn)
 docs:=invented(100_000)
 st:=time.Now(); put(t,db,docs...); fmt.Println("put",time.Since(st))
 raw,_:=sql.Open("pgx",dsn); defer raw.Close()
 ctx:=context.Background()
 show:=func(q string,args ...any){ rows,err:=raw.Query("explain (analyze, buffers) "+q,args...); if err!=nil{t.Fatal(err)}; for rows.Next(){var s string; rows.Scan(&s); fmt.Println(s)}; rows.Close(); fmt.Println()}
 for _,an:=range []bool{false,true}{
 if an {raw.Exec("analyze search_docs")}
 for _,w:=range []string{"qsxk","许可","水利局 决定","孤例不存在的词"}{
  p,_,_:=understand(w,unknown)
  st:=time.Now(); h,err:=Find(ctx,db,Query{Words:w}); fmt.Println("====",an,w,time.Since(st),len(h),err)
  for _,s:=range p.steps()[:]{
   cond,args:=s.expr.where()
   i:=0; q:=""; for _,r:=range cond{ if r=='?'{i++;q+=fmt.Sprintf("$%d",i)}else{q+=string(r)}}
   fmt.Println("tier",s.tier,q,args)
   show("with m as materialized (select d.id, d.kind, d.ord from search_docs d where "+q+" limit 8001) select id,kind,ord,(select count(*) from m) from m order by ord,id limit 20",args...)
  }}}
}
