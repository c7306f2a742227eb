"""Critical points against one parameter: searched, matched, followed until each event is located."""
