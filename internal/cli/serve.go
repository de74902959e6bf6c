package cli

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"strings"
	"time"

	"qingdan/internal/errs"
	"qingdan/internal/service/impact"
	"qingdan/internal/stage/inventory/workbook"
	"qingdan/internal/web"
)

// ServeCmd serves the site and, where asked, the workbench.
type ServeCmd struct {
	Addr     string `name:"addr" default:"127.0.0.1:8080" help:"监听地址"`
	BaseURL  string `name:"base-url" placeholder:"https://…" help:"对外的网址，用于固定网址和二维码；默认按来访的地址"`
	DeskAddr string `name:"desk-addr" placeholder:"127.0.0.1:8081" help:"工作台的监听地址，只能是本机地址；默认不启动工作台"`
}

// Run serves until the context ends, then lets open requests finish.
func (c *ServeCmd) Run(ctx context.Context, app *App, env Env) error {
	if c.DeskAddr != "" && !web.Loopback(c.DeskAddr) {
		return errs.Invalidf("工作台只能在本机地址上启动：还没有账号和权限，能打开它的人都能办理事项").At("--desk-addr " + c.DeskAddr).
			Fix("请写成 --desk-addr 127.0.0.1:8081")
	}
	return app.within(ctx, env, func(h *house) error {
		cfg := web.Config{DB: h.db, Clock: env.Clock, Log: logger(env), BaseURL: strings.TrimSuffix(c.BaseURL, "/")}
		public, err := web.New(cfg)
		if err != nil {
			return errs.Wrap("serve", err)
		}
		sites := []*site{{name: "网站", addr: c.Addr, handler: public}}
		if c.DeskAddr != "" {
			desk, err := web.NewDesk(cfg, web.DeskConfig{DB: h.db, Ledger: h.ledger, Operator: operator()})
			if err != nil {
				return errs.Wrap("serve the desk", err)
			}
			sites = append(sites, &site{name: "工作台（只供本机）", addr: c.DeskAddr, path: "/desk", handler: desk})
		}
		following, stop := context.WithCancel(ctx)
		done := make(chan struct{})
		go func() {
			defer close(done)
			h.keepFollowing(following, env)
		}()
		err = serve(ctx, env, sites)
		stop()
		<-done
		return err
	})
}

// followEvery is how often a running program looks for what changed in the
// library, and whether a new day has begun.
const followEvery = 10 * time.Minute

// keepFollowing turns changes of law into tasks until the context ends: at once,
// for what other programs loaded meanwhile, and for the days on which laws begin
// or end. A failure is logged and tried again.
func (h *house) keepFollowing(ctx context.Context, env Env) {
	tick := time.NewTicker(followEvery)
	defer tick.Stop()
	for {
		rep, err := impact.Follow(ctx, h.ledger, h.db, operator(), today(env))
		switch {
		case err != nil && ctx.Err() == nil:
			logger(env).Error("follow the library", "err", err)
		case err == nil:
			sayFollowed(env, rep)
		}
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}

// site is one handler on one address.
type site struct {
	name, addr, path string
	handler          http.Handler
	listener         net.Listener
}

// serve serves sites until the context ends or one of them fails, then lets
// open requests finish. Nothing is served unless every address can be had.
func serve(ctx context.Context, env Env, sites []*site) error {
	for _, s := range sites {
		var err error
		if s.listener, err = net.Listen("tcp", s.addr); err != nil {
			return errs.Invalidf("地址用不了，可能已被占用").At(s.addr).Fix("换一个端口：--addr 127.0.0.1:8090").Because(err)
		}
		defer s.listener.Close() // a second closing changes nothing
	}
	done := make(chan error, len(sites))
	servers := make([]*http.Server, len(sites))
	for i, s := range sites {
		servers[i] = &http.Server{Handler: s.handler, ReadHeaderTimeout: 10 * time.Second, ReadTimeout: time.Minute, WriteTimeout: 2 * time.Minute, IdleTimeout: 2 * time.Minute}
		fmt.Fprintf(env.Stderr, "%s已启动：http://%s%s\n", s.name, s.listener.Addr(), s.path)
		go func() { done <- servers[i].Serve(s.listener) }()
	}
	fmt.Fprintln(env.Stderr, "按 Ctrl+C 停止")
	var failed error
	select {
	case failed = <-done:
	case <-ctx.Done():
	}
	last, cancel := context.WithTimeout(context.WithoutCancel(ctx), 10*time.Second)
	defer cancel()
	for _, s := range servers {
		if err := s.Shutdown(last); err != nil && !errors.Is(err, context.DeadlineExceeded) {
			failed = errors.Join(failed, err)
		}
	}
	return errs.Wrap("serve", failed)
}

// MouldCmd writes the blank workbook for departments.
type MouldCmd struct {
	File string `arg:"" help:"写到这个文件（.xlsx）"`
}

// Run executes the command.
func (c *MouldCmd) Run() error {
	b, err := workbook.Template()
	if err != nil {
		return errs.Wrap("template", err)
	}
	if err := os.WriteFile(c.File, b, 0o644); err != nil {
		return errs.Invalidf("文件写不进去").At(c.File).Because(err)
	}
	return nil
}
