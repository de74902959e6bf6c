package mask_test

import (
	"testing"

	"pgregory.net/rapid"

	"qingdan/internal/engine/mask"
)

func TestWhatPeopleWroteShowsNoNumbersAndNoMail(t *testing.T) {
	hold(t, "Written", mask.Written, map[string]string{
		"": "",
		"请打13800138000或写信zhang.san@example.cn": "请打138****8000或写信z****.***@example.cn",
		"身份证371502199001011234，家0635-8123456":  "身份证371***********1234，家0635-****456",
		"a@b.cn":            "*@b.cn",
		"@某某 你好":            "@某某 你好",
		"每斤3@5元":            "每斤3@5元",
		"我的邮箱是ab@qq.com。谢谢": "我的邮箱是a*@qq.com。谢谢",
	})
}

func TestMaskingTwiceChangesNothing(t *testing.T) {
	text := rapid.StringOf(rapid.RuneFrom([]rune("ab.@＠-_+*1389０3 我，")))
	rapid.Check(t, func(t *rapid.T) {
		once := mask.Written(text.Draw(t, "text"))
		if again := mask.Written(once); again != once {
			t.Fatalf("%q, then %q", once, again)
		}
	})
}
