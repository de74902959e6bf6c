package session

import (
	"context"
	"runtime"
	"sync/atomic"
	"time"

	"qingdan/internal/errs"
	"qingdan/internal/platform/sqldb"
)

// Options of a Gate. The zero Options are those of a server.
type Options struct {
	Clock    func() time.Time // time.Now if nil
	Cost     Cost             // DefaultCost if zero; tests take a small one
	Parallel int              // so many hashings at a time; if zero, half the processors, so that guesses leave the pages the rest
}

// Gate is where somebody proves who they are. It bounds the memory and time
// that all hashing together may take: make one per program. It is safe for
// concurrent use.
type Gate struct {
	db     *sqldb.DB
	clock  func() time.Time
	cost   Cost
	places chan struct{}
	queue  atomic.Int64
}

// New makes the gate of an open database.
func New(db *sqldb.DB, o Options) *Gate {
	g := &Gate{db: db, clock: o.Clock, cost: o.Cost}
	if g.clock == nil {
		g.clock = time.Now
	}
	if g.cost == (Cost{}) {
		g.cost = DefaultCost()
	}
	if o.Parallel < 1 {
		o.Parallel = max(1, runtime.GOMAXPROCS(0)/2)
	}
	g.places = make(chan struct{}, o.Parallel)
	return g
}

// Attempt is somebody who says who they are.
type Attempt struct {
	Account  sqldb.ID // whom the login names; zero when it names nobody
	Login    string   // of the account, kept in the book of sign-ins; what was typed for nobody's login is not kept
	Barred   bool     // the account is disabled: the password is not even looked at
	Password string
	Address  string // of the client, without port
	Agent    string // User-Agent
	Profile  Profile
}

// Opened is a session just made.
type Opened struct {
	Session  sqldb.ID
	Token    string // for the cookie; it stands nowhere else
	Unproven bool   // the second factor is still to be shown, see Prove
}

var (
	errWrong     = errs.Invalidf("登录名或口令不对").Fix("连续输错会暂时锁定，锁定期间口令正确也不能登录；忘记口令请联系安全管理员")
	errWrongCode = errs.Invalidf("验证码不对，或者已经用过").Fix("请等动态口令换成下一个再输入；连续输错会暂时锁定")
	errLimited   = errs.New(errs.TooMany, "这个网络地址登录失败的次数太多").Fix("请过15分钟再试")
)

// Refused says whether SignIn or Prove failed because of what the person gave,
// and not because of the machine. Unknown login, wrong password, locked and
// disabled account are refused in the same words after the same work.
func Refused(err error) bool {
	return errs.Is(err, errWrong) || errs.Is(err, errWrongCode) || errs.Is(err, errLimited)
}

// SignIn opens a session for whoever knows the password. It is refused (see
// Refused) for a login of nobody, a wrong password, a locked or disabled
// account, all alike; and for an address from which too many attempts failed.
// A lock ends by itself; attempts while it lasts do not make it longer.
//
// GB/T 22239-2019, 8.1.4.1 b): failed sign-ins are limited; ASVS 5.0 6.3.1 and
// 6.3.8: guessing is slowed down, and who has an account cannot be found out.
func (g *Gate) SignIn(ctx context.Context, a Attempt) (Opened, error) {
	if err := g.withinLimit(ctx, a); err != nil {
		return Opened{}, err
	}
	c, err := readCredential(ctx, g.db, a.Account)
	if err != nil {
		return Opened{}, err
	}
	h := c.hash
	if a.Barred || c.locked(g.clock()) {
		h = ""
	}
	fits, err := g.compare(ctx, h, a.Password)
	if err != nil {
		return Opened{}, errs.Wrap("sign in", err)
	}
	next, err := g.renewed(ctx, h, fits, a.Password)
	if err != nil {
		return Opened{}, err
	}
	var opened Opened
	var refused error
	inside := sqldb.Inside(ctx)
	err = g.db.Write(ctx, func(tx *sqldb.Tx) (err error) {
		opened, refused, err = g.judge(inside, tx, a, h, fits, next)
		return err
	})
	if err != nil {
		return Opened{}, errs.Wrap("sign in", err)
	}
	return opened, refused
}

// renewed hashes a password anew that was hashed at another cost, "" where
// there is nothing to renew.
func (g *Gate) renewed(ctx context.Context, h Hash, fits bool, password string) (Hash, error) {
	if !fits {
		return "", nil
	}
	if c, _, _, err := h.read(); err != nil || c == g.cost {
		return "", err
	}
	return g.Hash(ctx, password)
}

// judge decides on an attempt whose password was compared with h, on what the
// database says now: others may have failed meanwhile.
func (g *Gate) judge(ctx context.Context, tx *sqldb.Tx, a Attempt, h Hash, fits bool, next Hash) (o Opened, refused, err error) {
	now := g.clock()
	entry := signIn{login: a.Login, account: a.Account, at: now, address: network(a.Address)}
	if limited, err := overLimit(ctx, tx, entry.address, now); err != nil || limited {
		return o, errLimited, err
	}
	c, err := readCredential(ctx, tx, a.Account)
	if err != nil {
		return o, nil, err
	}
	switch {
	case a.Account.IsZero():
		entry.login, entry.outcome = "", Unknown
	case a.Barred:
		entry.outcome = Barred
	case c.locked(now):
		entry.outcome = Locked
	case !fits || c.hash != h:
		entry.outcome = Wrong
		if err := c.fail(ctx, tx, a.Profile, now); err != nil {
			return o, nil, err
		}
	default:
		entry.outcome = Ok
		o, err = c.open(ctx, tx, a, next, now)
	}
	if entry.outcome != Ok {
		refused = errWrong
	} else if o.Unproven {
		entry.outcome = HalfOk
	}
	if err == nil {
		err = entry.write(ctx, tx)
	}
	return o, refused, err
}

