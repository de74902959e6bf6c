package cli

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"qingdan/internal/errs"
	"qingdan/internal/platform/blob"
	"qingdan/internal/platform/job"
	"qingdan/internal/platform/search"
	"qingdan/internal/platform/session"
	"qingdan/internal/platform/sqldb"
	"qingdan/internal/registry/people"
	"qingdan/internal/service/impact"
	"qingdan/internal/service/words"
	"qingdan/internal/stage/inventory"
	"qingdan/internal/stage/inventory/workbook"
	"qingdan/internal/web"
	"qingdan/internal/web/account"
	"qingdan/internal/web/staff"
	"qingdan/internal/web/ui"
)

// ServeCmd serves the site and, where asked, the site for staff.
type ServeCmd struct {
	Addr     string `name:"addr" default:"127.0.0.1:8080" help:"监听地址"`
	BaseURL  string `name:"base-url" placeholder:"https://…" help:"对外的网址，用于固定网址和二维码；默认按来访的地址"`
	DeskAddr string `name:"desk-addr" placeholder:"127.0.0.1:8081" help:"工作台的监听地址；默认不启动工作台"`
	DeskURL  string `name:"desk-url" placeholder:"https://…" help:"工作台对外的网址，由前面的代理提供 https；不写则只供本机使用"`

	Proxy     []string `name:"proxy" placeholder:"地址" help:"网站前面的代理在哪些地址上，如 10.0.0.2 或 172.18.0.0/16，用逗号隔开；用来分清每一位来访者。--base-url 是 https 而代理在本机的不用写"`
	DeskProxy []string `name:"desk-proxy" placeholder:"地址" help:"前面的代理在哪些地址上，如 10.0.0.2 或 172.18.0.0/16，用逗号隔开；代理在本机的不用写"`

	Files string `name:"files" placeholder:"文件夹|s3://主机/存储桶" help:"附件存在哪里，默认在数据文件夹的 files 里；s3 的账号和密钥从环境变量 QINGDAN_S3_KEY、QINGDAN_S3_SECRET 读"`

	Issuer     string `name:"oidc-issuer" placeholder:"https://…" help:"统一身份认证（OpenID Connect）的发行方地址；默认不用"`
	Client     string `name:"oidc-client" placeholder:"名称" help:"本系统在统一身份认证那里的客户端名称"`
	SecretFile string `name:"oidc-secret-file" placeholder:"文件" help:"客户端密钥所在的文件"`
	Provider   string `name:"oidc-name" placeholder:"统一身份认证" help:"登录按钮上的名称"`
}

// Run serves until the context ends, then lets open requests finish.
func (c *ServeCmd) Run(ctx context.Context, app *App, env Env) error {
	if err := c.check(); err != nil {
		return err
	}
	fronts, err := parseProxies("--proxy", c.Proxy)
	if err != nil {
		return err
	}
	proxies, err := parseProxies("--desk-proxy", c.DeskProxy)
	if err != nil {
		return err
	}
	provider, err := c.provider(env)
	if err != nil {
		return err
	}
	return app.within(ctx, env, func(h *house) error {
		cfg := web.Config{DB: h.db, Ledger: h.ledger, Clock: env.Clock, Log: logger(env), BaseURL: strings.TrimSuffix(c.BaseURL, "/"),
			Clients: c.clients(fronts), Missed: words.NewCounter()}
		public, err := web.New(cfg)
		if err != nil {
			return errs.Wrap("serve", err)
		}
		sites := []*site{{name: "网站", addr: c.Addr, handler: public}}
		work := []func(context.Context, Env){h.keepFollowing, h.keepMissed(cfg.Missed), h.keepTidy}
		if c.DeskAddr != "" {
			files, err := c.openFiles(ctx, app)
			if err != nil {
				return err
			}
			jobs := job.New(h.db, job.Options{Clock: env.Clock, Log: cfg.Log})
			defer closeJobs(ctx, jobs)
			desk, err := web.NewStaff(cfg, web.StaffConfig{DB: h.db, Ledger: h.ledger, Gate: session.New(h.db, session.Options{Clock: env.Clock}),
				Blobs: files, Jobs: jobs, URL: strings.TrimSuffix(c.DeskURL, "/"), Proxies: proxies, Provider: provider})
			if err != nil {
				return errs.Wrap("serve the staff", err)
			}
			sites = append(sites, &site{name: c.deskName(), addr: c.DeskAddr, path: staff.HomePath, handler: desk})
			work = append(work, h.keepForgetting, h.keepChecking)
		}
		return beside(ctx, env, work, func() error { return serve(ctx, env, sites) })
	})
}

