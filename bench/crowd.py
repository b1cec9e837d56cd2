"""A company's years of leads, put straight into a lead database: `fill(url, 1_000_000)` takes some minutes.

The same people every time. Names and companies are drawn with the frequencies of life: few names are borne by many,
most companies have a handful of people, some campaigns invited a third of everybody and some forty people.
"""

import random
from collections.abc import Iterator
from importlib import import_module
from itertools import accumulate
from pathlib import Path
from typing import Any

import psycopg

import deploy.demo

matching = import_module("services.lead.matching")  # the keys of persons as the service makes them
CAMPAIGNS, USERS, COMPANY_SIZE = 30, 36, 12
FIRST_USER, FIRST_CAMPAIGN = 9_001, 9_001
# Beside the names of the demo company: names that make one kanji, old forms and kana worth searching.
_FAMILY = (
    *(
        "佐藤 サトウ sato",
        "鈴木 スズキ suzuki",
        "高橋 タカハシ takahashi",
        "髙橋 タカハシ takahashi",
        "田中 タナカ tanaka",
    ),
    *(
        "伊藤 イトウ ito",
        "渡辺 ワタナベ watanabe",
        "渡邊 ワタナベ watanabe",
        "山本 ヤマモト yamamoto",
        "中村 ナカムラ nakamura",
    ),
    *(
        "小林 コバヤシ kobayashi",
        "山田 ヤマダ yamada",
        "吉田 ヨシダ yoshida",
        "斎藤 サイトウ saito",
        "齋藤 サイトウ saito",
    ),
    *("山崎 ヤマザキ yamazaki", "山﨑 ヤマザキ yamazaki", "森 モリ mori", "林 ハヤシ hayashi", "清水 シミズ shimizu"),
)
_PLACES = (
    "東京 大阪 名古屋 横浜 京都 神戸 福岡 札幌 仙台 広島 関東 東海 北陸 九州 日本 中央 新光 三栄 大和 富士 "
    "朝日 共立 協和 ヤマト ミナト"
)
_TRADES = (
    "電機 工業 製作所 商事 建設 運輸 食品 化学 精密 システム ソフト 物産 印刷 鋼業 不動産 テクノ 設計 薬品 繊維 倉庫"
)
_FORMS = (
    ("株式会社{}", 45),
    ("{}株式会社", 30),
    ("㈱{}", 6),
    ("{}(株)", 4),
    ("有限会社{}", 8),
    ("合同会社{}", 5),
    ("{}", 2),
)
_DEPARTMENTS = [
    "営業部",
    "情報システム部",
    "総務部",
    "経営企画部",
    "製造部",
    "購買部",
    "品質保証部",
    "開発部",
    "人事部",
    "マーケティング部",
]
_TITLES = ("部長", "課長", "係長", "主任", "取締役", "代表取締役", "", "", "", "")
PREFECTURES = ["東京都", "大阪府", "愛知県", "神奈川県", "福岡県", "北海道", "兵庫県", "埼玉県", "千葉県", "広島県"]
_AREAS = (*["03"] * 8, *["06"] * 3, "045", "052", "092", "011", "075", "078", "022", "0263", "0466")
_CELLS = (
    *("id", "family_name", "given_name", "family_name_kana", "given_name_kana", "company", "department", "title"),
    *("email", "phone", "mobile", "postal_code", "prefecture", "address"),
)

