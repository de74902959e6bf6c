package hanzi

// readings corrects the dictionary: phrases of one to four characters with their
// readings, syllables parted by spaces. The longest phrase at a place wins, so a
// longer phrase may undo a shorter one (县长期 against 县长). Read only.
var readings = map[string]string{
	// Single characters whose commonest reading in names of offices, places and powers is not the dictionary's first.
	"长": "chang", "都": "du", "什": "shi", "佛": "fo", "勒": "le", "还": "huan", "翟": "zhai", "没": "mo",
	"缪": "miao", "覃": "qin", "曾": "zeng", "泊": "bo", "隗": "wei", "乜": "nie", "卜": "bu", "阚": "kan",
	"郇": "xun",
	// Places of Liaocheng and Shandong.
	"东阿": "dong e", "阿胶": "e jiao", "阿镇": "e zhen", "单县": "shan xian", "单父": "shan fu", "单州": "shan zhou",
	"乐陵": "lao ling", "牟平": "mu ping", "梁山泊": "liang shan po", "柳行": "liu hang", "解甲庄": "xie jia zhuang",
	"重坊": "chong fang",
	// Places elsewhere.
	"重庆": "chong qing", "厦门": "xia men", "六安": "lu an", "六合": "lu he", "蚌埠": "beng bu", "涡阳": "guo yang",
	"枞阳": "zong yang", "番禺": "pan yu", "铅山": "yan shan", "浚县": "xun xian", "泌阳": "bi yang",
	"中牟": "zhong mu", "尉犁": "yu li", "蔚县": "yu xian", "乐亭": "lao ting", "大城": "dai cheng",
	"洪洞": "hong tong", "繁峙": "fan shi", "长子": "zhang zi", "吴堡": "wu bu", "瓦窑堡": "wa yao bu",
	"栎阳": "yue yang", "犍为": "qian wei", "筠连": "jun lian", "荥经": "ying jing", "西藏": "xi zang",
	"穆棱": "mu ling", "珲春": "hun chun", "黄陂": "huang pi", "会稽": "kuai ji", "乐清": "yue qing",
	"浒墅关": "xu shu guan", "闵行": "min hang", "莘庄": "xin zhuang", "大埔": "da bu", "解州": "hai zhou",
	// Surnames, where a village or street carries them.
	"单庄": "shan zhuang", "单楼": "shan lou", "单家": "shan jia", "单集": "shan ji", "解庄": "xie zhuang",
	"解家": "xie jia", "解楼": "xie lou", "解集": "xie ji", "仇庄": "qiu zhuang", "仇家": "qiu jia", "仇楼": "qiu lou",
	"查家": "zha jia", "查庄": "zha zhuang", "朴家": "piao jia", "区家": "ou jia", "盖家": "ge jia",
	"盖庄": "ge zhuang", "牟家": "mu jia", "牟庄": "mu zhuang", "尉迟": "yu chi", "万俟": "mo qi",
	"种庄": "chong zhuang", "员庄": "yun zhuang", "乐家": "yue jia",
	// 行: hang in trades and rows, xing otherwise.
	"银行": "yin hang", "行业": "hang ye", "分行": "fen hang", "支行": "zhi hang", "总行": "zong hang",
	"央行": "yang hang", "商行": "shang hang", "行会": "hang hui", "行列": "hang lie", "行情": "hang qing",
	"行长": "hang zhang", "行规": "hang gui", "行话": "hang hua", "行家": "hang jia", "行行": "hang hang",
	"车行": "che hang", "典当行": "dian dang hang", "拍卖行": "pai mai hang", "洋行": "yang hang", "外行": "wai hang",
	"内行": "nei hang", "行当": "hang dang", "执行业": "zhi xing ye", "进行业": "jin xing ye", "实行业": "shi xing ye",
	"旅行业": "lv xing ye", "发行业": "fa xing ye", "道行": "dao heng",
	// 长: zhang for persons and growing, chang otherwise.
	"首长": "shou zhang", "市长": "shi zhang", "省长": "sheng zhang", "县长": "xian zhang", "区长": "qu zhang",
	"镇长": "zhen zhang", "乡长": "xiang zhang", "村长": "cun zhang", "局长": "ju zhang", "处长": "chu zhang",
	"科长": "ke zhang", "股长": "gu zhang", "部长": "bu zhang", "厅长": "ting zhang", "所长": "suo zhang",
	"院长": "yuan zhang", "校长": "xiao zhang", "园长": "yuan zhang", "站长": "zhan zhang", "队长": "dui zhang",
	"组长": "zu zhang", "会长": "hui zhang", "船长": "chuan zhang", "厂长": "chang zhang", "店长": "dian zhang",
	"家长": "jia zhang", "秘书长": "mi shu zhang", "董事长": "dong shi zhang", "理事长": "li shi zhang",
	"检察长": "jian cha zhang", "河长": "he zhang", "林长": "lin zhang", "湖长": "hu zhang", "路长": "lu zhang",
	"田长": "tian zhang", "机长": "ji zhang", "列车长": "lie che zhang", "成长": "cheng zhang", "生长": "sheng zhang",
	"增长": "zeng zhang", "助长": "zhu zhang", "长官": "zhang guan", "长老": "zhang lao", "长辈": "zhang bei",
	"长者": "zhang zhe", "县长期": "xian chang qi", "市长期": "shi chang qi", "局长期": "ju chang qi",
	"院长期": "yuan chang qi",
	// 重: chong for again, zhong otherwise.
	"重新": "chong xin", "重复": "chong fu", "重建": "chong jian", "重组": "chong zu", "重修": "chong xiu",
	"重申": "chong shen", "重置": "chong zhi", "重审": "chong shen", "重叠": "chong die", "重做": "chong zuo",
	"重报": "chong bao", "重发": "chong fa", "重印": "chong yin", "重婚": "chong hun", "重名": "chong ming",
	"重阳": "chong yang", "双重": "shuang chong", "多重": "duo chong", "三重": "san chong", "重整": "chong zheng",
	"重启": "chong qi", "重核": "chong he",
	// 调: tiao for adjusting and mediating, diao otherwise.
	"调解": "tiao jie", "调整": "tiao zheng", "调节": "tiao jie", "调剂": "tiao ji", "调控": "tiao kong",
	"调理": "tiao li", "调料": "tiao liao", "调味": "tiao wei", "调试": "tiao shi", "调停": "tiao ting",
	"调制": "tiao zhi", "调和": "tiao he", "调处": "tiao chu", "调压": "tiao ya", "调频": "tiao pin",
	"协调": "xie tiao", "空调": "kong tiao", "烘调": "hong tiao", "失调": "shi tiao", "烹调": "peng tiao",
	// Other words of administration.
	"会计": "kuai ji", "财会": "cai kuai", "畜牧": "xu mu", "畜产": "xu chan", "畜养": "xu yang", "没有": "mei you",
	"游说": "you shui", "音乐": "yin yue", "乐器": "yue qi", "乐团": "yue tuan", "乐队": "yue dui", "器乐": "qi yue",
	"声乐": "sheng yue", "乐曲": "yue qu", "参差": "cen ci", "人参": "ren shen", "海参": "hai shen",
	"党参": "dang shen", "差旅": "chai lv", "出差": "chu chai", "差役": "chai yi", "给予": "ji yu", "给付": "ji fu",
	"供给": "gong ji", "补给": "bu ji", "自给": "zi ji", "配给": "pei ji", "给水": "ji shui", "校对": "jiao dui",
	"校验": "jiao yan", "校准": "jiao zhun", "校正": "jiao zheng", "校核": "jiao he", "检校": "jian jiao",
	"宝藏": "bao zang", "藏族": "zang zu", "藏语": "zang yu", "藏医": "zang yi", "藏文": "zang wen",
	"藏药": "zang yao", "藏传": "zang chuan", "传记": "zhuan ji", "水浒传": "shui hu zhuan", "弹性": "tan xing",
	"便宜": "pian yi", "朝夕": "zhao xi", "降服": "xiang fu", "投降": "tou xiang", "率领": "shuai ling",
	"表率": "biao shuai", "率先": "shuai xian", "模具": "mu ju", "模板": "mu ban", "模样": "mu yang", "角色": "jue se",
	"关卡": "guan qia", "卡口": "qia kou", "拓片": "ta pian", "拓印": "ta yin", "一石": "yi dan", "什么": "shen me",
	"还是": "hai shi", "还有": "hai you", "勒紧": "lei jin", "大夫": "dai fu", "车马炮": "ju ma pao",
	"系鞋带": "ji xie dai", "哽咽": "geng ye", "奇数": "ji shu", "奇偶": "ji ou", "期年": "ji nian", "咖喱": "ga li",
	"星宿": "xing xiu", "倔强": "jue jiang", "都是": "dou shi", "全都": "quan dou", "的士": "di shi", "目的": "mu di",
	"标的": "biao di", "的确": "di que", "了解": "liao jie", "了结": "liao jie", "终了": "zhong liao",
	"露面": "lou mian", "落枕": "lao zhen", "殷红": "yan hong", "粘土": "nian tu", "粘合": "nian he",
	"称职": "chen zhi", "匀称": "yun chen", "对称": "dui chen", "称心": "chen xin", "圈养": "juan yang",
	"猪圈": "zhu juan", "羊圈": "yang juan", "禽圈": "qin juan", "曝光": "bao guang", "仿佛": "fang fu",
	"堵塞": "du se", "阻塞": "zu se", "闭塞": "bi se", "颈椎": "jing zhui", "着陆": "zhuo lu", "着装": "zhuo zhuang",
	"着火": "zhao huo", "着色": "zhuo se", "着力": "zhuo li", "省亲": "xing qin", "反省": "fan xing",
	"埋怨": "man yuan", "脉脉": "mo mo", "南无": "na mo", "否极": "pi ji", "臧否": "zang pi", "伺服": "si fu",
	"秘鲁": "bi lu", "巷道": "hang dao", "禅让": "shan rang", "封禅": "feng shan", "蛤蜊": "ge li",
}
