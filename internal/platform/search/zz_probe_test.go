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
 for _,w:=range []string{"qsxk","许可","水","水利局 决定","孤例不存在的词","取水 许可","怎么办取水证","37Z012345"}{
  for range 8 { st:=time.Now(); h,err:=Find(ctx,db,Query{Words:w,Kind:"power",PublicOnly:true}); fmt.Print(time.Since(st).Milliseconds()," ",len(h),err,"; ") }
  fmt.Println(w)
  p,_,_:=understand(w,unknown)
  s:=postgres{db,filter{"power",true}}
  for _,st:=range p.steps(){ t0:=time.Now(); h,err:=s.page(ctx,st.expr,cursor{},21); fmt.Println("  tier",st.tier,time.Since(t0).Milliseconds(),len(h),err) }
 }
 _=show
}
