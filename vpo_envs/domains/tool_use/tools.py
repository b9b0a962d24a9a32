"""The table of blueprints: thirty tools in twelve areas.

Tools of one area are easily confused with one another, which is what the `ambiguity` knob plays on;
still every wording here fits exactly one blueprint.
"""

from __future__ import annotations

from vpo_envs.domains.tool_use import kinds
from vpo_envs.domains.tool_use.blueprints import Blueprint, Slot
from vpo_envs.domains.tool_use.kinds import Kind


def _slot(keys: str, kind: Kind, phrase: str, description: str, required: bool = False) -> Slot:
    return Slot(tuple(keys.split()), kind, phrase, description, required)


def _tool(area: str, names: str, description: str, clauses: str, topics: str, *slots: Slot) -> Blueprint:
    direct, indirect = clauses.split(" | ")
    plain, other = topics.split()
    return Blueprint(area, tuple(names.split()), description, (direct, indirect), (plain, other), slots)


def _day(phrase: str = "on {}") -> Slot:
    return _slot("date day", kinds.DATE, phrase, "Day")


def _clock() -> Slot:
    return _slot("time hour", kinds.TIME, "at {}", "Time of day")


def _place() -> Slot:
    return _slot("city place", kinds.CITY, "in {}", "Name of the city", True)


def _minutes(phrase: str = "for {} minutes") -> Slot:
    return _slot("minutes duration", kinds.MINUTES, phrase, "Length in minutes")


def _room() -> Slot:
    return _slot("room zone", kinds.ROOM, "in the {}", "Room of the house", True)


FROM = _slot("origin start", kinds.CITY, "from {}", "City of departure", True)
TO = _slot("destination goal", kinds.CITY, "to {}", "City of arrival", True)