# One number per lead, between 0 and 1, that looks random and is the same every time.
_DRAW = "(hashint8extended(p.id, {}) & 2147483647) / 2147483648.0"
_LEADS = f"""
INSERT INTO lead (id, person_id, company, stage, stage_since, owner_id, department_id, assigned_at, source,
    first_campaign_id, temperature, next_action_at, last_contact_at, search_text, created_at, updated_at)
SELECT id, id, company, stage, updated, owner_id, owner_id %% 6 + 1, CASE WHEN owner_id IS NOT NULL THEN created END,
    (ARRAY['trade_fair', 'trade_fair', 'seminar', 'webinar', 'webinar', 'document_request', 'web_advertising',
        'inquiry', 'purchased_list', 'purchased_list', 'cold_call', 'referral', 'other'])[1 + floor(s * 13)],
    {FIRST_CAMPAIGN} + floor(c * {CAMPAIGNS}), (ARRAY['A', 'B', 'C', '', ''])[1 + floor(t * 5)],
    CASE WHEN stage NOT IN ('passed', 'out_of_scope', 'converted') AND n < 0.2
        THEN now() + (n * 600 - 30) * interval '1 day' END,
    CASE WHEN stage <> 'new' THEN updated END, search_text, created, updated
FROM (
    SELECT p.id, p.company, p.search_text, s, c, t, n,
        made AS created, least(now(), made + u * u * (now() - made)) AS updated,
        CASE WHEN o >= 0.3
            THEN (%(owners)s::bigint[])[1 + floor((o - 0.3) / 0.7 * cardinality(%(owners)s::bigint[]))] END AS owner_id,
        CASE WHEN g < 0.45 THEN 'new' WHEN g < 0.65 THEN 'approaching' WHEN g < 0.77 THEN 'connected'
            WHEN g < 0.87 THEN 'nurturing' WHEN g < 0.9 THEN 'appointment' WHEN g < 0.92 THEN 'handed_over'
            WHEN g < 0.95 THEN 'converted' WHEN g < 0.99 THEN 'passed' ELSE 'out_of_scope' END AS stage
    FROM person p CROSS JOIN LATERAL (SELECT
        now() - interval '3 years' * (1 - p.id / %(count)s::float8) AS made,
        {", ".join(f"{_DRAW.format(seed)} AS {name}" for seed, name in enumerate("uscntog"))}) AS drawn
) AS leads
"""
# A campaign k is joined by one lead in k squared or so; the first three by a third of them.
_MEMBERS = f"""
INSERT INTO campaign_member (campaign_id, lead_id, invited, invited_at, responded, status, first_responded_at,
    last_responded_at, survey, new_lead, created_at, updated_at)
SELECT {FIRST_CAMPAIGN} + k, p.id, d > 0.3, CASE WHEN d > 0.3 THEN p.created_at END, d < 0.4,
    CASE WHEN d < 0.4 THEN 'attended' ELSE 'invited' END, CASE WHEN d < 0.4 THEN p.updated_at END,
    CASE WHEN d < 0.4 THEN p.updated_at END, CASE WHEN d < 0.1 THEN '資料希望' ELSE '' END,
    p.first_campaign_id = {FIRST_CAMPAIGN} + k, p.created_at, p.created_at
FROM lead p CROSS JOIN generate_series(0, {CAMPAIGNS - 1}) AS k
    CROSS JOIN LATERAL (SELECT (hashint8extended(p.id * 64 + k, 11) & 1048575) / 1048576.0 AS d) AS drawn
WHERE (hashint8extended(p.id * 64 + k, 7) & 1048575) / 1048576.0 < least(0.33, 1.5 / (k * k + 1)) AND p.id % 20 <> 3
"""
_CHANGES = """
INSERT INTO change (record_type, record_id, lead_id, field, after, cause_id, cause_kind, at)
SELECT 'lead', id, id, 'created', jsonb_build_object('stage', 'new'), gen_random_uuid(), 'list', created_at FROM lead
"""
_ACTIONS = """
INSERT INTO action (lead_id, campaign_id, type, occurred_at, by, reached, result, text)
SELECT id, first_campaign_id, 'call_out', updated_at - n * interval '3 days', coalesce(owner_id, %(user)s), 'person',
    'connected', '資料を送り、来週また電話する。'
FROM lead CROSS JOIN generate_series(0, 2) AS n WHERE stage <> 'new' AND id %% 4 = n
"""


def fill(url: str, count: int, owners: list[int]) -> None:
    """Persons, leads, history, actions and the copies of users and campaigns. `url`: of the lead database's owner.
    `owners`: users of the gateway among whom, and some dozens more, seven leads in ten are shared out."""
    opened: Any = psycopg.connect(url)  # whose types want every statement spelled out in the source
    with opened as connection:
        _copies(connection)
        tables = ("person", "lead", "campaign_member", "change", "action")
        connection.execute("SET maintenance_work_mem = '1GB'")
        indexes = _indexes(connection, tables)
        for name, _ in indexes:
            connection.execute(f"DROP INDEX {name}")
        columns = ", ".join((*_CELLS, *matching.Keys._fields))
        with connection.cursor().copy(f"COPY person ({columns}) FROM STDIN") as copy:
            for row in _persons(count):
                copy.write_row(row)
        everybody = [*owners, *range(FIRST_USER, FIRST_USER + USERS)]
        connection.execute(_LEADS, {"owners": everybody, "count": count})
        connection.execute(_MEMBERS)
        connection.execute(_CHANGES)
        connection.execute(_ACTIONS, {"user": FIRST_USER})
        for _, definition in indexes:
            connection.execute(definition)
        for table in tables[:2]:
            connection.execute(f"SELECT setval('{table}_id_seq', %s)", [count])
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("VACUUM ANALYZE")


