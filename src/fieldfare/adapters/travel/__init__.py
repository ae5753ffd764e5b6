"""Travel models behind the port `TravelTimes`."""
