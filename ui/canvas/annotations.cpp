// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/canvas/annotations.h"

#include <algorithm>

#include "core/describe/fields.h"

namespace kelter::ui {
namespace {

double number_of(const Json& entry, const char* key, double fallback) {
  const auto found = entry.find(key);
  return found != entry.end() && found->is_number() ? found->get<double>() : fallback;
}

QString text_of(const Json& entry, const char* key) {
  const auto found = entry.find(key);
  return found != entry.end() && found->is_string() ? QString::fromStdString(found->get<std::string>()) : QString();
}

Json list_of(const Json& list) { return list.is_array() ? list : Json::array(); }

Json without(const Json& list, const std::vector<std::size_t>& indices) {
  Json out = Json::array();
  for (std::size_t i = 0; i < list.size(); ++i) {
    if (std::find(indices.begin(), indices.end(), i) == indices.end()) out.push_back(list[i]);
  }
  return out;
}

}  // namespace

std::vector<Group> read_groups(const Document& document) {
  std::vector<Group> groups;
  for (std::size_t i = 0; document.groups.is_array() && i < document.groups.size(); ++i) {
    const Json& entry = document.groups[i];
    if (!entry.is_object() || !entry.contains("nodes") || !entry["nodes"].is_array()) continue;
    Group group{i, text_of(entry, "title"), {}};
    for (const Json& id : entry["nodes"]) {
      if (id.is_string() && document.find(id.get<std::string>())) group.nodes.push_back(id.get<std::string>());
    }
    if (!group.nodes.empty()) groups.push_back(std::move(group));
  }
  return groups;
}

std::vector<Note> read_notes(const Document& document) {
  std::vector<Note> notes;
  for (std::size_t i = 0; document.notes.is_array() && i < document.notes.size(); ++i) {
    const Json& entry = document.notes[i];
    if (!entry.is_object() || !entry.contains("text")) continue;
    Note note{i, text_of(entry, "text"), {number_of(entry, "x", 0), number_of(entry, "y", 0)}};
    note.width = std::clamp(number_of(entry, "width", note.width), 64.0, 4096.0);
    note.height = std::clamp(number_of(entry, "height", 0), 0.0, 4096.0);
    notes.push_back(std::move(note));
  }
  return notes;
}

Edit make_group(const Document& document, const std::vector<std::string>& nodes, const QString& title) {
  Json groups = list_of(document.groups);
  groups.push_back({{"id", free_id(document, "group")}, {"title", title.toStdString()}, {"nodes", nodes}});
  return set_groups(document, groups);
}

Edit rename_group(const Document& document, std::size_t index, const QString& title) {
  Json groups = document.groups;
  groups.at(index)["title"] = title.toStdString();
  return set_groups(document, groups);
}

Edit dissolve_groups(const Document& document, const std::vector<std::size_t>& indices) {
  return indices.empty() ? Edit() : set_groups(document, without(document.groups, indices));
}

Edit add_note(const Document& document, const QString& text, const QPointF& place) {
  Json notes = list_of(document.notes);
  notes.push_back({{"id", free_id(document, "note")},
                   {"text", text.toStdString()},
                   {"x", whole_number(place.x())},
                   {"y", whole_number(place.y())}});
  return set_notes(document, notes);
}

Edit set_note_text(const Document& document, std::size_t index, const QString& text) {
  Json notes = document.notes;
  notes.at(index)["text"] = text.toStdString();
  return set_notes(document, notes);
}

Edit move_notes(const Document& document, const std::vector<std::size_t>& indices, const QPointF& by) {
  if (indices.empty()) return {};
  Json notes = document.notes;
  for (const std::size_t index : indices) {
    notes.at(index)["x"] = whole_number(number_of(notes[index], "x", 0) + by.x());
    notes.at(index)["y"] = whole_number(number_of(notes[index], "y", 0) + by.y());
  }
  return set_notes(document, notes);
}

Edit resize_note(const Document& document, std::size_t index, const QSizeF& size) {
  Json notes = document.notes;
  notes.at(index)["width"] = whole_number(size.width());
  notes.at(index)["height"] = whole_number(size.height());
  return set_notes(document, notes);
}

Edit remove_notes(const Document& document, const std::vector<std::size_t>& indices) {
  return indices.empty() ? Edit() : set_notes(document, without(document.notes, indices));
}

}  // namespace kelter::ui
