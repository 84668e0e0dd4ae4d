// A folder without a row.  caught: layering