// open makes the session of a right password. Failures are forgotten only when
// nothing else is to be shown: else whoever knows the password could guess
// codes without end.
func (c credential) open(ctx context.Context, tx *sqldb.Tx, a Attempt, next Hash, now time.Time) (Opened, error) {
	if next != "" {
		if err := c.rehash(ctx, tx, next); err != nil {
			return Opened{}, err
		}
	}
	if c.factor != factorOn {
		if err := c.forgive(ctx, tx); err != nil {
			return Opened{}, err
		}
	}
	o, err := Create(ctx, tx, a.Account, ByPassword, a.Address, a.Agent, now)
	o.Unproven = c.factor == factorOn
	return o, err
}

// withinLimit refuses an address from which too many attempts failed, before
// any work is done for it. The refusal is noted once per window, so that a
// flood does not fill the book.
func (g *Gate) withinLimit(ctx context.Context, a Attempt) error {
	now, address := g.clock(), network(a.Address)
	limited, err := overLimit(ctx, g.db, address, now)
	if err != nil || !limited {
		return err
	}
	noted, err := notedLimit(ctx, g.db, address, now)
	if err != nil {
		return err
	}
	if !noted {
		inside := sqldb.Inside(ctx)
		err := g.db.Write(ctx, func(tx *sqldb.Tx) error {
			if noted, err := notedLimit(inside, tx, address, now); err != nil || noted {
				return err
			}
			return signIn{at: now, outcome: Limited, address: address}.write(inside, tx)
		})
		if err != nil {
			return errs.Wrap("note a flood of sign-ins", err)
		}
	}
	return errLimited
}

// Change is somebody who changes their own password.
type Change struct {
	Account  sqldb.ID
	Login    string
	Session  sqldb.ID // stays open; all others end
	Old, New string
	Context  []string // words the new one may not be made of, see CheckPassword
	Address  string
	Profile  Profile
}

// ChangePassword sets a new password for whoever knows the present one, and
// ends the other sessions. A wrong present password counts like a failed
// sign-in, and ends in a lock. A new one that the profile refuses, or that was
// in use before, is Invalid at the field; nothing is changed then.
func (g *Gate) ChangePassword(ctx context.Context, c Change) error {
	const wanted = "新口令"
	if err := CheckPassword(c.Profile, c.New, c.Context...); err != nil {
		return errs.In(wanted, err)
	}
	opened, err := g.known(ctx, c)
	if Refused(err) && !errs.Is(err, errLimited) {
		return errPresent().Because(err)
	}
	if err != nil {
		return err
	}
	earlier, err := earlierHashes(ctx, g.db, c.Account, c.Profile.History)
	if err != nil {
		return err
	}
	for _, h := range append(earlier, opened.hash) {
		if used, err := g.compare(ctx, h, c.New); err != nil {
			return errs.Wrap("change password", err)
		} else if used {
			return errs.Invalidf("这个口令以前用过").At(wanted).Fix("请换一个新的")
		}
	}
	next, err := g.Hash(ctx, c.New)
	if err != nil {
		return err
	}
	inside := sqldb.Inside(ctx)
	return errs.Wrap("change password", g.db.Write(ctx, func(tx *sqldb.Tx) error {
		now := g.clock()
		stored, err := readCredential(inside, tx, c.Account)
		if err != nil {
			return err
		}
		switch {
		case stored.hash != opened.hash:
			return errs.Conflictf("口令刚刚在别处改过").Fix("请重新登录后再改")
		case stored.locked(now): // by guesses that were compared meanwhile
			return errPresent()
		}
		if err := SetPassword(inside, tx, c.Account, next, false, c.Session, now); err != nil {
			return err
		}
		return signIn{login: c.Login, account: c.Account, at: now, outcome: Changed, address: network(c.Address)}.write(inside, tx)
	}))
}

// errPresent does not say whether the present password is wrong or the account
// is locked.
func errPresent() *errs.Error {
	return errs.Invalidf("当前口令不对，或者账号已暂时锁定").At("当前口令").Fix("请核对后再试；忘记口令请联系安全管理员重置")
}

// known holds the present password of a change against the stored one and gives
// the credential; errWrong or errLimited else.
func (g *Gate) known(ctx context.Context, c Change) (credential, error) {
	a := Attempt{Account: c.Account, Login: c.Login, Password: c.Old, Address: c.Address, Profile: c.Profile}
	if err := g.withinLimit(ctx, a); err != nil {
		return credential{}, err
	}
	stored, err := readCredential(ctx, g.db, c.Account)
	if err != nil {
		return credential{}, err
	}
	h := stored.hash
	if stored.locked(g.clock()) {
		h = ""
	}
	fits, err := g.compare(ctx, h, c.Old)
	if err != nil || fits {
		return stored, errs.Wrap("change password", err)
	}
	inside := sqldb.Inside(ctx)
	err = g.db.Write(ctx, func(tx *sqldb.Tx) error {
		now := g.clock()
		now2, err := readCredential(inside, tx, c.Account)
		if err != nil {
			return err
		}
		entry := signIn{login: c.Login, account: c.Account, at: now, outcome: Locked, address: network(c.Address)}
		if !now2.locked(now) {
			entry.outcome = Wrong
			if err := now2.fail(inside, tx, c.Profile, now); err != nil {
				return err
			}
		}
		return entry.write(inside, tx)
	})
	if err != nil {
		return credential{}, errs.Wrap("change password", err)
	}
	return credential{}, errWrong
}
