"""What every part of the story shares: its people, their mail, and what their browsers complained of."""

from playwright.sync_api import Browser

from tests.journey.people import Person
from tests.journey.stack import Stack


class Walk:
    """The parts of the story (`starting`, `brand`, `checkup`, `secretary_project`) act through this."""

    secretary: Person  # of a school of a district, and of one directly under the city
    direct_secretary: Person

    def __init__(self, stack: Stack, browser: Browser) -> None:
        self.stack, self.browser = stack, browser
        self.people: dict[str, Person] = {}

    def person(self, username: str) -> Person:
        if username not in self.people:
            self.people[username] = Person(self.browser, self.stack.base, username)
        return self.people[username]

    def faults(self) -> list[str]:
        """What a console or a process complained of; without the pledge a 403 is by design."""
        found = [fault for person in self.people.values() for fault in person.faults]
        heard = [
            fault for fault in found if not ("/reviews/assignments/" in fault and "403" in fault)
        ]
        return [*heard, *self.stack.errors()]

    def is_mailed(self, person: Person, *words: str) -> None:
        """Wait until a mail with all these words in its subject has reached the person."""

        def is_there() -> bool:
            subjects = [subject for to, subject in self.stack.sink.mails if to == person.email]
            return any(all(word in subject for word in words) for subject in subjects)

        self.stack.wait_for(is_there, f"a mail to {person.email}: {words}")

    def is_told(self, person: Person, *subject: str, text: str) -> None:
        """By mail, and in the inbox, which says it in full; the two leave one after the other."""

        def is_there() -> bool:
            person.go("/inbox/")
            return text in person.words()

        self.is_mailed(person, *subject)
        self.stack.wait_for(is_there, f"a notice to {person.username}: {text}")
