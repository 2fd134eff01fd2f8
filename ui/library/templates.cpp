// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/library/templates.h"

#include <algorithm>

#include "core/base/error.h"
#include "core/describe/document.h"
#include "ui/models/step_text.h"

namespace kelter::ui {
namespace {

// Of the first step that changes a model for its own sake.
std::string family_of(const Document& document, const StepCatalogue& catalogue) {
  for (const Node& node : document.nodes) {
    const StepDescriptor* step = catalogue.find(node.step);
    if (step && !step->is_source() && !step->is_measure() && step->family != "formats") return step->family;
  }
  return {};
}

}  // namespace

std::vector<Template> shipped_templates(const StepCatalogue& catalogue) {
  std::vector<fs::path> files;
  std::error_code error;
  try {
    for (fs::directory_iterator entry(resource_folder() / "templates", error), end; !error && entry != end;
         entry.increment(error)) {
      if (entry->path().extension() == ".kelter") files.push_back(entry->path());
    }
  } catch (const Error&) {
    return {};  // no resources: the window says so elsewhere
  }
  std::sort(files.begin(), files.end());
  std::vector<Template> templates;
  for (const fs::path& file : files) {
    try {
      const Document document = Document::load(file);
      const auto text = document.unknown.find("description");
      const bool described = text != document.unknown.end() && text->is_string();
      templates.push_back({QString::fromStdString(file.string()), step_text(document.title),
                           described ? step_text(text->get<std::string>()) : QString(),
                           family_of(document, catalogue)});
    } catch (const Error&) {
      continue;
    }
  }
  return templates;
}

}  // namespace kelter::ui
