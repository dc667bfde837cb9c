"""Settings of the site; no logic. The extension is `codereading.sphinx`."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent / "_ext"))

project = "Reading PyTorch"
author = "The Reading PyTorch authors"
copyright = author
language = "en"

extensions = [
    "myst_parser",
    "sphinx_gallery.gen_gallery",
    "sphinx.ext.intersphinx",
    "codereading.sphinx",
    "readinggallery",
]
exclude_patterns = ["_build", "_ext", "_templates", "gallery/**/*.ipynb", "gallery/**/*.py"]
templates_path = ["_templates"]
nitpicky = True
smartquotes = False

codereading_project = ".."
# Common words: linked where a page says so.
codereading_terms_by_hand = [
    "accumulate",
    "detach",
    "dispatch",
    "fold",
    "handle",
    "head",
    "lead",
    "library",
    "lock",
    "marker",
    "note",
    "pattern",
    "store",
    "trace",
    "view",
]

myst_enable_extensions = ["attrs_block", "attrs_inline", "colon_fence", "deflist", "dollarmath"]
myst_heading_anchors = 3

# A local inventory, made from torch-names.txt: a build asks no other host.
intersphinx_mapping = {"torch": ("https://docs.pytorch.org/docs/2.13/", "gallery/torch.inv")}

sphinx_gallery_conf = {
    "examples_dirs": "../gallery",
    "gallery_dirs": "gallery",
    "filename_pattern": r"\.py$",
    "subsection_order": [
        f"../gallery/{topic}"
        for topic in (
            "containers",
            "parameters",
            "buffers",
            "hooks",
            "functional",
            "initialising",
            "calling",
            "moving_and_saving",
            "tensors",
            "functions",
            "backward",
            "accelerators",
        )
    ],
    "within_subsection_order": "readinggallery.order.ReadingOrder",
    "remove_config_comments": True,
    "show_signature": False,
    "min_reported_time": 1000,
    "image_scrapers": ["readinggallery.pictures.svg_figures"],
    "reset_modules": ["readinggallery.fresh.fresh"],
    "thumbnail_size": (600, 250),
    # A failing script is a warning with its line, and a warning ends the build.
    "abort_on_example_error": False,
    "show_memory": False,
    # Its page loads a script from another host.
    "write_computation_times": False,
    "image_srcset": [],
    "plot_gallery": True,
}

# Lines at the release's commit are made by the build, some 1,200 of them; and a page of
# GitHub has its lines' anchors from a script.
linkcheck_ignore = [r"https://github\.com/pytorch/pytorch/blob/[0-9a-f]{40}/"]
linkcheck_timeout = 20
linkcheck_retries = 2

html_theme = "pydata_sphinx_theme"
html_title = "Reading PyTorch"
html_static_path = ["_static"]
html_css_files = ["site.css"]
html_copy_source = False
html_show_sourcelink = False
html_sidebars = {"**": []}
html_theme_options = {
    "navbar_align": "left",
    "navbar_end": ["theme-switcher"],
    "header_links_before_dropdown": 4,
    "article_header_end": ["tested-with"],
    "secondary_sidebar_items": {"**": []},
    "show_prev_next": True,
    "footer_start": ["copyright"],
    "footer_end": [],
    "pygments_light_style": "a11y-high-contrast-light",
    "pygments_dark_style": "github-dark",
    "back_to_top_button": False,
}
