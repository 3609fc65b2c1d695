"""Raw files of Amazon Reviews, as published in 2014, 2018 and 2023, read into tables that `prepare` takes."""
