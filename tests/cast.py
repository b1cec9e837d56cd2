"""The people of every test, the same everywhere: the demo company's cast.

maki plans campaigns, isamu and sara call, eiji and rin sell, mana manages, gaku calls for an outside company,
admin looks after the house.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Person:
    id: int
    login: str
    name: str
    roles: tuple[str, ...]
    department_id: int
    department: str
    campaign_ids: tuple[int, ...] = ()  # what an outsourced caller works for

    @property
    def email(self) -> str:
        return f"{self.login}@tsunagi.example.jp"


ADMIN = Person(1, "admin", "安藤 理", ("administrator",), 1, "情報システム部")
MAKI = Person(2, "maki", "牧野 真紀", ("marketing",), 2, "マーケティング部")
ISAMU = Person(3, "isamu", "石田 勇", ("inside_sales",), 3, "インサイドセールス部")
SARA = Person(4, "sara", "佐々木 沙羅", ("inside_sales",), 3, "インサイドセールス部")
EIJI = Person(5, "eiji", "江口 英二", ("sales",), 4, "営業部")
RIN = Person(6, "rin", "林 凛", ("sales",), 4, "営業部")
MANA = Person(7, "mana", "真鍋 愛", ("manager",), 5, "営業企画部")
GAKU = Person(8, "gaku", "岳本 学", ("outsourced_caller",), 6, "外注コールセンター", (11, 12))

EVERYBODY = (ADMIN, MAKI, ISAMU, SARA, EIJI, RIN, MANA, GAKU)