BLUEPRINTS = (
    _tool(
        "travel",
        "book_flight reserve_flight",
        "Books seats on a flight.",
        "book a flight | get me on a plane",
        "flight plane",
        FROM,
        TO,
        _day(),
        _slot("passengers seats", kinds.COUNT, "for {} people", "Number of travellers"),
        _slot("cabin travel_class", kinds.CABIN, "in {} class", "Cabin class"),
    ),
    _tool(
        "travel",
        "find_trains search_trains",
        "Lists train connections.",
        "look up trains | see how I could go by rail",
        "train rail",
        FROM,
        TO,
        _day(),
        _slot("direct no_changes", kinds.FLAG, "without changes|with changes", "Only direct trains"),
    ),
    _tool(
        "travel",
        "rent_car hire_car",
        "Reserves a rental car.",
        "rent a car | arrange something I can drive",
        "car drive",
        _place(),
        _day("from {}"),
        _slot("days length", kinds.COUNT, "for {} days", "Number of days"),
        _slot("category model", kinds.CAR, "of the {} category", "Category of the car"),
    ),
    _tool(
        "lodging",
        "book_hotel reserve_hotel",
        "Books rooms in a hotel.",
        "book a hotel | get me a room at an inn",
        "hotel inn",
        _place(),
        _day("from {}"),
        _slot("nights stay", kinds.COUNT, "for {} nights", "Number of nights"),
        _slot("guests persons", kinds.COUNT, "with {} guests", "Number of guests"),
        _slot("breakfast morning_meal", kinds.FLAG, "with breakfast|without breakfast", "Include breakfast"),
    ),
    _tool(
        "lodging",
        "find_apartment search_flats",
        "Searches apartments to rent by the month.",
        "search for an apartment | look for a flat to let",
        "apartment flat",
        _place(),
        _slot("bedrooms rooms", kinds.COUNT, "with {} bedrooms", "Number of bedrooms"),
        _slot("rent max_rent", kinds.AMOUNT, "for at most {} a month", "Highest monthly rent"),
        _slot("furnished with_furniture", kinds.FLAG, "with furniture|without furniture", "Furnished only"),
    ),
    _tool(
        "weather",
        "get_weather weather_forecast",
        "Gives the weather forecast for a city.",
        "get the weather forecast | check whether I need an umbrella",
        "weather umbrella",
        _place(),
        _day(),
        _slot("units system", kinds.UNITS, "in {} units", "Units of the result"),
    ),
    _tool(
        "weather",
        "get_air_quality air_quality_index",
        "Gives the air quality of a city.",
        "check the air quality | find out how polluted it is",
        "air smog",
        _place(),
        _day(),
    ),
    _tool(
        "weather",
        "get_sunrise sunrise_time",
        "Gives the time of sunrise in a city.",
        "look up the sunrise | find out when it gets light",
        "sunrise light",
        _place(),
        _day(),
    ),
    _tool(
        "messages",
        "send_email compose_email",
        "Sends an email.",
        "send an email | fire off a mail",
        "email mail",
        _slot("recipient address", kinds.EMAIL, "to {}", "Recipient", True),
        _slot("subject title", kinds.TITLE, 'with the subject "{}"', "Subject line"),
        _slot("body content", kinds.SENTENCE, 'saying "{}"', "Text of the email"),
    ),
    _tool(
        "messages",
        "send_sms text_message",
        "Sends a text message to a phone.",
        "send a text message | send an SMS",
        "text sms",
        _slot("person contact", kinds.PERSON, "to {}", "Name of the recipient", True),
        _slot("message text", kinds.SENTENCE, 'saying "{}"', "Text of the message"),
    ),
    _tool(
        "messages",
        "schedule_call plan_phone_call",
        "Schedules a phone call.",
        "schedule a phone call | arrange a chat on the phone",
        "phone chat",
        _slot("person contact", kinds.PERSON, "with {}", "Whom to call", True),
        _day(),
        _clock(),
    ),
    _tool(
        "calendar",
        "set_reminder create_reminder",
        "Sets a reminder.",
        "set a reminder | make sure I do not forget",
        "reminder forget",
        _slot("subject topic", kinds.TITLE, 'about "{}"', "What to be reminded of", True),
        _day(),
        _clock(),
    ),
    _tool(
        "calendar",
        "schedule_meeting create_meeting",
        "Puts a meeting into the calendar.",
        "schedule a meeting | get people together",
        "meeting together",
        _slot("topic agenda", kinds.TITLE, 'about "{}"', "What the meeting is about", True),
        _day(),
        _clock(),
        _minutes(),
        _slot("attendees people", kinds.PEOPLE_LIST, "with {}", "Full names of those invited, in any order"),
    ),
    _tool(
        "money",
        "convert_currency exchange_rate",
        "Converts an amount between currencies.",
        "convert money | work out what my cash is worth",
        "convert worth",
        _slot("amount total", kinds.AMOUNT, "in the amount of {}", "Amount to convert", True),
        _slot("source from_currency", kinds.CURRENCY, "from {}", "Currency it is in now", True),
        _slot("target to_currency", kinds.CURRENCY, "into {}", "Currency wanted", True),
    ),
    _tool(
        "money",
        "transfer_money send_payment",
        "Transfers money to a person.",
        "transfer money | pay what I owe",
        "transfer pay",
        _slot("payee receiver", kinds.PERSON, "to {}", "Who gets the money", True),
        _slot("amount sum", kinds.AMOUNT, "in the amount of {}", "Amount to send", True),
        _slot("currency unit", kinds.CURRENCY, "in {}", "Currency"),
    ),
    _tool(
        "money",
        "get_share_price stock_quote",
        "Gives the price of a share.",
        "look up the share price | check the market value",
        "share market",
        _slot("symbol ticker", kinds.TICKER, "for {}", "Ticker symbol", True),
        _day(),
    ),
    _tool(
        "food",
        "find_restaurant search_restaurants",
        "Finds restaurants with free tables.",
        "find a restaurant | find somewhere to dine out",
        "restaurant dine",
        _place(),
        _slot("cuisine kitchen_style", kinds.CUISINE, "with {} food", "Cuisine"),
        _slot("guests seats", kinds.COUNT, "for {} people", "Number of guests"),
        _slot("outdoor terrace", kinds.FLAG, "with outdoor tables|with indoor tables", "Tables outside"),
    ),
    _tool(
        "food",
        "find_recipe search_recipes",
        "Finds recipes to cook at home.",
        "find a recipe | find something to cook myself",
        "recipe cook",
        _slot("cuisine style", kinds.CUISINE, "in the {} style", "Cuisine", True),
        _minutes("that takes {} minutes"),
        _slot("ingredients contains", kinds.INGREDIENT_LIST, "using {}", "Ingredients to use, in any order"),
        _slot("vegetarian meatless", kinds.FLAG, "without meat|with meat", "Vegetarian only"),
    ),
    _tool(
        "food",
        "order_food order_delivery",
        "Orders a meal for delivery.",
        "order food | have a meal brought to me",
        "order meal",
        _slot("dish item", kinds.DISH, "consisting of {}", "Dish to order", True),
        _slot("portions quantity", kinds.COUNT, "in {} portions", "Number of portions"),
        _clock(),
    ),
    _tool(
        "media",
        "play_music start_playlist",
        "Plays music in the house.",
        "play music | put something on the speakers",
        "music speakers",
        _slot("genre mood", kinds.MUSIC, "of the {} kind", "Genre", True),
        _minutes(),
        _slot("room zone", kinds.ROOM, "in the {}", "Room of the house"),
    ),
    _tool(
        "media",
        "find_film search_movies",
        "Finds films to watch.",
        "find a film | pick something for movie night",
        "film movie",
        _slot("genre category", kinds.FILM, "of the {} kind", "Genre", True),
        _slot("language spoken", kinds.LANGUAGE, "in {}", "Language of the film"),
        _slot("year released", kinds.YEAR, "from the year {}", "Year of release"),
    ),
    _tool(
        "home",
        "set_thermostat adjust_heating",
        "Sets the temperature of a room.",
        "set the thermostat | change how warm it is",
        "thermostat warm",
        _room(),
        _slot("temperature degrees", kinds.DEGREES, "to {} degrees", "Target in degrees Celsius", True),
        _clock(),
    ),
    _tool(
        "home",
        "set_light change_lamps",
        "Sets the lights of a room.",
        "change the lights | alter the lamps",
        "lights lamps",
        _room(),
        _slot("colour tint", kinds.COLOUR, "to {}", "Colour of the light"),
        _slot("brightness level", kinds.PERCENT, "at {} percent", "Brightness in percent"),
    ),
    _tool(
        "home",
        "start_vacuum run_robot_cleaner",
        "Sends the vacuum robot to a room.",
        "start the vacuum robot | have the floor cleaned",
        "vacuum floor",
        _room(),
        _minutes(),
        _clock(),
    ),
    _tool(
        "shopping",
        "search_products find_in_shop",
        "Searches the catalogue of a shop.",
        "search the shop | look around the store",
        "shop store",
        _slot("product query", kinds.PRODUCT, "for a {}", "Product to look for", True),
        _slot("colour shade", kinds.COLOUR, "in {}", "Colour"),
        _slot("price max_price", kinds.AMOUNT, "for at most {}", "Highest price"),
        _slot("available in_stock", kinds.FLAG, "only if in stock|in stock or not", "Only what is in stock"),
    ),
    _tool(
        "shopping",
        "track_parcel parcel_status",
        "Tells where a parcel is.",
        "track a parcel | find out where my delivery is",
        "parcel delivery",
        _slot("parcel_id tracking_number", kinds.PARCEL_ID, "with the number {}", "Parcel number", True),
        _slot("carrier company", kinds.CARRIER, "sent with {}", "Carrier"),
    ),
    _tool(
        "health",
        "log_workout record_training",
        "Records a workout.",
        "log a workout | note down my training",
        "workout training",
        _slot("activity sport", kinds.ACTIVITY, "of {}", "Kind of sport", True),
        _minutes(),
        _day(),
    ),
    _tool(
        "health",
        "book_doctor make_appointment",
        "Books an appointment with a doctor.",
        "book a medical appointment | get a check-up",
        "doctor checkup",
        _slot("specialty field", kinds.DOCTOR, "with a {}", "Kind of doctor", True),
        _slot("city place", kinds.CITY, "in {}", "Name of the city"),
        _day(),
        _clock(),
    ),
    _tool(
        "language",
        "translate_text translation",
        "Translates a text.",
        "translate the text | put the words",
        "translate words",
        _slot("text phrase", kinds.SENTENCE, '"{}"', "Text to translate", True),
        _slot("source from_language", kinds.LANGUAGE, "from {}", "Language of the text"),
        _slot("target to_language", kinds.LANGUAGE, "into {}", "Language wanted", True),
    ),
    _tool(
        "language",
        "define_word dictionary",
        "Explains a word.",
        "define the word | tell me the meaning of",
        "define meaning",
        _slot("word term", kinds.WORD, '"{}"', "Word to explain", True),
        _slot("language lexicon", kinds.LANGUAGE, "in {}", "Language of the explanation"),
    ),
)
