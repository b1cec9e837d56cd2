"""What the demo company plans and whom it deals with. All names are invented; addresses end in example.jp."""

from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any


@dataclass(frozen=True)
class DemoCampaign:
    """`starts`: days from the day of loading. `ended`: it has ended, once its list is in."""

    key: str
    name: str
    category: str
    status: str
    starts: int
    days: int
    venue_type: str
    venue: str
    objective: str
    goals: dict[str, Any]
    budget: dict[str, tuple[int, int | None]]
    ended: bool = False
    stakeholders: tuple[dict[str, Any], ...] = field(default_factory=tuple)

    def document(self, today: date, owner_id: str) -> dict[str, Any]:
        start = today + timedelta(days=self.starts)
        return {
            "name": self.name,
            "category": self.category,
            "status": self.status,
            "start_date": start.isoformat(),
            "end_date": (start + timedelta(days=self.days)).isoformat(),
            "owner_id": owner_id,
            "venue_type": self.venue_type,
            "venue": self.venue,
            "objective": self.objective,
            "target": "従業員100名以上の製造業、情報システム・生産管理・経営企画の責任者",
            "goals": self.goals,
            "budget_lines": [
                {"kind": kind, "budget": budget, "actual": actual} for kind, (budget, actual) in self.budget.items()
            ],
            "stakeholders": list(self.stakeholders),
        }


CAMPAIGNS = (
    DemoCampaign(
        "fair", "ものづくりDX展 出展", "trade_fair", "running", -68, 3, "onsite", "東京・臨海第3ホール",
        "現場の困りごとを聞き、生産管理の見直しを検討している企業と出会う。",
        {"invited": 400, "responded": 220, "new_leads": 180, "appointments": 25, "converted": 8, "won": 2,
         "opportunity_amount": 48_000_000, "won_amount": 12_000_000},
        {"venue": (3_200_000, 3_180_000), "production": (900_000, 964_000), "other": (300_000, 212_000)},
        ended=True,
        stakeholders=(
            {"kind": "organiser", "name": "運営 花子", "company": "臨海展示会事務局", "email": "info@fair.example.jp"},
            {"kind": "agency", "name": "出展 次郎", "company": "ブースあけぼの", "email": "jiro@akebono.example.jp"},
        ),
    ),
    DemoCampaign(
        "webinar", "在庫と納期を見える化するウェビナー", "webinar", "running", -6, 14, "online", "オンライン配信",
        "展示会で出会った企業に、在庫削減の実例を届けて次の面談につなげる。",
        {"invited": 300, "responded": 90, "response_rate": 0.3, "appointments": 12, "converted": 4,
         "opportunity_amount": 20_000_000},
        {"speaker": (200_000, 200_000), "advertising": (350_000, 287_000)},
        stakeholders=(
            {"kind": "speaker", "name": "講師 桃子", "company": "研究室みどり", "email": "momoko@midori.example.jp"},
        ),
    ),
    DemoCampaign(
        "seminar", "経営者のための原価管理セミナー 大阪", "seminar", "preparing", 21, 0, "onsite", "大阪・中之島会議室",
        "関西の製造業の経営層と直接話す。",
        {"invited": 150, "responded": 45, "appointments": 10, "converted": 3},
        {"venue": (280_000, None), "speaker": (300_000, None), "production": (120_000, None)},
    ),
    DemoCampaign(
        "mailing", "導入事例集 最新号 メール配信", "mailing", "running", -2, 28, "online", "",
        "育成中のリードに新しい事例を届け、関心を測る。",
        {"invited": 1_200, "responded": 60, "new_leads": 0, "appointments": 6},
        {"production": (180_000, 150_000)},
    ),
    DemoCampaign(
        "open_day", "ユーザー会 つなぎの日", "own_event", "planned", 75, 0, "hybrid", "本社ショールーム",
        "お客様同士が工夫を伝え合う場をつくる。",
        {"invited": 200, "responded": 120},
        {"venue": (150_000, None), "other": (400_000, None)},
    ),
    DemoCampaign(
        "download", "生産管理 入門ガイド 資料請求", "document_request", "running", -120, 60, "online", "",
        "検索から来た人に基礎資料を渡す。",
        {"responded": 100, "new_leads": 80, "appointments": 5},
        {"advertising": (600_000, 655_000)},
        ended=True,
    ),
)  # fmt: skip

