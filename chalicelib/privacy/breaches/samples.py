"""Samples of the breach register."""

from chalicelib.kernel.samples import Samples, Text, Thing

SAMPLES = Samples(
    bodies={
        "record_breach": {
            "detected_at": "2026-01-12T08:15:00Z",
            "occurred_from": "2026-01-10T22:00:00Z",
            "occurred_to": "2026-01-12T09:00:00Z",
            "facts": Text("A list of customers was sent to the wrong address."),
            "natures": ["confidentiality"],
            "person_categories": ["customers"],
            "person_count": 120,
            "record_categories": ["identity", "contact"],
            "record_count": 120,
            "consequences": Text("Advertising that nobody wants."),
            "measures": Text("The recipient has deleted the list."),
            "concerns_platform_data": False,
        },
        "update_breach": {
            "detected_at": "2026-01-12T08:00:00Z",
            "occurred_from": "2026-01-10T21:00:00Z",
            "occurred_to": "2026-01-12T09:30:00Z",
            "facts": Text("A list of customers was sent to two wrong addresses."),
            "natures": ["confidentiality", "integrity"],
            "person_categories": ["customers", "others"],
            "person_count": 140,
            "record_categories": ["identity", "contact", "address"],
            "record_count": 150,
            "consequences": Text("Advertising, and perhaps fraud."),
            "measures": Text("Both recipients have deleted the list."),
            "concerns_platform_data": True,
        },
        "assess_breach": {
            "risk": "none",
            "risk_reason": Text("The file was encrypted, and the key is not lost."),
            "must_tell_authority": False,
            "no_authority_reason": Text("Nobody can read it, so there is no risk."),
            "must_tell_persons": False,
            "no_persons_reason": Text("There is no risk for them."),
        },
        "notify_breach": {
            "recipient": "authority",
            "told_at": "2026-01-16T10:00:00Z",
            "name": Text("Berlin commissioner for data protection"),
            "recipient_reference": Text("521.1234"),
            "said": Text("The form of the authority, as kept with the files of the breach."),
            "delay_reason": Text("Nobody was there to decide at the weekend."),
        },
    },
    things=(Thing("record_breach", gives={"breach_id": "id"}),),
)
