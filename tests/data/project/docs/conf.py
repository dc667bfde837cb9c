project = "Reading mill"
extensions = ["myst_parser", "codereading.sphinx"]
codereading_project = ".."
nitpicky = True
