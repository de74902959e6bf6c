package people

import (
	"cmp"
	"errors"
	"slices"
	"time"

	"qingdan/internal/errs"
	"qingdan/internal/platform/session"
	"qingdan/internal/platform/sqldb"
)

// errSignedOut says no more than that: whoever holds a dead token learns
// nothing of why it died.
var errSignedOut = errs.New(errs.Forbidden, "登录已失效").Fix("请重新登录")

// SignedOut says whether an error of Enter means that the person is to sign in
// again; others are failures of the machine.
func SignedOut(err error) bool { return errors.Is(err, errSignedOut) }

// entry is what the one query of Enter finds of a session.
type entry struct {
	who            Who
	state          string
	factor         session.Factor
	opened, seen   int64
	mustChange     string
	changed        int64
	totp           string
	idle, absolute int
	second         string
	profile        string
}

// judge gives the person of a session, or refuses: the account is disabled, or
// the session has lived too long.
func (e *entry) judge(now time.Time) (*Who, error) {
	s := settingsOf(e.profile, e.idle, e.absolute, e.second)
	w := &e.who
	w.Opened, w.Seen = sqldb.FromMicros(e.opened), sqldb.FromMicros(e.seen)
	if e.state != active || !s.Limits().Alive(w.Opened, w.Seen, now) {
		return nil, errSignedOut
	}
	order := Roles()
	slices.SortFunc(w.Roles, func(a, b Role) int { return cmp.Compare(slices.Index(order, a), slices.Index(order, b)) })
	w.Roles = slices.Compact(w.Roles)
	slices.SortFunc(w.Reviews, func(a, b sqldb.ID) int { return slices.Compare(a[:], b[:]) })
	w.Reviews = slices.Compact(w.Reviews)
	if local := e.factor == session.ByPassword || e.factor == session.ByCode; local {
		maxAge := s.Profile().MaxAge
		w.MustChange = e.mustChange != "" || maxAge > 0 && now.Sub(sqldb.FromMicros(e.changed)) > maxAge
		w.Unproven = e.totp == factorOn && e.factor == session.ByPassword
		w.MustEnrol = e.totp != factorOn && s.SecondFactor.asks(w.Roles)
	}
	return w, nil
}

// factorOn is how platform/session stores a second factor in use.
const factorOn = "on"

// SecondFactor says who must sign in with a second factor beside the password.
type SecondFactor string

// Who must show a second factor. GB/T 22239-2019, 8.1.4.1 d), asks for two kinds
// of proof; an office that signs in through a provider may leave it to that.
const (
	Optional       SecondFactor = "optional" // 自愿
	Administrators SecondFactor = "admins"   // 三员必须
	Everybody      SecondFactor = "all"      // 全员必须
)

// SecondFactors lists the choices.
func SecondFactors() []SecondFactor { return []SecondFactor{Optional, Administrators, Everybody} }

// Label is the word for the choice.
func (f SecondFactor) Label() string {
	switch f {
	case Administrators:
		return "系统、安全、审计管理员必须使用"
	case Everybody:
		return "所有人必须使用"
	default:
		return "自愿使用"
	}
}

func (f SecondFactor) asks(roles []Role) bool {
	return f == Everybody || f == Administrators && slices.ContainsFunc(roles, Role.administrator)
}

// Settings are what the security administrator sets for passwords and sessions.
type Settings struct {
	ProfileKey   string // of a session.Profile
	Idle         time.Duration
	Absolute     time.Duration
	SecondFactor SecondFactor
}

// DefaultSettings hold until the security administrator sets others: the
// profile of 等保三级, half an hour without use, a working day in all, a second
// factor for the three administrators, who may do most harm.
func DefaultSettings() Settings {
	return Settings{session.Graded, 30 * time.Minute, 10 * time.Hour, Administrators}
}

// Profile is the password profile in use.
func (s Settings) Profile() session.Profile { return session.ProfileOf(s.ProfileKey) }

// Limits are how long sessions live.
func (s Settings) Limits() session.Limits { return session.Limits{Idle: s.Idle, Absolute: s.Absolute} }

// check refuses settings that would leave sessions open too long, or too short
// to work. Invalid at the field.
func (s Settings) check() error {
	known := slices.ContainsFunc(session.Profiles(), func(p session.Profile) bool { return p.Key == s.ProfileKey })
	switch {
	case !known:
		return errs.Invalidf("没有这种口令策略").At("口令策略").Fix("请从列出的策略中选择")
	case s.Idle < 5*time.Minute || s.Idle > time.Hour || s.Idle%time.Minute != 0:
		return errs.Invalidf("无操作退出的时间要在5到60分钟之间").At("无操作退出").Fix("请写5到60的整数")
	case s.Absolute < time.Hour || s.Absolute > 24*time.Hour || s.Absolute%time.Minute != 0:
		return errs.Invalidf("一次登录最长要在60到1440分钟之间").At("最长时间").Fix("请写60到1440的整数")
	case !slices.Contains(SecondFactors(), s.SecondFactor):
		return errs.Invalidf("没有选择谁必须使用动态口令").At("动态口令").Fix("请从列表中选择")
	}
	return nil
}

// settingsOf reads settings as stored; no row stands for the default ones.
func settingsOf(profile string, idle, absolute int, second string) Settings {
	if profile == "" {
		return DefaultSettings()
	}
	return Settings{profile, time.Duration(idle) * time.Minute, time.Duration(absolute) * time.Minute, SecondFactor(second)}
}
