// caught: unlisted
