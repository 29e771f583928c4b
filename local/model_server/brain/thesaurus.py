"""Which words people use for which action or thing: the one table behind intent matching.

A concept is an action or a kind of thing; functions and utterances are both read as weighted sets of concepts. A word
that stands in no row is a concept of its own, so a domain that nobody foresaw still matches by its own words.
"""

from collections.abc import Mapping

READING = frozenset({"list", "view", "search", "identify", "count", "status", "compare", "check"})
"""Actions that change nothing."""

ACTIONS: Mapping[str, str] = {
    "send": "send text tell notify inform write:0.6 message:0.45 forward:0.6 ping let_know drop_a_line shoot:0.6",
    "delete": "delete remove unsend erase discard take_back:1 get_rid_of:1 clear:0.5 recall:0.5",
    "list": "list who:0.7 show:0.75 all:0.5 everyone:0.6 everybody:0.6 which:0.5 names:0.6 enumerate",
    "view": "view show read see open display check:0.7 look_at hear:0.7 get:0.35 retrieve fetch pull_up tell_me:0.6 "
    "what_is:0.4 have_i:0.4 history:0.4 historical:0.4",
    "search": "search find look_for locate containing contain contains any_with:0.7 about:0.5 keyword:0.8",
    "add": "add new:0.5 register invite put:0.6 include:0.6",
    "login": "login log_in sign_in logging_in authenticate log_me_in sign_me_in log_on sign_on log:0.7 sign:0.7 "
    "signing:0.7 signing_in password:0.6 username:0.5 credentials",
    "logout": "logout log_out sign_out log_me_out sign_me_out",
    "post": "post tweet publish announce share:0.6 write:0.5 compose put_out:0.8 tweeting posting draft:0.6",
    "repost": "retweet repost reshare re_tweet re_post share_again:1 share:0.55 boost pass_along:0.7 retreat:0.7 "
    "reposting retweeting",
    "comment": "comment reply respond commend:0.7 commenting replying answer:0.5 leave_a_note:0.7",
    "follow": "follow subscribe start_following:1",
    "unfollow": "unfollow stop_following:1 unsubscribe un_follow:1",
    "mention": "mention tag call_out shout_out mentioning",
    "count": "count statistics stats stat how_many number_of figures statistic",
    "identify": "id identifier ids look_up:0.6 lookup",
    "status": "status am_i:0.8 logged_in:0.9 signed_in:0.9",
    "book": "book reserve booking:0.6 reservation:0.6",
    "cancel": "cancel call_off:1 canceling cancelling cancelled",
    "buy": "buy purchase order:0.6 checkout check_out:1 get:0.3 pay:0.5 place",
    "pay": "pay payment settle charge",
    "return": "return send_back:1 refund give_back:1",
    "exchange": "exchange swap trade_in:1",
    "apply": "apply submit application:0.6",
    "withdraw": "withdraw take_out:0.7 retract",
    "save": "save bookmark keep:0.6 star store:0.5",
    "schedule": "schedule set_up:0.7 arrange plan:0.6 create:0.6 make:0.4 put:0.5",
    "move": "move reschedule shift postpone push:0.6 relocate change:0.4",
    "update": "update change edit modify adjust correct:0.6 alter",
    "create": "create make:0.7 new:0.6 start:0.5 open:0.5 touch:0.5 set_up:0.6",
    "copy": "copy duplicate",
    "rename": "rename call_it:0.6",
    "compare": "compare difference diff differ",
    "sort": "sort order:0.4 alphabetical",
    "on": "on turn_on:1 switch_on:1 start:0.6 activate enable",
    "off": "off turn_off:1 switch_off:1 stop:0.6 deactivate disable shut:0.5",
    "set": "set adjust:0.7 dim:0.7 brighten:0.7 make:0.4",
    "lock": "lock secure",
    "unlock": "unlock",
    "check": "check verify available:0.6 free:0.6 busy:0.6",
    "invite": "invite attendee add:0.4",
    "resolve": "resolve solve fix",
    "close": "close shut:0.6",
}

THINGS: Mapping[str, str] = {
    "message": "message messages text:0.7 texts inbox mail note:0.6 dm massage:0.8 messaging:0.5",
    "user": "user users people person contact:0.8 contacts:0.8 who:0.7 everyone everybody member members teammates "
    "coworkers colleagues workspace:0.5 names:0.5 account:0.5 someone friend:0.7 friends:0.7",
    "contact": "contact contacts address_book",
    "sent": "sent i_sent:1 i_have_sent:1 outbox my_messages:0.7 send:0.25",
    "tweet": "tweet tweets post:0.75 posts status:0.3 timeline:0.5 retweet:0.2 tweeted posted",
    "comment_thing": "comments replies responses comment:0.5 reply:0.5",
    "following": "following i_follow:1 do_i_follow:1 am_i_following:1",
    "flight": "flight flights fly plane airline trip:0.5 travel:0.5",
    "card": "card cards credit_card",
    "booking": "booking reservation bookings reservations",
    "invoice": "invoice receipt bill",
    "insurance": "insurance coverage insure",
    "budget": "budget spending limit:0.6",
    "event": "event events meeting meetings appointment appointments calendar call:0.4 lunch:0.4 schedule:0.4 agenda",
    "attendee": "attendee attendees guest guests invitee",
    "product": "product products item items",
    "cart": "cart basket",
    "order": "order orders purchase",
    "coupon": "coupon discount code:0.6 voucher promo",
    "job": "job jobs position positions role opening openings vacancy",
    "application": "application applications applied",
    "light": "light lights lamp lamps",
    "thermostat": "thermostat temperature heating heat",
    "device": "device devices gadget",
    "scene": "scene mode routine",
    "file": "file files document documents",
    "directory": "directory folder folders directories",
    "ticket": "ticket tickets issue:0.6",
    "stock": "stock stocks share:0.4 shares",
    "password": "password passcode",
}


def _rows() -> dict[str, dict[str, float]]:
    table: dict[str, dict[str, float]] = {}
    for concepts in (ACTIONS, THINGS):
        for concept, row in concepts.items():
            for entry in row.split():
                phrase, _, weight = entry.partition(":")
                table.setdefault(phrase.replace("_", " "), {})[concept] = float(weight or 1)
    return table


LEXICON: Mapping[str, Mapping[str, float]] = _rows()
"""Phrase of one to four words -> concepts with weights."""

LONGEST_PHRASE = max(len(phrase.split()) for phrase in LEXICON)

PAST = {
    "send": "sent",
    "delete": "deleted",
    "add": "added",
    "post": "posted",
    "repost": "shared",
    "comment": "commented on",
    "follow": "followed",
    "unfollow": "unfollowed",
    "mention": "mentioned",
    "book": "booked",
    "cancel": "cancelled",
    "buy": "ordered",
    "pay": "paid",
    "return": "returned",
    "exchange": "exchanged",
    "apply": "applied",
    "withdraw": "withdrawn",
    "save": "saved",
    "schedule": "scheduled",
    "move": "moved",
    "update": "updated",
    "create": "created",
    "copy": "copied",
    "rename": "renamed",
    "sort": "sorted",
    "set": "set",
    "lock": "locked",
    "unlock": "unlocked",
    "invite": "invited",
    "resolve": "resolved",
    "close": "closed",
}
