package filing_test

import (
	"fmt"
	"net/http"
	"os"
	"testing"
	"time"

	"qingdan/internal/platform/sqldb"
	"qingdan/internal/testkit"
	"qingdan/internal/web/ui"
)

func TestPreview(t *testing.T) {
	if os.Getenv("PREVIEW") == "" {
		t.Skip()
	}
	db, l := testkit.Open(t, sqldb.SQLite)
	o := open(t, db, l)
	for i, n := range []string{"取水许可", "医疗机构执业登记", "公共场所卫生许可", "护士执业注册", "放射诊疗许可"} {
		w := wording(n)
		if i == 2 {
			w.Elements.Duty, w.Elements.Complaint = "", ""
		}
		if i == 3 {
			w.Category = "行政处罚"
		}
		o.file(o.clerk, w)
	}
	if os.Getenv("PREVIEW") == "2" {
		s := o.up()
		o.down(s, "所列依据没有写到条款项，《中华人民共和国水法》第四十八条第一款只规定了申请人的义务，请补充设定许可的条款。")
		fmt.Println("SUB", s.ID)
		for _, x := range o.said() {
			fmt.Println("OP", x.ID, x.Power)
		}
	}
	mux := http.NewServeMux()
	mux.HandleFunc("/login", func(w http.ResponseWriter, r *http.Request) {
		p := o.clerk
		if r.URL.Query().Get("as") == "head" {
			p = o.head
		}
		http.SetCookie(w, &http.Cookie{Name: "session", Value: p.Token, Path: "/"})
		http.SetCookie(w, &http.Cookie{Name: "view", Value: r.URL.Query().Get("mode"), Path: "/"})
		http.Redirect(w, r, r.URL.Query().Get("to"), 302)
	})
	assets, err := ui.NewAssets(nil)
	must(t, err)
	mux.Handle("GET /static/{x}/app.css", assets)
	mux.Handle("/", o)
	go http.ListenAndServe("127.0.0.1:18976", mux)
	fmt.Println("READY")
	time.Sleep(1500 * time.Second)
}