def _indexes(connection: psycopg.Connection, tables: tuple[str, ...]) -> list[tuple[str, str]]:
    """(name, definition) of what is faster made again than kept up to date; keys stay."""
    query = """
        SELECT indexname, indexdef
        FROM pg_indexes JOIN pg_class ON relname = indexname JOIN pg_index ON indexrelid = oid
        WHERE schemaname = 'public' AND tablename = ANY(%s) AND NOT indisunique
    """
    return connection.execute(query, [list(tables)]).fetchall()


def _copies(connection: psycopg.Connection) -> None:
    connection.execute(
        "INSERT INTO user_copy SELECT %(first)s + n, 'user' || n, '計測 ' || n || '子', n %% 6 + 1,"
        " '組織' || n %% 6 + 1, '{inside_sales}', true, 1 FROM generate_series(0, %(last)s) AS n",
        {"first": FIRST_USER, "last": USERS - 1},
    )
    connection.execute(
        "INSERT INTO campaign_copy SELECT %(first)s + n, 'C-' || n, '計測キャンペーン' || n, 'seminar', 'running',"
        " now(), now(), 1 FROM generate_series(0, %(last)s) AS n",
        {"first": FIRST_CAMPAIGN, "last": CAMPAIGNS - 1},
    )


def _phone(draw: random.Random) -> str:
    """Ten digits that begin with an area code; four in ten are Tokyo's."""
    area = draw.choice(_AREAS)
    return f"{area}{draw.randrange(2, 10)}{draw.randrange(10 ** (9 - len(area))):0{9 - len(area)}d}"


def _persons(count: int) -> Iterator[list[Any]]:
    draw = random.Random(1)
    names = [line.split("\t") for line in Path(deploy.demo.__file__).with_name("names.tsv").read_text().splitlines()]
    given = [name for kind, *name in names if kind == "given"]
    family = [name.split() for name in _FAMILY] + [name for kind, *name in names if kind == "family"]
    shares = list(accumulate(1 / (place + 4) for place in range(len(family))))
    forms, parts = [form for form, _ in _FORMS], list(accumulate(share for _, share in _FORMS))
    places, trades = [*_PLACES.split(), *(name for name, *_ in family)], _TRADES.split()
    companies = [
        (
            draw.choices(forms, cum_weights=parts)[0].format(draw.choice(places) + draw.choice(trades)),
            f"c{number}.example.jp",
        )
        for number in range(max(1, count // COMPANY_SIZE))
    ]
    for number in range(1, count + 1):
        surname, forename = draw.choices(family, cum_weights=shares)[0], draw.choice(given)
        company, domain = companies[int(len(companies) * draw.random() ** 1.5)]
        cells = {
            "family_name": surname[0],
            "given_name": forename[0],
            "family_name_kana": surname[1],
            "given_name_kana": forename[1],
            "company": company,
            "email": f"{surname[2]}{number}@{domain}" if number % 10 else "",
            "phone": _phone(draw),
            "mobile": f"090{draw.randrange(10**8):08d}" if number % 3 == 0 else "",
        }
        more = {
            "department": draw.choice(_DEPARTMENTS),
            "title": draw.choice(_TITLES),
            "postal_code": f"{100 + number % 800}-{number % 10_000:04d}",
            "prefecture": draw.choice(PREFECTURES),
            "address": f"中央区{number % 30 + 1}丁目{number % 9 + 1}-1",
            "id": number,
        }
        whole: dict[str, Any] = cells | more
        yield [*(whole[cell] for cell in _CELLS), *matching.keys(cells)]
