"""First names that people have: a new contact's name stands in no prompt and no result."""

from local.model_server.brain.wordlist import row, word_set

FIRST_NAMES = row(
    "james mary robert patricia john jennifer michael linda david elizabeth william barbara richard susan "
    "joseph jessica thomas sarah charles karen christopher lisa daniel nancy matthew sandra anthony betty "
    "mark ashley steven emily paul kimberly andrew margaret joshua donna kenneth michelle kevin carol "
    "brian amanda george melissa timothy deborah ronald stephanie edward rebecca jason sharon jeffrey "
    "laura ryan cynthia jacob dorothy gary amy nicholas kathleen eric angela jonathan shirley stephen "
    "emma larry brenda justin pamela scott nicole brandon anna benjamin samantha samuel katherine gregory "
    "christine alexander helen patrick debra frank rachel raymond carolyn jack janet dennis maria jerry "
    "catherine tyler heather aaron diane jose olivia adam julie nathan joyce henry victoria peter ruth "
    "zachary virginia kyle lauren noah kelly ethan christina jeremy joan hannah andrea oliver sophie "
    "alice lucy grace ella chloe leo max simon martin bob tom ben sam nick kate jane claire julia nina "
    "eva clara "
)

ORDINARY = word_set("mark grace max frank jack nick will rose may june april joy hope art bill")
"""Names that are words too; taken for names only where a name is expected."""
