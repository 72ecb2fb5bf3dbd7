"""What a subscriber of the journal hears."""

from service.web.journal import Event, Journal, Type


def test_a_subscriber_of_the_journal_hears_each_event() -> None:
    heard: list[Event] = []
    journal = Journal()
    journal.record(Type.FAULT_SET, "a", "before")
    journal.subscribe(heard.append)
    journal.record(Type.FAULT_CLEARED, "a", "after")
    assert [(event.sequence, event.type) for event in heard] == [(2, Type.FAULT_CLEARED)]