// lastJobs is how long work that still runs may go on when the program stops.
const lastJobs = 10 * time.Second

func closeJobs(ctx context.Context, jobs *job.Runner) {
	last, cancel := context.WithTimeout(context.WithoutCancel(ctx), lastJobs)
	defer cancel()
	jobs.Close(last)
}

// deskName says who can reach the site for staff.
func (c *ServeCmd) deskName() string {
	if c.DeskURL == "" {
		return "工作台（只供本机）"
	}
	return "工作台（对外 " + c.DeskURL + "）"
}

// check refuses what would serve staff in the open. Invalid.
func (c *ServeCmd) check() error {
	if _, err := web.StaffHost(c.DeskURL); err != nil {
		return err
	}
	if c.DeskAddr != "" && c.DeskURL == "" && !web.Loopback(c.DeskAddr) {
		return errs.Invalidf("工作台要对外服务，口令和内容必须走 https").At("--desk-addr " + c.DeskAddr).
			Fix("在前面放一个提供 https 的代理，并写上 --desk-url https://…；只在本机使用的写成 --desk-addr 127.0.0.1:8081")
	}
	if c.Issuer != "" && (c.Client == "" || c.SecretFile == "" || c.DeskURL == "") {
		return errs.Invalidf("统一身份认证没有配齐").At("--oidc-issuer " + c.Issuer).Fix("还要写 --oidc-client、--oidc-secret-file 和 --desk-url")
	}
	if c.Issuer != "" {
		return errs.In("--oidc-issuer "+c.Issuer, account.CheckIssuer(c.Issuer))
	}
	return nil
}

// leastBits is how narrow a range of proxies must be: what they say of where
// somebody comes from is believed.
const leastBits = 8

// clients tells where requests of the public come from. The program speaks http:
// a site under https has a proxy before it.
func (c *ServeCmd) clients(proxies []netip.Prefix) ui.Clients {
	return ui.Clients{Proxied: len(proxies) > 0 || strings.HasPrefix(c.BaseURL, "https://"), Proxies: proxies}
}

// parseProxies reads the addresses of proxies that a flag gives, each one address
// or a range.
func parseProxies(flag string, all []string) ([]netip.Prefix, error) {
	var out []netip.Prefix
	for _, s := range all {
		place := flag + " " + s
		p, err := netip.ParsePrefix(s)
		if err != nil {
			ip, single := netip.ParseAddr(s)
			if single != nil {
				return nil, errs.Invalidf("代理的地址不对").At(place).Fix("写成 10.0.0.2 或者 172.18.0.0/16").Because(err)
			}
			p = netip.PrefixFrom(ip.Unmap().WithZone(""), ip.Unmap().BitLen())
		}
		if p.Bits() < leastBits {
			return nil, errs.Invalidf("代理的地址范围太大").At(place).Fix("只写代理所在的地址：这些地址报来的来访地址都会被采信")
		}
		out = append(out, p)
	}
	return out, nil
}

// provider gives who else may prove somebody, with what proves this site to it;
// the zero Provider where there is none.
func (c *ServeCmd) provider(env Env) (account.Provider, error) {
	if c.Issuer == "" {
		return account.Provider{}, nil
	}
	secret, err := readFile(env, c.SecretFile)
	return account.Provider{Issuer: c.Issuer, Client: c.Client, Secret: strings.TrimSpace(string(secret)), Name: c.Provider}, err
}