# name without its legal form, kana, 前 or 後, industry, employees, prefecture, domain
_ACCOUNTS = (
    ("みなと紬工業", "ミナトツムギコウギョウ", "before", "繊維", 240, "神奈川県", "minato-tsumugi"),
    ("あさぎ精密", "アサギセイミツ", "before", "精密機器", 410, "長野県", "asagi-seimitsu"),
    ("北峰鋳造", "ホクホウチュウゾウ", "after", "金属", 130, "岩手県", "hokuho-chuzo"),
    ("しおさい食品", "シオサイショクヒン", "before", "食品", 680, "静岡県", "shiosai-foods"),
    ("ひなた化成", "ヒナタカセイ", "before", "化学", 350, "三重県", "hinata-kasei"),
    ("つくも電装", "ツクモデンソウ", "after", "電気機器", 920, "愛知県", "tsukumo-denso"),
    ("すずかけ製紙", "スズカケセイシ", "before", "紙・パルプ", 510, "愛媛県", "suzukake-paper"),
    ("たまゆら硝子", "タマユラガラス", "before", "窯業", 160, "滋賀県", "tamayura-glass"),
    ("とおりゃんせ物流", "トオリャンセブツリュウ", "before", "運輸", 1_300, "大阪府", "toryanse-logi"),
    ("いろは印刷", "イロハインサツ", "after", "印刷", 95, "東京都", "iroha-print"),
    ("ふたば農機", "フタバノウキ", "before", "機械", 270, "新潟県", "futaba-noki"),
    ("やまびこ木材", "ヤマビコモクザイ", "before", "木材", 80, "奈良県", "yamabiko-wood"),
    ("よつば樹脂", "ヨツバジュシ", "before", "樹脂成形", 220, "埼玉県", "yotsuba-jushi"),
    ("なぎさ造船", "ナギサゾウセン", "after", "輸送機器", 760, "広島県", "nagisa-zosen"),
    ("こもれび薬品", "コモレビヤクヒン", "before", "医薬品", 1_150, "富山県", "komorebi-yakuhin"),
    ("はなみずき塗料", "ハナミズキトリョウ", "before", "化学", 190, "兵庫県", "hanamizuki-toryo"),
    ("おおとり鋼管", "オオトリコウカン", "after", "鉄鋼", 430, "千葉県", "otori-kokan"),
    ("せせらぎ水処理", "セセラギミズショリ", "before", "設備", 140, "熊本県", "seseragi-mizu"),
    ("かざぐるま空調", "カザグルマクウチョウ", "before", "設備", 300, "福岡県", "kazaguruma-air"),
    ("ゆきわり光学", "ユキワリコウガク", "before", "精密機器", 380, "山形県", "yukiwari-optics"),
    ("まほろば家具", "マホロバカグ", "after", "家具", 115, "徳島県", "mahoroba-kagu"),
    ("いなほ製粉", "イナホセイフン", "before", "食品", 260, "北海道", "inaho-seifun"),
    ("わかくさ包装", "ワカクサホウソウ", "before", "包装", 175, "岐阜県", "wakakusa-hoso"),
    ("ともしび照明", "トモシビショウメイ", "before", "電気機器", 330, "京都府", "tomoshibi-light"),
    ("みちしるべ計測", "ミチシルベケイソク", "after", "計測機器", 210, "茨城県", "michishirube-keisoku"),
)


@dataclass(frozen=True)
class DemoAccount:
    name: str
    kana: str
    side: str
    industry: str
    employees: int
    prefecture: str
    domain: str

    @property
    def full_name(self) -> str:
        return f"株式会社{self.name}" if self.side == "before" else f"{self.name}株式会社"

    def document(self, number: int, sales_owner_id: str) -> dict[str, Any]:
        return {
            "name": self.full_name,
            "kana": self.kana,
            "legal_form": "株式会社",
            "legal_form_side": self.side,
            "industry": self.industry,
            "employees": self.employees,
            "capital": self.employees * 250_000,
            "prefecture": self.prefecture,
            "phone": f"06-0000-{1000 + number}",
            "url": f"https://www.{self.domain}.example.jp/",
            "domains": [f"{self.domain}.example.jp"],
            "sales_owner_id": sales_owner_id,
            "relation": "existing" if number % 4 == 0 else "new",
        }


ACCOUNTS = tuple(DemoAccount(*account) for account in _ACCOUNTS)
