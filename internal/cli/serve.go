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
	"qingdan/internal/stage/inventory/workbook"
	"qingdan/internal/web"
)

// ServeCmd serves the site.
type ServeCmd struct {
	Addr    string `name:"addr" default:"127.0.0.1:8080" help:"监听地址"`
	BaseURL string `name:"base-url" placeholder:"https://…" help:"对外的网址，用于固定网址和二维码；默认按来访的地址"`
}

// Run serves until the context ends, then lets open requests finish.
func (c *ServeCmd) Run(ctx context.Context, app *App, env Env) error {
	return app.within(ctx, env, func(h *house) error {
		handler, err := web.New(web.Config{DB: h.db, Clock: env.Clock, Log: logger(env), BaseURL: strings.TrimSuffix(c.BaseURL, "/")})
		if err != nil {
			return errs.Wrap("serve", err)
		}
		ln, err := net.Listen("tcp", c.Addr)
		if err != nil {
			return errs.Invalidf("地址用不了，可能已被占用").At(c.Addr).Fix("换一个端口：--addr 127.0.0.1:8081").Because(err)
		}
		srv := &http.Server{Handler: handler, ReadHeaderTimeout: 10 * time.Second, ReadTimeout: time.Minute, WriteTimeout: 2 * time.Minute, IdleTimeout: 2 * time.Minute}
		fmt.Fprintf(env.Stderr, "网站已启动：http://%s（Ctrl+C 停止）\n", ln.Addr())
		done := make(chan error, 1)
		go func() { done <- srv.Serve(ln) }()
		select {
		case err := <-done:
			return errs.Wrap("serve", err)
		case <-ctx.Done():
		}
		last, cancel := context.WithTimeout(context.WithoutCancel(ctx), 10*time.Second)
		defer cancel()
		if err := srv.Shutdown(last); err != nil && !errors.Is(err, context.DeadlineExceeded) {
			return errs.Wrap("stop", err)
		}
		return nil
	})
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
