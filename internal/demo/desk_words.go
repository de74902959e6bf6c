package demo

import (
	"context"
	"fmt"

	"qingdan/internal/errs"
	"qingdan/internal/platform/ledger"
	"qingdan/internal/platform/search"
	"qingdan/internal/registry/people"
	"qingdan/internal/registry/power"
	"qingdan/internal/service/words"
)

// everyday are words that departments of the city gave their items, with what
// the item is found by.
func everyday() []struct{ found, words string } {
	return []struct{ found, words string }{
		{"取水许可", "自家打机井"}, {"林木采伐许可", "自留地的杨树能砍吗"}, {"犬只饲养许可", "给狗办户口"},
		{"城市道路占用挖掘许可", "门口挖沟埋水管"}, {"道路货物运输", "跑大车的证"}, {"食品经营", "开包子铺"},
		{"药品零售", "卖中草药"}, {"医疗机构设置", "开牙科"}, {"护士执业", "护士换单位"}, {"教师资格", "考上的教资怎么拿证"},
		{"民办学校设立", "办个补习学校"}, {"养老机构设立", "办家庭养老点"}, {"社会团体", "成立老乡会"}, {"河道采砂", "拉河沙"},
		{"动物防疫条件", "建鸭棚"}, {"兽药经营", "卖猪药鸡药"}, {"农药经营", "开农资门市"}, {"种子生产经营", "卖棒子种"},
		{"建筑工程施工", "工地开工手续"}, {"商品房预售", "楼盘开盘"}, {"燃气经营", "开液化气站"}, {"烟花爆竹", "过年卖炮仗"},
		{"危险化学品经营", "卖油漆稀料"}, {"特种设备", "电梯年检"}, {"计量", "地磅校准"}, {"出版物", "开书店卖教辅"},
		{"电影放映", "开小影厅"}, {"营业性演出", "请明星开业"}, {"户外广告", "楼顶立大牌子"}, {"排水", "饭店接下水道"},
	}
}

// missedWords are what people of the city searched for in vain, with how often.
func missedWords() []struct {
	words string
	n     int
} {
	return []struct {
		words string
		n     int
	}{
		{"小孩上户口带什么", 46}, {"公积金怎么取出来", 39}, {"结婚证丢了去哪补", 31}, {"低保多少钱一个月", 28}, {"房产证加媳妇名字", 27},
		{"老年卡坐公交", 22}, {"电动三轮车上牌", 19}, {"阿胶作坊办证", 17}, {"驾照过期一年多", 15}, {"医保断了怎么接", 14},
		{"灵活就业交社保", 13}, {"大棚里盖看护房", 12}, {"村里修坑塘找谁批", 11}, {"学区房怎么划片", 9}, {"楼上漏水没人管", 9},
		{"广场舞太吵", 8}, {"夜里施工吵得睡不着", 8}, {"运河边上摆摊", 7}, {"种圆铃大枣补贴", 6}, {"葫芦雕刻摊位", 6},
		{"临清济美酱菜生产证", 5}, {"快递柜放小区", 5}, {"共享单车乱停", 4}, {"网上彩票能买吗", 4}, {"充电桩装在车位", 4},
		{"天气预报几点播", 3}, {"东昌湖钓鱼收费吗", 3}, {"孵小鸡卖", 3}, {"奥数班还让开吗", 2}, {"给流浪猫做手术", 2},
	}
}

// speak gives items everyday words and lets people search in vain, once: a city
// where somebody works with words already is left alone.
func (d *desks) speak(ctx context.Context) error {
	all := people.Scope{All: true}
	before, err := words.Misses(ctx, d.db, all, words.Query{Limit: 1})
	if err != nil || len(before) > 0 {
		return err
	}
	d.say("收集百姓说法")
	legal := d.persons[legalLogin]
	for _, e := range everyday() {
		if err := d.call(ctx, legal, e.found, e.words); err != nil {
			return err
		}
	}
	c := words.NewCounter()
	for _, m := range missedWords() {
		hits, err := search.Find(ctx, d.db, search.Query{Words: m.words, Kind: "power", PublicOnly: true, Limit: 1})
		if err != nil {
			return err
		}
		if len(hits) > 0 && !hits[0].Partial {
			continue // no miss
		}
		for range m.n {
			c.Note(m.words, len(hits) > 0)
		}
	}
	if _, err := c.Flush(ctx, d.db, words.Civil(d.now)); err != nil {
		return err
	}
	found, err := words.Misses(ctx, d.db, all, words.Query{Words: "天气预报", Limit: 1})
	if err != nil || len(found) == 0 {
		return err
	}
	return d.as(ctx, legal, func(ctx context.Context, tx *ledger.Tx) error {
		return words.Dismiss(ctx, tx, legal, found[0].ID, "不是行政权力事项，请看气象台的节目预告")
	})
}

// call gives the first item that is found by some words an everyday word. An
// item that the city has not, a penalty, or one that has the word is passed over.
func (d *desks) call(ctx context.Context, who *people.Who, found, word string) error {
	hits, err := search.Find(ctx, d.db, search.Query{Words: found, Kind: "power", PublicOnly: true, Limit: 1})
	if err != nil || len(hits) == 0 || hits[0].Partial {
		return err
	}
	id := hits[0].ID
	c, err := power.Standing(ctx, d.db, id)
	if err != nil || c.Category == power.CategoryPenalty {
		return err // nobody asks for those by such words
	}
	err = d.as(ctx, who, func(ctx context.Context, tx *ledger.Tx) error {
		_, err := words.Add(ctx, tx, who, power.NewWord{Power: id, Text: word, Sure: true})
		return err
	})
	if errs.KindOf(err) == errs.Conflict && err != nil {
		return nil
	}
	return errs.Wrap(fmt.Sprintf("give %s the word %s", id, word), err)
}
