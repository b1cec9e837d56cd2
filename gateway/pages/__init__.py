"""The web pages. A screen is one module here and one folder of templates under the same name.

Every page works by plain links and form posts. With JavaScript, htmx fetches the same fragments that the pages
include, and a form that is also a page opens in a dialog.
"""

from importlib import import_module
from pathlib import Path

from flask import Blueprint, Flask
from flask_babel import Babel

from gateway.authentication import language

from . import deal_words, display
from .frame import TIMEZONE, error_page, messages_are_shown

__all__ = ["error_page", "register"]

FOLDER = Path(__file__).parent.parent
SCREENS = (
    "sign_in", "home", "campaigns", "attachments", "leads", "lead_columns", "saved_searches", "bulk_change", "lead",
    "lead_account", "lead_facts", "lead_memo", "members", "actions", "action_list", "conversion",
    "lists", "list_acts", "exports", "accounts", "opportunities", "opportunity", "activities", "handover",
    "notifications", "administration", "persons", "users", "departments", "roles", "personal", "master_data",
)  # fmt: skip


def register(app: Flask) -> None:
    """Adds every screen, the language, and what the templates use to the gateway's application."""
    Babel(
        app,
        default_locale="ja",
        default_timezone=TIMEZONE,
        default_translation_directories=str(FOLDER / "translations"),
        locale_selector=language,
    )
    app.register_blueprint(
        Blueprint(
            "pages",
            __name__,
            template_folder=str(FOLDER / "templates"),
            static_folder=str(FOLDER / "static"),
            static_url_path="/static",
        )
    )
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_env.filters.update(display.filters)
    app.jinja_env.globals.update(display.functions | deal_words.functions)
    app.after_request(messages_are_shown)
    for screen in SCREENS:
        app.register_blueprint(import_module(f"{__name__}.{screen}").pages)
