/// The words and the layout of reports, inside the program.
public enum Templates {
  /// Each file's bytes, by its name.
  public static let files: [String: [UInt8]] = [
    "walkthrough.en.md": PackageResources.walkthrough_en_md,
    "walkthrough.ko.md": PackageResources.walkthrough_ko_md,
    "page.html.mustache": PackageResources.page_html_mustache,
    "check.html.mustache": PackageResources.check_html_mustache,
    "index.html.mustache": PackageResources.index_html_mustache,
    "training.html.mustache": PackageResources.training_html_mustache,
    "page.css": PackageResources.page_css,
    "page.js": PackageResources.page_js,
    "index.js": PackageResources.index_js,
    "notebook.py": PackageResources.notebook_py,
  ]
}
