"""The demo company: a synthetic maker of factory software, with campaigns, accounts and leads, loaded as any other
system would load them, through the public API. The same every time, but for dates, which count from the day of loading.
"""

PASSWORD = "tsunagi-demo"
# login → who that is
SIGN_INS = {
    "admin": "administrator: keeps users, masters and settings",
    "maki": "marketing: campaigns, lists",
    "isamu": "inside sales",
    "sara": "inside sales",
    "eiji": "sales",
    "rin": "sales",
    "mana": "manager: sees and assigns everything",
    "gaku": "outsourced caller: sees the own group's leads only",
}
