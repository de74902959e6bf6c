package errs_test

import (
	"errors"
	"net/http"
	"testing"

	"qingdan/internal/errs"
)

func TestWordsNamePlaceFaultAndMend(t *testing.T) {
	cause := errors.New("sql: 第三方")
	for want, err := range map[string]error{
		"日期不对": errs.Invalidf("日期不对"),
		"甲.csv B3：日期“x”不对。请写成 2014-12-30 这样": errs.Invalidf("日期“%s”不对", "x").At("甲.csv B3").Fix("请写成 2014-12-30 这样").Because(cause),
		"系统内部出错，已记录，请稍后再试或联系管理员":             cause,
	} {
		for _, e := range []error{err, errs.Wrap("op", err), errors.Join(nil, err)} {
			if got := errs.Message(e); got != want {
				t.Errorf("%v: %q, want %q", e, got, want)
			}
		}
	}
	if s := errs.Invalidf("日期不对").Because(cause).Error(); s != "日期不对: sql: 第三方" {
		t.Errorf("log form %q", s)
	}
}

func TestEveryKindHasItsStatusAndExitCode(t *testing.T) {
	for _, c := range []struct {
		kind         errs.Kind
		status, exit int
	}{
		{errs.Internal, http.StatusInternalServerError, errs.ExitInternal}, {errs.Invalid, http.StatusBadRequest, errs.ExitInput},
		{errs.NotFound, http.StatusNotFound, errs.ExitState}, {errs.Conflict, http.StatusConflict, errs.ExitState},
		{errs.Forbidden, http.StatusForbidden, errs.ExitState}, {errs.TooLarge, http.StatusRequestEntityTooLarge, errs.ExitInput},
		{errs.Unavailable, http.StatusServiceUnavailable, errs.ExitInternal},
		{errs.TooMany, http.StatusTooManyRequests, errs.ExitInternal},
	} {
		err := errs.Wrap("op", errs.New(c.kind, "甲"))
		if errs.KindOf(err) != c.kind || errs.Status(err) != c.status || errs.ExitCode(err) != c.exit {
			t.Errorf("kind %d: %d, status %d, exit %d", c.kind, errs.KindOf(err), errs.Status(err), errs.ExitCode(err))
		}
	}
	if errs.ExitCode(nil) != errs.ExitOK || errs.Wrap("op", nil) != nil || errs.In("甲", nil) != nil {
		t.Error("nil is not done")
	}
}

func TestInPutsThePlaceAroundAndKeepsTheRest(t *testing.T) {
	cause := errors.New("cause")
	for want, err := range map[string]error{
		"甲.xlsx：已存在。请换":           errs.Conflictf("已存在").Fix("请换").Because(cause),
		"甲.xlsx Sheet1!B3：已存在。请换": errs.Wrap("op", errs.Conflictf("已存在").At("Sheet1!B3").Fix("请换").Because(cause)),
	} {
		got := errs.In("甲.xlsx", err)
		if errs.Message(got) != want || errs.KindOf(got) != errs.Conflict || !errors.Is(got, cause) {
			t.Errorf("%v: %q, want %q as Conflict with its cause", err, errs.Message(got), want)
		}
	}
	if got := errs.In("甲", cause); errs.KindOf(got) != errs.Internal || !errors.Is(got, cause) {
		t.Errorf("an error without words became %v", got)
	}
}