// openFiles opens where attachments lie.
func (c *ServeCmd) openFiles(ctx context.Context, app *App) (blob.Store, error) {
	at, ok := strings.CutPrefix(c.Files, "s3://")
	if !ok {
		folder := c.Files
		if folder == "" {
			folder = filepath.Join(dataFolder(app.DB), "files")
		}
		return blob.OpenFolder(folder)
	}
	host, bucket, _ := strings.Cut(at, "/")
	name, prefix, _ := strings.Cut(bucket, "/")
	if host == "" || name == "" {
		return nil, errs.Invalidf("附件存储的写法不对").At("--files " + c.Files).Fix("写成 s3://主机:端口/存储桶")
	}
	return blob.OpenS3(ctx, blob.Bucket{Endpoint: host, Name: name, Prefix: prefix, AccessKey: os.Getenv("QINGDAN_S3_KEY"), Secret: os.Getenv("QINGDAN_S3_SECRET"), TLS: !web.Loopback(host)})
}

// beside runs work in the background until main is done.
func beside(ctx context.Context, env Env, work []func(context.Context, Env), main func() error) error {
	background, stop := context.WithCancel(ctx)
	var all sync.WaitGroup
	for _, w := range work {
		all.Go(func() { w(background, env) })
	}
	err := main()
	stop()
	all.Wait()
	return err
}

// checkEvery is how often a running program looks for wordings that the rules
// have not seen: a reviewer should find the findings beside what came up today.
const checkEvery = time.Minute

// keepChecking runs the checks when departments handed something up or wrote
// something new, until the context ends. A failure is logged and tried again.
func (h *house) keepChecking(ctx context.Context, env Env) {
	tick := time.NewTicker(checkEvery)
	defer tick.Stop()
	for {
		if _, err := inventory.CheckWaiting(ctx, h.ledger, h.db, operator(), today(env)); err != nil && ctx.Err() == nil {
			logger(env).Error("check what came up", "err", err)
		}
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}

// forgetEvery is how often sessions that are over are deleted.
const forgetEvery = time.Hour

// keepForgetting deletes sessions that are over and sign-ins that need no longer
// be kept, until the context ends. A failure is logged and tried again.
func (h *house) keepForgetting(ctx context.Context, env Env) {
	tick := time.NewTicker(forgetEvery)
	defer tick.Stop()
	for {
		settings, err := people.ReadSettings(ctx, h.db)
		if err == nil {
			inside := sqldb.Inside(ctx)
			err = h.db.Write(ctx, func(tx *sqldb.Tx) error { return session.Forget(inside, tx, settings.Limits(), env.Clock()) })
		}
		if err != nil && ctx.Err() == nil {
			logger(env).Error("forget old sessions", "err", err)
		}
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
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

// flushEvery is how often missed searches are written down.
const flushEvery = time.Minute

// keepMissed writes the counted searches that found nothing down, until the
// context ends and once more then. A failure is logged and tried again.
func (h *house) keepMissed(c *words.Counter) func(context.Context, Env) {
	return func(ctx context.Context, env Env) {
		tick := time.NewTicker(flushEvery)
		defer tick.Stop()
		for running := true; running; {
			select {
			case <-ctx.Done():
				running = false
			case <-tick.C:
			}
			last, cancel := context.WithTimeout(context.WithoutCancel(ctx), lastJobs)
			if _, err := c.Flush(last, h.db, words.Civil(env.Clock())); err != nil {
				logger(env).Error("keep missed searches", "err", err)
			}
			cancel()
		}
	}
}

// tidyEvery is how often a running program brings the index of searches into its
// best form: wordings that come one by one make it slower.
const tidyEvery = time.Hour

// keepTidy tidies the index at once and then every hour, until the context ends.
// A failure is logged and tried again.
func (h *house) keepTidy(ctx context.Context, env Env) {
	tick := time.NewTicker(tidyEvery)
	defer tick.Stop()
	for {
		if err := search.Tidy(ctx, h.db); err != nil && ctx.Err() == nil {
			logger(env).Error("tidy the search index", "err", err)
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
