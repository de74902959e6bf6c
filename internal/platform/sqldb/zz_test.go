package sqldb

import (
	"strings"
	"sync"
	"testing"
)

func TestZZ(t *testing.T) {
	for range 2000 {
		var m sync.Map
		done := make(chan int)
		go func() {
			for {
				if v, ok := m.Load("a"); ok {
					done <- len(strings.ToUpper(v.(statement).text))
					return
				}
			}
		}()
		go func() {
			var b strings.Builder
			b.WriteString("select ")
			b.WriteString("one")
			m.Store("a", statement{text: b.String()})
		}()
		<-done
	}
}
