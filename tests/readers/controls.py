"""What a screen reader finds in a program's window: every control, by its role and its name.

    controls.py PID

Reads the accessibility tree of the program over AT-SPI, prints one control a line, role and name with a tab between
them, and fails if one has no name. It shares no code with Remit and sees nothing but what the desktop offers.
"""

import sys

import gi

gi.require_version("Atspi", "2.0")
from gi.repository import Atspi  # noqa: E402  (the version is chosen first)

CONTROLS = {
    Atspi.Role.CHECK_BOX,
    Atspi.Role.COMBO_BOX,
    Atspi.Role.ENTRY,
    Atspi.Role.LINK,
    Atspi.Role.MENU_ITEM,
    Atspi.Role.PASSWORD_TEXT,
    Atspi.Role.PUSH_BUTTON,
    Atspi.Role.RADIO_BUTTON,
    Atspi.Role.SLIDER,
    Atspi.Role.SPIN_BUTTON,
    Atspi.Role.TABLE,
    Atspi.Role.TEXT,
    Atspi.Role.TOGGLE_BUTTON,
}


def program(process):
    """The program of this process on the desktop, or nothing."""
    desktop = Atspi.get_desktop(0)
    for place in range(desktop.get_child_count()):
        one = desktop.get_child_at_index(place)
        if one is not None and one.get_process_id() == process:
            return one
    return None


def below(one):
    """Everything in the tree below, in the order in which it is read out."""
    for place in range(one.get_child_count()):
        child = one.get_child_at_index(place)
        if child is not None:
            yield child
            yield from below(child)


def is_control(one):
    """Whether something can be done with it. Text that can only be read has the role of a text field in some places."""
    if one.get_role() not in CONTROLS:
        return False
    states = one.get_state_set()
    return states.contains(Atspi.StateType.FOCUSABLE) and states.contains(Atspi.StateType.SHOWING)


def main():
    found = program(int(sys.argv[1]))
    if found is None:
        sys.exit("the program is not on the accessibility bus")
    nameless = 0
    for one in below(found):
        if is_control(one):
            name = " ".join((one.get_name() or "").split())
            nameless += not name
            print(f"{one.get_role_name()}\t{name}")
    if nameless:
        sys.exit(f"{nameless} without a name")


if __name__ == "__main__":
    main()
